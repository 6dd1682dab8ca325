//! What the tables hold as cells.

use std::fmt::Display;

use citygate_domain::quantities::exact::half_up;
use citygate_domain::quantities::{Money, Quantity, Unit};
use citygate_store::Cell;
use serde_json::Value;

/// A row as SQLite's `json_array` writes it, behind its position.
pub(super) fn dumped(row: &[Cell]) -> (u64, String) {
    let position = match row.first() {
        Some(Cell::Integer(position)) => position.unsigned_abs(),
        Some(Cell::Null | Cell::Text(_)) | None => 0,
    };
    let cells = row.iter().map(|cell| match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::from(*number),
        Cell::Text(text) => Value::from(text.as_str()),
    });
    (position, Value::Array(cells.collect()).to_string())
}

pub(super) fn text(value: impl Display) -> Cell {
    Cell::Text(value.to_string())
}

pub(super) fn optional(value: Option<impl Display>) -> Cell {
    value.map_or(Cell::Null, text)
}

pub(super) fn whole(value: u64) -> Cell {
    number(value.into())
}

/// An amount in fen. A ledger's amounts are far below 9 × 10¹⁶ yuan.
pub(super) fn fen(money: Money) -> Cell {
    number(money.fen())
}

/// A quantity in units of the billing unit's last decimal.
pub(super) fn scaled(quantity: Quantity, unit: Unit) -> Cell {
    number(half_up(quantity.value(), unit.decimals()).mantissa())
}

/// A whole number; as text where SQLite has none so large.
pub(super) fn number(value: i128) -> Cell {
    i64::try_from(value).map_or_else(|_| text(value), Cell::Integer)
}
