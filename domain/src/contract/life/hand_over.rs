use std::sync::Arc;

use super::amend::{check_reason, known};
use super::move_point::{check_not_curtailed, check_takes, side, taken};
use super::terminate::{ended, readings_from, released};
use super::{HandOver, Rejection, TerminateContract};
use crate::contract::{ContractState, DeliveryPoint, Direction};
use crate::quantities::GasDay;
use crate::state::Ledger;
use crate::{Decision, Event};

/// C4: a successor's contract holds all points from a gas day on. The term of the one before ends
/// with the day before, if it has not ended yet; its account is closed later, when all is settled.
pub(super) fn hand_over(ledger: &Ledger, command: &HandOver) -> Result<Decision, crate::Rejection> {
    let (from, to) = (known(ledger, &command.contract)?, known(ledger, &command.to)?);
    if is_known(from, to, command) {
        return Ok(Decision::nothing());
    }
    check_pair(ledger, from, to)?;
    check_not_curtailed(from)?;
    check_reason(&command.reason)?;
    let reason = command.reason.as_str();
    let (on, runs_on) = (command.on, command.on <= from.last_gas_day());
    let last_held = if runs_on { on } else { from.last_gas_day() };
    let points = from.points_on(last_held);
    let mut events = Vec::new();
    let mut guards = Vec::new();
    if runs_on {
        let terminate = TerminateContract {
            contract: command.contract.clone(),
            last_gas_day: on.previous(),
            last_month_quantity: command.last_month_quantity,
            reason: command.reason.clone(),
            signed_on: command.signed_on,
        };
        let ended = ended(from, &terminate)?;
        events.extend(points.iter().map(|it| side(from, to, it, on, (Direction::Out, reason))));
        events.push(Event::ContractTerminated(Arc::new(ended)));
        let held = from.points_held_from(on).into_iter();
        events.extend(held.map(|point| released(from, point, on)));
        guards = readings_from(from, on);
    }
    for point in points {
        if has_already(ledger, to, point, on) {
            continue;
        }
        check_takes(ledger, from, to, point, on)?;
        events.extend(taken(ledger, from, to, point, (on, reason))?);
    }
    if events.is_empty() {
        let (contract, to) = (command.contract.clone(), command.to.clone());
        return Err(Rejection::NothingHandedOver { contract, to, day: on }.into());
    }
    let mut decision = Decision::of(events);
    decision.guards = guards;
    Ok(decision)
}

/// Q4: a point that the successor holds from the day on stays as the successor has it.
fn has_already(ledger: &Ledger, to: &ContractState, point: &DeliveryPoint, on: GasDay) -> bool {
    let mut held = ledger.assignments(&point.id).iter().filter(|held| held.contract == *to.id());
    held.any(|held| held.first_gas_day <= on && to.last_gas_day() <= held.last_gas_day)
}

/// The points came to the successor on that day, all for this reason.
fn is_known(from: &ContractState, to: &ContractState, command: &HandOver) -> bool {
    let came = to.moved_points.iter().any(|(event, _)| {
        event.direction == Direction::In
            && event.counterparty == command.contract
            && event.first_gas_day == command.on
            && event.reason == command.reason
    });
    came && from.last_gas_day() < command.on
}

/// C4: a successor is another contract of a customer of the same class.
pub(super) fn check_pair(
    ledger: &Ledger,
    from: &ContractState,
    to: &ContractState,
) -> Result<(), Rejection> {
    if from.id() == to.id() {
        return Err(Rejection::SameContract { contract: from.id().clone() });
    }
    let class = |contract: &ContractState| ledger.class_or_protected(contract.customer());
    let (from_class, to_class) = (class(from), class(to));
    if from_class != to_class {
        let (from, to) = (from.id().clone(), to.id().clone());
        return Err(Rejection::ClassDiffers { from, from_class, to, to_class });
    }
    Ok(())
}
