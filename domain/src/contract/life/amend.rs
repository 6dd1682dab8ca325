use std::sync::Arc;

use super::{AmendContract, ContractAmended, Rejection};
use crate::books::check_open;
use crate::contract::patch::{Patched, TermsPatch};
use crate::contract::{ContractState, Terms, check_agreed};
use crate::quantities::{ContractId, GasDay, Quantity};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// C1: terms that count from a gas day on, in an open month at the earliest.
pub(super) fn amend(
    ledger: &Ledger,
    command: &AmendContract,
) -> Result<Decision, crate::Rejection> {
    let contract = known(ledger, &command.contract)?;
    if contract.amendments.iter().any(|event| is_same(event, command)) {
        return Ok(Decision::nothing());
    }
    let event = amended(ledger, command)?;
    let decision = Decision::of([Event::ContractAmended(Arc::new(event))]);
    Ok(decision.guarded_by(Stream::Books))
}

/// A contract of the ledger.
pub(super) fn known<'a>(
    ledger: &'a Ledger,
    id: &ContractId,
) -> Result<&'a ContractState, Rejection> {
    ledger.contract(id).ok_or_else(|| Rejection::UnknownContract { contract: id.clone() })
}

/// F: whoever reads it later wants to know why.
pub(super) fn check_reason(reason: &str) -> Result<(), Rejection> {
    if reason.trim().is_empty() { Err(Rejection::ReasonMissing {}) } else { Ok(()) }
}

/// The day lies in the contract's term.
pub(super) fn check_inside(contract: &ContractState, day: GasDay) -> Result<(), Rejection> {
    let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
    if first <= day && day <= last {
        return Ok(());
    }
    Err(Rejection::OutsideTerm { contract: contract.id().clone(), day, first, last })
}

/// C1: no month is issued, and no year settled, that has a gas day from `day` on.
pub(super) fn check_open_from(contract: &ContractState, day: GasDay) -> Result<(), Rejection> {
    let id = || contract.id().clone();
    let issued = contract.settlements.iter().find(|(_, revisions)| {
        revisions.last().is_some_and(|issued| day <= issued.document.last_gas_day)
    });
    if let Some((month, _)) = issued {
        return Err(Rejection::MonthAlreadyIssued { contract: id(), month: *month, day });
    }
    let settled = contract.years.iter().find(|(_, revisions)| {
        revisions.last().is_some_and(|issued| day <= issued.document.last_gas_day)
    });
    match settled {
        Some((year, _)) => Err(Rejection::YearAlreadySettled { contract: id(), year: *year, day }),
        None => Ok(()),
    }
}

fn is_same(event: &ContractAmended, command: &AmendContract) -> bool {
    event.from == command.from
        && event.patch == command.patch
        && event.reason == command.reason
        && event.signed_on == command.signed_on
}

/// What an amendment would record; the preview asks too.
pub fn amended(
    ledger: &Ledger,
    command: &AmendContract,
) -> Result<ContractAmended, crate::Rejection> {
    let contract = known(ledger, &command.contract)?;
    let from = command.from;
    check_inside(contract, from)?;
    let Some(before) = contract.terms_on(from) else {
        unreachable!("every gas day of a contract has terms (C2)")
    };
    let terms = patched(contract, before, command)?;
    check_reason(&command.reason)?;
    if let Some(version) = contract.versions().iter().find(|version| {
        from < version.from
            && version.terms.first_gas_day == before.first_gas_day
            && version.from != version.terms.first_gas_day
    }) {
        let (id, known) = (contract.id().clone(), version.from);
        return Err(Rejection::AmendmentsOverlap { contract: id, from, known }.into());
    }
    check_open_from(contract, from)?;
    check_open(ledger, from.civil())?;
    check_agreed(&terms, contract.first_month())?;
    check_quantities(contract, before, &terms, from)?;
    Ok(ContractAmended {
        contract: command.contract.clone(),
        from,
        patch: command.patch.clone(),
        reason: command.reason.clone(),
        signed_on: command.signed_on,
        terms,
    })
}

/// The terms of the day with the changes in them. What everything is counted by stays.
fn patched(
    contract: &ContractState,
    before: &Terms,
    command: &AmendContract,
) -> Result<Terms, crate::Rejection> {
    let (id, from) = (contract.id().clone(), command.from);
    let patch = TermsPatch::try_new(&command.patch)?;
    patch.check_counting()?;
    match patch.applied_to(before)? {
        Patched::Changed(terms) => Ok(*terms),
        Patched::Same => Err(Rejection::NothingAmended { contract: id, from }.into()),
        Patched::Without(group) => {
            Err(Rejection::TermsIncomplete { contract: id, from, group }.into())
        }
    }
}

/// C2, C3: the quantities of months that are over for the amendment stay, and no other one falls
/// below what the month has transferred away.
fn check_quantities(
    contract: &ContractState,
    before: &Terms,
    after: &Terms,
    from: GasDay,
) -> Result<(), Rejection> {
    for (month, wanted) in &after.monthly_quantities {
        let was = before.monthly_quantities.get(month).copied().unwrap_or(Quantity::ZERO);
        let fixed = contract.days_of(*month).last < from || contract.settlement(*month).is_some();
        if fixed && was != *wanted {
            let (month, wanted) = (*month, *wanted);
            return Err(Rejection::MonthQuantityFixed { month, was, wanted, from });
        }
        let transferred = contract.transferred_away(*month);
        if !fixed && *wanted < transferred {
            let (month, quantity) = (*month, *wanted);
            return Err(Rejection::QuantityBelowZero { month, quantity, transferred });
        }
    }
    Ok(())
}
