//! Readings: telemetry, by hand, estimated, corrected, sent twice, contradicting, impossible.

use citygate_domain::Command;
use citygate_domain::contract::{DeliveryPoint, SignContract};
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::quantities::{CalorificValue, GasDay, Quantity, Unit, Volume};
use rust_decimal::Decimal;

use super::dice::Dice;
use crate::words::read;

/// The readings of a term.
pub(super) fn deliveries(dice: &mut Dice, contract: &SignContract) -> Vec<Command> {
    let complete = !dice.one_in(6);
    let mut commands = Vec::new();
    for gas_day in contract.terms.days().iter() {
        for point in &contract.delivery_points {
            if complete || !dice.one_in(15) {
                of_day(dice, contract, point, gas_day, &mut commands);
            }
        }
    }
    commands
}

fn of_day(
    dice: &mut Dice,
    contract: &SignContract,
    point: &DeliveryPoint,
    gas_day: GasDay,
    commands: &mut Vec<Command>,
) {
    let reading = reading(dice, contract, point, gas_day);
    if dice.one_in(60) {
        commands.push(told(impossible(dice, reading.clone())));
    }
    let estimated = dice.one_in(8);
    if estimated {
        let guess = if dice.one_in(3) { reading.clone() } else { other(dice, &reading) };
        commands.push(told(RecordDelivery { source: Source::Estimate, ..guess }));
    }
    let source = *dice.of(&[Source::Telemetry, Source::Telemetry, Source::Manual]);
    if !estimated || !dice.one_in(4) {
        commands.push(told(RecordDelivery { source, ..reading.clone() }));
    }
    if dice.one_in(20) {
        commands.push(told(RecordDelivery { source: Source::Manual, ..reading.clone() }));
    }
    if dice.one_in(20) {
        let source = *dice.of(&[Source::Estimate, Source::Manual, Source::Telemetry]);
        commands.push(told(RecordDelivery { source, ..other(dice, &reading) }));
    }
    if dice.one_in(20) {
        let corrected = correction(other(dice, &reading), "meter exchanged");
        commands.push(told(corrected.clone()));
        if dice.one_in(3) {
            commands.push(told(correction(reading.clone(), "it was right before")));
        }
        if dice.one_in(3) {
            commands.push(told(corrected));
        }
        if dice.one_in(3) {
            commands.push(told(RecordDelivery { source: Source::Telemetry, ..reading }));
        }
    }
}

fn told(reading: RecordDelivery) -> Command {
    Command::RecordDelivery(reading)
}

fn correction(reading: RecordDelivery, reason: &str) -> RecordDelivery {
    RecordDelivery { source: Source::Correction, reason: Some(reason.to_owned()), ..reading }
}

/// A plausible reading: the month's quantity by its days and points, more or less.
fn reading(
    dice: &mut Dice,
    contract: &SignContract,
    point: &DeliveryPoint,
    gas_day: GasDay,
) -> RecordDelivery {
    let terms = &contract.terms;
    let month = terms.month_ends_on.month_of(gas_day);
    let monthly =
        terms.monthly_quantities.get(&month).map_or(Decimal::ZERO, |q: &Quantity| q.value());
    let per_unit = match terms.unit {
        Unit::CubicMetre => Decimal::ONE,
        Unit::Megajoule => read("0.026"),
        Unit::Gigajoule => read("26"),
        Unit::KilowattHour => read("0.0947"),
        Unit::MillionBtu => read("27.75"),
    };
    let share = Decimal::from(30 * contract.delivery_points.len() as u64);
    let usual = monthly * per_unit / share;
    let factor = Decimal::from(dice.below(230)) / Decimal::ONE_HUNDRED;
    let places = dice.below(4) as u32;
    let volume = match dice.below(20) {
        0 => Decimal::ZERO,
        1 => dice.decimal(2, 3),
        _ => cut(usual * factor, places),
    };
    let volume = match point.daily_capacity {
        Some(capacity) if !dice.one_in(40) => volume.min(capacity.value()),
        Some(_) | None => volume,
    };
    let gcv = (terms.unit != Unit::CubicMetre || dice.one_in(3))
        .then(|| CalorificValue::new(Decimal::from(36) + dice.decimal(4, 4)));
    RecordDelivery {
        point: point.id.clone(),
        gas_day,
        volume: Volume::new(volume),
        calorific_value: gcv,
        source: Source::Telemetry,
        reason: None,
    }
}

fn cut(value: Decimal, places: u32) -> Decimal {
    value.trunc_with_scale(places)
}

/// Another value for the same point and day.
fn other(dice: &mut Dice, reading: &RecordDelivery) -> RecordDelivery {
    let more = Decimal::new(dice.between(1, 50_000) as i64, 3);
    let more = if dice.one_in(2) { more } else { -more };
    let volume = (reading.volume.value() + more).max(Decimal::ZERO);
    let mut other = RecordDelivery { volume: Volume::new(volume), ..reading.clone() };
    if let Some(value) = reading.calorific_value.filter(|_| dice.one_in(3)) {
        other.calorific_value = Some(CalorificValue::new(value.value() + Decimal::new(1, 2)));
    }
    other
}

/// A reading that must be refused, in one way or several.
fn impossible(dice: &mut Dice, mut reading: RecordDelivery) -> RecordDelivery {
    for _ in 0..dice.between(1, 2) {
        match dice.below(8) {
            0 => reading.point = read("NOWHERE"),
            1 => reading.gas_day = read("2024-12-31"),
            2 => reading.volume = read("-1"),
            3 => reading.volume = read("1.2345"),
            4 => reading.volume = read("999999999"),
            5 => reading.calorific_value = None,
            6 => reading.calorific_value = Some(read("0")),
            _ => reading.source = Source::Correction,
        }
    }
    reading
}
