//! Money and the books from the command line: assigned, split, returned, credited, closed.

use serde_json::{Value, json};

use crate::ledger::closed;
use crate::support::contract::{contract, january};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;

fn balance(ledger: &Ledger, contract: &str) -> String {
    let args = ["account-statement", "--contract", contract];
    let csv = String::from_utf8(ledger.report(&args)).unwrap();
    csv.lines().last().unwrap().split(',').nth(5).unwrap().to_owned()
}

fn say<'a>(verb: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [verb, rest].concat()
}

const P3: [&str; 4] = ["--bank", "ICBC", "--reference", "P-3"];

#[test]
fn unallocated_money_is_listed_assigned_and_taken_back() {
    let ledger = closed();
    let list = ["money", "unallocated", "--format", "csv"];
    let header = "bank,bank_reference,value_date,amount,left\n";
    let listed = |rows: &str| {
        assert_eq!(ledger.run(&list).exits(0).out, format!("{header}{rows}"));
    };
    listed("ICBC,P-3,2025-01-20,77.00,77.00\n");
    let before = balance(&ledger, "LG-1");
    let assign = say(&["money", "assign"], &P3);
    let share = say(&assign, &["--share", "LG-1=70.00"]);
    ledger.run(&share).exits(0).says("1 recorded, 0 already known");
    ledger.run(&share).exits(0).says("0 recorded, 1 already known");
    listed("ICBC,P-3,2025-01-20,77.00,7.00\n");
    assert_ne!(balance(&ledger, "LG-1"), before);
    let more = say(&assign, &["--share", "LG-2=7.01"]);
    ledger.run(&more).exits(1).says("assigned_above_payment: 7.01 yuan exceed the 7.00 yuan");
    ledger.run(&say(&assign, &["--share", "LG-2:7"])).exits(2).says("CONTRACT=AMOUNT");
    let back = say(&say(&["money", "take-back"], &P3), &["--contract", "LG-1"]);
    ledger.run(&back).exits(0);
    assert_eq!(balance(&ledger, "LG-1"), before);
    ledger.run(&back).exits(1).says("nothing_to_take_back");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn one_payment_is_split_over_contracts() {
    let ledger = closed();
    let before = ["LG-1", "LG-2"].map(|contract| balance(&ledger, contract));
    let split = [
        "money",
        "split",
        "--amount",
        "300.00",
        "--bank",
        "ABC",
        "--reference",
        "S-1",
        "--value-date",
        "2025-02-03",
        "--share",
        "LG-1=100.00",
        "--share",
        "LG-2=200.00",
    ];
    ledger.run(&split).exits(0).says("1 recorded");
    let after = ["LG-1", "LG-2"].map(|contract| balance(&ledger, contract));
    for (before, after) in before.iter().zip(&after) {
        assert_ne!(before, after);
    }
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_refund_waits_for_a_second_person() {
    let ledger = closed();
    let before = balance(&ledger, "LG-1");
    let refund = [
        "--person",
        "clerk",
        "money",
        "refund",
        "--contract",
        "LG-1",
        "--amount",
        "10.00",
        "--bank",
        "ICBC",
        "--reference",
        "F-1",
        "--value-date",
        "2025-02-05",
        "--reason",
        "paid twice",
    ];
    ledger.run(&refund).exits(0).says("1 recorded");
    assert_eq!(balance(&ledger, "LG-1"), before, "nothing has moved yet");
    let waiting = ledger.run(&["approvals", "--format", "csv"]).exits(0);
    assert!(waiting.out.contains("account/LG-1"), "{}", waiting.out);
}

#[test]
fn closed_books_take_no_payment_and_no_month() {
    let ledger = closed();
    ledger
        .run(&["books", "close", "--through", "2025-02-09"])
        .exits(0)
        .says("1 recorded, 0 already known");
    ledger.run(&["books", "close", "--through", "2025-02-10"]).exits(1).says("day_not_over");
    ledger
        .run(&["books", "close", "--through", "2025-02-01"])
        .exits(1)
        .says("books_closed_further");
    let pay = [
        "money",
        "pay",
        "--contract",
        "LG-1",
        "--amount",
        "1.00",
        "--bank",
        "ICBC",
        "--reference",
        "N-1",
        "--value-date",
    ];
    ledger
        .run(&say(&pay, &["2025-02-09"]))
        .exits(1)
        .says("books_closed: a posting of 2025-02-09 is refused: the books are closed through");
    ledger.run(&say(&pay, &["2025-02-10"])).exits(0);
}

#[test]
fn a_document_is_invoiced_once_and_listed() {
    let ledger = closed();
    let invoice = |number: &'static str| {
        [
            "invoice",
            "record",
            "--document",
            "settlement/LG-1/2025-01",
            "--number",
            number,
            "--date",
            "2025-02-03",
        ]
    };
    ledger.run(&invoice("25420001")).exits(0).says("1 recorded");
    ledger.run(&invoice("25420001")).exits(0).says("1 already known");
    ledger.run(&invoice("25420002")).exits(1).says("document_invoiced");
    let red = say(&invoice("25420003"), &["--red"]);
    ledger.run(&red).exits(1).says("document_invoiced");
    let listed = String::from_utf8(ledger.report(&["invoices"])).unwrap();
    let row = listed.lines().nth(1).unwrap();
    assert!(row.starts_with("LG-1,settlement 2025-01,1,25420001,2025-02-03,blue,"), "{row}");
    let wrong =
        ["invoice", "record", "--document", "LG-1", "--number", "1", "--date", "2025-02-03"];
    ledger.run(&wrong).exits(2).says("settlement/CONTRACT/MONTH");
}

#[test]
fn credit_is_proposed_approved_and_then_available() {
    let ledger = closed();
    let available = || {
        let csv = ledger.report(&["accounts", "--as-of", "2025-02-10", "--contract", "LG-1"]);
        let csv = String::from_utf8(csv).unwrap();
        csv.lines().nth(1).unwrap().split(',').nth(3).unwrap().to_owned()
    };
    let grant = ["--person", "li.wei", "credit", "grant", "--contract", "LG-1", "--amount"];
    let rest = ["5000.00", "--until", "2025-02-20", "--reason", "a cold week"];
    ledger.run(&say(&grant, &rest)).exits(0).says("1 recorded");
    assert_eq!(available(), "0.00");
    let approve = |person: &str| {
        ledger.run(&["--person", person, "approve", "account/LG-1", "--revision", "0"])
    };
    approve("li.wei").exits(1).says("maker_is_approver");
    approve("zhang.min").exits(0);
    assert_eq!(available(), "5000.00");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn an_overdue_month_of_a_postpaid_contract_costs_a_late_fee_that_can_be_waived() {
    let postpaid = contract("LG-1")
        .with("/terms/payment/mode", json!("postpaid"))
        .with("/terms/payment/due_days", json!(3))
        .with("/terms/payment/late_fee_percent_per_day", json!("0.05"));
    let ledger = Ledger::simulated();
    let facts = Facts::rows("contracts.jsonl", &[postpaid.line()])
        .and_rows("deliveries.csv", &january("LG-1-1"));
    ledger.import(&facts).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    let charge = ["late-fee", "charge", "--through", "2025-02-09"];
    ledger.run(&charge).exits(0).says("1 recorded");
    ledger.run(&charge).exits(0).says("1 already known");
    // 232 500.00 × 0.05 % × 6 days, from 4 February on.
    let debts = String::from_utf8(ledger.report(&["debts", "--as-of", "2025-02-10"])).unwrap();
    let row = debts.lines().nth(1).unwrap();
    assert_eq!(row, "LG-1,settlement 2025-01,2025-02-03,232500.00,697.50,697.50,232500.00");
    let late = ["late-fee", "charge", "--through", "2025-02-10"];
    ledger.run(&late).exits(1).says("day_not_over");
    let log = ledger.run(&["events", "--type", "late_fee_charged", "--format", "jsonl"]).exits(0);
    let event: Value = serde_json::from_str(log.out.trim()).unwrap();
    let explained = ledger.run(&["explain", &event["position"].to_string()]).exits(0);
    assert!(explained.cites("A6") && explained.out.contains("697.50"), "{}", explained.out);
    explained.prints("Every frozen number came out again.");
    ledger.run(&["verify"]).exits(0).prints("3 documents");
    let waive = ["late-fee", "waive", "--document", "settlement/LG-1/2025-01", "--through"];
    ledger.run(&say(&waive, &["2025-02-08", "--reason", "x"])).exits(1).says("no_late_fee");
    let waive = say(&waive, &["2025-02-09", "--reason", "the bank was closed"]);
    ledger.run(&say(&["--person", "li.wei"], &waive)).exits(0).says("1 recorded");
    let approve = ["--person", "zhang.min", "approve", "account/LG-1", "--revision", "1"];
    ledger.run(&approve).exits(0);
    assert_eq!(balance(&ledger, "LG-1"), "-232500.00");
    ledger.run(&["verify"]).exits(0);
}
