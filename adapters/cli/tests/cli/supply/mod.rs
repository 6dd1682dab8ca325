//! E, F: supply at the command line: the stories of `tests/data/scenarios` once more through the
//! program.

mod lease;
mod stories;
mod tick;

use serde_json::json;

use crate::support::contract::{Contract, contract};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

/// A Monday morning: the demand and the notice are served.
const SERVED: &str = "2025-02-10T01:00:00Z";
/// Thursday morning: the notice has run for a quarter of an hour.
const RAN: &str = "2025-02-13T01:00:00Z";

/// Runs a verb as a person.
#[track_caller]
fn by(ledger: &Ledger, person: &str, args: &[&str]) -> Ran {
    ledger.run(&[&["--person", person], args].concat())
}

/// Rows of readings from a day of February on, 3000 m³ a day.
fn february(point: &str, days: std::ops::RangeInclusive<u32>) -> Vec<String> {
    days.map(|day| format!("{point},2025-02-{day:02},3000,,telemetry,")).collect()
}

/// A ledger with a contract that owes two months, as it stands on a Monday morning.
#[track_caller]
fn owing(contract: &Contract) -> Ledger {
    let ledger = Ledger::simulated().at(SERVED);
    let readings =
        [crate::support::contract::january("LG-1-1"), february("LG-1-1", 1..=9)].concat();
    let facts =
        Facts::rows("contracts.jsonl", &[contract.line()]).and_rows("deliveries.csv", &readings);
    ledger.import(&facts).exits(0);
    for scan in ["demand.pdf", "notice.pdf"] {
        std::fs::write(ledger.beside(scan), format!("the scan of {scan}")).unwrap();
    }
    ledger
}

/// The demand served, with its proof.
#[track_caller]
fn demand(ledger: &Ledger, amount: &str) -> Ran {
    let served = ["--id", "D-1", "--served-at", "2025-02-10T00:30:00Z", "--proof", "demand.pdf"];
    by(ledger, "chen", &[&["supply", "demand", "LG-1", "--amount", amount], &served[..]].concat())
}

/// The notice served, with its proof.
#[track_caller]
fn notice(ledger: &Ledger) -> Ran {
    let served = ["--served-at", "2025-02-10T00:45:00Z", "--proof", "notice.pdf"];
    let notice = ["supply", "notice", "LG-1", "--id", "N-1", "--demand", "D-1"];
    by(ledger, "chen", &[&notice, &served[..]].concat())
}

/// Demand and notice served, the readings brought up to Wednesday, and the notice run.
#[track_caller]
fn noticed(contract: &Contract) -> Ledger {
    let ledger = owing(contract);
    demand(&ledger, "1000.00").exits(0);
    notice(&ledger).exits(0);
    let ledger = ledger.at(RAN);
    ledger.import(&Facts::rows("deliveries.csv", &february("LG-1-1", 10..=12))).exits(0);
    ledger
}

/// An order proposed by chen.
#[track_caller]
fn propose(ledger: &Ledger, measure: &str) -> Ran {
    let propose = ["supply", "propose", "LG-1", "--id", "O-1", "--measure", measure];
    by(ledger, "chen", &[&propose, &["--reason", "the demand is not paid"][..]].concat())
}

#[track_caller]
fn approve(ledger: &Ledger, person: &str) -> Ran {
    by(ledger, person, &["supply", "approve", "LG-1", "O-1", "--revision", "3"])
}

#[track_caller]
fn issue(ledger: &Ledger) -> Ran {
    by(ledger, "wang", &["supply", "issue", "LG-1", "O-1"])
}

/// The answer about the contract's point, as CSV.
#[track_caller]
fn answer(ledger: &Ledger) -> String {
    let answer = ["supply", "answer", "--point", "LG-1-1", "--format", "csv"];
    let out = ledger.run(&answer).exits(0).out;
    out.lines().nth(1).unwrap().to_owned()
}

#[track_caller]
fn pay(ledger: &Ledger, day: &str, amount: &str) {
    let row = format!("LG-1,{day},{amount},ICBC,B-{day},payment,,");
    ledger.import(&Facts::rows("payments.csv", &[row])).exits(0);
}

/// A suspension in force.
#[track_caller]
fn suspended() -> Ledger {
    let ledger = noticed(&contract("LG-1"));
    propose(&ledger, "suspend").exits(0);
    approve(&ledger, "li").exits(0);
    approve(&ledger, "zhang").exits(0);
    issue(&ledger).exits(0);
    ledger
}

fn of_class(class: &str) -> Contract {
    contract("LG-1").with("/customer/class", json!(class))
}
