use std::sync::Arc;

use super::check::check_terms;
use super::life;
use super::{ContractSigned, ContractState, PointAssigned, Rejection, SignContract};
use crate::context::Context;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event, customer, delivery};

/// C1, C2: signs a contract; for a known id, renews it when the term follows the one before.
pub fn sign(
    ledger: &Ledger,
    command: &SignContract,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let known = ledger.contract(&command.contract);
    if let Some(contract) = known
        && contract.signings().iter().any(|signed| is_same(signed, command))
    {
        return Ok(Decision::nothing());
    }
    if let Some(contract) = known {
        check_renewal(contract, command)?;
    }
    check_terms(command, known)?;
    check_points(ledger, command)?;
    let registered = customer::register(ledger, &command.customer, context)?;
    let mut events = vec![Event::ContractSigned(Box::new(ContractSigned {
        contract: command.contract.clone(),
        customer: command.customer.id.clone(),
        delivery_points: command.delivery_points.clone(),
        signed_on: command.signed_on,
        terms: command.terms.clone(),
    }))];
    events.extend(command.delivery_points.iter().map(|point| {
        Event::PointAssigned(PointAssigned {
            contract: command.contract.clone(),
            first_gas_day: command.terms.first_gas_day,
            last_gas_day: command.terms.last_gas_day,
            point: point.id.clone(),
        })
    }));
    let terms = &command.terms;
    let taking = delivery::Taking {
        contract: &command.contract,
        days: terms.days(),
        month_ends_on: terms.month_ends_on,
        unit: terms.unit,
    };
    events.extend(delivery::replayed(ledger, &taking, &command.delivery_points)?);
    let customer = Stream::Customer(command.customer.id.clone());
    Ok(registered.and(Decision::of(events)).guarded_by(customer))
}

/// A contract is its id, customer, points and terms; a customer's name is not part of it.
fn is_same(signed: &ContractSigned, command: &SignContract) -> bool {
    signed.customer == command.customer.id
        && signed.delivery_points == command.delivery_points
        && signed.signed_on == command.signed_on
        && signed.terms == command.terms
}

/// C2: terms neither overlap nor leave gaps.
fn check_renewal(contract: &ContractState, command: &SignContract) -> Result<(), crate::Rejection> {
    let same_term =
        |signed: &Arc<ContractSigned>| signed.terms.first_gas_day == command.terms.first_gas_day;
    if let Some((ended, _)) = &contract.terminated {
        let (contract, last) = (command.contract.clone(), ended.terms.last_gas_day);
        return Err(life::Rejection::ContractTerminated { contract, last }.into());
    }
    if contract.signings().iter().any(same_term) {
        return Err(Rejection::DuplicateReference { contract: command.contract.clone() }.into());
    }
    let known_last = contract.last_gas_day();
    if command.terms.first_gas_day != known_last.plus(1) {
        return Err(Rejection::TermsOverlap {
            contract: command.contract.clone(),
            known_last,
            first: command.terms.first_gas_day,
        }
        .into());
    }
    let (first, month) =
        (command.terms.first_gas_day, contract.month_of(command.terms.first_gas_day));
    if contract.settlement(month).is_some() {
        return Err(Rejection::MonthAlreadyIssued { month, first }.into());
    }
    let year = contract.year_of(month);
    if contract.settled_year(year).is_some() {
        return Err(Rejection::YearAlreadySettled { year, first }.into());
    }
    let kept = contract.customer() == &command.customer.id
        && contract.unit() == command.terms.unit
        && contract.newest_terms().month_ends_on == command.terms.month_ends_on;
    if kept {
        Ok(())
    } else {
        Err(Rejection::DuplicateReference { contract: command.contract.clone() }.into())
    }
}

/// Q4: a point belongs to one contract at a time.
fn check_points(ledger: &Ledger, command: &SignContract) -> Result<(), Rejection> {
    for point in &command.delivery_points {
        let others = ledger.assignments(&point.id).iter();
        let taken = others.filter(|held| held.contract != command.contract).find(|held| {
            held.first_gas_day <= command.terms.last_gas_day
                && command.terms.first_gas_day <= held.last_gas_day
        });
        if let Some(held) = taken {
            return Err(Rejection::PointTaken {
                point: point.id.clone(),
                holder: held.contract.clone(),
                first: held.first_gas_day,
                last: held.last_gas_day,
            });
        }
    }
    Ok(())
}
