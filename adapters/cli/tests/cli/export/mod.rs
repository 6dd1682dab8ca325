//! The journal before foreign auditors: hledger and beancount, which know nothing of this program.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::ledger::closed;
use crate::support::contract::contract;
use crate::support::facts::{Facts, demo, text};
use crate::support::ledger::Ledger;

/// A foreign auditor: the format that it reads, and how it is called.
struct Auditor {
    format: &'static str,
    variable: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
}

const AUDITORS: [Auditor; 2] = [
    Auditor {
        format: "hledger",
        variable: "CITYGATE_HLEDGER",
        program: "hledger",
        arguments: &["check", "--strict", "ordereddates", "-f"],
    },
    Auditor {
        format: "beancount",
        variable: "CITYGATE_BEAN_CHECK",
        program: "bean-check",
        arguments: &[],
    },
];

impl Auditor {
    /// Whether the auditor accepts a file. `tests/run` installs both programs where they are
    /// missing; without them these tests fail, they are never passed over.
    #[track_caller]
    fn accepts(&self, journal: &Path) -> bool {
        let program = std::env::var(self.variable).unwrap_or_else(|_| self.program.to_owned());
        let mut command = Command::new(&program);
        command.args(self.arguments).arg(journal).env("LANG", "C.UTF-8");
        let variable = self.variable;
        let ran = command.output().unwrap_or_else(|error| {
            panic!("{program}: {error}; tests/run installs it, or name it in {variable}")
        });
        if !ran.status.success() {
            let (out, err) = (&ran.stdout, &ran.stderr);
            eprintln!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err));
        }
        ran.status.success()
    }

    #[track_caller]
    fn export(&self, ledger: &Ledger, more: &[&str]) -> String {
        let args = [&["export", "journal", "--format", self.format], more].concat();
        ledger.run(&args).exits(0).out
    }
}

/// Writes a journal beside the ledger.
fn written(ledger: &Ledger, name: &str, journal: &str) -> std::path::PathBuf {
    let path = ledger.beside(name);
    std::fs::write(&path, journal).unwrap();
    path
}

/// The journal with the amount of the first payment one yuan larger: on one side, or on both.
fn altered(journal: &str, sides: usize) -> String {
    let amounts = ["500000.00", "-500000.00"];
    let mut altered = journal.to_owned();
    for amount in amounts.iter().take(sides) {
        let larger = amount.replace("500000", "500001");
        let (wanted, with) = (format!("  {amount} CNY\n"), format!("  {larger} CNY\n"));
        assert!(altered.contains(&wanted), "{amount}");
        altered = altered.replacen(&wanted, &with, 1);
    }
    altered
}

#[test]
fn both_auditors_accept_the_books_and_no_altered_copy_of_them() {
    let ledger = closed();
    for auditor in &AUDITORS {
        let journal = auditor.export(&ledger, &[]);
        let format = auditor.format;
        assert!(auditor.accepts(&written(&ledger, "books.journal", &journal)), "{format}");
        for sides in [1, 2] {
            let path = written(&ledger, "altered.journal", &altered(&journal, sides));
            assert!(!auditor.accepts(&path), "{format}: {sides} altered amounts");
        }
    }
}

#[test]
fn both_auditors_accept_the_sample_of_24_contracts_wholly_in_part_and_as_of_a_day() {
    let (ledger, sample) = (Ledger::absent(), demo());
    ledger.run(&["import", text(&sample)]).exits(1);
    ledger.run(&["close", "--through", "2025-12"]).exits(0);
    for auditor in &AUDITORS {
        for more in [
            &[][..],
            &["--as-of", "2025-09-17"],
            &["--as-of", "2025-12-31"],
            &["--contract", "DM-2025-0003"],
            &["--contract", "DM-2025-0003", "--as-of", "2025-06-30"],
        ] {
            let journal = auditor.export(&ledger, more);
            let asserted = journal.matches(" = ").count() + journal.matches(" balance ").count();
            assert!(asserted > 0, "{} {more:?}: no balance is asserted", auditor.format);
            let path = written(&ledger, "books.journal", &journal);
            assert!(auditor.accepts(&path), "{} {more:?}", auditor.format);
        }
    }
}

#[test]
fn a_balance_that_the_account_does_not_have_is_found() {
    let ledger = closed();
    for auditor in &AUDITORS {
        let journal = auditor.export(&ledger, &["--contract", "LG-1"]);
        let line = journal.lines().rev().find(|line| line.contains("Prepaid")).unwrap();
        let asserted = line.split(' ').rev().find(|word| word.ends_with(".00")).unwrap();
        let other = line.replace(asserted, &asserted.replace(".00", ".01"));
        let altered = journal.replacen(line, &other, 1);
        assert_ne!(altered, journal);
        let path = written(&ledger, "altered.journal", &altered);
        assert!(!auditor.accepts(&path), "{}", auditor.format);
    }
}

#[test]
fn the_journal_is_written_to_a_file_and_an_empty_ledger_has_an_empty_one() {
    let ledger = closed();
    let to_file = ["export", "journal", "--format", "hledger", "--out", "books.journal"];
    ledger.run(&to_file).exits(0).prints_nothing();
    let shown = AUDITORS[0].export(&ledger, &[]);
    assert_eq!(std::fs::read_to_string(ledger.beside("books.journal")).unwrap(), shown);
    let to_folder = ["export", "journal", "--format", "hledger", "--out", "."];
    ledger.run(&to_folder).exits(3).says("citygate: world: ");
    let empty = Ledger::simulated();
    for auditor in &AUDITORS {
        let journal = auditor.export(&empty, &[]);
        assert!(auditor.accepts(&written(&empty, "empty.journal", &journal)), "{journal}");
    }
}

/// Three months in which a fifth of the contract quantity was taken, and 80 % must be paid.
fn settled_year() -> Ledger {
    let taker = contract("LG-1").without("/terms/deviation").with(
        "/terms/take_or_pay",
        json!({
            "percent": "80", "credit_deviation": false, "lots_count": true,
            "price": {"kind": "fixed", "price": "2.00"},
            "make_up": {"years": 0, "order": "after_adjusted", "price": {"kind": "free"}},
            "end_of_term": {"kind": "forfeit"}
        }),
    );
    let rows: Vec<String> = [("01", 31), ("02", 28), ("03", 31)]
        .into_iter()
        .flat_map(|(month, days)| {
            (1..=days).map(move |day| format!("LG-1-1,2025-{month}-{day:02},650,,telemetry,"))
        })
        .collect();
    let ledger = Ledger::simulated().at("2025-04-10T01:00:00Z");
    let facts = Facts::rows("contracts.jsonl", &[taker.line()])
        .and_rows("deliveries.csv", &rows)
        .and_rows("payments.csv", &["LG-1,2025-01-02,500000.00,ICBC,P-1,payment,,"]);
    ledger.import(&facts).exits(0);
    ledger.run(&["close", "--through", "2025-03"]).exits(0);
    ledger.run(&["close", "--year", "2025"]).exits(0);
    ledger
}

#[test]
fn both_auditors_accept_a_year_of_take_or_pay_in_money_and_in_gas() {
    let ledger = settled_year();
    for auditor in &AUDITORS {
        // On the last day of March the year counts for the account; the books took it on 10 April.
        for more in [&[][..], &["--as-of", "2025-03-31"], &["--as-of", "2025-04-10"]] {
            let journal = auditor.export(&ledger, more);
            let posted = journal.contains("take_or_pay_settled");
            assert_eq!(posted, more != ["--as-of", "2025-03-31"], "{}", auditor.format);
            let path = written(&ledger, "books.journal", &journal);
            assert!(auditor.accepts(&path), "{} {more:?}", auditor.format);
            let gas = journal.replacen("Equity:Gas:Forfeited:LG-1  ", "Equity:Gas:Sold:LG-1  1", 1);
            let path = written(&ledger, "altered.journal", &gas);
            assert_eq!(auditor.accepts(&path), !posted, "{} {more:?}", auditor.format);
        }
    }
}
