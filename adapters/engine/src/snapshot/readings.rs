//! The readings of a snapshot: what is known of each point's gas day, packed tightly.

use chrono::{Datelike, NaiveDate};
use citygate_domain::contract::{ReadingKey, Readings};
use citygate_domain::delivery::{PointDay, Reading, Source};
use citygate_domain::log::Position;
use citygate_domain::quantities::{CalorificValue, ContractId, GasDay, Quantity, Volume};
use citygate_domain::state::Ledger;

use super::bytes::{Reader, Writer};

/// In the lowest bits of a reading's first byte: where it comes from.
const SOURCES: [Source; 4] =
    [Source::Telemetry, Source::Manual, Source::Estimate, Source::Correction];
/// What a reading has beside its volume.
const CALORIFIC_VALUE: u8 = 1 << 2;
const QUANTITY: u8 = 1 << 3;
const REASON: u8 = 1 << 4;
const SUPERSEDED: u8 = 1 << 5;

/// Writes the readings of every contract, by id.
pub(super) fn write(ledger: &Ledger, writer: &mut Writer) {
    for contract in ledger.contracts() {
        let readings = contract.readings.all();
        writer.text(contract.id().as_str());
        writer.count(readings.len());
        let mut last = Last::default();
        for (key, day) in readings {
            let date = key.gas_day.date().num_days_from_ce();
            writer.signed(i64::from(date) - i64::from(last.date));
            last.date = date;
            writer.number(key.point);
            let superseded = if day.superseded.is_empty() { 0 } else { SUPERSEDED };
            write_one(&day.current, superseded, &mut last, writer);
            if superseded > 0 {
                writer.count(day.superseded.len());
                day.superseded.iter().for_each(|one| write_one(one, 0, &mut last, writer));
            }
        }
    }
}

/// What the next reading is told beside.
#[derive(Default)]
struct Last {
    date: i32,
    position: i64,
}

fn write_one(reading: &Reading, superseded: u8, last: &mut Last, writer: &mut Writer) {
    let Reading { volume, calorific_value, source, quantity, reason, position } = reading;
    // Where a contract bills cubic metres the quantity is the volume, with the same zeros.
    let same = quantity.value().serialize() == volume.value().serialize();
    let source = match source {
        Source::Telemetry => 0,
        Source::Manual => 1,
        Source::Estimate => 2,
        Source::Correction => 3,
    };
    let flag = |has: bool, flag: u8| if has { flag } else { 0 };
    writer.bytes.push(
        source
            | flag(calorific_value.is_some(), CALORIFIC_VALUE)
            | flag(!same, QUANTITY)
            | flag(reason.is_some(), REASON)
            | superseded,
    );
    writer.decimal(volume.value());
    if let Some(value) = calorific_value {
        writer.decimal(value.value());
    }
    if !same {
        writer.decimal(quantity.value());
    }
    if let Some(reason) = reason {
        writer.text(reason);
    }
    let position = position.number().cast_signed();
    writer.signed(position.wrapping_sub(last.position));
    last.position = position;
}

/// Reads what [`write`] wrote; none when it is something else.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<(ContractId, Readings)>> {
    let mut reader = Reader(bytes);
    let mut all = Vec::new();
    while !reader.is_empty() {
        let contract = reader.text()?.parse().ok()?;
        let count: usize = reader.number()?;
        // A reading has more than one byte, so a count that cannot be right asks for no memory.
        let mut days = Vec::with_capacity(count.min(reader.0.len()));
        let mut last = Last::default();
        for _ in 0..count {
            days.push(read_day(&mut reader, &mut last)?);
        }
        all.push((contract, Readings::from_ordered(days)?));
    }
    Some(all)
}

fn read_day(reader: &mut Reader<'_>, last: &mut Last) -> Option<(ReadingKey, PointDay)> {
    let date = i64::from(last.date).checked_add(reader.signed()?)?;
    last.date = i32::try_from(date).ok()?;
    let gas_day = GasDay::new(NaiveDate::from_num_days_from_ce_opt(last.date)?);
    let key = ReadingKey { gas_day, point: reader.number()? };
    let (current, more) = read_one(reader, last)?;
    let mut superseded = Vec::new();
    if more {
        let count: usize = reader.number()?;
        for _ in 0..count {
            superseded.push(read_one(reader, last)?.0);
        }
    }
    Some((key, PointDay { current, superseded }))
}

/// A reading, and whether others that it replaced follow.
fn read_one(reader: &mut Reader<'_>, last: &mut Last) -> Option<(Reading, bool)> {
    let flags = reader.byte()?;
    let has = |flag: u8| flags & flag != 0;
    let source = *SOURCES.get(usize::from(flags & 0b11))?;
    let volume = reader.decimal()?;
    let calorific_value =
        if has(CALORIFIC_VALUE) { Some(CalorificValue::new(reader.decimal()?)) } else { None };
    let quantity = if has(QUANTITY) { reader.decimal()? } else { volume };
    let reason = if has(REASON) { Some(reader.text()?.into()) } else { None };
    last.position = last.position.wrapping_add(reader.signed()?);
    let reading = Reading {
        volume: Volume::new(volume),
        calorific_value,
        source,
        quantity: Quantity::new(quantity),
        reason,
        position: Position::new(last.position.cast_unsigned()),
    };
    Some((reading, has(SUPERSEDED)))
}
