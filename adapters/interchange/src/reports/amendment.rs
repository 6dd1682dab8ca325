//! `contract amend --preview`: what an amendment would change, as a table.

use citygate_projections::amendment::{Amount, Preview};

use crate::table::Table;

/// A row a number, before and after.
#[must_use]
pub fn amendment(preview: &Preview) -> Table {
    let mut table = Table::new(&["contract", "period", "item", "before", "after", "difference"]);
    let shown = |amount: Option<Amount>| amount.map_or_else(String::new, |it| it.to_string());
    for row in &preview.rows {
        table.push([
            preview.contract.to_string(),
            row.of.to_string(),
            row.item.word().to_owned(),
            shown(row.before),
            shown(row.after),
            shown(row.difference()),
        ]);
    }
    table
}
