//! C2: readings of days behind a term are parked until the contract is renewed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decide::{check_conflict, check_point, check_reason, check_values, repeats};
use super::{DeliveryRecorded, PointDay, Reading, RecordDelivery, Rejection, Source};
use crate::context::Context;
use crate::contract::{DeliveryPoint, life};
use crate::log::Position;
use crate::quantities::{
    CalorificValue, ContractId, GasDay, GasDays, MonthEnd, PointId, Unit, Volume,
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

    /// Whether a recorded reading of its point and gas day is the one that was parked.
    pub(crate) fn is(&self, recorded: &Reading) -> bool {
        self.gcv_mj_per_m3 == recorded.calorific_value
            && self.reason.as_deref() == recorded.reason.as_deref()
            && self.source == recorded.source
            && self.volume_m3 == recorded.volume
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
    check_renewable(ledger, point, *gas_day)?;
    let (point, gas_day, last) = (point.clone(), *gas_day, *last);
    let parked = ReadingParked::of(command);
    let known = ledger.parked(&point).iter().any(|one| one.reading == parked);
    let refusal = Rejection::Parked { point, gas_day, last }.into();
    if known {
        return Err(refusal);
    }
    Ok(Decision { refusal: Some(refusal), ..Decision::of([Event::ReadingParked(parked)]) })
}

/// C1, C4: nothing waits for a renewal that cannot come: the contract that held the point last was
/// ended early, or its account is closed.
fn check_renewable(ledger: &Ledger, point: &PointId, day: GasDay) -> Result<(), life::Rejection> {
    let latest = ledger.assignments(point).iter().max_by_key(|held| held.last_gas_day);
    let Some(contract) = latest.and_then(|held| ledger.contract(&held.contract)) else {
        return Ok(());
    };
    if let Some((closed, _)) = &contract.closed {
        let (contract, on) = (contract.id().clone(), closed.on);
        return Err(life::Rejection::AccountClosed { contract, on });
    }
    if contract.terminated.is_some() {
        let (contract, last) = (contract.id().clone(), contract.last_gas_day());
        return Err(life::Rejection::ReadingBehindEnd {
            contract,
            last,
            point: point.clone(),
            day,
        });
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
/// late renewal: those of its days, in the order in which they came, each by the rules that hold for
/// a reading (Q5, Q6). One that they refuse stays parked.
pub(crate) fn replayed(
    ledger: &Ledger,
    taking: &Taking<'_>,
    points: &[DeliveryPoint],
) -> Result<Vec<Event>, crate::Rejection> {
    let mut events = Vec::new();
    for point in points {
        let mut days: BTreeMap<GasDay, PointDay> = BTreeMap::new();
        for parked in ledger.parked(&point.id) {
            let known = days.get(&parked.reading.gas_day);
            let Some(recorded) = taken(&parked.reading.command(), known, point, taking)? else {
                continue;
            };
            match days.entry(parked.reading.gas_day) {
                Entry::Occupied(mut day) => day.get_mut().replace(&recorded, Position::START),
                Entry::Vacant(day) => {
                    day.insert(PointDay::first(&recorded, Position::START));
                }
            }
            events.push(Event::DeliveryRecorded(recorded));
        }
    }
    Ok(events)
}

/// A parked reading as the contract takes it; none when it stays parked.
fn taken(
    command: &RecordDelivery,
    known: Option<&PointDay>,
    point: &DeliveryPoint,
    taking: &Taking<'_>,
) -> Result<Option<DeliveryRecorded>, crate::Rejection> {
    let refused = !taking.days.contains(command.gas_day)
        || check_point(command, point, taking.unit).is_err()
        || known.is_some_and(|day| day.has_seen(command) || repeats(day, command))
        || check_conflict(known, command).is_err();
    if refused {
        return Ok(None);
    }
    let quantity = billed(command.volume, command.calorific_value, taking.unit)?;
    Ok(quantity.map(|quantity| DeliveryRecorded {
        contract: taking.contract.clone(),
        gas_day: command.gas_day,
        gcv_mj_per_m3: command.calorific_value,
        month: taking.month_ends_on.month_of(command.gas_day),
        point: command.point.clone(),
        quantity,
        reason: command.reason.clone(),
        source: command.source,
        volume_m3: command.volume,
    }))
}
