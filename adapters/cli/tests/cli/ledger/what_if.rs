//! `what-if`: old beside new, from a ledger that is only read.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::closed;
use crate::support::contract::contract;
use crate::support::facts::{Facts, demo, text};
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;
use crate::support::sqlite::bytes;

const JANUARY: [&str; 4] = ["--from", "2025-01", "--to", "2025-01"];

/// What is said to a patch, about January unless other months are named.
#[track_caller]
fn asked(ledger: &Ledger, patch: &str, args: &[&str]) -> Ran {
    fs::write(ledger.beside("patch.json"), patch).unwrap();
    let mut all = vec!["what-if", "--terms", "patch.json"];
    if !args.contains(&"--from") {
        all.extend(JANUARY);
    }
    all.extend(args);
    ledger.run(&all)
}

const TEN: &str = r#"{"lower_tolerance": "10"}"#;

#[test]
fn documents_come_side_by_side_as_csv() {
    // LG-1 and LG-2 took 93 000 of 100 000 m3 in January, LG-1 has 5 000 firm on top.
    let ran = asked(&closed(), TEN, &["--all", "--format", "csv"]).exits(0);
    ran.prints("contract,document,period,old,new,difference,note\n")
        .prints("LG-2,settlement,2025-01,232500.00,232500.00,0.00,\n")
        .prints("LG-2,deviation,2025-01,1000.00,0.00,-1000.00,\n")
        .says("loaded in ")
        .says(" ms; nothing recorded");
}

#[test]
fn one_contract_is_shown_by_document_and_all_by_their_totals() {
    let ledger = closed();
    let one = asked(&ledger, TEN, &["--contract", "LG-2"]).exits(0);
    one.prints("232 500.00").prints("-1 000.00").prints("1 contracts: 1 pay less");
    let all = asked(&ledger, TEN, &["--all", "--top", "1"]).exits(0);
    all.prints("pays less: 2, the first 1").prints("pays more: 0").prints("3 contracts: 2 pay");
    let chinese = asked(&ledger, TEN, &["--all", "--lang", "zh"]).exits(0);
    chinese.prints("减少支付").prints("偏差结算").prints("原条款").says("未作任何记录");
}

#[test]
fn programs_read_everything_as_json_and_each_table_by_itself() {
    let ledger = closed();
    let ran = asked(&ledger, TEN, &["--all", "--format", "json"]).exits(0);
    let all: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(all["contracts"].as_array().unwrap().len(), 3);
    let totals = all["totals"].as_array().unwrap();
    assert_eq!(totals[3]["document"], "total");
    let csv = |rows: &str| {
        asked(&ledger, TEN, &["--all", "--format", "csv", "--rows", rows]).exits(0).out
    };
    assert!(csv("contracts").contains("LG-2,changed,233500.00,232500.00,-1000.00,\n"));
    assert!(csv("totals").starts_with("document,old,new,difference\nsettlement,"));
    assert_eq!(csv("left-out"), "contract,document,period,reason\n");
}

#[test]
fn what_is_left_out_is_named() {
    let args = ["--all", "--format", "csv", "--rows", "left-out", "--from", "2025-01", "--to"];
    let ran = asked(&closed(), r#"{"netting": "quarter"}"#, &[&args[..], &["2025-01"]].concat());
    let ran = ran.exits(0);
    ran.prints("LG-2,deviation,2025-01,its months are left out on the other side\n")
        .prints("LG-2,deviation,2025-03,reaches from 2025-01 to 2025-03\n");
    let chinese = ["--all", "--lang", "zh", "--format", "table", "--rows", "left-out"];
    let ran = asked(&closed(), r#"{"netting": "quarter"}"#, &chinese).exits(0);
    ran.prints("另一侧未比较其所涉月份").prints("2025-01 至 2025-03，超出所问期间");
}

#[test]
fn contracts_that_refuse_the_patch_are_listed_and_the_others_go_on() {
    let ledger = closed();
    let half = contract("LG-4").without("/terms/deviation").line();
    ledger.import(&Facts::rows("contracts.jsonl", &[half])).exits(0);
    let patch = r#"{"deviation": {"lower_tolerance": "101"}}"#;
    let ran = asked(&ledger, patch, &["--all", "--format", "csv", "--rows", "contracts"]);
    let ran = ran.exits(1).says("LG-1: malformed: ").says("a lower one above 100");
    ran.prints("LG-1,refused,,,,malformed: ").prints("LG-4,not_applicable,0.00,0.00,0.00,no dev");
}

#[test]
fn bad_questions_are_refused_with_their_code() {
    let ledger = closed();
    let all = |patch: &str| asked(&ledger, patch, &["--all"]).prints_nothing();
    all(r#"{"lower_tolerence": "1"}"#)
        .exits(1)
        .says("citygate: unknown_field: lower_tolerence is no term of a contract; the nearest: ");
    all(r#"{"years": 1}"#).exits(1).says("citygate: term_ambiguous: ");
    all(r#"{"unit": "MJ"}"#).exits(1).says("citygate: term_cannot_change: unit ");
    all(r#"{"lower_tolerance": "ten"}"#)
        .exits(1)
        .says("citygate: malformed: deviation.lower_tolerance: ")
        .says("Write the term in the form");
    all(r#"{"under": [{"upto": null}]}"#)
        .exits(1)
        .says("citygate: unknown_field: deviation.under.");
    all("[]").exits(1).says("citygate: malformed: ");
    all(r#"{"lower_tolerance": "10""#)
        .exits(1)
        .says("citygate: malformed: patch.json: ")
        .says("Write the patch as a JSON object");
    let args = ["--all", "--from", "2025-03", "--to", "2025-01"];
    asked(&ledger, TEN, &args).exits(1).says("citygate: months_reversed: ");
    let nobody = asked(&ledger, TEN, &["--contract", "LG-9"]);
    nobody.exits(1).says("unknown_contract: contract LG-9 is not known. Import the contract first");
    let args = ["--contract", "LG-1", "--from", "2026-01", "--to", "2026-02"];
    asked(&ledger, TEN, &args).exits(1).says("citygate: outside_term: ");
    asked(&ledger, TEN, &[]).exits(2);
    let missing = ["what-if", "--all", "--terms", "absent.json", "--from", "2025-01", "--to"];
    ledger.run(&[&missing[..], &["2025-01"]].concat()).exits(3).says("absent.json");
}

#[test]
fn a_number_will_do_for_a_decimal_and_a_refused_contract_is_not_nothing() {
    let ledger = closed();
    let ten = asked(&ledger, r#"{"lower_tolerance": 10}"#, &["--contract", "LG-2"]).exits(0);
    ten.prints("-1 000.00");
    let refused = asked(&ledger, r#"{"lower_tolerance": 101}"#, &["--contract", "LG-2"]).exits(1);
    assert!(!refused.out.contains("Nothing to compare"), "{}", refused.out);
    refused.says("LG-2: malformed: ").prints("1 refused");
}

#[test]
fn years_are_no_amounts() {
    let months = ["--contract", "LG-2", "--rows", "left-out", "--from", "2025-01", "--to"];
    let patch = r#"{"netting": "contract_year"}"#;
    let shown = asked(&closed(), patch, &[&months[..], &["2025-02"]].concat());
    assert!(!shown.out.contains("2 025"), "{}", shown.out);
}

#[test]
fn nothing_to_compare_is_said() {
    let args = ["--all", "--from", "2026-01", "--to", "2026-02"];
    asked(&closed(), TEN, &args).exits(0).prints("Nothing to compare");
    let args = ["--all", "--from", "2026-01", "--to", "2026-02", "--format", "csv"];
    let csv = asked(&closed(), TEN, &args).exits(0);
    assert_eq!(csv.out, "contract,document,period,old,new,difference,note\n");
    asked(&Ledger::absent(), TEN, &["--all"]).exits(3).says("path_missing: ");
}

#[test]
fn a_question_leaves_the_file_as_it_is_to_the_byte() {
    let ledger = closed();
    let (head, before) = (ledger.head(), bytes(&ledger.path()));
    asked(&ledger, TEN, &["--all"]).exits(0);
    assert_eq!(bytes(&ledger.path()), before);
    assert_eq!(ledger.head(), head);
}

#[test]
fn a_ledger_that_nobody_may_write_can_be_asked() {
    let ledger = closed();
    let expected = asked(&ledger, TEN, &["--all", "--format", "csv"]).exits(0).out;
    fs::set_permissions(ledger.path(), fs::Permissions::from_mode(0o444)).unwrap();
    ledger.run(&["report", "settlements"]).exits(3).says("read_only: ");
    assert_eq!(asked(&ledger, TEN, &["--all", "--format", "csv"]).exits(0).out, expected);
    let folder = ledger.folder().to_path_buf();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let args = ["what-if", "--terms", "patch.json", "--all", "--format", "csv"];
    let ran = ledger.run(&[&args[..], &JANUARY].concat());
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ran.exits(0).out, expected);
}

#[test]
fn the_sample_without_a_change_is_what_its_reports_say() {
    let (ledger, sample) = (Ledger::absent(), demo());
    ledger.run(&["import", text(&sample)]).exits(1);
    ledger.run(&["close", "--through", "2025-12"]).exits(0);
    let year = ["--all", "--from", "2025-01", "--to", "2025-12", "--format", "csv"];
    let ran = asked(&ledger, r#"{"lease_hours": 1}"#, &year).exits(0);
    let documents: Vec<Vec<&str>> =
        ran.out.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(documents.iter().all(|cells| cells[3] == cells[4] && cells[5] == "0.00"));
    let issued = |kind: &str, column: usize| -> Vec<String> {
        let report = String::from_utf8(ledger.report(&[kind])).unwrap();
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{} {} {}", cells[0], cells[1], cells[column])
        };
        report.lines().skip(1).map(row).collect()
    };
    for (kind, report, column) in [("settlement", "settlements", 3), ("deviation", "deviations", 8)]
    {
        let mut found: Vec<String> = documents
            .iter()
            .filter(|cells| cells[1] == kind)
            .map(|cells| format!("{} {} {}", cells[0], cells[2], cells[3]))
            .collect();
        found.sort();
        let mut expected = issued(report, column);
        expected.sort();
        assert_eq!(found, expected, "{kind}");
    }
}
