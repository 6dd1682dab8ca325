use super::park::park;
use super::{DeliveryRecorded, PointDay, RecordDelivery, Rejection, Source};
use crate::context::Context;
use crate::contract::{ContractState, DeliveryPoint, ReadingKey};
use crate::quantities::{CalorificValue, Unit, Volume};
use crate::rules::energy::billed;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

const VOLUME_DECIMALS: u32 = 3;
const CALORIFIC_DECIMALS: u32 = 4;

/// Q5, Q6: records a reading of the contract that holds the point on the gas day.
///
/// A fact seen before is known whatever came after it; everything else is asked in Q6's order.
pub fn record(
    ledger: &Ledger,
    command: &RecordDelivery,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let contract = match holder(ledger, command) {
        Ok(contract) => contract,
        Err(refusal) => return park(ledger, command, context, refusal),
    };
    let known = contract
        .place_of(&command.point)
        .and_then(|point| contract.readings.get(ReadingKey { gas_day: command.gas_day, point }));
    if known.is_some_and(|day| day.has_seen(command)) {
        return Ok(Decision::nothing());
    }
    check_form(ledger, contract, command, context)?;
    if known.is_some_and(|day| repeats(day, command)) {
        return Ok(Decision::nothing());
    }
    check_conflict(known, command)?;
    let missing = || Rejection::CalorificValueMissing { unit: contract.unit() };
    let quantity =
        billed(command.volume, command.calorific_value, contract.unit())?.ok_or_else(missing)?;
    let recorded = DeliveryRecorded {
        contract: contract.id().clone(),
        gas_day: command.gas_day,
        gcv_mj_per_m3: command.calorific_value,
        month: contract.month_of(command.gas_day),
        point: command.point.clone(),
        quantity,
        reason: command.reason.clone(),
        source: command.source,
        volume_m3: command.volume,
    };
    let point = Stream::Point(command.point.clone());
    Ok(Decision::of([Event::DeliveryRecorded(recorded)]).guarded_by(point))
}

/// The contract that holds the point on the gas day.
fn holder<'a>(
    ledger: &'a Ledger,
    command: &RecordDelivery,
) -> Result<&'a ContractState, Rejection> {
    let assignments = ledger.assignments(&command.point);
    let (Some(earliest), Some(latest)) = (
        assignments.iter().map(|held| held.first_gas_day).min(),
        assignments.iter().map(|held| held.last_gas_day).max(),
    ) else {
        return Err(Rejection::UnknownDeliveryPoint { point: command.point.clone() });
    };
    let held = ledger.held_on(&command.point, command.gas_day);
    held.and_then(|held| ledger.contract(&held.contract)).ok_or_else(|| Rejection::OutsideTerm {
        point: command.point.clone(),
        gas_day: command.gas_day,
        first: earliest,
        last: latest,
    })
}

/// Q6, from the gas day to the reason.
fn check_form(
    ledger: &Ledger,
    contract: &ContractState,
    command: &RecordDelivery,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let ends = ledger.clock().end(command.gas_day);
    if context.now < ends {
        let ends = ledger.clock().local(ends);
        return Err(Rejection::GasDayNotOver { gas_day: command.gas_day, ends });
    }
    let mut points = contract.points_on(command.gas_day).iter();
    match points.find(|point| point.id == command.point) {
        Some(point) => check_point(command, point, contract.unit())?,
        None => check_values(command.volume, command.calorific_value)?,
    }
    check_reason(command)
}

/// Q6: what is asked of the values of a reading at its point.
pub(super) fn check_point(
    command: &RecordDelivery,
    point: &DeliveryPoint,
    unit: Unit,
) -> Result<(), Rejection> {
    check_values(command.volume, command.calorific_value)?;
    let volume = command.volume;
    if let Some(capacity) = point.daily_capacity.filter(|capacity| volume > *capacity) {
        return Err(Rejection::OverCapacity { point: command.point.clone(), volume, capacity });
    }
    if unit.needs_calorific_value() && command.calorific_value.is_none() {
        return Err(Rejection::CalorificValueMissing { unit });
    }
    Ok(())
}

/// Q5: a correction says why.
pub(super) fn check_reason(command: &RecordDelivery) -> Result<(), Rejection> {
    match (command.source, &command.reason) {
        (Source::Correction, None) => Err(Rejection::ReasonMissing {}),
        (Source::Correction, Some(_)) => Ok(()),
        (Source::Telemetry | Source::Manual | Source::Estimate, _) => Ok(()),
    }
}

/// Q6: what is asked of a volume and a calorific value by themselves.
pub fn check_values(
    volume: Volume,
    calorific_value: Option<CalorificValue>,
) -> Result<(), Rejection> {
    if volume.value().is_sign_negative() && !volume.value().is_zero() {
        return Err(Rejection::NegativeQuantity { volume });
    }
    check_decimals(volume.to_string(), volume.decimals(), VOLUME_DECIMALS)?;
    if let Some(value) = calorific_value {
        check_decimals(value.to_string(), value.decimals(), CALORIFIC_DECIMALS)?;
        if value.value() <= rust_decimal::Decimal::ZERO {
            return Err(Rejection::CalorificValueInvalid { value });
        }
    }
    Ok(())
}

fn check_decimals(value: String, decimals: u32, limit: u32) -> Result<(), Rejection> {
    if decimals > limit {
        return Err(Rejection::TooManyDecimals { value, decimals, limit });
    }
    Ok(())
}

/// Q5: the same actual value again is the same fact, and so is an estimate equal to the actual.
pub(super) fn repeats(day: &PointDay, command: &RecordDelivery) -> bool {
    let same = day.current.has_value(command) && day.current.source.is_actual();
    match command.source {
        Source::Telemetry | Source::Manual | Source::Estimate => same,
        Source::Correction => false,
    }
}

/// Q5: only a correction replaces an actual by another value.
pub(super) fn check_conflict(
    known: Option<&PointDay>,
    command: &RecordDelivery,
) -> Result<(), Rejection> {
    let conflict =
        known.filter(|day| day.current.source.is_actual() && command.source != Source::Correction);
    match conflict {
        None => Ok(()),
        Some(day) => Err(Rejection::Conflict {
            point: command.point.clone(),
            gas_day: command.gas_day,
            known: day.current.volume,
            known_source: day.current.source,
            sent: command.volume,
            source_sent: command.source,
        }),
    }
}
