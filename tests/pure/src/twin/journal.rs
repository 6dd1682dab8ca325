//! Q5, Q6: which readings are taken, refused or known, row by row.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use citygate_domain::contract::DeliveryPoint;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::quantities::{PointId, Unit};
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

use super::number::of;

/// A point held by a contract from day to day.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which contract.
    pub contract: String,
    /// The point.
    pub point: DeliveryPoint,
    /// First gas day.
    pub first: NaiveDate,
    /// Last gas day.
    pub last: NaiveDate,
    /// The unit its contract bills.
    pub unit: Unit,
}

/// Everything told so far.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Which points are held.
    pub held: Vec<Held>,
    taken: BTreeMap<(NaiveDate, PointId), Vec<RecordDelivery>>,
    /// Readings behind the term of their point, in the order in which they came.
    parked: Vec<RecordDelivery>,
}

/// Kind and reason of a fact: telemetry and manual are one.
fn kind(row: &RecordDelivery) -> (&'static str, Option<&str>) {
    match row.source {
        Source::Telemetry | Source::Manual => ("actual", None),
        Source::Estimate => ("estimate", None),
        Source::Correction => ("correction", row.reason.as_deref()),
    }
}

fn same_value(left: &RecordDelivery, right: &RecordDelivery) -> bool {
    left.volume == right.volume && left.calorific_value == right.calorific_value
}

fn decimals(value: Decimal) -> usize {
    let text = value.to_string();
    text.split_once('.').map_or(0, |(_, behind)| behind.trim_end_matches('0').len())
}

/// A gas day in Shanghai is over at 08:00 of the next day, that is at midnight UTC.
fn over(day: NaiveDate) -> DateTime<Utc> {
    (day + Duration::days(1)).and_time(NaiveTime::MIN).and_utc()
}

impl Journal {
    /// What a row comes to: `recorded`, `known`, or the code of its refusal.
    pub fn told(&mut self, row: &RecordDelivery, now: DateTime<Utc>) -> &'static str {
        let answer = self.answer(row, now);
        if answer == "recorded" {
            let key = (row.gas_day.date(), row.point.clone());
            self.taken.entry(key).or_default().push(row.clone());
        }
        let last = self.held.iter().filter(|held| held.point.id == row.point);
        let behind = last.map(|held| held.last).max().is_some_and(|last| last < row.gas_day.date());
        let same = |one: &RecordDelivery| one.point == row.point && one.gas_day == row.gas_day;
        let waits = self.parked.iter().any(same);
        if answer == "outside_term" && (behind || waits) && now >= over(row.gas_day.date()) {
            self.parked.push(row.clone());
        }
        answer
    }

    /// C2: points are held otherwise now, and what was parked is told again. Returns what is taken.
    pub fn held_now(&mut self, held: Vec<Held>, now: DateTime<Utc>) -> Vec<RecordDelivery> {
        self.held = held;
        let parked = std::mem::take(&mut self.parked);
        let mut taken = Vec::new();
        for row in parked {
            match self.told(&row, now) {
                "recorded" => taken.push(row),
                // It was put back.
                "outside_term" => {}
                _ => self.parked.push(row),
            }
        }
        taken
    }

    fn answer(&self, row: &RecordDelivery, now: DateTime<Utc>) -> &'static str {
        let day = row.gas_day.date();
        let seen = || self.taken.get(&(day, row.point.clone())).into_iter().flatten();
        if seen().any(|known| kind(known) == kind(row) && same_value(known, row)) {
            return "known";
        }
        let held: Vec<&Held> = self.held.iter().filter(|held| held.point.id == row.point).collect();
        let volume = of(row.volume.value());
        let gcv = row.calorific_value.map(|value| value.value());
        if held.is_empty() {
            return "unknown_delivery_point";
        }
        let Some(held) = held.into_iter().find(|held| held.first <= day && day <= held.last) else {
            return "outside_term";
        };
        if now < over(day) {
            return "gas_day_not_over";
        }
        if volume.is_negative() {
            return "negative_quantity";
        }
        if decimals(row.volume.value()) > 3 || gcv.is_some_and(|value| decimals(value) > 4) {
            return "too_many_decimals";
        }
        if gcv.is_some_and(|value| of(value).is_zero() || of(value).is_negative()) {
            return "calorific_value_invalid";
        }
        if held.point.daily_capacity.is_some_and(|capacity| volume > of(capacity.value())) {
            return "over_capacity";
        }
        if held.unit != Unit::CubicMetre && gcv.is_none() {
            return "calorific_value_missing";
        }
        if row.source == Source::Correction {
            return if row.reason.is_none() { "reason_missing" } else { "recorded" };
        }
        match seen().last() {
            Some(current) if current.source != Source::Estimate => {
                if same_value(current, row) {
                    "known"
                } else {
                    "delivery_conflict"
                }
            }
            Some(_) | None => "recorded",
        }
    }
}
