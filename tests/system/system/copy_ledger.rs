//! A ledger in a file, taken into a database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use citygate_store::{
    Attachment, EventStore, PersonalField, PostgresStore, SqliteOptions, SqliteStore, StoreError,
    copy_ledger, verify,
};
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::sample::{reading, still_clock};
use sha2::Digest as _;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

const READINGS: u64 = 4500;

/// A file with readings, answers under keys, a text about a person and a scan.
async fn file(folder: &Path) -> PathBuf {
    let path = folder.join("ledger.db");
    let store = SqliteStore::open(&path, still_clock()).await.unwrap();
    let mut requests: Vec<_> = (0..READINGS).map(reading).collect();
    let scan = b"%PDF scan".to_vec();
    let field = |id: &str| PersonalField {
        id: id.to_owned(),
        field: "name".to_owned(),
        salt: vec![1, 2, 3],
        value: "龙岗 'ceramics' \\ works".to_owned(),
    };
    requests[7].answer = Some(r#"{"ok":true}"#.to_owned());
    requests[7].personal = vec![field("C-1"), field("C-2")];
    let sha256 = sha2::Sha256::digest(&scan).into();
    requests[9].attachments = vec![Attachment { sha256, bytes: scan }];
    store.append(requests).await.unwrap();
    store.close().await.unwrap();
    path
}

async fn copy(path: &Path, database: &Database) -> Result<citygate_store::Copied, StoreError> {
    copy_ledger(path, &database.options(), &[], |_| {}).await
}

async fn open(database: &Database) -> PostgresStore {
    PostgresStore::open(database.options(), still_clock()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_key_text_and_scan_arrives_as_it_was_and_only_the_epoch_rises() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path()).await;
    let database = Server::shared().database().await;
    let copied = copy(&path, &database).await.unwrap();
    assert_eq!((copied.before, copied.keys), (false, READINGS));
    assert_eq!((copied.personal, copied.attachments), (2, 1));
    let here = SqliteStore::open(&path, still_clock()).await.unwrap();
    let there = open(&database).await;
    let (before, after) = (here.head().await.unwrap(), there.head().await.unwrap());
    assert_eq!(after, copied.head);
    assert_eq!((before.position, before.chain), (after.position, after.chain));
    assert_eq!(before.recorded_at, after.recorded_at);
    assert!(after.epoch > before.epoch);
    let all = READINGS as usize + 1;
    assert_eq!(there.read_all(0, all).await.unwrap(), here.read_all(0, all).await.unwrap());
    let heads = here.stream_heads(None, all).await.unwrap();
    assert_eq!(heads.len() as u64, copied.streams);
    assert_eq!(there.stream_heads(None, all).await.unwrap(), heads);
    let keys: Vec<String> = (0..READINGS).filter_map(|n| Some(reading(n).key?.key)).collect();
    let records = here.lookup_keys(&keys).await.unwrap();
    assert!(records[7].as_ref().unwrap().answer.is_some());
    assert_eq!(there.lookup_keys(&keys).await.unwrap(), records);
    let texts = here.personal_after(0, 10).await.unwrap();
    assert_eq!(there.personal_after(0, 10).await.unwrap(), texts);
    let scan: [u8; 32] = sha2::Sha256::digest(b"%PDF scan").into();
    assert_eq!(there.attachment(&scan).await.unwrap().unwrap(), b"%PDF scan");
    verify(&there, Some((before.position, before.chain))).await.unwrap();
    here.close().await.unwrap();
    there.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_again_it_has_been_done_until_the_database_went_on_or_holds_another_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path()).await;
    let database = Server::shared().database().await;
    let first = copy(&path, &database).await.unwrap();
    let again = copy(&path, &database).await.unwrap();
    assert!(again.before);
    assert_eq!(again.head, first.head);
    let store = open(&database).await;
    store.append(vec![reading(READINGS)]).await.unwrap();
    store.close().await.unwrap();
    let refused = copy(&path, &database).await.unwrap_err();
    assert_eq!(refused.code(), "ledger_not_empty");
    // A ledger that is not taken over is left as it was, also in what it may write.
    database.execute("DELETE FROM citygate.event_type").await;
    assert_eq!(copy(&path, &database).await.unwrap_err().code(), "ledger_not_empty");
    let types = "SELECT count(*) FROM citygate.event_type";
    let types: i64 =
        sqlx::query_scalar(types).fetch_one(&mut database.owner().await).await.unwrap();
    assert_eq!(types, 0);
    let kept = open(&database).await;
    assert_eq!(kept.head().await.unwrap().position, READINGS + 1);
    verify(&kept, None).await.unwrap();
    kept.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_event_in_the_file_is_named_and_nothing_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path()).await;
    let mut hand = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let change = "DROP TRIGGER event_is_never_updated; \
        UPDATE event SET payload = replace(payload, 'telemetry', 'estimate') WHERE position = 3001";
    sqlx::raw_sql(change).execute(&mut hand).await.unwrap();
    sqlx::Connection::close(hand).await.unwrap();
    let database = Server::shared().database().await;
    let refused = copy(&path, &database).await.unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { position: 3001, .. }), "{refused}");
    let store = open(&database).await;
    assert_eq!(store.head().await.unwrap().position, 0);
    assert!(store.read_all(0, 10).await.unwrap().is_empty());
    assert!(store.stream_heads(None, 10).await.unwrap().is_empty());
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_copied_nobody_writes_to_either_and_a_copy_broken_off_can_be_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path()).await;
    let database = Server::shared().database().await;
    let mut options = database.options();
    citygate_store::migrate(&options, &[]).await.unwrap();
    options.lock_wait = Duration::from_millis(50);
    let target = PostgresStore::open(options, still_clock()).await.unwrap();
    let busy = Duration::from_millis(50);
    let options = SqliteOptions { busy, ..SqliteOptions::new(&path) };
    let source = SqliteStore::open_with(options, still_clock()).await.unwrap();
    let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Arc::new(std::sync::Mutex::new(wait));
    let (file, to) = (path.clone(), database.options());
    let copying = tokio::spawn(async move {
        let progress = move |events| {
            arrived.send(events).unwrap();
            // An error: the test is done with this copy.
            let _ = wait.lock().unwrap().recv();
        };
        copy_ledger(&file, &to, &[], progress).await
    });
    assert_eq!(arrivals.recv().await.unwrap(), 2000);
    let refused = source.append(vec![reading(READINGS)]).await.unwrap_err();
    assert_eq!(refused.code(), "ledger_busy");
    let refused = target.append(vec![reading(0)]).await.unwrap_err();
    assert_eq!(refused.code(), "ledger_busy");
    // Who reads sees an empty ledger until it is whole.
    assert_eq!(target.head().await.unwrap().position, 0);
    assert!(target.read_all(0, 1).await.unwrap().is_empty());
    copying.abort();
    drop(go_on);
    assert!(copying.await.unwrap_err().is_cancelled());
    assert_eq!(target.head().await.unwrap().position, 0);
    let copied = copy(&path, &database).await.unwrap();
    assert_eq!((copied.before, copied.head.position), (false, READINGS));
    // A node that was there all the time goes on from here.
    target.append(vec![reading(READINGS)]).await.unwrap();
    verify(&target, None).await.unwrap();
    source.close().await.unwrap();
    target.close().await.unwrap();
}
