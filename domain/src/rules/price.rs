//! P1–P3: plans, price rules and index values.

use crate::contract::{IndexPart, PricePlan, PriceRule, Tranche};
use crate::log::Position;
use crate::market::IndexBook;
use crate::quantities::{
    Exact, GasDay, IndexCode, Money, Overflow, Percent, Price, Quantity, SettlementMonth, Unit,
};
use crate::trace::{Trace, Traced, Value};

use super::RuleError;

/// No value of an index can be used on a gas day (P3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("index {code} has no value for {day}")]
pub struct PriceReferenceMissing {
    /// The index.
    pub code: IndexCode,
    /// The gas day, or the first day of a month that a mean needs.
    pub day: GasDay,
}

/// P3: an index as a rule uses it on a gas day: a sum of published values over their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexReading {
    /// The exact value: the published one, or the exact mean.
    pub value: Exact,
    /// The events that published it.
    pub events: Vec<Position>,
}

/// P1: shares of a plan sum to exactly this.
pub const WHOLE_PLAN: i64 = 100;

/// P1: the sum of a plan's shares.
#[must_use]
pub fn share_total(plan: &PricePlan) -> Exact {
    plan.tranches.iter().map(|tranche| Exact::from(tranche.share.value())).sum()
}

/// P3: the value of an index part on a gas day.
pub fn index_reading(
    part: &IndexPart,
    day: GasDay,
    indices: &IndexBook,
) -> Result<IndexReading, PriceReferenceMissing> {
    let published = |day: GasDay| {
        indices
            .published(&part.code, day)
            .ok_or_else(|| PriceReferenceMissing { code: part.code.clone(), day })
    };
    let Some(months) = part.mean_of_months else {
        let found = published(day)?;
        return Ok(IndexReading { value: found.value.into(), events: vec![found.position] });
    };
    let last = SettlementMonth::containing(day.date()).plus(-(part.lag_months.unwrap_or(0) as i32));
    let first = last.plus(1 - months as i32);
    let mut sum = Exact::zero();
    let mut events = Vec::new();
    for month in first.through(last) {
        let found = published(GasDay::new(month.date(1)))?;
        sum = sum + found.value.into();
        events.push(found.position);
    }
    Ok(IndexReading { value: sum / Exact::from(i64::from(months)), events })
}

/// P3: the values of all parts of a price rule on a gas day.
pub fn index_readings(
    rule: &PriceRule,
    day: GasDay,
    indices: &IndexBook,
) -> Result<Vec<IndexReading>, PriceReferenceMissing> {
    rule.indices.iter().map(|part| index_reading(part, day, indices)).collect()
}

/// P2: round(clamp(constant + Σ coefficient × index, floor, cap)) to `decimals` places.
///
/// `readings` are those of [`index_readings`] for the same rule, in the same order.
pub fn unit_price(
    rule: &PriceRule,
    readings: &[IndexReading],
    decimals: u32,
    unit: Unit,
) -> Result<Traced<Price>, Overflow> {
    let mut exact = rule.constant.map_or_else(Exact::zero, |part| part.value().into());
    let mut steps = Vec::new();
    for (part, reading) in rule.indices.iter().zip(readings) {
        exact = exact + &Exact::from(part.coefficient.value()) * &reading.value;
        steps.push(index_trace(part, reading));
    }
    if let Some(floor) = rule.floor {
        exact = exact.max(floor.value().into());
    }
    if let Some(cap) = rule.cap {
        exact = exact.min(cap.value().into());
    }
    let price = Price::computed(&exact, decimals)?;
    let mut trace = Trace::new("P2", "unit_price", Value::Price(price, unit)).with_steps(steps);
    for (name, part) in [("constant", rule.constant), ("floor", rule.floor), ("cap", rule.cap)] {
        if let Some(value) = part {
            trace = trace.with(name, Value::Price(value, unit));
        }
    }
    Ok(Traced { value: price, trace: trace.with_exact(exact) })
}

fn index_trace(part: &IndexPart, reading: &IndexReading) -> Trace {
    let events = reading.events.clone();
    let mut trace = Trace::new("P3", "index", Value::Text(part.code.to_string()))
        .with("coefficient", Value::Number(part.coefficient.value()))
        .with_events("index_value", Value::Text(reading.value.to_string()), events);
    if let Some(months) = part.mean_of_months {
        trace = trace.with("mean_of_months", Value::Count(u64::from(months)));
        trace = trace.with("lag_months", Value::Count(part.lag_months.unwrap_or(0).into()));
    }
    trace
}

/// P2 on a gas day: looks the indices up and computes.
pub fn price_on(
    rule: &PriceRule,
    day: GasDay,
    indices: &IndexBook,
    decimals: u32,
    unit: Unit,
) -> Result<Traced<Price>, RuleError> {
    let readings = index_readings(rule, day, indices)?;
    Ok(unit_price(rule, &readings, decimals, unit)?)
}

/// P2: Σ share × the tranches' rounded unit prices, rounded to `decimals` places.
pub fn composite(
    tranches: &[Tranche],
    prices: &[Traced<Price>],
    decimals: u32,
    unit: Unit,
) -> Result<Traced<Price>, Overflow> {
    let parts = tranches.iter().zip(prices);
    let exact: Exact =
        parts.map(|(tranche, price)| tranche.share.fraction() * price.value.value().into()).sum();
    let value = Price::computed(&exact, decimals)?;
    let mut trace = Trace::new("P2", "composite", Value::Price(value, unit)).with_exact(exact);
    for (tranche, price) in tranches.iter().zip(prices) {
        trace = trace
            .with("tag", Value::Text(tranche.tag.to_string()))
            .with("share", Value::Percent(tranche.share))
            .with_step(price.trace.clone());
    }
    Ok(Traced { value, trace })
}

/// An exact share of a value, such as a tranche's of a segment (P5) or the band's of C (P4).
pub fn percent_of(value: &Exact, percent: Percent) -> Exact {
    value * &percent.fraction()
}

/// D5, Y7: base-line amounts ÷ base-line quantity, rounded to `decimals`, under the address and the
/// name that the rule gives it; `None` without any base-line quantity.
pub(super) fn base_price(
    (rule, name): (&'static str, &'static str),
    (amounts, quantity): (Money, Quantity),
    decimals: u32,
    unit: Unit,
) -> Result<Option<Traced<Price>>, Overflow> {
    if quantity.is_zero() {
        return Ok(None);
    }
    let exact = Exact::from(amounts.value()) / quantity.exact();
    let value = Price::computed(&exact, decimals)?;
    let trace = Trace::new(rule, name, Value::Price(value, unit))
        .with("base_amounts", Value::Money(amounts))
        .with("base_quantity", Value::Quantity(quantity, unit))
        .with_exact(exact);
    Ok(Some(Traced { value, trace }))
}
