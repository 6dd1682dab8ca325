//! `accounts`, `stages`: what an account holds, and how long it lasts.

use citygate_domain::quantities::exact::half_up;
use citygate_domain::quantities::{Exact, Unit};
use citygate_projections::board::Board;

use crate::table::Table;

/// `accounts`: balance, available money and days of gas.
#[must_use]
pub fn accounts(board: &Board) -> Table {
    let mut table = Table::new(&[
        "contract",
        "balance",
        "guarantees",
        "emergency_credit",
        "available",
        "reference_quantity",
        "price",
        "days_remaining",
        "unmetered_days",
    ]);
    for row in &board.rows {
        let account = &row.account;
        table.push([
            row.contract.to_string(),
            account.balance.to_string(),
            account.guarantees.to_string(),
            account.emergency_credit.to_string(),
            account.available.to_string(),
            shown(&account.reference_quantity, row.unit),
            account.price.map_or_else(String::new, |price| price.to_string()),
            account.days.map_or_else(String::new, |days| days.to_string()),
            account.unmetered_days.to_string(),
        ]);
    }
    table
}

/// `stages`: what the facts recommend, beside what is in effect.
#[must_use]
pub fn stages(board: &Board) -> Table {
    let mut table =
        Table::new(&["contract", "days_remaining", "recommended", "effective", "reasons"]);
    for row in &board.rows {
        table.push([
            row.contract.to_string(),
            row.account.days.map_or_else(String::new, |days| days.to_string()),
            row.recommended.stage.to_string(),
            row.effective.to_string(),
            row.recommended.reasons.join(";"),
        ]);
    }
    table
}

/// An exact quantity, half-up to the unit's decimals for printing only.
#[must_use]
pub fn shown(exact: &Exact, unit: Unit) -> String {
    match exact.round(unit.decimals()) {
        Ok(value) => half_up(value, unit.decimals()).to_string(),
        Err(_) => exact.to_string(),
    }
}
