//! E6, for a contract as it is on a gas day.

use super::{DailyMaximum, PointLimit, Rejection};
use crate::contract::{ContractState, DeliveryPoint, Reference};
use crate::customer::CustomerClass;
use crate::quantities::{CalorificValue, Exact, GasDay, PointId, Unit, Volume};
use crate::rules::days::{ReferenceFacts, reference_quantity};
use crate::rules::energy::cubic_metres;
use crate::rules::limit::{LimitInput, daily_limit, protected_quantity, rounded_up, split};
use crate::trace::{Trace, Traced, Value};

/// A daily maximum and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// m³ per gas day of the contract.
    pub daily_maximum: Volume,
    /// The parts; they sum to the whole.
    pub points: Vec<PointLimit>,
}

/// E6: the daily maximum of a reduced contract on a gas day of its term, split over its points. Refused
/// where it, or a part of it, would be nothing: what stops gas is a suspension.
pub fn limits(
    contract: &ContractState,
    class: Option<CustomerClass>,
    day: GasDay,
) -> Result<Traced<Limits>, crate::Rejection> {
    let input = input(contract, class, day)?;
    let limits = parts(contract, day, daily_limit(&input)?)?;
    let nothing = |part: &&PointLimit| DailyMaximum::of(part.daily_maximum).is_none();
    match limits.value.points.iter().find(nothing) {
        None => Ok(limits),
        Some(part) => {
            let whole = limits.value.daily_maximum;
            Err(limit_of_nothing(contract, &input, day, whole, &part.point)?.into())
        }
    }
}

/// The refusal of a limit that lets nothing through a point.
fn limit_of_nothing(
    contract: &ContractState,
    input: &LimitInput,
    day: GasDay,
    daily_maximum: Volume,
    point: &PointId,
) -> Result<Rejection, crate::Rejection> {
    Ok(Rejection::LimitOfNothing {
        contract: contract.id().clone(),
        day,
        daily_maximum,
        point: point.clone(),
        percent: input.reduce_to,
        contract_daily: rounded_up(&input.contract_daily.value)?,
        protected: rounded_up(&protected_quantity(input).value)?,
    })
}

/// E4, E6: the quantity below which no answer reduces the contract on a gas day, split over its points.
pub fn protected_limits(
    contract: &ContractState,
    class: Option<CustomerClass>,
    day: GasDay,
) -> Result<Traced<Limits>, crate::Rejection> {
    let protected = protected_quantity(&input(contract, class, day)?);
    let value = rounded_up(&protected.value)?;
    parts(contract, day, Traced { value, trace: protected.trace })
}

/// The newest calorific value of a contract's readings.
#[must_use]
pub fn newest_calorific_value(contract: &ContractState) -> Option<CalorificValue> {
    contract.readings.all().iter().rev().find_map(|(_, day)| day.current.calorific_value)
}

fn input(
    contract: &ContractState,
    class: Option<CustomerClass>,
    day: GasDay,
) -> Result<LimitInput, crate::Rejection> {
    let id = || contract.id().clone();
    let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
    let outside = || Rejection::OutsideTerm { contract: id(), day, first, last };
    let terms = contract.terms_on(day).ok_or_else(outside)?;
    let month = contract.month_of(day);
    let facts = ReferenceFacts {
        metered_days: Vec::new(),
        contract_quantity: contract.contract_quantity(month).ok_or_else(outside)?,
        month_days: contract.days_of(month).count(),
        unit: terms.unit,
    };
    let daily = reference_quantity(Reference::ContractDaily, &facts);
    let gross = newest_calorific_value(contract);
    let unknown = || Rejection::CalorificValueMissing { contract: id() };
    Ok(LimitInput {
        class,
        contract_daily: in_cubic_metres(daily, terms.unit, gross).ok_or_else(unknown)?,
        protected: terms.payment.protected_daily_quantity,
        reduce_to: terms.payment.reduce_to_percent,
    })
}

fn in_cubic_metres(
    quantity: Traced<Exact>,
    unit: Unit,
    gross: Option<CalorificValue>,
) -> Option<Traced<Exact>> {
    let value = cubic_metres(&quantity.value, unit, gross)?;
    let mut trace = Trace::new("E6", "contract_daily_volume", Value::Exact(value.clone()))
        .with_step(quantity.trace);
    if let Some(gross) = gross.filter(|_| unit.needs_calorific_value()) {
        trace = trace.with("calorific_value", Value::Number(gross.value()));
    }
    Some(Traced { value, trace })
}

/// One point takes the whole; several share it by their capacity, which each of them then needs.
fn parts(
    contract: &ContractState,
    day: GasDay,
    whole: Traced<Volume>,
) -> Result<Traced<Limits>, crate::Rejection> {
    let points = match contract.points_on(day) {
        [only] => vec![PointLimit { daily_maximum: whole.value, point: only.id.clone() }],
        several => split(whole.value, &capacities(contract, several)?)?,
    };
    let mut trace = Trace::new("E6", "limits", Value::Number(whole.value.value()));
    for part in &points {
        trace = trace
            .with("delivery_point", Value::Text(part.point.to_string()))
            .with("daily_maximum", Value::Number(part.daily_maximum.value()));
    }
    let limits = Limits { daily_maximum: whole.value, points };
    Ok(Traced { value: limits, trace: trace.with_step(whole.trace) })
}

fn capacities(
    contract: &ContractState,
    points: &[DeliveryPoint],
) -> Result<Vec<(PointId, Volume)>, Rejection> {
    let capacity = |point: &DeliveryPoint| match point.daily_capacity {
        Some(capacity) => Ok((point.id.clone(), capacity)),
        None => {
            let (point, contract) = (point.id.clone(), contract.id().clone());
            Err(Rejection::CapacityMissing { point, contract })
        }
    };
    points.iter().map(capacity).collect()
}

/// E4, E6: the daily maximum of a point under an order: what was ordered, and never below the point's
/// part of what is protected on the gas day. An order of nothing limits nobody.
pub fn limits_now(
    contract: &ContractState,
    class: Option<CustomerClass>,
    day: GasDay,
    ordered: &PointLimit,
) -> Result<DailyMaximum, crate::Rejection> {
    let protected = protected_limits(contract, class, day)?.value;
    let own = protected.points.iter().find(|limit| limit.point == ordered.point);
    let floor = own.map_or(ordered.daily_maximum, |own| own.daily_maximum);
    let limit = ordered.daily_maximum.max(floor);
    match DailyMaximum::of(limit) {
        Some(limit) => Ok(limit),
        None => {
            let input = input(contract, class, day)?;
            Err(limit_of_nothing(contract, &input, day, limit, &ordered.point)?.into())
        }
    }
}
