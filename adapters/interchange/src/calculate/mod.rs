//! `calculate`: one rule on given numbers, with the engine's own functions; stores nothing.
//!
//! The forms are those of `docs/formats.md`, "Calculations". A file here reads a form, asks whether
//! its values are possible, calls the rule in [`citygate_domain::rules`] and prints what came out.
//! Nothing is computed here.

mod account;
mod cell;
mod deviation;
mod error;
mod form;
mod measure;
mod price;
mod take_or_pay;

use citygate_domain::trace::Trace;
use serde::Deserialize;

use crate::Table;
pub use error::CalculateError;
pub use take_or_pay::YEAR_COLUMNS;

/// What a calculation comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculated {
    /// The result, in the columns of the format.
    pub table: Table,
    /// How it came to be: a trace for each result.
    pub traces: Vec<Trace>,
}

impl Calculated {
    fn row<const N: usize>(columns: [&'static str; N], cells: [String; N], trace: Trace) -> Self {
        let mut table = Table::new(&columns);
        table.push(cells);
        Self { table, traces: vec![trace] }
    }
}

/// The rules that can be asked for.
const RULES: [&str; 9] = [
    "take_or_pay",
    "deviation",
    "price",
    "energy",
    "days",
    "tax",
    "late_fee",
    "allocation",
    "gas_day",
];

/// Runs the rule that the text names on the numbers that it gives.
pub fn calculate(json: &str) -> Result<Calculated, CalculateError> {
    /// The field that every form has; the others are read when it is known.
    #[derive(Deserialize)]
    struct Named {
        rule: String,
    }
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    if !json.trim_start().starts_with('{') {
        return Err(CalculateError::malformed("a calculation is a JSON object".to_owned()));
    }
    let Named { rule } = form::read(json)?;
    match rule.as_str() {
        "take_or_pay" => take_or_pay::run(json),
        "deviation" => deviation::run(json),
        "price" => price::run(json),
        "energy" => measure::energy(json),
        "days" => account::days(json),
        "tax" => account::tax(json),
        "late_fee" => account::late_fee(json),
        "allocation" => account::allocation(json),
        "gas_day" => measure::gas_day(json),
        other => Err(CalculateError::unknown_rule(other, &RULES)),
    }
}
