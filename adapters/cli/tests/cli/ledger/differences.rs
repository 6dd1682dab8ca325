//! `explain --diff`: the facts between two answers, each with its share.

use serde_json::Value;

use super::closed;
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;

const ONE: &str = "settlement/LG-1/2025-01@1";
const TWO: &str = "settlement/LG-1/2025-01@2";

/// January closed; two of its readings corrected, money received, and January issued again.
fn restated() -> Ledger {
    let ledger = closed();
    let rows = [
        "LG-1-1,2025-01-10,2900,,correction,meter exchanged",
        "LG-1-1,2025-01-20,3100.5,,correction,misread",
    ];
    let money = ["LG-1,2025-02-01,1000.00,ICBC,P-4,payment,,"];
    let facts = Facts::rows("deliveries.csv", &rows).and_rows("payments.csv", &money);
    ledger.import(&facts).exits(0);
    ledger.run(&["restatements"]).exits(0);
    ledger
}

/// A column of a difference, as programs read it.
fn column(json: &str, name: &str) -> Vec<String> {
    let rows: Vec<Value> = serde_json::from_str(json).unwrap();
    rows.iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
}

/// A column of a CSV without quoted cells.
fn cells(csv: &str, name: &str) -> Vec<String> {
    let mut lines = csv.lines().map(|line| line.split(','));
    let place = lines.next().unwrap().position(|known| known == name).unwrap();
    lines.map(|mut cells| cells.nth(place).unwrap().to_owned()).collect()
}

fn fen(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// The shares between the first row and the last sum to the last one's.
#[track_caller]
fn sums(json: &str, share: &str, amount: &str) {
    let shares = column(json, share);
    let (total, each) = shares.split_last().unwrap();
    let sum: i64 = each.iter().skip(1).map(|share| fen(share)).sum();
    assert_eq!(sum, fen(total), "{json}");
    let amounts = column(json, amount);
    let (first, last) = (amounts.first().unwrap(), amounts.last().unwrap());
    assert_eq!(fen(last) - fen(first), sum, "{json}");
}

#[test]
fn two_revisions_of_a_month_differ_by_the_shares_of_its_corrections() {
    let ledger = restated();
    let ran = ledger.run(&["explain", "--diff", ONE, TWO, "--format", "json"]).exits(0);
    let ran = ran.says("the shares sum to the difference");
    assert_eq!(
        column(&ran.out, "event"),
        ["before", "delivery_recorded", "delivery_recorded", "after"]
    );
    assert!(column(&ran.out, "what")[1].contains("gas_day 2025-01-10; was "), "{}", ran.out);
    for share in ["gross_share", "net_share", "tax_share"] {
        assert_eq!(column(&ran.out, share).len(), 4);
    }
    sums(&ran.out, "gross_share", "gross_after");
    let table = ledger.run(&["explain", "--diff", ONE, TWO]).exits(0);
    table.prints("2 told, ").prints("delivery point LG-1-1; gas day 2025-01-10; was ");
    let csv = ledger.run(&["explain", "--diff", ONE, TWO, "--format", "csv"]).exits(0);
    csv.prints("position,day,event,what,gross_share,net_share,tax_share,gross_after\n");
}

#[test]
fn two_answers_about_an_account_differ_by_what_happened_and_what_became_known() {
    let ledger = restated();
    let diff = |earlier: &str, later: &str| {
        let args = ["explain", "--diff", earlier, later, "--format", "json"];
        ledger.run(&args).exits(0).says("the shares sum to the difference").out
    };
    let days = diff("account/LG-1/2025-01-28", "account/LG-1/2025-02-05");
    sums(&days, "available_share", "available");
    assert_eq!(
        column(&days, "event"),
        [
            "before",
            "delivery_recorded",
            "delivery_recorded",
            "delivery_recorded",
            // Of the month as it was issued first, and then as it is.
            "settlement_issued",
            "settlement_issued",
            "payment_received",
            "after"
        ]
    );
    // Before the corrections came, and now.
    let issued = ledger.run(&["events", "--type", "delivery_recorded", "--format", "csv"]).out;
    let positions = cells(&issued, "position");
    let correction: u64 = positions[positions.len() - 2].parse().unwrap();
    let earlier = format!("account/LG-1/2025-02-05@{}", correction - 1);
    let known = diff(&earlier, "account/LG-1/2025-02-05");
    sums(&known, "available_share", "available");
    assert_eq!(
        column(&known, "event"),
        ["before", "payment_received", "settlement_issued", "after"]
    );
    let accounts = |more: &[&str]| {
        let args = [&["accounts", "--as-of", "2025-02-05", "--contract", "LG-1"], more].concat();
        cells(&String::from_utf8(ledger.report(&args)).unwrap(), "available").remove(0)
    };
    let amounts = column(&known, "available");
    assert_eq!(amounts.last().unwrap(), &accounts(&[]));
    let then = (correction - 1).to_string();
    assert_eq!(amounts.first().unwrap(), &accounts(&["--known-at", &then]));
}

#[test]
fn a_difference_is_told_in_chinese_too() {
    let ran = restated().run(&["--lang", "zh", "explain", "--diff", ONE, TWO]).exits(0);
    for word in ["变更前", "变更后", "读数", "原为", "含税变动", "各项影响之和等于差额"]
    {
        assert!(ran.out.contains(word), "{word} is not in\n{}", ran.out);
    }
}

#[test]
fn an_earlier_revision_can_be_explained_by_itself() {
    let ledger = restated();
    let first = ledger.run(&["explain", ONE]).exits(0);
    let second = ledger.run(&["explain", TWO]).exits(0);
    assert_ne!(first.out, second.out);
    assert_eq!(ledger.run(&["explain", "settlement/LG-1/2025-01"]).exits(0).out, second.out);
    let first = first.prints("Every frozen number came out again.");
    assert!(!first.out.contains("3100.5"));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let ledger = restated();
    let refused = |earlier: &str, later: &str, code: &str| {
        let ran = ledger.run(&["explain", "--diff", earlier, later]).exits(1).prints_nothing();
        ran.says(&format!("citygate: {code}: "));
    };
    refused("settlement/LG-9/2025-01@1", "settlement/LG-9/2025-01@2", "not_issued");
    refused("settlement/LG-1/2025-02@1", "settlement/LG-1/2025-02@2", "not_issued");
    refused(ONE, "settlement/LG-1/2025-01@3", "no_such_revision");
    refused("settlement/LG-1/2025-01@0", TWO, "no_such_revision");
    refused("settlement/LG-2/2025-01@1", TWO, "not_comparable");
    refused("deviation/LG-1/2025-01@1", TWO, "not_comparable");
    refused("account/LG-1/2025-01-31", "account/LG-2/2025-01-31", "not_comparable");
    refused("1", "2", "not_comparable");
    refused(TWO, ONE, "later_first");
    refused("account/LG-1/2025-01-31", "account/LG-1/2025-01-30", "later_first");
    refused("account/LG-1/2025-01-31", "account/LG-1/2025-01-31@1", "later_first");
    refused("account/LG-9/2025-01-31", "account/LG-9/2025-02-01", "unknown_contract");
    refused("account/LG-1/2025-01-31@1", "account/LG-1/2025-01-31", "unknown_contract");
    refused("account/LG-1/2025-01-31", "account/LG-1/2025-01-31@999999", "not_known_yet");
    for args in [
        &["explain"][..],
        &["explain", "--diff", ONE],
        &["explain", TWO, "--diff", ONE, TWO],
        &["explain", TWO, "--format", "csv"],
        &["explain", "settlement/LG-1/2025-01@x"],
        &["explain", "--diff", "account/LG-1/2025-01-31@x", "account/LG-1/2025-01-31"],
    ] {
        ledger.run(args).exits(2).prints_nothing();
    }
}
