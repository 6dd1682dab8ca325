//! Reports and events: as of a day, known at a position, in every format.

use serde_json::{Value, json};

use super::{closed, open};
use crate::support::contract::contract;
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;

const KINDS: [&str; 9] = [
    "settlements",
    "lines",
    "deviations",
    "accounts",
    "stages",
    "contracts",
    "deliveries",
    "account-statement",
    "journal",
];

fn lines(csv: &[u8]) -> usize {
    csv.iter().filter(|byte| **byte == b'\n').count()
}

#[test]
fn known_at_a_position_before_closing_no_month_is_issued() {
    let ledger = open();
    let head = ledger.head();
    let (before, _) = head.split_once(':').unwrap();
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    for kind in ["settlements", "lines", "deviations"] {
        assert!(lines(&ledger.report(&[kind])) > 1, "{kind}");
        assert_eq!(lines(&ledger.report(&[kind, "--known-at", before])), 1, "{kind}");
    }
    let accounts = ["accounts", "--as-of", "2025-01-31"];
    let known = [&accounts[..], &["--known-at", before]].concat();
    assert_eq!(ledger.report(&known), ledger.report(&accounts));
    assert_eq!(lines(&ledger.report(&["contracts", "--known-at", "0"])), 1);
    let beyond = ["report", "settlements", "--known-at", "99999999"];
    let refused = ledger.run(&beyond).exits(1).prints_nothing();
    refused.says("citygate: not_known_yet: the log ends at position ");
}

#[test]
fn known_at_an_instant_is_known_at_the_last_position_recorded_by_then() {
    let ledger = open().at("2025-02-10T02:00:00Z");
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    let settlements = |instant| lines(&ledger.report(&["settlements", "--known-at", instant]));
    assert_eq!(settlements("2025-02-10T01:59:59Z"), 1);
    assert_eq!(settlements("2025-02-10T02:00:00Z"), 4);
    assert_eq!(settlements("2025-02-10T10:00:00+08:00"), 4);
    assert_eq!(settlements("2024-01-01T00:00:00Z"), 1);
}

#[test]
fn readings_that_wait_for_a_renewal_are_listed_with_the_contract_that_lacks_it() {
    let january = contract("LG-1")
        .with("/terms/last_gas_day", json!("2025-01-31"))
        .with("/terms/annual_quantity", json!("100000"))
        .with("/terms/monthly_quantities", json!({"2025-01": "100000"}));
    let late = ["LG-1-1,2025-02-03,40,,manual,".to_owned()];
    let facts = Facts::rows("contracts.jsonl", &[january.line()]).and_rows("deliveries.csv", &late);
    let ledger = Ledger::simulated();
    assert_eq!(lines(&ledger.report(&["parked"])), 1, "nothing waits");
    ledger.import(&facts).exits(1).says("outside_term: ");
    let row = "LG-1,LG-1-1,2025-02-03,40,,manual,,2025-02-10T09:00:00+08:00,";
    let csv = ["report", "parked", "--format", "csv"];
    ledger
        .run(&csv)
        .exits(0)
        .prints("volume_m3,gcv_mj_per_m3,source,reason,recorded_at,position\n");
    ledger.run(&csv).exits(0).prints(row);
    let of_day = |day| lines(&ledger.report(&["parked", "--as-of", day]));
    assert_eq!((of_day("2025-02-03"), of_day("2025-02-04")), (2, 1));
    let json = ledger.run(&["report", "parked", "--format", "json", "--contract", "LG-1"]).exits(0);
    let rows: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(rows[0]["volume_m3"], "40");
    ledger.run(&["report", "parked", "--lang", "zh"]).exits(0).prints("记录时间");
}

#[test]
fn accounts_as_of_a_day_are_the_same_before_and_after_closing() {
    let ledger = open();
    let days = ["2025-01-01", "2025-01-19", "2025-01-31", "2025-02-01", "2025-03-31"];
    let all = || {
        let one = |day| ["accounts", "stages"].map(|kind| ledger.report(&[kind, "--as-of", day]));
        days.map(one)
    };
    let before = all();
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    assert_eq!(all(), before);
}

#[test]
fn facts_of_a_later_day_do_not_change_an_answer_as_of_an_earlier_one() {
    let ledger = closed();
    let accounts = ["accounts", "--as-of", "2025-01-31"];
    let before = ledger.report(&accounts);
    let later = Facts::rows("deliveries.csv", &["LG-1-1,2025-02-01,4000,,manual,"])
        .and_rows("payments.csv", &["LG-1,2025-02-01,1.00,ICBC,P-9,payment,,"]);
    ledger.import(&later).exits(0);
    assert_eq!(ledger.report(&accounts), before);
    assert_ne!(ledger.report(&["accounts", "--as-of", "2025-02-01"]), before);
}

#[test]
fn the_running_month_is_what_is_issued_when_it_is_complete() {
    let ledger = open();
    for kind in ["settlements", "lines"] {
        let running = ledger.report(&[kind, "--running", "--as-of", "2025-01-31"]);
        let issued = closed().report(&[kind]);
        assert_eq!(String::from_utf8(running).unwrap(), String::from_utf8(issued).unwrap());
    }
}

#[test]
fn every_report_comes_as_csv_with_line_feeds_and_as_json_with_the_same_cells() {
    let ledger = closed();
    for kind in KINDS {
        let csv = String::from_utf8(ledger.report(&[kind])).unwrap();
        assert!(csv.ends_with('\n') && !csv.contains('\r'), "{kind}");
        let (header, rows) = csv.split_once('\n').unwrap();
        assert!(rows.lines().count() > 0, "{kind} has rows in this test");
        let json = ledger.run(&["report", kind, "--format", "json"]).exits(0);
        let json: Value = serde_json::from_str(&json.out).unwrap();
        let objects = json.as_array().unwrap();
        assert_eq!(objects.len(), rows.lines().count(), "{kind}");
        for (object, row) in objects.iter().zip(rows.lines()) {
            let cells = header.split(',').map(|column| object[column].as_str().unwrap());
            assert_eq!(cells.collect::<Vec<_>>().join(","), row, "{kind}");
        }
        ledger.run(&["report", kind]).exits(0);
    }
}

#[test]
fn a_report_of_one_contract_has_its_rows_only() {
    let ledger = closed();
    for kind in KINDS {
        let csv = String::from_utf8(ledger.report(&[kind, "--contract", "LG-2"])).unwrap();
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        let only = rows.iter().all(|row| row.starts_with("LG-2,"));
        assert!(only && !rows.is_empty(), "{kind}:\n{csv}");
    }
}

#[test]
fn an_empty_report_says_why_and_an_empty_csv_has_its_header() {
    let ledger = open();
    ledger.run(&["report", "settlements"]).exits(0).prints("Nothing to show: ");
    let header = ledger.report(&["settlements"]);
    assert_eq!(header, b"contract,month,quantity,gross,net,tax\n");
    let none = ledger.run(&["report", "settlements", "--format", "json"]).exits(0);
    assert_eq!(serde_json::from_str::<Value>(&none.out).unwrap(), Value::Array(vec![]));
}

#[test]
fn events_are_selected_by_contract_stream_type_and_position() {
    let ledger = closed();
    let events = |args: &[&str]| {
        let args = [&["events", "--format", "jsonl"], args].concat();
        let ran = ledger.run(&args).exits(0);
        let parsed = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        parsed.collect::<Vec<_>>()
    };
    let all = events(&[]);
    assert!(all.iter().zip(1..).all(|(event, position)| event["position"] == position));
    assert_eq!(events(&["--after", "3", "--limit", "2"]), all[3..5]);
    assert_eq!(events(&["--limit", "0"]), all[..0]);
    let readings = events(&["--stream", "delivery/LG-1/2025-01"]);
    assert_eq!(readings.len(), 31);
    assert!(readings.iter().zip(1..).all(|(event, version)| event["version"] == version));
    let of_one = events(&["--contract", "LG-1", "--type", "delivery_recorded"]);
    assert_eq!(of_one, readings);
    assert_eq!(events(&["--type", "settlement_issued"]).len(), 3);
    assert_eq!(events(&["--stream", "contract/LG-9"]), all[..0]);
}

#[test]
fn events_as_csv_have_one_header_however_many_they_are() {
    let ledger = closed();
    let rows: Vec<String> = (0..2_500).map(|day| format!("X{day},2025-01-01,1.5,,")).collect();
    ledger.import(&Facts::rows("indices.csv", &rows)).exits(0);
    let events = ledger.run(&["events", "--format", "csv"]).exits(0);
    let header = "position,stream,version,type,recorded_at,payload";
    assert_eq!(events.out.lines().filter(|line| *line == header).count(), 1);
    let none = ledger.run(&["events", "--format", "csv", "--type", "nothing"]).exits(0);
    assert_eq!(none.out, format!("{header}\n"));
}
