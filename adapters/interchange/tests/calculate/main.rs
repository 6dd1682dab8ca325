//! `calculate`, and the take-or-pay rule behind it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod examples;
mod explained;
mod refusals;
mod settled;
mod small;
mod years;

mod billed;
mod ledger;
mod properties;
mod tokens;

use citygate_interchange::calculate::calculate;
use serde_json::Value;

/// The cells of a column, one for each row of the result.
fn column(json: &Value, name: &str) -> Vec<String> {
    let table =
        calculate(&json.to_string()).unwrap_or_else(|error| panic!("{json}: {error}")).table;
    let place = table.columns.iter().position(|column| *column == name);
    let place = place.unwrap_or_else(|| panic!("no column {name}"));
    table.rows.iter().map(|row| row.get(place).cloned().unwrap()).collect()
}
