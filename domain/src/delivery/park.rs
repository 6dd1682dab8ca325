//! C2: readings of days behind a term are parked until the contract is renewed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decide::{check_conflict, check_point, check_reason, check_values, repeats};
use super::{DeliveryRecorded, PointDay, Reading, RecordDelivery, Rejection, Source};
use crate::context::Context;
use crate::contract::{DeliveryPoint, PointAssigned, life};
use crate::log::Position;
use crate::quantities::{
    CalorificValue, ContractId, GasDay, GasDays, MonthEnd, PointId, Quantity, Unit, Volume,
};
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

/// A parked reading as it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The reading.
    pub reading: ReadingParked,
    /// The event that kept it.
    pub position: Position,
    /// When it came.
    pub recorded_at: DateTime<Utc>,
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

    pub(super) fn command(&self) -> RecordDelivery {
        RecordDelivery {
            point: self.point.clone(),
            gas_day: self.gas_day,
            volume: self.volume_m3,
            calorific_value: self.gcv_mj_per_m3,
            source: self.source,
            reason: self.reason.clone(),
        }
    }

    /// The reading as a contract records it.
    pub(super) fn recorded(
        &self,
        contract: &ContractId,
        months: MonthEnd,
        quantity: Quantity,
    ) -> DeliveryRecorded {
        DeliveryRecorded {
            contract: contract.clone(),
            gas_day: self.gas_day,
            gcv_mj_per_m3: self.gcv_mj_per_m3,
            month: months.month_of(self.gas_day),
            point: self.point.clone(),
            quantity,
            reason: self.reason.clone(),
            source: self.source,
            volume_m3: self.volume_m3,
        }
    }

    /// Whether a recorded reading of its point and gas day is the one that was parked.
    pub(crate) fn is(&self, recorded: &Reading) -> bool {
        self.gcv_mj_per_m3 == recorded.calorific_value
            && self.reason.as_deref() == recorded.reason.as_deref()
            && self.source == recorded.source
            && self.volume_m3 == recorded.volume
    }
}

/// C2: keeps a refused reading when it lies behind the term of its point, its day is over and its
/// values could be recorded; every other refusal stands as it is. A parked reading that comes again
/// is refused again and kept once. Where a reading waits already, whatever corrects it is kept too.
pub(super) fn park(
    ledger: &Ledger,
    command: &RecordDelivery,
    context: &Context<'_>,
    refusal: Rejection,
) -> Result<Decision, crate::Rejection> {
    let Rejection::OutsideTerm { point, gas_day, last, .. } = &refusal else {
        return Err(refusal.into());
    };
    let waits = ledger.parked(point).iter().any(|one| one.reading.gas_day == *gas_day);
    let Some(held) = ledger.held_before(point, *gas_day).filter(|_| waits || gas_day > last) else {
        return Err(refusal.into());
    };
    let over = ledger.clock().end(*gas_day) <= context.now;
    let sound = check_values(command.volume, command.calorific_value).is_ok()
        && check_reason(command).is_ok();
    if !(over && sound) {
        return Err(refusal.into());
    }
    check_renewable(ledger, held, *gas_day, waits)?;
    let (point, gas_day, last) = (point.clone(), *gas_day, held.last_gas_day);
    let parked = ReadingParked::of(command);
    let known = ledger.parked(&point).iter().any(|one| one.reading == parked);
    let refusal = Rejection::Parked { point, gas_day, last }.into();
    if known {
        return Err(refusal);
    }
    Ok(Decision { refusal: Some(refusal), ..Decision::of([Event::ReadingParked(parked)]) })
}

/// C1, C4: nothing waits for a renewal that cannot come: the contract that held the point before
/// was ended early, unless something `waits` from before that, or its account is closed.
fn check_renewable(
    ledger: &Ledger,
    held: &PointAssigned,
    day: GasDay,
    waits: bool,
) -> Result<(), crate::Rejection> {
    let Some(contract) = ledger.contract(&held.contract) else {
        return Ok(());
    };
    if let Some((closed, _)) = &contract.closed {
        let (contract, on) = (contract.id().clone(), closed.on);
        return Err(life::AccountRejection::AccountClosed { contract, on }.into());
    }
    if contract.terminated.is_some() && !waits {
        let (contract, last) = (contract.id().clone(), contract.last_gas_day());
        let point = held.point.clone();
        return Err(life::Rejection::ReadingBehindEnd { contract, last, point, day }.into());
    }
    Ok(())
}

/// A contract that takes points for some gas days.
pub(crate) struct Taking<'a> {
    /// Which contract.
    pub contract: &'a ContractId,
    /// For which gas days.
    pub days: GasDays,
    /// T2.
    pub month_ends_on: MonthEnd,
    /// Its billing unit.
    pub unit: Unit,
}

/// C2: what parked readings come to when a contract takes their point for their days, usually by a
/// late renewal: those of its days, in the order in which they came, each by the rules that hold
/// for a reading (Q5, Q6). One that they refuse stays parked.
pub(crate) fn replayed(
    ledger: &Ledger,
    taking: &Taking<'_>,
    points: &[DeliveryPoint],
) -> Result<Vec<Event>, crate::Rejection> {
    let mut events = Vec::new();
    for point in points {
        let mut days = BTreeMap::new();
        for parked in ledger.parked(&point.id) {
            let known = days.get(&parked.reading.gas_day);
            if let Some(recorded) = taken(&parked.reading, known, point, taking)? {
                put(&mut days, &recorded);
                events.push(Event::DeliveryRecorded(recorded));
            }
        }
    }
    Ok(events)
}

/// Q5: whether a reading would be recorded, by what is known of its day.
pub(super) fn is_news(known: Option<&PointDay>, command: &RecordDelivery) -> bool {
    let told = known.is_some_and(|day| day.has_seen(command) || repeats(day, command));
    !told && check_conflict(known, command).is_ok()
}

/// What is known of a point's days, with a reading taken in.
pub(super) fn put(days: &mut BTreeMap<GasDay, PointDay>, recorded: &DeliveryRecorded) {
    match days.entry(recorded.gas_day) {
        Entry::Occupied(mut day) => day.get_mut().replace(recorded, Position::START),
        Entry::Vacant(day) => {
            day.insert(PointDay::first(recorded, Position::START));
        }
    }
}

/// A parked reading as the contract takes it; none when it stays parked.
fn taken(
    parked: &ReadingParked,
    known: Option<&PointDay>,
    point: &DeliveryPoint,
    taking: &Taking<'_>,
) -> Result<Option<DeliveryRecorded>, crate::Rejection> {
    let command = parked.command();
    let recordable = taking.days.contains(command.gas_day)
        && check_point(&command, point, taking.unit).is_ok()
        && is_news(known, &command);
    if !recordable {
        return Ok(None);
    }
    let quantity = billed(command.volume, command.calorific_value, taking.unit)?;
    let recorded = |quantity| parked.recorded(taking.contract, taking.month_ends_on, quantity);
    Ok(quantity.map(recorded))
}
