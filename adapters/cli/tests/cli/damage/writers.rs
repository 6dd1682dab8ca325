//! A ledger in use by somebody else.

use sqlx::Connection;

use crate::support::contract::small;
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;
use crate::support::sqlite::{open, runtime};

/// Runs `act` while another process holds the right to write.
#[track_caller]
fn while_somebody_writes(ledger: &Ledger, act: impl FnOnce() -> Ran) -> Ran {
    runtime().block_on(async {
        let mut other = open(&ledger.path()).await;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        let ran = act();
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        other.close().await.unwrap();
        ran
    })
}

#[test]
fn a_ledger_in_use_is_told_after_a_wait_and_nothing_is_recorded() {
    let ledger = Ledger::absent();
    ledger.run(&["init"]).exits(0);
    let before = ledger.head();
    let facts = small();
    let ran = while_somebody_writes(&ledger, || ledger.import(&facts)).exits(3).prints_nothing();
    ran.says("citygate: ledger_busy: ").says("another process is writing to the ledger");
    assert_eq!(ledger.head(), before);
    ledger.import(&facts).exits(0).says("3 recorded, 0 already known, 0 refused");
}

#[test]
fn reading_goes_on_while_somebody_writes() {
    let ledger = Ledger::absent();
    ledger.import(&small()).exits(0);
    let report = ["report", "contracts", "--format", "csv"];
    let quiet = ledger.run(&report).exits(0);
    let meanwhile = while_somebody_writes(&ledger, || ledger.run(&report)).exits(0);
    assert_eq!(meanwhile.out, quiet.out);
    while_somebody_writes(&ledger, || ledger.run(&["verify"])).exits(0);
}

#[test]
fn a_ledger_in_use_is_not_replaced() {
    let ledger = Ledger::absent();
    ledger.import(&small()).exits(0);
    ledger.run(&["backup", "copy.db"]).exits(0);
    let head = ledger.head();
    let ran = while_somebody_writes(&ledger, || ledger.run(&["restore", "copy.db"])).exits(3);
    ran.says("citygate: ledger_busy: ");
    assert_eq!(ledger.head(), head);
}

#[test]
fn two_programs_importing_at_once_record_every_fact_once() {
    let ledger = Ledger::absent();
    ledger.import(&small()).exits(0);
    let rows = |code: &str| -> Vec<String> {
        (0..3_000).map(|row| format!("{code}{row},2025-01-01,1.5,,")).collect()
    };
    let (shared, mine, yours) = (rows("S"), rows("A"), rows("B"));
    let first = Facts::rows("indices.csv", &[shared.clone(), mine].concat());
    let second = Facts::rows("indices.csv", &[yours, shared].concat());
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| ledger.import(&first));
        let two = scope.spawn(|| ledger.import(&second));
        (one.join().unwrap(), two.join().unwrap())
    });
    let counts = [one.exits(0), two.exits(0)].map(|ran| {
        let line = ran.err.lines().last().unwrap().to_owned();
        let numbers = line.split(' ').filter_map(|word| word.parse().ok());
        numbers.collect::<Vec<u64>>()
    });
    let [[one, known_one, 0], [two, known_two, 0]] =
        [&counts[0][..3], &counts[1][..3]].map(|counts| [counts[0], counts[1], counts[2]])
    else {
        panic!("{counts:?}")
    };
    assert_eq!((one + two, known_one + known_two), (9_000, 3_000));
    let published = ledger.run(&["events", "--type", "index_published", "--format", "payload"]);
    assert_eq!(published.exits(0).out.lines().count(), 9_000);
    ledger.run(&["verify"]).exits(0);
}
