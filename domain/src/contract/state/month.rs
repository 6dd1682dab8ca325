//! What the settlement of a month is computed from (P4).

use super::ContractState;
use crate::contract::{DeliveryPoint, QuantityTransferred, ReadingKey};
use crate::market::IndexBook;
use crate::quantities::{GasDay, GasDays, Quantity, SettlementMonth};
use crate::rules::fill::LotFacts;
use crate::rules::settlement::{DayFacts, MonthFacts};
use crate::rules::transfer::{TransferFacts, contract_quantity};
use crate::trace::{Trace, Traced, Value};

impl ContractState {
    /// What the settlement of a month is computed from, up to a gas day; `None` when the month has
    /// no gas day of the term up to it.
    #[must_use]
    pub fn month_facts<'a>(
        &'a self,
        month: SettlementMonth,
        through: GasDay,
        indices: &'a IndexBook,
    ) -> Option<MonthFacts<'a>> {
        let whole = self.days_of(month);
        let days = GasDays { first: whole.first, last: whole.last.min(through) };
        if days.is_empty() {
            return None;
        }
        Some(MonthFacts {
            month,
            days: self.facts_of(days),
            contract_quantity: self.contract_quantity(month)?,
            lots: self.lots_of(month),
            terms: self.terms_of(month)?,
            indices,
        })
    }

    /// The facts of gas days inside the term.
    #[must_use]
    pub fn facts_of(&self, days: GasDays) -> Vec<DayFacts<'_>> {
        let from = ReadingKey { gas_day: days.first, point: 0 };
        let to = ReadingKey { gas_day: days.last, point: u16::MAX };
        let mut readings = self.readings.range(from..=to).iter().peekable();
        let mut facts = Vec::with_capacity(days.count().unsigned_abs() as usize);
        for gas_day in days.iter() {
            let Some(version) = self.version_on(gas_day) else { continue };
            let points = self.points_on(gas_day);
            let mut day = DayFacts {
                gas_day,
                taken: Quantity::ZERO,
                readings: Vec::with_capacity(points.len()),
                unmetered: Vec::new(),
                terms: &version.terms,
            };
            let mut read = Vec::with_capacity(points.len());
            while let Some((key, reading)) = readings.next_if(|(key, _)| key.gas_day == gas_day) {
                day.taken = day.taken + reading.current.quantity;
                day.readings.push(reading.current.position);
                read.push(key.point);
            }
            if read.len() < points.len() {
                let missing = |point: &&DeliveryPoint| {
                    self.place_of(&point.id).is_none_or(|place| !read.contains(&place))
                };
                day.unmetered =
                    points.iter().filter(missing).map(|point| point.id.clone()).collect();
            }
            facts.push(day);
        }
        facts
    }

    /// P4 (1): C of a month.
    #[must_use]
    pub fn contract_quantity(&self, month: SettlementMonth) -> Option<Traced<Quantity>> {
        let version = self.version_of(month)?;
        let value = version.terms.monthly_quantities.get(&month).copied()?;
        let agreed = Value::Quantity(value, version.terms.unit);
        let trace = Trace::new("C2", "monthly_quantity", agreed.clone())
            .with("month", Value::Month(month))
            .with_events("agreed", agreed, vec![version.position]);
        let facts: Vec<_> = (self.transfers.get(&month).into_iter().flatten())
            .map(|(facts, _)| facts.clone())
            .collect();
        Some(contract_quantity(Traced { value, trace }, &facts, version.terms.unit))
    }

    /// C3: what other contracts of the ledger have transferred into a month.
    #[must_use]
    pub fn transferred_in(&self, month: SettlementMonth) -> Quantity {
        let transfers = self.transfers.get(&month).into_iter().flatten();
        transfers
            .filter(|(facts, event)| facts.incoming && event.counterparty.is_some())
            .map(|(facts, _)| facts.quantity)
            .sum()
    }

    /// C3: what a month has transferred away, less what it has received.
    #[must_use]
    pub fn transferred_away(&self, month: SettlementMonth) -> Quantity {
        let transfers = self.transfers.get(&month).into_iter().flatten();
        let sum = |sum: Quantity, (facts, _): &(TransferFacts, QuantityTransferred)| {
            if facts.incoming { sum - facts.quantity } else { sum + facts.quantity }
        };
        transfers.fold(Quantity::ZERO, sum)
    }

    /// The months that have a lot or a transfer.
    pub fn traded_months(&self) -> impl Iterator<Item = SettlementMonth> {
        self.lots.keys().chain(self.transfers.keys()).copied()
    }

    /// The lots of a month in the order in which they fill (P4).
    #[must_use]
    pub fn lots_of(&self, month: SettlementMonth) -> Vec<LotFacts> {
        let lots = self.lots.get(&month).into_iter().flatten();
        lots.map(|lot| lot.facts.clone()).collect()
    }
}
