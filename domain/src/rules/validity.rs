//! E7: how long an answer to a gateway may be used.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::energy::cubic_metres;
use crate::quantities::{CalorificValue, Exact, Money, Overflow, Price, Quantity, Unit, Volume};
use crate::trace::{Trace, Traced, Value};

/// E7: no answer is valid for less than ten minutes.
pub const SHORTEST_SECONDS: u64 = 600;
/// Seconds that a gas day is counted with.
const DAY_SECONDS: i64 = 86_400;

/// What E7 looks at.
#[derive(Debug, Clone)]
pub struct ValidityInput {
    /// A3.
    pub available: Money,
    /// m³ per gas day of all points together; none when a point has none.
    pub capacity: Option<Volume>,
    /// G2; none when a price is missing.
    pub price: Option<Price>,
    /// The billing unit of the price.
    pub unit: Unit,
    /// The newest calorific value, where the unit is one of energy.
    pub calorific_value: Option<CalorificValue>,
    /// The term `lease_hours`.
    pub lease_hours: u32,
}

/// E7: seconds until the available money would be used up at the total capacity, cut; at most
/// `lease_hours`, never under ten minutes. What cannot be counted does not shorten it.
pub fn validity(input: &ValidityInput) -> Result<Traced<u64>, Overflow> {
    let longest = u64::from(input.lease_hours) * 3_600;
    let lasting = lasting(input);
    let seconds = match &lasting {
        Some(exact) => exact.truncate(0)?.to_u64().unwrap_or(u64::MAX),
        None => longest,
    };
    let value = seconds.min(longest).max(SHORTEST_SECONDS);
    let number = |value: Option<Decimal>| value.map_or(Value::Missing, Value::Number);
    let price = input.price.map_or(Value::Missing, |price| Value::Price(price, input.unit));
    let mut trace = Trace::new("E7", "validity", Value::Count(value))
        .with("available", Value::Money(input.available))
        .with("daily_capacity", number(input.capacity.map(Volume::value)))
        .with("reference_price", price)
        .with("calorific_value", number(input.calorific_value.map(CalorificValue::value)))
        .with("lease_hours", Value::Count(input.lease_hours.into()));
    if let Some(exact) = lasting {
        trace = trace.with_exact(exact);
    }
    Ok(Traced { value, trace })
}

/// Exact seconds, never below zero; none where they cannot be counted.
fn lasting(input: &ValidityInput) -> Option<Exact> {
    let (capacity, price) = (input.capacity?, input.price?);
    if input.available <= Money::ZERO {
        return Some(Exact::zero());
    }
    let unit_in_m3 =
        cubic_metres(&Quantity::of_parts(1).exact(), input.unit, input.calorific_value)?;
    let daily = Exact::from(capacity.value()) / unit_in_m3 * Exact::from(price.value());
    if !daily.is_positive() {
        return None;
    }
    Some(Exact::from(input.available.value()) / daily * Exact::from(DAY_SECONDS))
}
