//! `verify`, `rebuild` and `doctor` on a ledger that is whole, or whose tables are not.

use super::{closed, open};
use crate::support::facts::Facts;
use crate::support::sqlite::edit;

#[test]
fn a_ledger_that_is_whole_verifies_and_its_printed_head_is_accepted() {
    let ledger = closed();
    let verified = ledger.run(&["verify"]).exits(0);
    verified.prints("every hash and every number came out again");
    let head = ledger.head();
    ledger.run(&["verify", "--expect", &head]).exits(0);
    ledger.import(&Facts::rows("indices.csv", &["GATE,2025-01-01,1.84,,"])).exits(0);
    assert_ne!(ledger.head(), head);
    ledger.run(&["verify", "--expect", &head]).exits(0);
}

#[test]
fn a_wrong_head_is_refused_with_its_position() {
    let ledger = open();
    let head = ledger.head();
    let (position, chain) = head.split_once(':').unwrap();
    let other = if chain.starts_with('0') { "1" } else { "0" };
    let wrong = format!("{position}:{other}{}", &chain[1..]);
    let refused = ledger.run(&["verify", "--expect", &wrong]).exits(1).prints_nothing();
    refused.says(&format!(
        "citygate: log_damaged: the first bad position is {position}: the chain is not the \
         expected one"
    ));
    let next = position.parse::<u64>().unwrap() + 1;
    let beyond = ledger.run(&["verify", "--expect", &format!("{next}:{chain}")]).exits(1);
    beyond.says(&format!("the log ends before the expected position {next}"));
    for text in ["", "12", &format!("{position}:abc"), &format!("x:{chain}")] {
        ledger.run(&["verify", "--expect", text]).exits(2);
    }
}

#[test]
fn tables_that_were_changed_by_hand_are_named_and_made_anew() {
    let changes = [
        "DELETE FROM settlement",
        "DELETE FROM settlement_line WHERE line = 1",
        "UPDATE deviation SET charge_fen = charge_fen + 1",
        "UPDATE account_entry SET amount_fen = -amount_fen WHERE kind = 'payment'",
        "INSERT INTO account_entry VALUES (1, 'LG-1', '2025-01-01', 'payment', 'x', 1)",
    ];
    let ledger = closed();
    let head = ledger.head();
    for sql in changes {
        edit(&ledger.path(), sql);
        let found = ledger.run(&["verify"]).exits(1).prints_nothing();
        found
            .says("citygate: tables_differ: the document tables differ from the log at position ")
            .says("citygate rebuild makes them anew");
        ledger.run(&["rebuild"]).exits(0);
        assert_eq!(ledger.head(), head, "{sql}");
    }
}

#[test]
fn tables_that_are_missing_are_written_again() {
    let ledger = closed();
    let (head, accounts) = (ledger.head(), ["accounts", "--as-of", "2025-01-31"]);
    let before = ledger.report(&accounts);
    edit(
        &ledger.path(),
        "DROP TABLE settlement; DROP TABLE settlement_line; DROP TABLE deviation; \
         DROP TABLE account_entry; DELETE FROM checkpoint",
    );
    assert_eq!(ledger.report(&accounts), before);
    assert_eq!(ledger.head(), head);
}

#[test]
fn rebuilding_changes_no_event_and_no_report() {
    let ledger = closed();
    let (head, payloads) = (ledger.head(), ledger.payloads());
    let reports = || ["settlements", "lines", "deviations"].map(|kind| ledger.report(&[kind]));
    let before = reports();
    let position = head.split(':').next().unwrap();
    ledger.run(&["rebuild"]).exits(0).says(&format!("rebuilt from {position} events"));
    assert_eq!((ledger.head(), ledger.payloads(), reports()), (head, payloads, before));
}

#[test]
fn the_doctor_says_how_the_ledger_is() {
    let ledger = closed();
    let head = ledger.head();
    let position = head.split(':').next().unwrap();
    let said = ledger.run(&["doctor"]).exits(0).prints("no complaints");
    let facts = [
        ("file", "ledger.db"),
        ("position", position),
        ("epoch", "1"),
        ("event_triggers", "ok"),
        ("documents_at", position),
        ("snapshot_at", "-"),
        ("snapshot_bytes", "-"),
        ("contracts", "3"),
        ("zone", "Asia/Shanghai"),
        ("gas_day_start_hour", "8"),
        ("clock", "simulated"),
        ("four_eyes", "on"),
    ];
    for (name, value) in facts {
        let line = said.out.lines().find(|line| line.split(' ').next() == Some(name));
        let found = line.and_then(|line| line.split_once(' ')).map(|(_, value)| value.trim());
        assert_eq!(found, Some(value), "{name}");
    }
}

#[test]
fn triggers_that_no_longer_protect_events_are_named_and_made_anew() {
    let ledger = closed();
    let head = ledger.head();
    for (sql, names) in [
        ("DROP TRIGGER event_is_never_updated", "event_is_never_updated"),
        (
            "DROP TRIGGER event_is_never_updated; DROP TRIGGER event_is_never_deleted",
            "event_is_never_updated, event_is_never_deleted",
        ),
        (
            "DROP TRIGGER event_is_never_deleted; CREATE TRIGGER event_is_never_deleted \
             BEFORE DELETE ON event BEGIN SELECT 1; END",
            "event_is_never_deleted",
        ),
    ] {
        edit(&ledger.path(), sql);
        let told = format!("citygate: log_unprotected: events can be changed by hand: {names} ");
        ledger.run(&["verify"]).exits(1).prints_nothing().says(&told);
        let doctor = ledger.run(&["doctor"]).exits(1).says(&told);
        assert!(!doctor.out.contains("no complaints"));
        doctor.prints("event_triggers       missing");
        ledger.run(&["rebuild"]).exits(0);
        assert_eq!(ledger.head(), head, "{sql}");
        ledger.run(&["doctor"]).exits(0).prints("event_triggers       ok");
    }
}

#[test]
fn what_was_changed_and_how_it_could_be_are_both_named() {
    let ledger = closed();
    edit(
        &ledger.path(),
        "DROP TRIGGER event_is_never_updated; UPDATE event SET reason = 'x' WHERE position = 9; \
         UPDATE personal SET value = 'x'",
    );
    let found = ledger.run(&["verify"]).exits(1).prints_nothing();
    found
        .says("citygate: log_unprotected: ")
        .says("citygate: log_damaged: the first bad position is 9: ");
}

#[test]
fn a_name_that_is_not_the_one_of_its_event_is_named() {
    for (sql, told) in [
        (
            "UPDATE personal SET value = value || '有限公司' WHERE id = 'C-LG-2'",
            "the name of C-LG-2 beside the log is not the one whose digest the event at position ",
        ),
        (
            "UPDATE personal SET salt = zeroblob(16) WHERE id = 'C-LG-3'",
            "the name of C-LG-3 beside the log is not the one whose digest the event at position ",
        ),
        (
            "UPDATE personal SET id = 'C-9' WHERE id = 'C-LG-1'",
            "the name of C-9 stands beside the log, and no event holds its digest",
        ),
        (
            "INSERT INTO personal VALUES (9, 'C-LG-1', 'telephone', x'00', '13800000000')",
            "the telephone of C-LG-1 stands beside the log, and no event holds its digest",
        ),
    ] {
        let ledger = open();
        edit(&ledger.path(), sql);
        let found = ledger.run(&["verify"]).exits(1).prints_nothing();
        found.says(&format!("citygate: personal_differs: {told}"));
    }
}

#[test]
fn a_name_that_was_erased_is_no_finding() {
    let ledger = open();
    let head = ledger.head();
    edit(&ledger.path(), "DELETE FROM personal WHERE id = 'C-LG-2'");
    assert_eq!(ledger.head(), head);
}
