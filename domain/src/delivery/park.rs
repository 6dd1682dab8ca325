//! C2: readings of days behind a term are parked until the contract is renewed.

use serde::{Deserialize, Serialize};

use super::decide::{check_conflict, check_point, check_reason, check_values, repeats};
use super::{DeliveryRecorded, PointDay, RecordDelivery, Rejection, Source};
use crate::context::Context;
use crate::contract::{ContractState, SignContract};
use crate::log::Position;
use crate::quantities::{CalorificValue, GasDay, PointId, Volume};
use crate::rules::energy::billed;
use crate::state::Ledger;
use crate::{Decision, Event};

/// A reading came for a day behind the term of its point. It counts for nothing until the contract
/// is renewed over the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingParked {
    /// The gas day.
    pub gas_day: GasDay,
    /// Q2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gcv_mj_per_m3: Option<CalorificValue>,
    /// The point.
    pub point: PointId,
    /// Why it replaces another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it comes from.
    pub source: Source,
    /// Q1.
    pub volume_m3: Volume,
}

impl ReadingParked {
    fn of(command: &RecordDelivery) -> Self {
        Self {
            gas_day: command.gas_day,
            gcv_mj_per_m3: command.calorific_value,
            point: command.point.clone(),
            reason: command.reason.clone(),
            source: command.source,
            volume_m3: command.volume,
        }
    }

    fn command(&self) -> RecordDelivery {
        RecordDelivery {
            point: self.point.clone(),
            gas_day: self.gas_day,
            volume: self.volume_m3,
            calorific_value: self.gcv_mj_per_m3,
            source: self.source,
            reason: self.reason.clone(),
        }
    }

    /// Whether a recorded reading is the one that was parked.
    pub(crate) fn is(&self, recorded: &DeliveryRecorded) -> bool {
        self.gas_day == recorded.gas_day
            && self.gcv_mj_per_m3 == recorded.gcv_mj_per_m3
            && self.reason == recorded.reason
            && self.source == recorded.source
            && self.volume_m3 == recorded.volume_m3
    }
}

/// C2: keeps a refused reading when it lies behind the term of its point, its day is over and its
/// values could be recorded; every other refusal stands as it is. A parked reading that comes again is refused again and kept once.
pub(super) fn park(
    ledger: &Ledger,
    command: &RecordDelivery,
    context: &Context<'_>,
    refusal: Rejection,
) -> Result<Decision, crate::Rejection> {
    let Rejection::OutsideTerm { point, gas_day, last, .. } = &refusal else {
        return Err(refusal.into());
    };
    let over = ledger.clock().end(*gas_day) <= context.now;
    let sound = check_values(command.volume, command.calorific_value).is_ok()
        && check_reason(command).is_ok();
    if !(gas_day > last && over && sound) {
        return Err(refusal.into());
    }
    let (point, gas_day, last) = (point.clone(), *gas_day, *last);
    let parked = ReadingParked::of(command);
    let known = ledger.parked(&point).contains(&parked);
    let refusal = Rejection::Parked { point, gas_day, last }.into();
    if known {
        return Err(refusal);
    }
    Ok(Decision { refusal: Some(refusal), ..Decision::of([Event::ReadingParked(parked)]) })
}

/// C2: what parked readings come to when a contract is renewed: those of the new term, in the order
/// in which they came, each by the rules that hold for a reading (Q5, Q6). One that they refuse stays
/// parked.
pub(crate) fn replayed(
    ledger: &Ledger,
    contract: &ContractState,
    renewal: &SignContract,
) -> Result<Vec<Event>, crate::Rejection> {
    let term = renewal.terms.days();
    let mut events = Vec::new();
    for point in &renewal.delivery_points {
        let mut days: Vec<(GasDay, PointDay)> = Vec::new();
        for parked in ledger.parked(&point.id) {
            let command = parked.command();
            let fits = check_point(&command, point, contract.unit()).is_ok();
            if !(fits && term.contains(command.gas_day)) {
                continue;
            }
            let known = days.iter_mut().find(|(day, _)| *day == command.gas_day);
            let known = known.map(|(_, known)| known);
            let seen =
                known.as_ref().is_some_and(|day| day.has_seen(&command) || repeats(day, &command));
            if seen || check_conflict(known.as_deref(), &command).is_err() {
                continue;
            }
            let unit = contract.unit();
            let Some(quantity) = billed(command.volume, command.calorific_value, unit)? else {
                continue;
            };
            let recorded = DeliveryRecorded {
                contract: contract.id().clone(),
                gas_day: command.gas_day,
                gcv_mj_per_m3: command.calorific_value,
                month: contract.month_of(command.gas_day),
                point: command.point.clone(),
                quantity,
                reason: command.reason.clone(),
                source: command.source,
                volume_m3: command.volume,
            };
            match known {
                Some(day) => day.replace(&recorded, Position::START),
                None => days.push((command.gas_day, PointDay::first(&recorded, Position::START))),
            }
            events.push(Event::DeliveryRecorded(recorded));
        }
    }
    Ok(events)
}
