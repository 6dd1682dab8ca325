//! E6: how much gas a reduced contract still gets, and each of its points.

use rust_decimal::Decimal;

use crate::customer::CustomerClass;
use crate::quantities::{Exact, Overflow, Percent, PointId, Volume};
use crate::supply::PointLimit;
use crate::trace::{Trace, Traced, Value};

/// Decimals of a daily maximum in m³ (Q1).
const DECIMALS: u32 = 3;
/// A thousandth of a cubic metre.
const STEP: Decimal = Decimal::from_parts(1, 0, 0, false, DECIMALS);
/// Thousandths in a cubic metre.
const STEPS: i64 = 1_000;

/// What E6 looks at.
#[derive(Debug, Clone)]
pub struct LimitInput {
    /// The customer's class; none counts as protected (E4).
    pub class: Option<CustomerClass>,
    /// G1's contract daily quantity, in m³.
    pub contract_daily: Traced<Exact>,
    /// The term `protected_daily_quantity`.
    pub protected: Option<Volume>,
    /// The term `reduce_to_percent`.
    pub reduce_to: Percent,
}

/// E4, E6: the quantity below which a customer is never reduced, in m³ per gas day. A protected or
/// unknown class has the contract daily quantity where the terms are silent; another class has nothing
/// then, or it could never be reduced.
#[must_use]
pub fn protected_quantity(input: &LimitInput) -> Traced<Exact> {
    let protected = input.class.is_none_or(CustomerClass::is_protected);
    let value = match (input.protected, protected) {
        (Some(quantity), _) => Exact::from(quantity.value()),
        (None, true) => input.contract_daily.value.clone(),
        (None, false) => Exact::zero(),
    };
    let class = input.class.map_or(Value::Missing, |class| Value::Text(class.to_string()));
    let term = input.protected.map_or(Value::Missing, |term| Value::Number(term.value()));
    let trace = Trace::new("E4", "protected_daily_quantity", Value::Exact(value.clone()))
        .with("class", class)
        .with("term", term);
    Traced { value, trace }
}

/// E6: the larger of the protected quantity and the agreed share of the contract daily quantity, in
/// m³ per gas day. Rounded up to 3 decimals, so that it is below neither.
pub fn daily_limit(input: &LimitInput) -> Result<Traced<Volume>, Overflow> {
    let protected = protected_quantity(input);
    let share = &input.contract_daily.value * &input.reduce_to.fraction();
    let exact = protected.value.max(share);
    let value = rounded_up(&exact)?;
    let trace = Trace::new("E6", "daily_maximum", Value::Number(value.value()))
        .with("reduce_to_percent", Value::Percent(input.reduce_to))
        .with_exact(exact)
        .with_steps([protected.trace, input.contract_daily.trace.clone()]);
    Ok(Traced { value, trace })
}

/// An exact volume, up to 3 decimals.
pub fn rounded_up(exact: &Exact) -> Result<Volume, Overflow> {
    let steps = (exact * &Exact::from(STEPS)).ceil();
    (steps / Exact::from(STEPS)).round(DECIMALS).map(Volume::new)
}

/// E6: a daily maximum split over points by their capacity, each part cut to 3 decimals; the
/// thousandths that are left go to the parts that were cut most, one each. The parts sum to the whole.
/// No capacity above zero is [`Overflow`]: signing asks for one.
pub fn split(whole: Volume, capacities: &[(PointId, Volume)]) -> Result<Vec<PointLimit>, Overflow> {
    let total: Exact = capacities.iter().map(|(_, capacity)| Exact::from(capacity.value())).sum();
    if !total.is_positive() {
        return Err(Overflow);
    }
    let mut left = whole.value();
    let mut parts = Vec::with_capacity(capacities.len());
    for (point, capacity) in capacities {
        let capacity = Exact::from(capacity.value());
        let exact = Exact::from(whole.value()) * capacity / total.clone();
        let cut = exact.truncate(DECIMALS)?;
        left -= cut;
        let rest = exact - Exact::from(cut);
        parts.push((rest, PointLimit { daily_maximum: Volume::new(cut), point: point.clone() }));
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // Stable: of equal rests the first point comes first.
    order.sort_by(|one, other| rest_of(&parts, *other).cmp(&rest_of(&parts, *one)));
    for place in order {
        if left < STEP {
            break;
        }
        if let Some((_, part)) = parts.get_mut(place) {
            part.daily_maximum = Volume::new(part.daily_maximum.value() + STEP);
            left -= STEP;
        }
    }
    Ok(parts.into_iter().map(|(_, part)| part).collect())
}

fn rest_of(parts: &[(Exact, PointLimit)], place: usize) -> Option<&Exact> {
    parts.get(place).map(|(rest, _)| rest)
}
