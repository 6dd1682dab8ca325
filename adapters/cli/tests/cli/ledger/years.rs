//! Contract years of take-or-pay on a ledger file.

use serde_json::json;

use super::super::support::contract::{contract, january};
use super::super::support::facts::Facts;
use super::super::support::ledger::Ledger;
use super::super::support::sqlite::edit;

/// January to March 2025, its contract's only year; make-up would be drawn first.
fn facts() -> Facts {
    let terms = json!({
        "percent": "80", "credit_deviation": false, "price": {"kind": "weighted_average"},
        "make_up": {"years": 2, "order": "first", "price": {"kind": "free"}},
        "end_of_term": {"kind": "forfeit"},
    });
    let taking = contract("LG-1").with("/terms/take_or_pay", terms).without("/terms/deviation");
    let other = contract("LG-2").without("/terms/deviation");
    let months = [("02", 28), ("03", 31)];
    let more = months.iter().flat_map(|(month, days)| {
        (1..=*days).map(move |day| format!("LG-1-1,2025-{month}-{day:02},1000,,telemetry,"))
    });
    let rows: Vec<String> = january("LG-1-1").into_iter().chain(more).collect();
    Facts::rows("contracts.jsonl", &[taking.line(), other.line()]).and_rows("deliveries.csv", &rows)
}

/// The ledger in April, its months closed but those of LG-2, which has no readings.
fn closed() -> Ledger {
    let ledger = Ledger::simulated().at("2025-04-10T01:00:00Z");
    let imported = ledger.import(&facts()).exits(0);
    imported.says("contracts.jsonl:1: warning: make_up_drawn_first: make-up is drawn before");
    ledger.run(&["close", "--through", "2025-03", "--contract", "LG-1"]).exits(0);
    ledger
}

const REPORT: &str = "contract,year,adjusted_quantity,take_or_pay_quantity,make_up_drawn,counted,\
deficiency,carry_forward_applied,paid_quantity,payment,make_up_balance,make_up_expired,\
carry_forward_earned,carry_forward_balance,carry_forward_expired,forfeited,refund,\
seller_compensation,net\n\
LG-1,2025,300000.000,240000.000,0.000,152000.000,88000.000,0.000,88000.000,220000.00,0.000,0.000,\
0.000,0.000,0.000,0.000,0.00,0.00,600000.00\n";

#[test]
fn a_year_is_closed_reported_explained_and_verified() {
    let ledger = closed();
    let settled = ledger.run(&["close", "--year", "2025"]).exits(0);
    settled.says("1 contract years settled, 0 already there, 0 refused");
    let again = ledger.run(&["close", "--year", "2025"]).exits(0);
    again.says("0 contract years settled, 1 already there, 0 refused");
    let report = ledger.report(&["take-or-pay"]);
    assert_eq!(String::from_utf8(report).unwrap(), REPORT);
    let explained = ledger.run(&["explain", "take-or-pay/LG-1/2025"]).exits(0);
    for address in ["Y", "Y1", "Y2", "Y5", "Y7", "M3"] {
        assert!(explained.cites(address), "{address} is not in\n{}", explained.out);
    }
    explained.prints("= contract/LG-1 1–4 sha256").prints("Every frozen number came out again.");
    let statement = ledger.report(&["account-statement", "--contract", "LG-1"]);
    let statement = String::from_utf8(statement).unwrap();
    assert!(statement.contains("LG-1,2025-03-31,take_or_pay,2025 r1,-220000.00,"), "{statement}");
    ledger.run(&["verify"]).exits(0).prints("and 4 documents");
}

#[test]
fn a_year_that_cannot_be_closed_is_told_with_its_reason() {
    let ledger = closed();
    let refused = ledger.run(&["close", "--year", "2025", "--contract", "LG-2"]).exits(1);
    refused.says("LG-2 2025: no_take_or_pay_terms: contract LG-2 has no take-or-pay terms");
    let refused = ledger.run(&["close", "--year", "2026", "--contract", "LG-1"]).exits(1);
    refused.says("LG-1 2026: outside_term: the contract years of LG-1 begin in 2025 to 2025");
    let chinese = ["--lang", "zh", "close", "--year", "2026", "--contract", "LG-1"];
    ledger.run(&chinese).exits(1).says("照付不议年度结算 0 份");
    ledger.run(&["close", "--year", "soon"]).exits(2);
    ledger.run(&["close", "--contract", "LG-1"]).exits(2);
    ledger.run(&["explain", "take-or-pay/LG-1/2025"]).exits(1).says("not_issued");
    ledger.run(&["explain", "take-or-pay/LG-1/spring"]).exits(2);
    // Of all contracts only those with take-or-pay terms are asked.
    ledger.run(&["close", "--year", "2025"]).exits(0).says("1 contract years settled");
}

#[test]
fn months_and_their_year_are_closed_in_one_go() {
    let ledger = Ledger::simulated().at("2025-04-10T01:00:00Z");
    ledger.import(&facts()).exits(0);
    let both = ["close", "--through", "2025-03", "--year", "2025", "--contract", "LG-1"];
    ledger.run(&both).exits(0).says("3 settlements issued").says("1 contract years settled");
}

#[test]
fn a_row_of_a_settled_year_that_was_changed_by_hand_is_named_and_made_anew() {
    let ledger = closed();
    ledger.run(&["close", "--year", "2025"]).exits(0);
    edit(&ledger.path(), "UPDATE take_or_pay SET payment_fen = payment_fen + 1");
    ledger.run(&["verify"]).exits(1).says("citygate: tables_differ");
    ledger.run(&["rebuild"]).exits(0);
    ledger.run(&["verify"]).exits(0);
}
