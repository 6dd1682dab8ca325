//! Recorded histories of several processes, and the checker itself: every bug that is planted is found.

use std::path::PathBuf;

use chrono::DateTime;
use citygate_store::conformance::stream;
use citygate_store::{EventStore as _, KeyRecord, SqliteStore, StoredEvent, migrate};
use citygate_tests_system::history::{Answered, Call, Ended, Flaw, What, check, ended, record};
use citygate_tests_system::ledger::ticking_clock;
use citygate_tests_system::postgres::Server;
use uuid::Uuid;

/// The program that calls the log, built beside this test.
fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_crash").into()
}

/// Enough of every kind of answer to be worth checking.
fn assert_eventful(calls: &[Call]) {
    let count = |wanted: fn(&Answered) -> bool| {
        let wanted =
            |call: &&Call| matches!(&call.what, What::Append { answer, .. } if wanted(answer));
        calls.iter().filter(wanted).count()
    };
    let committed = count(|answer| matches!(answer, Answered::Committed { .. }));
    let conflicts = count(|answer| matches!(answer, Answered::Conflict { .. }));
    let unknown = count(|answer| matches!(answer, Answered::Unknown));
    let reads = calls.iter().filter(|call| matches!(call.what, What::Read { .. })).count();
    assert!(
        committed > 30 && conflicts > 10 && unknown > 2 && reads > 10,
        "{committed} committed, {conflicts} conflicts, {unknown} unknown, {reads} reads"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_six_processes_did_to_one_database_is_a_history_of_one_log() {
    let database = Server::shared().database().await;
    migrate(&database.options(), &[]).await.unwrap();
    let place = database.url.clone();
    let recorded = tokio::task::spawn_blocking(move || record(&program(), &place, 6, 40));
    let calls = recorded.await.unwrap().unwrap();
    assert_eventful(&calls);
    let ended = ended(&database.url, &calls).await.unwrap();
    assert_eq!(check(&calls, &ended), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_four_processes_did_to_one_file_is_a_history_of_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let place = path.to_string_lossy().into_owned();
    // As in the database, the ledger is there before they come: who makes it while another one does is
    // told that it is busy.
    let made = SqliteStore::open(&path, ticking_clock()).await.unwrap();
    made.close().await.unwrap();
    let recorded = {
        let place = place.clone();
        tokio::task::spawn_blocking(move || record(&program(), &place, 4, 40))
    };
    let calls = recorded.await.unwrap().unwrap();
    assert_eventful(&calls);
    assert_eq!(check(&calls, &ended(&place, &calls).await.unwrap()), Ok(()));
}

fn text(key: &str, place: u64) -> String {
    format!("{key}/{place}")
}

fn call(caller: u64, began: u64, returned: u64, what: What) -> Call {
    Call { caller, began, returned, what }
}

fn append(key: &str, expected: u64, answer: Answered) -> What {
    let payloads = vec![text(key, 0), text(key, 1)];
    What::Append { key: key.to_owned(), expected: ("s".to_owned(), expected), payloads, answer }
}

fn at(first: u64) -> Answered {
    Answered::Committed { first, last: first + 1 }
}

fn read(keys: &[&str]) -> What {
    let payloads = keys.iter().flat_map(|key| [text(key, 0), text(key, 1)]).collect();
    What::Read { payloads }
}

fn log(keys: &[&str]) -> Vec<StoredEvent> {
    let events = keys.iter().flat_map(|key| [("s", text(key, 0)), ("all", text(key, 1))]);
    let event = |(at, (name, payload)): (usize, (&str, String))| StoredEvent {
        position: at as u64 + 1,
        stream: stream(name),
        version: at as u64 / 2 + 1,
        event_type: "noted".to_owned(),
        type_version: 1,
        event_id: Uuid::nil(),
        effective: None,
        recorded_at: DateTime::UNIX_EPOCH,
        actor: "{}".to_owned(),
        reason: None,
        causation: None,
        correlation: None,
        payload,
        hash: [0; 32],
        chain: [0; 32],
    };
    events.enumerate().map(event).collect()
}

fn kept(keys: &[&str]) -> Vec<(String, Option<KeyRecord>)> {
    let record = |(at, key): (usize, &&str)| {
        let first = at as u64 * 2 + 1;
        let record = KeyRecord {
            request_hash: [0; 32],
            answer: None,
            first_position: Some(first),
            last_position: Some(first + 1),
        };
        ((*key).to_owned(), Some(record))
    };
    keys.iter().enumerate().map(record).collect()
}

/// a, then b and c at once, then d; c conflicted first; the outcome of d was unknown first; a was
/// asked again at the end; somebody read after a and after d.
fn healthy() -> (Vec<Call>, Ended) {
    let calls = vec![
        call(0, 0, 10, append("a", 0, at(1))),
        call(1, 11, 15, read(&["a"])),
        call(0, 20, 40, append("b", 1, at(3))),
        call(1, 20, 30, append("c", 0, Answered::Conflict { actual: 1 })),
        call(1, 31, 50, append("c", 2, at(5))),
        call(2, 60, 70, append("d", 3, Answered::Unknown)),
        call(2, 71, 80, append("d", 3, at(7))),
        call(0, 90, 95, append("a", 0, at(1))),
        call(1, 96, 99, read(&["a", "b", "c", "d"])),
        call(2, 96, 99, append("e", 3, Answered::Unknown)),
    ];
    let keys = ["a", "b", "c", "d"];
    let mut kept = kept(&keys);
    kept.push(("e".to_owned(), None));
    (calls, Ended { log: log(&keys), keys: kept })
}

/// What the checker says once something was changed.
fn found(plant: impl FnOnce(&mut Vec<Call>, &mut Ended)) -> Flaw {
    let (mut calls, mut ended) = healthy();
    assert_eq!(check(&calls, &ended), Ok(()));
    plant(&mut calls, &mut ended);
    check(&calls, &ended).expect_err("the planted bug was not found")
}

fn answer_of(call: &mut Call) -> &mut Answered {
    match &mut call.what {
        What::Append { answer, .. } => answer,
        What::Read { .. } => panic!("a read has no answer"),
    }
}

#[test]
fn a_lost_acknowledgement_is_found() {
    // d was acknowledged; nothing of it is left.
    let lost = found(|calls, ended| {
        ended.log.truncate(6);
        ended.keys[3].1 = None;
        calls.truncate(7);
    });
    assert_eq!(lost, Flaw::Lost("d".to_owned()));
    let half = found(|calls, ended| {
        ended.log.truncate(7);
        calls.truncate(7);
    });
    assert_eq!(half, Flaw::Lost("d".to_owned()));
}

#[test]
fn a_duplicate_is_found() {
    let twice = found(|_, ended| ended.log = log(&["a", "b", "c", "d", "d"]));
    assert_eq!(twice, Flaw::Twice("d".to_owned()));
    // Also of what nobody knows to have been done.
    let twice = found(|_, ended| ended.log = log(&["a", "b", "c", "d", "e", "e"]));
    assert!(matches!(twice, Flaw::Twice(_) | Flaw::Misplaced(_)), "{twice}");
}

#[test]
fn a_stale_read_is_found() {
    // c was acknowledged, and d, before it began.
    let stale = found(|calls, _| calls[8].what = read(&["a", "b"]));
    assert_eq!(stale, Flaw::Stale(4));
    let stale = found(|calls, _| calls[1].what = read(&[]));
    assert_eq!(stale, Flaw::Stale(0));
}

#[test]
fn a_read_of_what_is_no_beginning_of_the_log_is_found() {
    let swapped = found(|calls, _| calls[8].what = read(&["a", "c", "b", "d"]));
    assert_eq!(swapped, Flaw::NoPrefix(8));
    let hole = found(|calls, _| calls[8].what = read(&["a", "b", "d"]));
    assert_eq!(hole, Flaw::NoPrefix(6));
    // Nobody had asked for b yet.
    let early = found(|calls, _| calls[1].what = read(&["a", "b"]));
    assert_eq!(early, Flaw::NoPrefix(4));
}

#[test]
fn a_swapped_order_is_found() {
    // d began after c had returned, and stands before it.
    let swapped = found(|calls, ended| {
        ended.log = log(&["a", "b", "d", "c"]);
        *answer_of(&mut calls[4]) = at(7);
        *answer_of(&mut calls[6]) = at(5);
        for (call, version) in [(4, 3), (5, 2), (6, 2)] {
            if let What::Append { expected, .. } = &mut calls[call].what {
                expected.1 = version;
            }
        }
        let mut keys = kept(&["a", "b", "d", "c"]);
        keys.push(("e".to_owned(), None));
        ended.keys = keys;
        calls.truncate(8);
    });
    assert_eq!(swapped, Flaw::Swapped("c".to_owned(), "d".to_owned()));
}

#[test]
fn a_gap_is_found() {
    let gap = found(|_, ended| {
        ended.log.remove(4);
    });
    assert_eq!(gap, Flaw::NotDense(5));
    let gap = found(|_, ended| {
        ended.log[4].version = 4;
    });
    assert_eq!(gap, Flaw::NotDenseIn("s".to_owned(), 3));
}

#[test]
fn a_wrong_version_is_found() {
    // A conflict that names a version which the stream got only later, or the one that was expected.
    let later = found(|calls, _| *answer_of(&mut calls[3]) = Answered::Conflict { actual: 4 });
    assert_eq!(later, Flaw::NeverHad("s".to_owned(), 4));
    let none = found(|calls, _| *answer_of(&mut calls[3]) = Answered::Conflict { actual: 0 });
    assert_eq!(none, Flaw::NeverHad("s".to_owned(), 0));
    // It was taken at another version than it expected.
    let misplaced = found(|calls, _| {
        if let What::Append { expected, .. } = &mut calls[2].what {
            expected.1 = 0;
        }
    });
    assert_eq!(misplaced, Flaw::Misplaced("b".to_owned()));
}

#[test]
fn another_answer_under_the_same_key_is_found() {
    let other = found(|calls, _| *answer_of(&mut calls[7]) = at(3));
    assert_eq!(other, Flaw::OtherAnswer("a".to_owned()));
    // The key forgot, or tells of something else.
    let forgot = found(|_, ended| ended.keys[1].1 = None);
    assert_eq!(forgot, Flaw::OtherAnswer("b".to_owned()));
    let other = found(|_, ended| ended.keys[4].1 = ended.keys[3].1.clone());
    assert_eq!(other, Flaw::OtherAnswer("e".to_owned()));
}

#[test]
fn what_nobody_wanted_is_found() {
    let invented = found(|_, ended| ended.log[7].payload = "z".to_owned());
    assert_eq!(invented, Flaw::Invented(8));
}
