use super::amend::{check_inside, check_open_from, check_reason, known};
use super::hand_over::check_pair;
use super::terminate::{check_no_readings, readings_from, released};
use super::{AccountRejection, MovePoint, PointMoved, Rejection};
use crate::contract::{ContractState, DeliveryPoint, Direction, PointAssigned};
use crate::delivery::{Taking, replayed};
use crate::quantities::{GasDay, GasDays, PointId};
use crate::rules::stage::Stage;
use crate::state::Ledger;
use crate::supply::effective;
use crate::{Decision, Event};

/// Q4: from a gas day on a point belongs to another contract of a customer of the same class.
/// Recorded for both contracts and for the point.
pub(super) fn move_point(
    ledger: &Ledger,
    command: &MovePoint,
) -> Result<Decision, crate::Rejection> {
    let (from, to) = (known(ledger, &command.from)?, known(ledger, &command.to)?);
    if command.from == command.to {
        return Err(Rejection::SameContract { contract: command.from.clone() }.into());
    }
    let is_same = |event: &PointMoved| {
        event.counterparty == command.from
            && event.delivery_point.id == command.point
            && event.first_gas_day == command.on
            && event.reason == command.reason
    };
    if to.moved_points.iter().any(|(event, _)| is_same(event)) {
        return Ok(Decision::nothing());
    }
    check_inside(from, command.on)?;
    check_reason(&command.reason)?;
    let held = from.points_on(command.on).iter().find(|held| held.id == command.point);
    let point = held.ok_or_else(|| not_held(ledger, command))?.clone();
    check_takes(ledger, from, to, &point, command.on)?;
    check_open_from(from, command.on)?;
    check_no_readings(from, Some(&point.id), command.on)?;
    let out = side(from, to, &point, command.on, (Direction::Out, &command.reason));
    let mut events = vec![out];
    events.push(released(from, point.id.clone(), command.on));
    events.extend(taken(ledger, from, to, &point, (command.on, &command.reason))?);
    let mut decision = Decision::of(events);
    decision.guards = readings_from(from, command.on);
    Ok(decision)
}

fn not_held(ledger: &Ledger, command: &MovePoint) -> Rejection {
    let held = ledger.held_on(&command.point, command.on);
    Rejection::PointNotHeld {
        point: command.point.clone(),
        contract: command.from.clone(),
        day: command.on,
        holder: held.map_or_else(|| "nobody".to_owned(), |held| held.contract.to_string()),
    }
}

/// Q3, Q4, E4, E7: whether a contract can take a point from a gas day on: one of a customer of the
/// same class, whose own supply is not in question.
pub(super) fn check_takes(
    ledger: &Ledger,
    from: &ContractState,
    to: &ContractState,
    point: &DeliveryPoint,
    on: GasDay,
) -> Result<(), crate::Rejection> {
    check_pair(ledger, from, to)?;
    check_not_curtailed(from)?;
    check_not_in_question(to)?;
    check_inside(to, on)?;
    if from.unit() != to.unit() {
        return Err(Rejection::UnitsDiffer { from: from.unit(), to: to.unit() }.into());
    }
    let gateways = to.points_on(on).iter().any(|held| held.daily_capacity.is_some());
    if gateways && point.daily_capacity.is_none() {
        let (point, contract) = (point.id.clone(), to.id().clone());
        return Err(Rejection::CapacityMissing { point, contract }.into());
    }
    let others = ledger.assignments(&point.id).iter();
    let mut others = others
        .filter(|held| held.contract != *from.id())
        .filter(|held| held.first_gas_day <= to.last_gas_day() && on <= held.last_gas_day);
    if let Some(held) = others.next() {
        return Err(Rejection::PointTaken {
            point: point.id.clone(),
            holder: held.contract.clone(),
            first: held.first_gas_day,
            last: held.last_gas_day,
        }
        .into());
    }
    Ok(check_open_from(to, on)?)
}

/// E3, E4: while an order is in force, points and account stay where they are: what is ordered for
/// one class and one debt does not come upon another.
pub(super) fn check_not_curtailed(contract: &ContractState) -> Result<(), AccountRejection> {
    match effective(contract) {
        stage @ (Stage::Reduced | Stage::Suspended | Stage::Restoring) => {
            Err(AccountRejection::SupplyRunning { contract: contract.id().clone(), stage })
        }
        Stage::Normal | Stage::Low | Stage::Noticed => Ok(()),
    }
}

/// E3: nobody's point comes under a demand, a notice or an order that was never served on them.
fn check_not_in_question(contract: &ContractState) -> Result<(), AccountRejection> {
    if contract.supply.is_running() {
        let stage = effective(contract);
        return Err(AccountRejection::SupplyRunning { contract: contract.id().clone(), stage });
    }
    Ok(())
}

/// One side of a move.
pub(super) fn side(
    contract: &ContractState,
    counterparty: &ContractState,
    point: &DeliveryPoint,
    on: GasDay,
    (direction, reason): (Direction, &str),
) -> Event {
    Event::PointMoved(PointMoved {
        contract: contract.id().clone(),
        counterparty: counterparty.id().clone(),
        delivery_point: point.clone(),
        direction,
        first_gas_day: on,
        last_gas_day: contract.last_gas_day(),
        reason: reason.to_owned(),
    })
}

/// What the contract that takes the point records; C2: with the readings that waited for it.
pub(super) fn taken(
    ledger: &Ledger,
    from: &ContractState,
    to: &ContractState,
    point: &DeliveryPoint,
    (on, reason): (GasDay, &str),
) -> Result<Vec<Event>, crate::Rejection> {
    let days = GasDays { first: on, last: to.last_gas_day() };
    // The holder first: whoever folds the log as far as the move, which a lease names, knows it whole.
    let mut events = vec![
        Event::PointAssigned(PointAssigned {
            contract: to.id().clone(),
            first_gas_day: days.first,
            last_gas_day: days.last,
            point: point.id.clone(),
        }),
        side(to, from, point, on, (Direction::In, reason)),
    ];
    let month_ends_on = to.newest_terms().month_ends_on;
    let taking = Taking { contract: to.id(), days, month_ends_on, unit: to.unit() };
    events.extend(replayed(ledger, &taking, std::slice::from_ref(point))?);
    Ok(events)
}

impl ContractState {
    /// The points that the contract holds on some gas day from `day` on.
    pub(super) fn points_held_from(&self, day: GasDay) -> Vec<PointId> {
        let days = GasDays { first: day, last: self.last_gas_day() };
        let mut points: Vec<PointId> = Vec::new();
        for held in days.iter().flat_map(|day| self.points_on(day)) {
            if !points.contains(&held.id) {
                points.push(held.id.clone());
            }
        }
        points
    }
}
