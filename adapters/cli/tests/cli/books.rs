//! The books as a clerk sees them: statements, journal, trial balance.

use serde_json::Value;

use crate::ledger::closed;
use crate::support::ran::Ran;

fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8(csv.to_vec()).unwrap();
    text.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn a_statement_opens_with_what_was_before_and_closes_with_the_account() {
    let ledger = closed();
    let whole = rows(&ledger.report(&["account-statement", "--contract", "LG-1"]));
    let kinds: Vec<&str> = whole.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(kinds, ["opening", "payment", "settlement", "closing"]);
    assert_eq!((whole[0][5].as_str(), &whole[3][5]), ("0.00", &whole[2][5]));
    let january = ["--contract", "LG-1", "--from", "2025-01-31", "--as-of", "2025-01-31"];
    let part = rows(&ledger.report(&[&["account-statement"][..], &january].concat()));
    let shown: Vec<(&str, &str, &str)> =
        part.iter().map(|row| (row[2].as_str(), row[1].as_str(), row[5].as_str())).collect();
    let closing = whole[3][5].as_str();
    assert_eq!(
        shown,
        [
            ("opening", "2025-01-31", "500000.00"),
            ("settlement", "2025-01-31", closing),
            ("closing", "2025-01-31", closing),
        ]
    );
    let accounts = rows(&ledger.report(&["accounts", "--as-of", "2025-01-31"]));
    assert_eq!(accounts[0][1], closing, "nothing is running on the last day of a closed month");
}

#[test]
fn the_trial_balance_sums_to_zero_and_shows_a_debt_as_receivable() {
    let ledger = closed();
    let balance = rows(&ledger.report(&["trial-balance"]));
    let of = |account: &str, unit: &str| {
        let row = balance.iter().find(|row| row[0] == account && row[1] == unit).unwrap();
        (row[2].clone(), row[3].clone())
    };
    let (debit, credit) = of("total", "CNY");
    assert_eq!(debit, credit);
    assert_eq!(of("cash", "CNY").0, "590077.00");
    assert_eq!(of("unallocated", "CNY").1, "77.00");
    assert_ne!(of("receivable", "CNY").0, "0.00", "LG-2 and LG-3 owe");
    assert_eq!(of("sold", "m3").0, "186000.000");
    assert_eq!(of("total", "m3"), ("186000.000".to_owned(), "186000.000".to_owned()));
    let before = rows(&ledger.report(&["trial-balance", "--as-of", "2025-01-30"]));
    assert!(before.iter().all(|row| row[0] != "revenue"), "{before:?}");
}

#[test]
fn answers_about_accounts_carry_the_log_position() {
    let ledger = closed();
    let head = ledger.head();
    let (position, _) = head.split_once(':').unwrap();
    for kind in ["accounts", "stages", "account-statement", "journal", "trial-balance"] {
        let shown: Ran = ledger.run(&["report", kind]).exits(0);
        let last = shown.out.lines().last().unwrap();
        assert_eq!(last, format!("as known at log position {position}"), "{kind}");
        let json = ledger.run(&["report", kind, "--format", "json"]).exits(0);
        let json: Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json[0]["log_position"], position, "{kind}");
    }
}
