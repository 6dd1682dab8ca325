//! Copies of a ledger, and a ledger from a copy.

use std::fs;

use super::{closed, open};
use crate::support::facts::Facts;
use crate::support::ledger::{Ledger, NOW};
use crate::support::ran::run;
use crate::support::sqlite::bytes;

fn more(ledger: &Ledger) {
    ledger.import(&Facts::rows("indices.csv", &["GATE,2025-01-01,1.84,,"])).exits(0);
}

#[track_caller]
fn epoch(ledger: &Ledger) -> u64 {
    let said = ledger.run(&["doctor"]).exits(0);
    let line = said.out.lines().find_map(|line| line.strip_prefix("epoch ")).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn a_backup_is_a_ledger_with_the_same_head_and_reports() {
    let ledger = closed();
    let head = ledger.head();
    ledger.run(&["backup", "copy.db"]).exits(0).prints(&format!("backup {head}"));
    let other = ["--store", "sqlite:copy.db", "--now", NOW];
    let on_copy = |args: &[&str]| run(ledger.folder(), &[&other[..], args].concat()).exits(0);
    on_copy(&["verify", "--expect", &head]);
    let lines = on_copy(&["report", "lines", "--format", "csv"]).bytes;
    assert_eq!(lines, ledger.report(&["lines"]));
}

#[test]
fn a_backup_overwrites_nothing() {
    let ledger = open();
    fs::write(ledger.beside("copy.db"), "precious").unwrap();
    ledger.run(&["backup", "copy.db"]).exits(3).says("citygate: path_exists: ");
    assert_eq!(fs::read(ledger.beside("copy.db")).unwrap(), b"precious");
    ledger.run(&["backup", "absent/copy.db"]).exits(3).says("absent");
    ledger.run(&["backup", "ledger.db"]).exits(3).says("citygate: path_exists: ");
    ledger.head();
}

#[test]
fn a_copy_is_not_restored_over_a_newer_ledger_unless_forced_and_raises_the_epoch() {
    let ledger = closed();
    let (head, before) = (ledger.head(), epoch(&ledger));
    ledger.run(&["backup", "copy.db"]).exits(0);
    more(&ledger);
    let newer = ledger.head();
    let refused = ledger.run(&["restore", "copy.db"]).exits(3).prints_nothing();
    refused.says("citygate: backup_older: ").says("restoring loses events");
    assert_eq!((ledger.head(), epoch(&ledger)), (newer, before));
    let restored = ledger.run(&["restore", "copy.db", "--force"]).exits(0);
    restored.prints(&format!("restored {head}")).prints(&format!("epoch {}", before + 1));
    assert_eq!((ledger.head(), epoch(&ledger)), (head, before + 1));
    more(&ledger);
    ledger.head();
}

#[test]
fn a_copy_is_restored_where_no_ledger_is_and_over_the_same_one() {
    let ledger = open();
    let head = ledger.head();
    ledger.run(&["backup", "copy.db"]).exits(0);
    ledger.run(&["restore", "copy.db"]).exits(0).prints("epoch 2");
    assert_eq!((ledger.head(), epoch(&ledger)), (head.clone(), 2));
    fs::remove_file(ledger.path()).unwrap();
    ledger.run(&["restore", "copy.db"]).exits(0).prints("epoch 2");
    assert_eq!(ledger.head(), head);
}

#[test]
fn a_copy_of_another_ledger_needs_force() {
    let (ledger, other) = (open(), Ledger::simulated());
    more(&other);
    ledger.run(&["backup", "copy.db"]).exits(0);
    fs::copy(ledger.beside("copy.db"), other.beside("copy.db")).unwrap();
    let refused = other.run(&["restore", "copy.db"]).exits(3);
    refused.says("citygate: backup_of_another_ledger: ");
    other.run(&["restore", "copy.db", "--force"]).exits(0);
    assert_eq!(other.head(), ledger.head());
}

#[test]
fn a_copy_that_is_missing_foreign_or_damaged_leaves_the_ledger_as_it_is() {
    let ledger = closed();
    let head = ledger.head();
    let restore = |name: &str| ledger.run(&["restore", name, "--force"]).exits(3).prints_nothing();
    restore("absent.db").says("citygate: path_missing: ");
    fs::write(ledger.beside("text.db"), "gas_day,volume\n".repeat(1000)).unwrap();
    restore("text.db").says("citygate: not_a_ledger: ");
    ledger.run(&["backup", "copy.db"]).exits(0);
    let whole = bytes(&ledger.beside("copy.db"));
    fs::write(ledger.beside("copy.db"), &whole[..whole.len() / 2]).unwrap();
    restore("copy.db").says("damaged");
    let left = fs::read_dir(ledger.folder()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().contains(".partial")));
    assert_eq!((ledger.head(), epoch(&ledger)), (head, 1));
}
