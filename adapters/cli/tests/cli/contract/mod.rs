//! C1, C4, F: the life of a contract at the command line.

mod amending;
mod handing_over;
mod moving;

use serde_json::{Value, json};

use crate::support::contract::{contract, january};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

/// Runs `contract …` as a person.
#[track_caller]
fn by(ledger: &Ledger, person: &str, args: &[&str]) -> Ran {
    ledger.run(&[&["--person", person, "contract"], args].concat())
}

/// Approves what waits about a subject.
#[track_caller]
fn approve(ledger: &Ledger, person: &str, subject: &str, revision: &str) -> Ran {
    ledger.run(&["--person", person, "approve", subject, "--revision", revision])
}

/// `LG-1` with January read, 3000 m³ a day, and `LG-2` beside it; the 10th of February.
#[track_caller]
fn two() -> Ledger {
    let ledger = Ledger::simulated();
    let facts = Facts::rows("contracts.jsonl", &[contract("LG-1").line(), contract("LG-2").line()])
        .and_rows("deliveries.csv", &january("LG-1-1"));
    ledger.import(&facts).exits(0);
    ledger
}

/// A file beside the ledger.
fn file(ledger: &Ledger, name: &str, content: &Value) {
    std::fs::write(ledger.beside(name), content.to_string()).unwrap();
}

/// The file of an amendment: a wider tolerance and a higher price.
fn patch(ledger: &Ledger) {
    let plans = json!([{
        "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        "tranches": [{"tag": "all", "share": "100", "price": {"constant": "2.60"}}]
    }]);
    file(
        ledger,
        "change.json",
        &json!({"deviation": {"lower_tolerance": "10"}, "price_plans": plans}),
    );
}

const SIGNED: [&str; 4] = ["--signed-on", "2025-01-05", "--reason", "supplement 1"];
