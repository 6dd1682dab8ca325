//! Paths and files that are no ledger.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{VERBS, every_verb_says};
use crate::support::contract::small;
use crate::support::ledger::Ledger;
use crate::support::ran::run;
use crate::support::sqlite::{bytes, edit};

/// A ledger with some facts.
#[track_caller]
fn some() -> Ledger {
    let ledger = Ledger::absent();
    ledger.import(&small()).exits(0);
    ledger
}

#[test]
fn a_folder_is_no_ledger() {
    let ledger = Ledger::absent();
    fs::create_dir(ledger.path()).unwrap();
    every_verb_says(&ledger, 3, "path_is_folder: ");
    ledger.import(&small()).exits(3).says("citygate: path_is_folder: ").says("is a folder");
    assert_eq!(fs::read_dir(ledger.path()).unwrap().count(), 0);
}

#[test]
fn a_missing_ledger_is_made_by_init_and_import_only() {
    let ledger = Ledger::absent();
    for verb in VERBS.iter().filter(|verb| verb[0] != "init") {
        let ran = ledger.run(verb).exits(3).prints_nothing();
        ran.says("citygate: path_missing: ")
            .says("ledger.db does not exist. `citygate init` and `citygate import` make a ledger");
    }
    assert_eq!(fs::read_dir(ledger.folder()).unwrap().count(), 0);
    ledger.run(&["init"]).exits(0);
    ledger.run(&["events"]).exits(0).prints("ledger_opened");
}

#[test]
fn a_folder_that_is_missing_or_a_file_holds_no_ledger() {
    let ledger = Ledger::absent();
    fs::write(ledger.beside("file"), "x").unwrap();
    for (path, code) in [("absent/ledger.db", "path_missing"), ("file/ledger.db", "read_only")] {
        let store = format!("sqlite:{path}");
        let ran = run(ledger.folder(), &["--store", &store, "init"]).exits(3).prints_nothing();
        assert!(ran.err.starts_with(&format!("citygate: {code}: ")), "{}", ran.err);
    }
}

#[test]
fn a_folder_in_which_nothing_can_be_written_holds_no_ledger() {
    let ledger = some();
    let folder = ledger.folder().to_path_buf();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    every_verb_says(&ledger, 3, "read_only: ");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(ledger.path(), fs::Permissions::from_mode(0o444)).unwrap();
    every_verb_says(&ledger, 3, "read_only: ");
}

#[test]
fn a_place_that_takes_no_files_holds_no_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["--store", "sqlite:/proc/ledger.db", "init"]).exits(3);
    ran.prints_nothing().says("citygate: read_only: ").says("/proc cannot be written");
}

#[test]
fn another_database_and_a_text_file_are_told_and_left_as_they_are() {
    let other = Ledger::absent();
    edit(&other.path(), "CREATE TABLE reading (day TEXT); INSERT INTO reading VALUES ('x')");
    let text = Ledger::absent();
    fs::write(text.path(), "gas_day,volume_m3\n2025-01-01,10\n".repeat(200)).unwrap();
    for ledger in [other, text] {
        let before = fs::read(ledger.path()).unwrap();
        every_verb_says(&ledger, 3, "not_a_ledger: ");
        ledger.import(&small()).exits(3).says("ledger.db is not a citygate ledger");
        assert_eq!(fs::read(ledger.path()).unwrap(), before);
    }
}

#[test]
fn a_ledger_of_a_newer_program_is_told_and_left_as_it_is() {
    let ledger = some();
    edit(&ledger.path(), "PRAGMA user_version = 2");
    let before = fs::read(ledger.path()).unwrap();
    every_verb_says(&ledger, 3, "ledger_newer: ");
    ledger.run(&["doctor"]).exits(3).says("has form 2; this program knows form 1: use a newer one");
    assert_eq!(fs::read(ledger.path()).unwrap(), before);
}

#[test]
fn a_file_without_content_is_no_ledger_and_becomes_none() {
    for (content, what) in [("", "the file is empty"), ("x", "the file has one byte")] {
        let ledger = Ledger::absent();
        fs::write(ledger.path(), content).unwrap();
        every_verb_says(&ledger, 3, "not_a_ledger: ");
        let told = format!("ledger.db is not a citygate ledger: {what}");
        ledger.run(&["verify"]).exits(3).says(&told);
        ledger.import(&small()).exits(3).says(&told);
        assert_eq!(fs::read_to_string(ledger.path()).unwrap(), content);
        assert_eq!(fs::read_dir(ledger.folder()).unwrap().count(), 1);
    }
}

#[test]
fn a_database_without_tables_is_filled_by_init_and_import_only() {
    let ledger = Ledger::absent();
    edit(&ledger.path(), "CREATE TABLE a (b); DROP TABLE a; VACUUM");
    let before = fs::read(ledger.path()).unwrap();
    assert!(before.len() > 1);
    for verb in VERBS.iter().filter(|verb| verb[0] != "init") {
        let ran = ledger.run(verb).exits(3).prints_nothing();
        ran.says("citygate: not_a_ledger: ").says("the file is a database without tables");
    }
    assert_eq!(fs::read(ledger.path()).unwrap(), before);
    ledger.run(&["init"]).exits(0);
    ledger.run(&["events"]).exits(0).prints("ledger_opened");
}

#[test]
fn a_truncated_ledger_is_damaged_wherever_it_is_cut() {
    let whole = some();
    let bytes = bytes(&whole.path());
    for length in [bytes.len() - 4096, bytes.len() / 2, 4097, 4096, 100] {
        let ledger = Ledger::absent();
        fs::write(ledger.path(), &bytes[..length]).unwrap();
        let verified = ledger.run(&["verify"]).prints_nothing();
        // Less than a header is not recognisable as anything.
        let codes = [("ledger_damaged", 1), ("log_damaged", 1), ("not_a_ledger", 3)];
        let told = |(code, _): &&(&str, i32)| verified.err.contains(&format!("citygate: {code}: "));
        let exit = codes.iter().find(told).map(|(_, exit)| *exit);
        assert_eq!(exit, Some(verified.code), "{length}: {}", verified.err);
        let reported = ledger.run(&["doctor"]);
        assert!(reported.code == 3 && reported.out.is_empty(), "{length}: {}", reported.err);
    }
}

#[test]
fn a_store_that_is_neither_a_path_nor_an_address_is_a_wrong_argument() {
    let folder = tempfile::tempdir().unwrap();
    for store in ["ledger.db", "sqlite:", "mysql://localhost/x", ""] {
        let ran = run(folder.path(), &["--store", store, "doctor"]).exits(2);
        ran.says("is not of the form sqlite:PATH").prints_nothing();
    }
}
