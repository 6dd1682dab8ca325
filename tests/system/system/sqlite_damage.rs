//! Whatever is changed in the log, `verify` names the first bad position.

use std::fs;
use std::path::{Path, PathBuf};

use citygate_store::{EventStore, SqliteOptions, SqliteStore, VerifyFailure, verify};
use citygate_tests_system::ledger as engine;
use citygate_tests_system::sample::{reading, still_clock};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;
use uuid::Uuid;

const EVENTS: u64 = 12;

struct Ledger {
    _folder: TempDir,
    path: PathBuf,
}

impl Ledger {
    async fn new(events: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = SqliteStore::open(&path, still_clock()).await.unwrap();
        let mut batch: Vec<_> = (0..events).map(reading).collect();
        for (number, request) in batch.iter_mut().enumerate() {
            // Some with every column filled, some with none that may be empty.
            if number % 3 == 0 {
                request.metadata.reason = Some("换表".to_owned());
                request.metadata.causation = Some(Uuid::from_u128(7));
                request.metadata.correlation = Some(Uuid::from_u128(8));
            } else if number % 3 == 1 {
                request.events[0].effective = None;
            }
        }
        store.append(batch).await.unwrap();
        store.close().await.unwrap();
        Self { _folder: folder, path }
    }

    async fn edit(&self, sql: &'static str) {
        let mut connection =
            SqliteConnectOptions::new().filename(&self.path).connect().await.unwrap();
        let free = "DROP TRIGGER event_is_never_updated; DROP TRIGGER event_is_never_deleted";
        sqlx::raw_sql(free).execute(&mut connection).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

async fn named(path: &Path, expect: Option<(u64, [u8; 32])>) -> Result<u64, VerifyFailure> {
    let options = SqliteOptions { create: false, check_tail: false, ..SqliteOptions::new(path) };
    let store =
        SqliteStore::open_with(options, still_clock()).await.map_err(VerifyFailure::Store)?;
    let verified = verify(&store, expect).await;
    store.close().await.unwrap();
    verified.map(|report| report.position)
}

async fn file_is_sound(path: &Path) -> bool {
    let store = SqliteStore::open(path, still_clock()).await.unwrap();
    store.check_file().await.is_ok()
}

#[track_caller]
fn assert_names(verified: Result<u64, VerifyFailure>, expected: u64) {
    match verified {
        Err(VerifyFailure::Bad { position, .. }) => assert_eq!(position, expected),
        other => panic!("expected position {expected}, got {other:?}"),
    }
}

#[tokio::test]
async fn a_good_ledger_verifies_against_its_noted_head() {
    let ledger = Ledger::new(EVENTS).await;
    let store = SqliteStore::open(&ledger.path, still_clock()).await.unwrap();
    let head = store.head().await.unwrap();
    let report = verify(&store, Some((head.position, head.chain))).await.unwrap();
    assert_eq!((report.position, report.streams), (EVENTS, EVENTS));
    let wrong = verify(&store, Some((5, head.chain))).await;
    assert_names(wrong.map(|report| report.position), 5);
}

#[tokio::test]
async fn a_deleted_event_is_named() {
    let ledger = Ledger::new(EVENTS).await;
    ledger.edit("DELETE FROM event WHERE position = 5").await;
    assert_names(named(&ledger.path, None).await, 5);
}

#[tokio::test]
async fn two_swapped_events_are_named() {
    let ledger = Ledger::new(EVENTS).await;
    ledger
        .edit(
            "UPDATE event SET position = -4 WHERE position = 4;
             UPDATE event SET position = 4 WHERE position = 9;
             UPDATE event SET position = 9 WHERE position = -4;",
        )
        .await;
    assert_names(named(&ledger.path, None).await, 4);
}

#[tokio::test]
async fn a_cut_tail_is_named_by_the_head_row_and_by_a_noted_head() {
    let ledger = Ledger::new(EVENTS).await;
    let store = SqliteStore::open(&ledger.path, still_clock()).await.unwrap();
    let noted = store.head().await.unwrap();
    store.close().await.unwrap();
    ledger.edit("DELETE FROM event WHERE position > 10").await;
    assert_names(named(&ledger.path, None).await, 11);
    // Somebody careful also cuts the heads: only the noted head finds that.
    let mut connection =
        SqliteConnectOptions::new().filename(&ledger.path).connect().await.unwrap();
    let sql = "UPDATE log_head SET position = 10, chain = (SELECT chain FROM event \
        WHERE position = 10); DELETE FROM stream_head WHERE last_position > 10";
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(named(&ledger.path, None).await.unwrap(), 10);
    assert_names(named(&ledger.path, Some((noted.position, noted.chain))).await, 11);
}

#[tokio::test]
async fn heads_that_do_not_agree_with_the_events_are_named() {
    for (sql, position) in [
        ("UPDATE stream_head SET version = 2 WHERE last_position = 3", 3),
        ("UPDATE stream_head SET last_position = 4 WHERE last_position = 3", 3),
        ("DELETE FROM stream_head WHERE last_position = 6", 6),
        ("INSERT INTO stream_head VALUES ('ghost', 1, 8)", 8),
        ("UPDATE log_head SET chain = zeroblob(32)", EVENTS),
        ("UPDATE log_head SET position = 13", 13),
        (
            "UPDATE log_head SET position = 11, chain = (SELECT chain FROM event WHERE \
             position = 11); DELETE FROM stream_head WHERE last_position = 12",
            12,
        ),
    ] {
        let ledger = Ledger::new(EVENTS).await;
        ledger.edit(sql).await;
        assert_names(named(&ledger.path, None).await, position);
    }
}

/// Where the rows of the event table lie in the file: (position, first byte, length).
async fn rows(path: &Path, file: &[u8]) -> Vec<(u64, usize, usize)> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let root: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'event'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let mut rows = Vec::new();
    collect(file, usize::try_from(root).unwrap(), &mut rows);
    rows
}

fn collect(file: &[u8], page: usize, rows: &mut Vec<(u64, usize, usize)>) {
    const PAGE: usize = 4096;
    let base = (page - 1) * PAGE;
    let short = |at: usize| usize::from(file[at]) << 8 | usize::from(file[at + 1]);
    let child = |at: usize| short(at) << 16 | short(at + 2);
    let cells = short(base + 3);
    match file[base] {
        5 => {
            for cell in 0..cells {
                collect(file, child(base + short(base + 12 + 2 * cell)), rows);
            }
            collect(file, child(base + 8), rows);
        }
        13 => {
            for cell in 0..cells {
                let at = base + short(base + 8 + 2 * cell);
                let (payload, first) = varint(file, at);
                let (position, second) = varint(file, at + first);
                // A longer row goes on in other pages; only whole ones are flipped.
                if payload < 4000 {
                    let length = first + second + usize::try_from(payload).unwrap();
                    rows.push((position, at, length));
                }
            }
        }
        other => panic!("page {page} has type {other}"),
    }
}

fn varint(file: &[u8], at: usize) -> (u64, usize) {
    let (mut value, mut length) = (0, 0);
    loop {
        let byte = file[at + length];
        value = value << 7 | u64::from(byte & 0x7f);
        length += 1;
        if byte < 0x80 {
            return (value, length);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_flipped_bit_in_an_event_row_is_named() {
    let ledger = Ledger::new(EVENTS).await;
    let whole = fs::read(&ledger.path).unwrap();
    let rows = rows(&ledger.path, &whole).await;
    assert_eq!(rows.len() as u64, EVENTS);
    let flipped = ledger.path.with_extension("flipped");
    // All bits with CITYGATE_FLIP_EVERY=1; by default each 61st, and all of one row's header.
    let every = std::env::var("CITYGATE_FLIP_EVERY").ok().and_then(|text| text.parse().ok());
    let every: usize = every.unwrap_or(61);
    let mut bits: Vec<(u64, usize)> = Vec::new();
    for &(position, at, length) in &rows {
        bits.extend((at * 8..(at + length) * 8).map(|bit| (position, bit)).step_by(every));
    }
    let header = rows[3].1 * 8..(rows[3].1 + 20) * 8;
    bits.extend(header.map(|bit| (rows[3].0, bit)));
    let unread_bits = unread_bits(&whole, &rows);
    for (position, bit) in bits {
        assert_flip_is_named(&whole, &flipped, EVENTS, (position, bit), &unread_bits).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_flipped_bit_in_an_event_of_the_business_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let ledger = engine::Ledger::open(&path).await.unwrap();
    let facts = engine::demo_contract("DM-2025-0003").unwrap();
    ledger.execute(facts[..300].to_vec()).await.unwrap();
    assert_eq!(ledger.close_through("2025-02").await.unwrap().issued, 2);
    let events = ledger.store.head().await.unwrap().position;
    ledger.close().await.unwrap();
    let whole = fs::read(&path).unwrap();
    let rows = rows(&path, &whole).await;
    assert!(rows.len() > 290);
    let unread_bits = unread_bits(&whole, &rows);
    // Two bits in each eleventh row, the same in every run.
    for (number, &(position, at, length)) in rows.iter().enumerate().step_by(11) {
        for share in [3, 7] {
            let bit = at * 8 + (number * 131 + length * share) % (length * 8);
            let flip = (position, bit);
            let flipped = path.with_extension("flipped");
            assert_flip_is_named(&whole, &flipped, events, flip, &unread_bits).await;
        }
    }
}

/// By row, the one bit of its frame that no reader sees and no check finds.
fn unread_bits(file: &[u8], rows: &[(u64, usize, usize)]) -> Vec<usize> {
    let bit = |&(_, at, _): &(u64, usize, usize)| {
        let first = varint(file, at).1;
        let second = varint(file, at + first).1;
        (at + first + second + 1) * 8 + 3
    };
    rows.iter().map(bit).collect()
}

async fn assert_flip_is_named(
    whole: &[u8],
    flipped: &Path,
    events: u64,
    (position, bit): (u64, usize),
    unread_bits: &[usize],
) {
    let mut file = whole.to_vec();
    file[bit / 8] ^= 1 << (bit % 8);
    fs::write(flipped, &file).unwrap();
    match named(flipped, None).await {
        // Bits of a row's frame of which no reader ever sees anything: the content is whole,
        // and the database's own check finds all but one, which gives the row's always empty
        // copy of its number another form without content.
        Ok(verified) if verified == events => {
            let found = !file_is_sound(flipped).await;
            assert!(found || unread_bits.contains(&bit), "bit {bit} of {position}");
        }
        // A changed row number shows where the row is missing or where it turns up.
        Err(VerifyFailure::Bad { position: named, .. }) => {
            assert!(named <= position, "bit {bit} of {position}: named {named}");
        }
        other => panic!("bit {bit} of position {position}: {other:?}"),
    }
}
