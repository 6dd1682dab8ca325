//! What is beside the log is a consequence of it: snapshots, tables, memory.

use std::path::Path;

use citygate_engine::Finding;
use citygate_interchange::{Folder, dry_run};
use citygate_store::EventStore;
use citygate_tests_system::ledger::{Ledger, actor, demo_contract, demo_folder};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::demo::closed_demo;

async fn edit(path: &Path, sql: &'static str) {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_snapshots_and_making_everything_anew_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_demo(folder.path()).await;
    let ledger = Ledger::open(&path).await.unwrap();
    let answers = ledger.answers().await.unwrap();
    let rows = ledger.engine.tables().unwrap().dump().await.unwrap();
    ledger.store.delete_snapshots().await.unwrap();
    assert!(ledger.answers().await.unwrap() == answers);
    ledger.engine.rebuild().await.unwrap();
    assert!(ledger.answers().await.unwrap() == answers);
    assert!(ledger.engine.tables().unwrap().dump().await.unwrap() == rows);
    ledger.store.delete_snapshots().await.unwrap();
    ledger.close().await.unwrap();
    let ledger = Ledger::open(&path).await.unwrap();
    assert!(ledger.answers().await.unwrap() == answers);
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_leaves_the_log_and_every_answer_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("a.db")).await.unwrap();
    let commands = demo_contract("DM-2025-0003").unwrap();
    ledger.execute(commands[..300].to_vec()).await.unwrap();
    let (answers, head) = (ledger.answers().await.unwrap(), ledger.store.head().await.unwrap());
    let facts = || Folder::Disk(demo_folder());
    let would = dry_run(&ledger.engine, &actor(), facts(), |_| {}).await.unwrap();
    assert_eq!(ledger.store.head().await.unwrap(), head);
    assert!(ledger.answers().await.unwrap() == answers);
    // It said what importing then comes to.
    let imported = citygate_interchange::import(&ledger.engine, &actor(), facts(), |_| {}).await;
    assert_eq!(imported.unwrap(), would);
    let head = ledger.store.head().await.unwrap();
    let again = dry_run(&ledger.engine, &actor(), facts(), |_| {}).await.unwrap();
    assert_eq!((again.recorded, again.refused), (0, would.refused));
    assert_eq!(ledger.store.head().await.unwrap(), head);
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_are_behind_the_log_follow_it_when_the_ledger_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_demo(folder.path()).await;
    let ledger = Ledger::open(&path).await.unwrap();
    let rows = ledger.engine.tables().unwrap().dump().await.unwrap();
    assert!(rows.len() > 1_000);
    ledger.close().await.unwrap();
    let behind = [
        // Stopped before the first write, in the middle, and after rows of which the checkpoint
        // says nothing.
        "DROP TABLE settlement; DROP TABLE settlement_line; DROP TABLE deviation; \
         DROP TABLE account_entry; DELETE FROM checkpoint",
        "DELETE FROM settlement WHERE position > 10700; \
         DELETE FROM settlement_line WHERE position > 10700; \
         DELETE FROM deviation WHERE position > 10700; \
         DELETE FROM account_entry WHERE position > 10700; \
         UPDATE checkpoint SET position = 10700",
        "UPDATE checkpoint SET position = 10900",
    ];
    for sql in behind {
        edit(&path, sql).await;
        let ledger = Ledger::open(&path).await.unwrap();
        assert!(ledger.engine.tables().unwrap().dump().await.unwrap() == rows, "{sql}");
        let audit = ledger.engine.audit().await.unwrap();
        assert!(audit.documents > 400);
        assert_eq!(audit.finding, None);
        ledger.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_log_does_not_lead_to_is_found_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_demo(folder.path()).await;
    for sql in [
        "UPDATE settlement SET gross_fen = gross_fen + 1 WHERE position = \
         (SELECT position FROM settlement ORDER BY position LIMIT 1 OFFSET 5)",
        "DELETE FROM settlement_line WHERE position = (SELECT max(position) FROM settlement_line)",
        "INSERT INTO account_entry SELECT position + 1, contract, date, kind, reference, \
         amount_fen FROM account_entry WHERE kind = 'payment' LIMIT 1",
    ] {
        edit(&path, sql).await;
        let ledger = Ledger::open(&path).await.unwrap();
        let audit = ledger.engine.audit().await.unwrap();
        assert!(matches!(audit.finding, Some(Finding::Tables { .. })), "{sql}: {audit:?}");
        ledger.engine.rebuild().await.unwrap();
        assert_eq!(ledger.engine.audit().await.unwrap().finding, None);
        ledger.close().await.unwrap();
    }
}
