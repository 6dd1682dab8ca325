//! Money and the books from the command line: assigned, split, returned, credited, closed.

use crate::ledger::closed;
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
