//! The reports of formats.md as tables.

use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::log::Position;
use citygate_domain::quantities::exact::half_up;
use citygate_domain::quantities::{ContractId, Exact, GasDay, Quantity, Unit};
use citygate_domain::rules::deviation::Side;
use citygate_domain::state::Ledger;
use citygate_projections::board::Board;
use citygate_projections::contract_card::ContractCards;
use citygate_projections::journal::journal;
use citygate_projections::settlements::SettlementRow;
use citygate_projections::statement::Statements;

use crate::table::Table;

/// `settlements`: a row a month.
#[must_use]
pub fn settlements(rows: &[SettlementRow]) -> Table {
    let mut table = Table::new(&["contract", "month", "quantity", "gross", "net", "tax"]);
    for row in rows {
        table.push([
            row.contract.to_string(),
            row.month.to_string(),
            row.quantity.to_string(),
            row.gross.to_string(),
            row.net.to_string(),
            row.tax.to_string(),
        ]);
    }
    table
}

/// `lines`: a row a line of a settlement.
#[must_use]
pub fn lines(rows: &[SettlementRow]) -> Table {
    let mut table = Table::new(&[
        "contract",
        "month",
        "kind",
        "tag",
        "first_gas_day",
        "last_gas_day",
        "quantity",
        "unit_price",
        "amount",
    ]);
    let day = |day: Option<GasDay>| day.map_or_else(String::new, |day| day.to_string());
    for row in rows {
        for line in &row.lines {
            table.push([
                row.contract.to_string(),
                row.month.to_string(),
                line.kind.word().to_owned(),
                line.tag.clone(),
                day(line.first_gas_day),
                day(line.last_gas_day),
                line.quantity.to_string(),
                line.unit_price.to_string(),
                line.amount.to_string(),
            ]);
        }
    }
    table
}

/// `deviations`: a row an assessment (D7).
#[must_use]
pub fn deviations<'a>(documents: impl Iterator<Item = (&'a DeviationAssessed, Position)>) -> Table {
    let mut table = Table::new(&[
        "contract",
        "month",
        "base",
        "relief",
        "taken",
        "under",
        "over",
        "reference_price",
        "charge",
    ]);
    for (document, _) in documents {
        let of_side = |side: Side| {
            let zero = Quantity::ZERO.shown_in(document.unit);
            if document.side == Some(side) { document.quantity } else { zero }.to_string()
        };
        table.push([
            document.contract.to_string(),
            document.month.to_string(),
            document.base.to_string(),
            document.relief.to_string(),
            document.taken.to_string(),
            of_side(Side::Under),
            of_side(Side::Over),
            document.reference_price.to_string(),
            document.charge.to_string(),
        ]);
    }
    table
}

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

/// `contracts`: contracts as signed and renewed, a row a term.
#[must_use]
pub fn contracts(cards: &ContractCards) -> Table {
    let mut table = Table::new(&[
        "contract",
        "customer",
        "class",
        "first_gas_day",
        "last_gas_day",
        "unit",
        "points",
        "signed_on",
        "position",
    ]);
    for (contract, card) in cards.all() {
        let class = cards.class_of(&card.customer);
        for (signed, position) in &card.versions {
            let points = signed.delivery_points.iter().map(|point| point.id.as_str());
            table.push([
                contract.to_string(),
                card.customer.to_string(),
                class.map_or_else(String::new, |class| class.to_string()),
                signed.terms.first_gas_day.to_string(),
                signed.terms.last_gas_day.to_string(),
                signed.terms.unit.to_string(),
                points.collect::<Vec<_>>().join(" "),
                signed.signed_on.to_string(),
                position.to_string(),
            ]);
        }
    }
    table
}

/// `deliveries`: readings in the order in which they were recorded, of one contract or of all, of
/// one gas day or of all.
#[must_use]
pub fn deliveries(ledger: &Ledger, only: Option<&ContractId>, gas_day: Option<GasDay>) -> Table {
    let mut table = Table::new(&[
        "contract",
        "delivery_point",
        "gas_day",
        "volume_m3",
        "gcv_mj_per_m3",
        "quantity",
        "source",
        "reason",
        "in_force",
        "position",
    ]);
    for contract in ledger.contracts().filter(|one| only.is_none_or(|only| one.id() == only)) {
        for entry in journal(contract, gas_day) {
            let reading = entry.reading;
            table.push([
                contract.id().to_string(),
                entry.point.to_string(),
                entry.gas_day.to_string(),
                reading.volume.to_string(),
                reading.calorific_value.map_or_else(String::new, |value| value.to_string()),
                reading.quantity.to_string(),
                reading.source.to_string(),
                reading.reason.as_deref().unwrap_or_default().to_owned(),
                entry.in_force.to_string(),
                reading.position.to_string(),
            ]);
        }
    }
    table
}

/// `account-statement`: money and documents with the balance after each; an empty contract is money
/// that is not assigned yet.
#[must_use]
pub fn statement(
    statements: &Statements,
    only: Option<&ContractId>,
    as_of: Option<GasDay>,
) -> Table {
    let mut table =
        Table::new(&["contract", "date", "kind", "reference", "amount", "balance", "position"]);
    let wanted = |account: &Option<&ContractId>| only.is_none_or(|only| *account == Some(only));
    for account in statements.accounts().filter(wanted) {
        for (entry, balance) in statements.of(account, as_of) {
            table.push([
                account.map_or_else(String::new, ToString::to_string),
                entry.date.to_string(),
                entry.kind.word().to_owned(),
                entry.reference,
                entry.amount.to_string(),
                balance.to_string(),
                entry.position.to_string(),
            ]);
        }
    }
    table
}
