//! Copies of a ledger, and ledgers from copies.

use std::path::Path;

use citygate_store::{Cell, EventStore, Outcome, SqliteStore, TableInsert, TableWrites};
use citygate_tests_system::sample::{reading, still_clock};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, still_clock()).await.unwrap()
}

async fn append(store: &SqliteStore, numbers: std::ops::Range<u64>) {
    let outcomes = store.append(numbers.map(reading).collect()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Committed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_under_load_is_a_prefix_that_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(open(&folder.path().join("a.db")).await);
    append(&store, 0..400).await;
    let writer = std::sync::Arc::clone(&store);
    let load = tokio::spawn(async move {
        for number in 400..600 {
            append(&writer, number..number + 1).await;
        }
    });
    let copy = folder.path().join("copy.db");
    let head = store.backup(&copy, still_clock()).await.unwrap();
    load.await.unwrap();
    assert!((400..=600).contains(&head.position));
    let copy = open(&copy).await;
    assert_eq!(copy.head().await.unwrap(), head);
    let all = store.read_all(0, 1000).await.unwrap();
    let count = usize::try_from(head.position).unwrap();
    assert_eq!(copy.read_all(0, 1000).await.unwrap(), all[..count]);
    assert!(copy.lookup_key(&reading(0).key.unwrap().key).await.unwrap().is_some());
}

#[tokio::test]
async fn a_backup_never_overwrites_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("a.db")).await;
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "mine").unwrap();
    let refused = store.backup(&taken, still_clock()).await.unwrap_err();
    assert_eq!(refused.code(), "path_exists");
    assert_eq!(std::fs::read(&taken).unwrap(), b"mine");
}

#[tokio::test]
async fn restoring_over_a_newer_ledger_needs_force_and_raises_the_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("copy.db"));
    let store = open(&path).await;
    append(&store, 0..10).await;
    store.backup(&copy, still_clock()).await.unwrap();
    append(&store, 10..15).await;
    let busy = SqliteStore::restore(&copy, &path, true, still_clock()).await.unwrap_err();
    assert_eq!(busy.code(), "ledger_busy");
    store.close().await.unwrap();
    let refused = SqliteStore::restore(&copy, &path, false, still_clock()).await.unwrap_err();
    assert_eq!(refused.code(), "backup_older");
    let store = open(&path).await;
    assert_eq!(store.head().await.unwrap().position, 15);
    store.close().await.unwrap();
    let head = SqliteStore::restore(&copy, &path, true, still_clock()).await.unwrap();
    assert_eq!((head.position, head.epoch), (10, 2));
    let store = open(&path).await;
    assert_eq!(store.head().await.unwrap(), head);
    append(&store, 10..12).await;
    citygate_store::verify(&store, None).await.unwrap();
    // What was replaced is still there to be looked at.
    let replaced = open(&folder.path().join("a.db.replaced")).await;
    assert_eq!(replaced.head().await.unwrap().position, 15);
}

#[tokio::test]
async fn a_backup_of_another_ledger_or_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("copy.db"));
    let other = open(&folder.path().join("other.db")).await;
    append(&other, 100..110).await;
    other.backup(&copy, still_clock()).await.unwrap();
    let store = open(&path).await;
    append(&store, 0..3).await;
    store.close().await.unwrap();
    let refused = SqliteStore::restore(&copy, &path, false, still_clock()).await.unwrap_err();
    assert_eq!(refused.code(), "backup_of_another_ledger");
    let mut bytes = std::fs::read(&copy).unwrap();
    let at = bytes.windows(9).rposition(|window| window == b"telemetry").unwrap();
    bytes[at] = b'T';
    std::fs::write(&copy, bytes).unwrap();
    let refused = SqliteStore::restore(&copy, &path, true, still_clock()).await.unwrap_err();
    assert_eq!(refused.code(), "log_damaged");
    let absent = folder.path().join("absent");
    let refused = SqliteStore::restore(&absent, &path, true, still_clock()).await.unwrap_err();
    assert_eq!(refused.code(), "path_missing");
    assert_eq!(open(&path).await.head().await.unwrap().position, 3);
}

#[tokio::test]
async fn a_copy_that_fails_leaves_no_file_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("copy.db"));
    let store = open(&path).await;
    append(&store, 0..400).await;
    store.close().await.unwrap();
    // An old event: the newest are looked at when a ledger is opened, all when it is copied.
    let mut hand = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let edit = "DROP TRIGGER event_is_never_updated; \
        UPDATE event SET reason = 'x' WHERE position = 3";
    sqlx::raw_sql(edit).execute(&mut hand).await.unwrap();
    hand.close().await.unwrap();
    std::fs::copy(&path, &copy).unwrap();
    let names = || {
        let names = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let store = open(&path).await;
    let failed = store.backup(&folder.path().join("new.db"), still_clock()).await.unwrap_err();
    assert_eq!(failed.code(), "log_damaged");
    store.close().await.unwrap();
    assert_eq!(names(), ["a.db", "copy.db"]);
    // The second one is cut off, which is found when it is opened.
    for _ in 0..2 {
        let failed = SqliteStore::restore(&copy, &path, true, still_clock()).await.unwrap_err();
        assert!(["log_damaged", "ledger_damaged"].contains(&failed.code()), "{failed}");
        assert_eq!(names(), ["a.db", "copy.db"]);
        let whole = std::fs::read(&copy).unwrap();
        std::fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    }
}

#[tokio::test]
async fn an_emptied_ledger_is_restored_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("copy.db"));
    let store = open(&path).await;
    append(&store, 0..5).await;
    store.backup(&copy, still_clock()).await.unwrap();
    store.close().await.unwrap();
    std::fs::write(&path, "").unwrap();
    let head = SqliteStore::restore(&copy, &path, false, still_clock()).await.unwrap();
    assert_eq!((head.position, head.epoch), (5, 2));
    assert_eq!(open(&path).await.head().await.unwrap(), head);
}

#[tokio::test]
async fn a_ledger_is_restored_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let store = open(&folder.path().join("a.db")).await;
    append(&store, 0..10).await;
    store.backup(&copy, still_clock()).await.unwrap();
    let new = folder.path().join("new.db");
    let head = SqliteStore::restore(&copy, &new, false, still_clock()).await.unwrap();
    assert_eq!(open(&new).await.head().await.unwrap(), head);
}

#[tokio::test]
async fn rows_of_a_projection_and_its_checkpoint_are_written_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("a.db")).await;
    let create = "CREATE TABLE IF NOT EXISTS document (number INTEGER PRIMARY KEY) STRICT";
    let write = |cells: Vec<Cell>, position| TableWrites {
        statements: vec![create.to_owned()],
        rows: vec![TableInsert {
            table: "document".to_owned(),
            columns: &["position"],
            cells,
            new: false,
        }],
        checkpoint: Some(("documents".to_owned(), position)),
        ..TableWrites::default()
    };
    let good = write([1, 2, 3].map(Cell::Integer).into(), 7);
    store.write_tables(good).await.unwrap();
    let refused = write(vec![Cell::Integer(4), Cell::Text("no number".to_owned())], 9);
    let refused = store.write_tables(refused).await;
    assert_eq!(refused.unwrap_err().code(), "store_failed");
    assert_eq!(store.checkpoint("documents").await.unwrap(), 7);
    assert_eq!(store.checkpoint("other").await.unwrap(), 0);
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM document")
        .fetch_one(store.readers())
        .await
        .unwrap();
    assert_eq!(count, 3);
}
