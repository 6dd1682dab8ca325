//! `settlements`, `lines`, `deviations`: documents as issued.

use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::log::Position;
use citygate_domain::quantities::{GasDay, Quantity};
use citygate_domain::rules::deviation::Side;
use citygate_projections::settlements::SettlementRow;

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
