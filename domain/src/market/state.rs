use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::IndexPublished;
use crate::log::Position;
use crate::quantities::{CivilDay, GasDay, IndexCode};

/// Published index values (P3).
#[derive(Debug, Clone, Default)]
pub struct IndexBook {
    series: BTreeMap<IndexCode, BTreeMap<CivilDay, IndexDay>>,
}

#[derive(Debug, Clone)]
struct IndexDay {
    current: PublishedValue,
    superseded: Vec<PublishedValue>,
}

/// One published value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedValue {
    /// The value.
    pub value: Decimal,
    /// Last day on which it may be used.
    pub valid_through: Option<CivilDay>,
    /// Why it replaced another.
    pub reason: Option<String>,
    /// The event that published it.
    pub position: Position,
}

impl IndexBook {
    /// P3: the published value with the newest effective day not after `day`, unless its
    /// `valid_through` has passed.
    #[must_use]
    pub fn published(&self, code: &IndexCode, day: GasDay) -> Option<&PublishedValue> {
        let (_, newest) = self.series.get(code)?.range(..=day.civil()).next_back()?;
        let lapsed = newest.current.valid_through.is_some_and(|last| last < day.civil());
        (!lapsed).then_some(&newest.current)
    }

    /// The days from which another value counts, or none does any more.
    pub fn days_of_change(&self, code: &IndexCode) -> impl Iterator<Item = CivilDay> {
        let days = self.series.get(code).into_iter().flatten();
        days.flat_map(|(day, published)| {
            let lapses = published.current.valid_through.map(|last| last.plus(1));
            [Some(*day), lapses].into_iter().flatten()
        })
    }

    /// The value in force for exactly this effective day, and every value it ever had.
    pub fn values_of(
        &self,
        code: &IndexCode,
        effective_day: CivilDay,
    ) -> Option<(&PublishedValue, impl Iterator<Item = &PublishedValue>)> {
        let day = self.series.get(code)?.get(&effective_day)?;
        let all = std::iter::once(&day.current).chain(&day.superseded);
        Some((&day.current, all))
    }

    pub(crate) fn apply(&mut self, event: &IndexPublished, position: Position) {
        let published = PublishedValue {
            value: event.value.0,
            valid_through: event.valid_through,
            reason: event.reason.clone(),
            position,
        };
        let series = self.series.entry(event.code.clone()).or_default();
        match series.get_mut(&event.effective_day) {
            Some(day) => {
                let before = std::mem::replace(&mut day.current, published);
                day.superseded.push(before);
            }
            None => {
                let day = IndexDay { current: published, superseded: Vec::new() };
                series.insert(event.effective_day, day);
            }
        }
    }
}
