//! S1, S2: closing too early, with readings missing, with prices missing.

use serde_json::{Value, json};

use crate::support::contract::{contract, january};
use crate::support::facts::{Facts, text};
use crate::support::ledger::Ledger;

/// A ledger with one contract and these readings.
#[track_caller]
fn with_readings(rows: &[String]) -> Ledger {
    let facts =
        Facts::rows("contracts.jsonl", &[contract("LG-1").line()]).and_rows("deliveries.csv", rows);
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    ledger
}

#[test]
fn a_month_is_closed_from_the_end_of_its_last_gas_day_on() {
    let close = ["close", "--through", "2025-01"];
    let ledger = with_readings(&january("LG-1-1")).at("2025-01-31T23:59:59Z");
    let before = ledger.payloads();
    ledger.run(&close).exits(1).prints_nothing().says(
        "LG-1 2025-01: month_not_over: month 2025-01 ends with gas day 2025-01-31, at \
         2025-02-01T08:00:00+08:00. ",
    );
    assert_eq!(ledger.payloads(), before);
    ledger.at("2025-02-01T00:00:00Z").run(&close).exits(0).says("1 settlements issued");
}

#[test]
fn months_that_are_over_are_closed_beside_those_that_are_not() {
    let ledger = with_readings(&january("LG-1-1"));
    ledger
        .run(&["close", "--through", "2025-03"])
        .exits(1)
        .says("1 settlements issued, 1 deviations assessed, 0 already there, 2 refused")
        .says("LG-1 2025-02: month_not_over: ")
        .says("LG-1 2025-03: month_not_over: ");
    let issued = ledger.report(&["settlements"]);
    assert_eq!(issued.iter().filter(|byte| **byte == b'\n').count(), 2);
}

#[test]
fn missing_readings_are_listed_by_point_and_day() {
    let mut rows = january("LG-1-1");
    rows.retain(|row| !row.contains("2025-01-07") && !row.contains("2025-01-31"));
    let ledger = with_readings(&rows);
    ledger.run(&["close", "--through", "2025-01"]).exits(1).says(
        "LG-1 2025-01: readings_missing: 2 readings are missing: LG-1-1 on 2025-01-07, LG-1-1 on \
         2025-01-31. ",
    );
    let estimates = ["LG-1-1,2025-01-07,0,,estimate,", "LG-1-1,2025-01-31,3000,,estimate,"];
    ledger.import(&Facts::rows("deliveries.csv", &estimates)).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
}

#[test]
fn a_long_list_of_missing_readings_is_told_in_full() {
    let ran = with_readings(&[]).run(&["close", "--through", "2025-01"]).exits(1);
    let days: Vec<String> = (1..=31).map(|day| format!("LG-1-1 on 2025-01-{day:02}")).collect();
    let list = days.join(", ");
    ran.says(&format!("LG-1 2025-01: readings_missing: 31 readings are missing: {list}. "));
}

#[test]
fn missing_prices_of_filled_days_are_listed_by_index_and_day() {
    let price = json!({"indices": [{"code": "GATE", "coefficient": "1.2"}]});
    let contract = contract("LG-1").with("/terms/price_plans/0/tranches/0/price", price);
    let facts = Facts::rows("contracts.jsonl", &[contract.line()])
        .and_rows("indices.csv", &["GATE,2025-01-03,1.84,,"])
        .and_rows("deliveries.csv", &january("LG-1-1"));
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    let close = ["close", "--through", "2025-01"];
    ledger.run(&close).exits(1).says(
        "LG-1 2025-01: price_reference_missing: index values are missing: GATE for 2025-01-01, \
         GATE for 2025-01-02. ",
    );
    ledger.import(&Facts::rows("indices.csv", &["GATE,2025-01-01,1.80,,"])).exits(0);
    ledger.run(&close).exits(0);
}

#[test]
fn one_contract_is_closed_by_its_id_and_an_unknown_one_is_refused() {
    let lines = [contract("LG-1").line(), contract("LG-2").line()];
    let readings = [january("LG-1-1"), january("LG-2-1")].concat();
    let facts = Facts::rows("contracts.jsonl", &lines).and_rows("deliveries.csv", &readings);
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    let only = |id| ledger.run(&["close", "--through", "2025-01", "--contract", id]);
    only("LG-9").exits(1).says("citygate: unknown_contract: contract LG-9 is not known");
    only("LG-2").exits(0).says("1 settlements issued, 1 deviations assessed, 0 already there");
    let all = ["close", "--through", "2025-01"];
    ledger.run(&all).exits(0).says("1 settlements issued, 1 deviations assessed, 2 already there");
    ledger.run(&all).exits(0).says("0 settlements issued, 0 deviations assessed, 4 already there");
}

#[test]
fn a_ledger_that_is_not_there_is_not_closed() {
    let ledger = Ledger::absent();
    let ran = ledger.run(&["close", "--through", "2025-01"]).exits(3);
    ran.says("citygate: path_missing: ").says("ledger.db does not exist");
    assert!(!ledger.path().exists());
}

#[test]
fn a_further_term_does_not_reach_into_an_issued_month() {
    let term = |first: &str, last: &str, quantities: Value| {
        contract("LG-1")
            .with("/terms/first_gas_day", json!(first))
            .with("/terms/last_gas_day", json!(last))
            .with("/terms/annual_quantity", json!("50000"))
            .with("/terms/monthly_quantities", quantities)
            .line()
    };
    let first = term("2025-01-01", "2025-01-15", json!({"2025-01": "50000"}));
    let rest = json!({"2025-01": "20000", "2025-02": "30000"});
    let further = Facts::rows("contracts.jsonl", &[term("2025-01-16", "2025-02-28", rest)]);
    let facts = Facts::rows("contracts.jsonl", &[first])
        .and_rows("deliveries.csv", &january("LG-1-1")[..15]);
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    ledger.run(&["import", text(further.path()), "--dry-run"]).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0).says("1 settlements issued");
    ledger.import(&further).exits(1).says(
        "contracts.jsonl:1: month_already_issued: the settlement of 2025-01 is issued; terms from \
         2025-01-16 would change it. ",
    );
}

#[test]
fn a_settlement_too_large_for_the_log_is_refused_alone() {
    let price = |constant: usize| {
        json!({"constant": format!("2.{constant:02}"), "indices":
        [{"code": "GATE", "coefficient": "0.1"}]})
    };
    let tranche = |number: usize| {
        json!({"tag": format!("标签 {number}"), "share": "5",
        "price": price(number)})
    };
    let tranches: Value = (0..20).map(tranche).collect();
    let daily = |id: &str| contract(id).with("/terms/price_plans/0/tranches", tranches.clone());
    let lines = [daily("LG-1").line(), contract("LG-2").line()];
    let values: Vec<String> =
        (1..=31).map(|day| format!("GATE,2025-01-{day:02},1.{day:02},,")).collect();
    let readings = [january("LG-1-1"), january("LG-2-1")].concat();
    let facts = Facts::rows("contracts.jsonl", &lines)
        .and_rows("indices.csv", &values)
        .and_rows("deliveries.csv", &readings);
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    let before = ledger.payloads().len();
    let close = ["close", "--through", "2025-01"];
    let ran = ledger.run(&close).exits(1).prints_nothing();
    let told = ran.err.lines().find(|line| line.starts_with("LG-1 2025-01: ")).unwrap();
    assert!(
        told.starts_with(
            "LG-1 2025-01: settlement_too_large: the settlement of LG-1 for 2025-01 has 620 lines \
             and would take "
        ) && told.contains(" bytes of the log; a document has at most 65535. Agree fewer tranches"),
        "{told}"
    );
    ran.says("1 settlements issued, 1 deviations assessed, 0 already there, 1 refused");
    assert_eq!(ledger.payloads().len(), before + 2, "LG-2 is closed beside it");
    let again = ledger.run(&close).exits(1);
    again.says("0 settlements issued, 0 deviations assessed, 2 already there, 1 refused");
    ledger.run(&["verify"]).exits(0).prints("2 documents");
    let running = ledger.report(&["settlements", "--running", "--as-of", "2025-01-31"]);
    assert!(String::from_utf8(running).unwrap().contains("LG-1,2025-01,93000.000,"));
}

#[test]
fn a_correction_after_closing_restates_the_documents_it_changes_and_nothing_else() {
    let ledger = with_readings(&january("LG-1-1"));
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    let before = ledger.report(&["account-statement"]);
    let nothing = "0 documents restated, 2 unchanged, 0 refused";
    ledger.run(&["restatements"]).exits(0).prints_nothing().says(nothing);
    let correction = ["LG-1-1,2025-01-07,2000,,correction,meter exchanged"];
    ledger.import(&Facts::rows("deliveries.csv", &correction)).exits(0);
    let head = ledger.head();
    let shown = ledger.run(&["restatements", "--dry-run", "--format", "csv"]).exits(0).out;
    assert_eq!(ledger.head(), head);
    let restated = ledger.run(&["restatements", "--format", "csv"]).exits(0).out;
    assert_eq!(shown, restated);
    let rows: Vec<&str> = restated.lines().skip(1).collect();
    assert!(rows[0].starts_with("LG-1,settlement,2025-01,2,"), "{restated}");
    assert_ne!(ledger.report(&["account-statement"]), before);
    assert_eq!(ledger.report(&["restatements"]), restated.as_bytes());
    ledger.run(&["restatements"]).exits(0).prints_nothing().says("0 documents restated");
    ledger.run(&["explain", "settlement/LG-1/2025-01"]).exits(0);
    ledger.run(&["verify"]).exits(0);
    ledger.run(&["restatements", "--contract", "LG-9"]).exits(1).says("unknown_contract");
}
