use super::{ContractState, Direction, QuantityTransferred, Rejection, TransferQuantity};
use crate::payment::{Reference, ReferenceUse};
use crate::quantities::{ContractId, Quantity, Unit};
use crate::rules::transfer::{is_whole_steps, limit};
use crate::state::Ledger;
use crate::{Decision, Event};

/// C3: moves monthly quantity.
pub fn transfer(ledger: &Ledger, command: &TransferQuantity) -> Result<Decision, crate::Rejection> {
    let find = |side: &Option<ContractId>| match side {
        None => Ok(None),
        Some(id) => match ledger.contract(id) {
            Some(contract) => Ok(Some(contract)),
            None => Err(Rejection::UnknownContract { contract: id.clone() }),
        },
    };
    if command.from == command.to {
        return Err(Rejection::NoTwoSides {}.into());
    }
    let (from, to) = (find(&command.from)?, find(&command.to)?);
    match ledger.transfer(&command.reference) {
        Some(known) if known == command => return Ok(Decision::nothing()),
        Some(_) => {
            let reference = command.reference.clone();
            return Err(Rejection::DuplicateTransfer { reference }.into());
        }
        None => {}
    }
    check(command, from, to)?;
    let reference = Reference::Transfer { reference: command.reference.clone() };
    let owner = command.from.as_ref().or(command.to.as_ref());
    let mut events = vec![Event::ReferenceTaken(ReferenceUse::new(owner, reference))];
    events.extend(from.map(|giver| side(command, giver, Direction::Out, command.to.clone())));
    events.extend(to.map(|taker| side(command, taker, Direction::In, command.from.clone())));
    Ok(Decision::of(events))
}

fn check(
    command: &TransferQuantity,
    from: Option<&ContractState>,
    to: Option<&ContractState>,
) -> Result<(), Rejection> {
    let (month, quantity) = (command.month, command.quantity);
    for contract in [from, to].into_iter().flatten() {
        if contract.terms_of(month).is_none() {
            return Err(Rejection::OutsideTerm {
                contract: contract.id().clone(),
                month,
                first: contract.first_gas_day(),
                last: contract.last_gas_day(),
            });
        }
    }
    if !quantity.exact().is_positive() {
        return Err(Rejection::NegativeQuantity { quantity });
    }
    for contract in [from, to].into_iter().flatten() {
        if !quantity.fits(contract.unit()) {
            return Err(Rejection::TooManyDecimals { quantity, unit: contract.unit() });
        }
    }
    if let (Some(giver), Some(taker)) = (from, to) {
        check_inside(command, giver, taker)?;
    }
    if let Some(giver) = from {
        let available = giver.contract_quantity(month).map_or(Quantity::ZERO, |c| c.value);
        if quantity > available {
            let contract = giver.id().clone();
            return Err(Rejection::QuantityBelowZero { contract, month, available, quantity });
        }
    }
    Ok(())
}

/// C3: the limits between two contracts of the ledger; only those billed in m³ have them.
fn check_inside(
    command: &TransferQuantity,
    giver: &ContractState,
    taker: &ContractState,
) -> Result<(), Rejection> {
    let (month, quantity) = (command.month, command.quantity);
    if giver.unit() != taker.unit() {
        return Err(Rejection::UnitsDiffer { from: giver.unit(), to: taker.unit() });
    }
    if giver.unit() != Unit::CubicMetre {
        return Ok(());
    }
    if !is_whole_steps(quantity) {
        return Err(Rejection::TransferStep { quantity });
    }
    let limit = limit(taker.monthly_quantity(month).unwrap_or(Quantity::ZERO));
    let earlier = taker.transferred_in(month);
    if (earlier + quantity).exact() > limit {
        return Err(Rejection::TransferAboveLimit { quantity, earlier, limit, month });
    }
    Ok(())
}

fn side(
    command: &TransferQuantity,
    contract: &ContractState,
    direction: Direction,
    counterparty: Option<ContractId>,
) -> Event {
    Event::QuantityTransferred(QuantityTransferred {
        agreed_on: command.agreed_on,
        contract: contract.id().clone(),
        counterparty,
        direction,
        first_gas_day: contract.days_of(command.month).first,
        month: command.month,
        quantity: command.quantity,
        reference: command.reference.clone(),
    })
}
