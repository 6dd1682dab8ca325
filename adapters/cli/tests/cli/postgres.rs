//! The program on a ledger in PostgreSQL.

use std::path::Path;

use citygate_tests_system::postgres::{Database, Server};

use crate::support::facts::{demo, text};
use crate::support::ran::{Ran, run};

struct InDatabase {
    database: Database,
    folder: tempfile::TempDir,
}

impl InDatabase {
    fn new() -> Self {
        let database = now(Server::shared().database());
        Self { database, folder: tempfile::tempdir().unwrap() }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let store = ["--store", &self.database.url];
        run(self.folder.path(), &[&store, args].concat())
    }

    fn execute(&self, sql: &str) {
        now(self.database.execute(sql));
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

/// What the same verbs print on a ledger in a file.
fn in_file(folder: &Path, args: &[&str]) -> Ran {
    run(folder, &[&["--store", "sqlite:ledger.db"], args].concat())
}

#[test]
fn a_ledger_in_a_database_is_migrated_filled_verified_and_answers_as_one_in_a_file() {
    let ledger = InDatabase::new();
    let refused = ledger.run(&["init"]).exits(3);
    refused.says("citygate: ledger_not_migrated: ").says("run `citygate migrate`");
    ledger.run(&["migrate"]).exits(0).prints("form 0 to 4");
    ledger.run(&["migrate", "--activate"]).exits(0).prints("activated before");
    let demo = demo();
    for verb in [&["import", text(&demo)][..], &["close", "--through", "2025-03"]] {
        let here = ledger.run(verb);
        let there = in_file(ledger.folder.path(), verb);
        assert_eq!((here.code, &here.out), (there.code, &there.out), "{}", here.err);
    }
    for report in ["settlements", "deviations", "accounts", "contracts"] {
        let args = ["report", report, "--format", "csv"];
        let here = ledger.run(&args).exits(0);
        assert!(here.out.lines().count() > 1);
        assert_eq!(here.out, in_file(ledger.folder.path(), &args).exits(0).out, "{report}");
    }
    let verified = ledger.run(&["verify"]).exits(0);
    verified.prints("every hash and every number came out again");
    ledger.run(&["rebuild"]).exits(0);
    ledger.run(&["verify"]).exits(0);
    let doctor = ledger.run(&["doctor"]).exits(0);
    for line in ["database ", "role                 citygate_app", "partitions_ahead     3"] {
        assert!(doctor.out.contains(line), "{line:?} is not in\n{}", doctor.out);
    }
}

#[test]
fn doctor_and_verify_tell_what_is_wrong_with_a_database() {
    let ledger = InDatabase::new();
    ledger.run(&["migrate"]).exits(0);
    ledger.run(&["init"]).exits(0);
    ledger.execute(
        "ALTER TABLE citygate.event DETACH PARTITION citygate.event_000003; \
         DROP TABLE citygate.event_000003",
    );
    let short = ledger.run(&["doctor"]).exits(0);
    assert!(!short.out.contains("no complaints"), "{}", short.out);
    short.says("warning: partitions_short: 2 partitions are ahead of the log, 3 should");
    ledger.run(&["migrate"]).exits(0).prints("1 partitions added");
    // Tables of a newer release are good while they only add to what this one knows.
    ledger.execute("INSERT INTO citygate.migration VALUES (98, 'additive', now(), 3)");
    ledger.run(&["doctor"]).exits(0);
    ledger.execute("DROP TRIGGER event_is_never_changed ON citygate.event");
    ledger.run(&["doctor"]).exits(1).says("log_unprotected: ").says("`citygate migrate`");
    let change = "UPDATE citygate.event SET actor = '{\"person\":\"p2\"}' WHERE position = 1";
    ledger.execute(change);
    let found = ledger.run(&["verify"]).exits(1);
    found.says("log_damaged: the first bad position is 1: ").says("log_unprotected: ");
    for verb in [&["backup", "copy.db"][..], &["restore", "copy.db"]] {
        ledger.run(verb).exits(2).says("pg_basebackup");
    }
    ledger.execute("INSERT INTO citygate.migration VALUES (99, 'later', now(), 99)");
    ledger.run(&["doctor"]).exits(3).says("citygate: ledger_newer: ");
}

#[test]
fn a_form_of_event_that_was_not_activated_is_told_with_what_to_do() {
    let ledger = InDatabase::new();
    ledger.run(&["migrate"]).exits(0);
    ledger.execute("DELETE FROM citygate.event_type WHERE type = 'ledger_opened'");
    let refused = ledger.run(&["init"]).exits(3);
    refused.says("event_type_not_activated").says("citygate migrate --activate");
    ledger.execute("INSERT INTO citygate.node VALUES ('n1', '0.0.9', now(), '{}')");
    let older = ledger.run(&["migrate", "--activate"]).exits(3);
    older.says("citygate: older_node_alive: ").says("node n1 with release 0.0.9");
    ledger.execute("DELETE FROM citygate.node");
    let activated = ledger.run(&["migrate", "--activate"]).exits(0);
    activated.prints("activated: ledger_opened/1");
    ledger.run(&["init"]).exits(0);
}

#[test]
fn no_message_shows_the_password_of_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let store = ["--store", "postgres://p1:open-sesame@127.0.0.1:1/gas"];
    for verb in [&["doctor"][..], &["migrate"], &["report", "accounts"]] {
        let refused = run(folder.path(), &[&store[..], verb].concat()).exits(3);
        assert!(!refused.err.contains("open-sesame"), "{}", refused.err);
        refused.says("citygate: database_unreachable: ").says("postgres://127.0.0.1:1/gas");
    }
}

#[test]
fn a_ledger_taken_from_a_file_into_a_database_verifies_and_prints_the_same_reports() {
    let ledger = InDatabase::new();
    let folder = ledger.folder.path();
    let demo = demo();
    in_file(folder, &["import", text(&demo)]);
    in_file(folder, &["close", "--through", "2025-12"]);
    let from_to = ["migrate", "--from", "sqlite:ledger.db", "--to", &ledger.database.url];
    let taken = run(folder, &from_to).exits(0);
    let out = taken.out.clone();
    let head = out.lines().find_map(|line| line.strip_prefix("head ")).unwrap();
    assert!(in_file(folder, &["verify"]).exits(0).out.contains(head));
    taken.prints("every hash came out again").prints("epoch 2: ");
    run(folder, &from_to).exits(0).prints("nothing to do");
    ledger.run(&["verify", "--expect", head]).exits(0);
    for report in ["settlements", "lines", "deviations", "accounts", "stages", "contracts"] {
        let args = ["report", report, "--format", "csv"];
        let here = ledger.run(&args).exits(0);
        assert!(here.out.lines().count() > 1);
        assert_eq!(here.out, in_file(folder, &args).exits(0).out, "{report}");
    }
    // What was recorded is known there too.
    ledger.run(&["import", text(&demo)]).says("\n0 recorded");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_ledger_is_taken_from_a_file_into_a_database_and_no_other_way() {
    let ledger = InDatabase::new();
    let (folder, url) = (ledger.folder.path(), ledger.database.url.as_str());
    for wrong in [
        ["migrate", "--from", url, "--to", "sqlite:ledger.db"],
        ["migrate", "--from", "sqlite:a.db", "--to", "sqlite:b.db"],
    ] {
        run(folder, &wrong).exits(2).says("from a file to a database");
    }
    run(folder, &["migrate", "--from", "sqlite:a.db"]).exits(2).says("--to");
    let missing = run(folder, &["migrate", "--from", "sqlite:a.db", "--to", url]).exits(3);
    missing.says("citygate: path_missing: ");
    ledger.run(&["migrate"]).exits(0);
    ledger.run(&["init"]).exits(0);
    in_file(folder, &["init"]).exits(0);
    let refused = run(folder, &["migrate", "--from", "sqlite:ledger.db", "--to", url]).exits(3);
    refused.says("citygate: ledger_not_empty: ").says("holds a ledger already");
}
