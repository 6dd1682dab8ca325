//! C4: an account handed over and closed.

use serde_json::json;

use super::{SIGNED, approve, by, two};
use crate::support::contract::{contract, january};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

/// Handed over on the first of February, which li proposes and zhang approves.
#[track_caller]
fn handed_over() -> Ledger {
    let ledger = two();
    let paid = ["LG-1,2025-01-02,300000.00,ICBC,B-1,payment,,"];
    ledger.import(&Facts::rows("payments.csv", &paid)).exits(0);
    let over = ["hand-over", "LG-1", "--to", "LG-2", "--on", "2025-02-01"];
    let over = [&over[..], &["--last-month-quantity", "90000"], &SIGNED[..]].concat();
    by(&ledger, "li", &over).exits(0);
    approve(&ledger, "li", "contract/LG-1", "1").exits(1).says("maker_is_approver");
    approve(&ledger, "zhang", "contract/LG-1", "1").exits(0);
    ledger
}

#[track_caller]
fn close(ledger: &Ledger, more: &[&str]) -> Ran {
    let close = ["close", "LG-1", "--on", "2025-02-10", "--reason", "works sold"];
    by(ledger, "li", &[&close[..], more].concat())
}

#[test]
fn an_account_is_handed_over_with_its_balance_when_nothing_is_open() {
    let ledger = handed_over();
    let list = by(&ledger, "li", &["checklist", "LG-1", "--format", "csv"]).exits(0);
    list.prints("item,done,what\n").prints("term_over,yes,\n").prints("months_settled,no,");
    close(&ledger, &["--to", "LG-2"]).exits(1).says("citygate: months_not_issued: ");
    ledger.run(&["close", "--through", "2025-01", "--contract", "LG-1"]).exits(0);
    let done = by(&ledger, "li", &["checklist", "LG-1", "--format", "csv"]).exits(0);
    assert!(!done.out.contains(",no,"), "90 000 and 93 000 are inside 5 %: {}", done.out);
    close(&ledger, &[]).exits(1).says("citygate: balance_left: ").says("67500.00");
    close(&ledger, &["--to", "LG-2"]).exits(0).says("recorded at position ");
    let list = ledger.run(&["approvals", "--format", "csv"]).exits(0);
    list.prints(",close_account,li,works sold,");
    let preview = ["approvals", "--preview", "account/LG-1"];
    ledger.run(&preview).exits(2).says("close_account has no preview");
    let zh = [&["--lang", "zh"], &preview[..]].concat();
    ledger.run(&zh).exits(2).says("account/LG-1：close_account 没有预览");
    approve(&ledger, "zhang", "account/LG-1", "1").exits(0);
    let accounts =
        String::from_utf8(ledger.report(&["accounts", "--as-of", "2025-02-10"])).unwrap();
    assert!(accounts.contains("LG-1,0.00,"), "{accounts}");
    assert!(accounts.contains("LG-2,67500.00,"), "{accounts}");
    let late = ["LG-1,2025-02-10,1.00,ICBC,B-2,payment,,"];
    let late = ledger.import(&Facts::rows("payments.csv", &late)).exits(1);
    late.says("payments.csv:2: account_closed: the account of contract LG-1 was closed on ");
    let show = by(&ledger, "li", &["show", "LG-1", "--format", "csv"]).exits(0);
    show.prints(",terminated,");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn an_account_with_an_open_case_is_not_closed() {
    let ledger = two();
    // Nothing handed over: 93 000 of 100 000 is an under-take, and its case is open.
    let end = ["terminate", "LG-1", "--on", "2025-01-31"];
    by(&ledger, "li", &[&end, &SIGNED[..]].concat()).exits(0);
    approve(&ledger, "zhang", "contract/LG-1", "1").exits(0);
    ledger.run(&["close", "--through", "2025-01", "--contract", "LG-1"]).exits(0);
    close(&ledger, &["--bank", "ICBC", "--reference", "R-9"])
        .exits(1)
        .says("citygate: case_open: contract LG-1 has open deviation cases: 2025-01. ");
    let list = by(&ledger, "li", &["checklist", "LG-1"]).exits(0);
    list.prints("2025-01");
    let zh = ["--lang", "zh", "contract", "checklist", "LG-1"];
    ledger.run(&zh).exits(0).prints("事项");
}

#[test]
fn an_account_behind_whose_term_gas_waits_is_not_closed() {
    let short = contract("LG-1")
        .without("/terms/deviation")
        .with("/terms/last_gas_day", json!("2025-01-31"))
        .with("/terms/annual_quantity", json!("100000"))
        .with("/terms/monthly_quantities", json!({"2025-01": "100000"}));
    let paid = ["LG-1,2025-01-02,232500.00,ICBC,B-1,payment,,"];
    let facts = Facts::rows("contracts.jsonl", &[short.line()])
        .and_rows("deliveries.csv", &january("LG-1-1"))
        .and_rows("payments.csv", &paid);
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    let late = ["LG-1-1,2025-02-01,3000,,telemetry,", "LG-1-1,2025-02-02,2999.5,,telemetry,"];
    ledger.import(&Facts::rows("deliveries.csv", &late)).exits(1);
    let refused = close(&ledger, &[]).exits(1).says("citygate: readings_parked: behind the term ");
    refused.says(" 2 parked readings of gas wait, the first of 2025-02-01 at LG-1-1 with 3000 m3");
    let list = by(&ledger, "li", &["checklist", "LG-1", "--format", "csv"]).exits(0);
    list.prints("nothing_parked,no,\"behind the term of contract LG-1 ");
    let zh = ledger.run(&["--lang", "zh", "contract", "checklist", "LG-1"]).exits(0);
    zh.prints("无暂存用气")
        .prints("合同期后暂存 2 条用气读数，最早为 LG-1-1 的 2025-02-01：3000 m³");
    let none = late.map(|row| row.replace("telemetry,", "correction,dismounted"));
    let none = none.map(|row| row.replace(",3000,", ",0,").replace(",2999.5,", ",0,"));
    ledger.import(&Facts::rows("deliveries.csv", &none)).exits(1);
    close(&ledger, &[]).exits(0);
    assert_eq!(ledger.report(&["parked"]).iter().filter(|byte| **byte == b'\n').count(), 1);
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_refund_names_bank_and_reference_and_nobody_unknown_is_closed() {
    let ledger = two();
    close(&ledger, &["--bank", "ICBC"]).exits(2);
    close(&ledger, &["--with-debt"]).exits(2);
    close(&ledger, &["--bank", "ICBC", "--reference", "R", "--to", "LG-2"]).exits(2);
    close(&ledger, &[]).exits(1).says("citygate: term_not_over: ");
    by(&ledger, "li", &["show", "LG-9"]).exits(1).says("unknown_contract");
    by(&ledger, "li", &["checklist", "LG-9"]).exits(1).says("unknown_contract");
    let over = ["hand-over", "LG-1", "--to", "LG-1", "--on", "2025-02-01"];
    by(&ledger, "li", &[&over, &SIGNED[..]].concat()).exits(1).says("citygate: same_contract: ");
}
