//! G1–G3: days of gas remaining (可用天数).

use std::fmt;

use rust_decimal::Decimal;

use super::RuleError;
use super::fill::NextPart;
use super::pricer::{Pricer, excess_price};
use super::settlement::{MonthFacts, Settlement};
use crate::contract::Reference;
use crate::log::Position;
use crate::quantities::{Exact, GasDay, Money, Overflow, Price, Quantity, Unit};
use crate::trace::{Trace, Traced, Value};

/// What G1 chooses from.
#[derive(Debug, Clone)]
pub struct ReferenceFacts {
    /// The newest gas days up to the day asked about on which every point has a reading, at most
    /// `reference_days` of them.
    pub metered_days: Vec<(GasDay, Quantity, Vec<Position>)>,
    /// C of the settlement month.
    pub contract_quantity: Traced<Quantity>,
    /// Gas days of that month inside the term; above zero.
    pub month_days: i64,
    /// The billing unit.
    pub unit: Unit,
}

/// G1: the quantity that a day of gas is counted with, unrounded.
#[must_use]
pub fn reference_quantity(reference: Reference, facts: &ReferenceFacts) -> Traced<Exact> {
    match reference {
        Reference::ContractDaily => contract_daily(facts),
        Reference::TrailingMean => trailing_mean(facts).unwrap_or_else(|| contract_daily(facts)),
        Reference::LargerOfBoth => {
            let daily = contract_daily(facts);
            match trailing_mean(facts) {
                Some(mean) => larger(mean, daily, facts.unit),
                None => daily,
            }
        }
    }
}

fn larger(left: Traced<Exact>, right: Traced<Exact>, unit: Unit) -> Traced<Exact> {
    let value = left.value.max(right.value);
    let result = Value::ExactQuantity(value.clone(), unit);
    let trace = Trace::new("G1", "larger_of_both", result).with_steps([left.trace, right.trace]);
    Traced { value, trace }
}

fn contract_daily(facts: &ReferenceFacts) -> Traced<Exact> {
    let value = facts.contract_quantity.value.exact() / Exact::from(facts.month_days);
    let result = Value::ExactQuantity(value.clone(), facts.unit);
    let trace = Trace::new("G1", "contract_daily_quantity", result)
        .with("contract_quantity", Value::Quantity(facts.contract_quantity.value, facts.unit))
        .with("gas_days", Value::Count(facts.month_days.unsigned_abs()))
        .with_step(facts.contract_quantity.trace.clone());
    Traced { value, trace }
}

fn trailing_mean(facts: &ReferenceFacts) -> Option<Traced<Exact>> {
    let count = facts.metered_days.len() as i64;
    if count == 0 {
        return None;
    }
    let sum: Quantity = facts.metered_days.iter().map(|(_, quantity, _)| *quantity).sum();
    let events = facts.metered_days.iter().flat_map(|(_, _, events)| events.clone()).collect();
    let value = sum.exact() / Exact::from(count);
    let result = Value::ExactQuantity(value.clone(), facts.unit);
    let trace = Trace::new("G1", "trailing_mean", result)
        .with_events("readings", Value::Quantity(sum, facts.unit), events)
        .with("gas_days", Value::Count(count.unsigned_abs()));
    Some(Traced { value, trace })
}

/// G2: what the next unit would cost by P4 in this month at the prices of `day`.
pub fn next_unit_price<'a>(
    settled: &Settlement,
    facts: &MonthFacts<'a>,
    pricer: &mut Pricer<'a>,
    day: GasDay,
) -> Result<Traced<Price>, RuleError> {
    let terms = facts.days.last().map_or(facts.terms, |day| day.terms);
    let price = match settled.next {
        NextPart::Base => pricer.prices(terms, day)?.1.composite.clone(),
        NextPart::Lot(place) => match facts.lots.get(place) {
            Some(lot) => {
                let value = Value::Price(lot.unit_price, settled.unit);
                let trace = Trace::new("P4", "lot_price", Value::Text(lot.reference.to_string()))
                    .with_events("unit_price", value, vec![lot.position]);
                Traced { value: lot.unit_price, trace }
            }
            None => unreachable!("a settlement names a lot of the facts it was made from"),
        },
        NextPart::Excess => excess_price(terms, day, facts.indices, pricer.prices(terms, day))?,
    };
    let trace = Trace::new("G2", "reference_price", Value::Price(price.value, settled.unit))
        .with("gas_day", Value::GasDay(day))
        .with_step(price.trace);
    Ok(Traced { value: price.value, trace })
}

/// G3: how long the money lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DaysRemaining {
    /// Days, cut to one decimal.
    Days(Decimal),
    /// Nothing is taken, or it costs nothing.
    Unlimited,
}

impl fmt::Display for DaysRemaining {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => formatter.pad(&days.to_string()),
            Self::Unlimited => formatter.pad("unlimited"),
        }
    }
}

/// G3: available ≤ 0 → 0; else quantity or price 0 → unlimited; else available ÷ (quantity ×
/// price), cut to one decimal.
pub fn days_remaining(
    available: Money,
    quantity: &Exact,
    price: Price,
    unit: Unit,
) -> Result<Traced<DaysRemaining>, Overflow> {
    let trace = |result: Value| {
        Trace::new("G3", "days_remaining", result)
            .with("available", Value::Money(available))
            .with("reference_quantity", Value::ExactQuantity(quantity.clone(), unit))
            .with("reference_price", Value::Price(price, unit))
    };
    if available <= Money::ZERO {
        let value = DaysRemaining::Days(Decimal::new(0, 1));
        return Ok(Traced { value, trace: trace(Value::Number(Decimal::new(0, 1))) });
    }
    let daily = quantity * &Exact::from(price.value());
    if !daily.is_positive() {
        return Ok(Traced { value: DaysRemaining::Unlimited, trace: trace(Value::Unlimited) });
    }
    let exact = Exact::from(available.value()) / daily;
    let days = exact.truncate(1)?;
    let trace = trace(Value::Number(days)).with_exact(exact);
    Ok(Traced { value: DaysRemaining::Days(days), trace })
}
