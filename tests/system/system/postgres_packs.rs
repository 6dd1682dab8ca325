//! Packs of a log in PostgreSQL: the same rows, sooner; and nothing but what the events say.

use std::sync::Arc;

use citygate_store::conformance::{event, request};
use citygate_store::{
    EventStore, SqliteStore, VerifyFailure, copy_ledger, migrate, replay_ahead, verify,
};
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::sample::{reading, still_clock};
use sqlx::{AssertSqlSafe, Executor};

/// Events of a pack.
const PACK: u64 = 4_000;

/// A ledger with so many events, none of them packed.
async fn ledger(database: &Database, events: u64) -> Arc<dyn EventStore> {
    let store = database.ledger().await.unwrap();
    let noted = (0..events).map(|number| request(&[], vec![event("a", number)]));
    store.append(noted.collect()).await.unwrap();
    Arc::new(store)
}

/// Every row behind a position: where it stands, and its payload.
async fn rows(store: &Arc<dyn EventStore>, after: u64) -> Vec<(u64, String)> {
    let through = store.head().await.unwrap().position;
    let (mut pages, mut all) = (replay_ahead(Arc::clone(store), after, through), Vec::new());
    while let Some(page) = pages.recv().await {
        let page = page.unwrap();
        all.extend(page.rows().map(Result::unwrap).map(|it| (it.position, it.payload.to_owned())));
    }
    all
}

async fn packs(database: &Database) -> Vec<i64> {
    let first = sqlx::query_scalar("SELECT first FROM citygate.pack ORDER BY first");
    first.fetch_all(&mut database.owner().await).await.unwrap()
}

/// Where `verify` finds something, when it is about a pack.
async fn wrong_pack(store: &Arc<dyn EventStore>) -> Option<u64> {
    match verify(store.as_ref(), None).await {
        Ok(_) => None,
        Err(VerifyFailure::Bad { position, what }) => {
            assert!(what.contains("pack"), "{what}");
            Some(position)
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_read_the_same_from_packs_as_from_its_rows() {
    let database = Server::shared().database().await;
    let store = ledger(&database, 2 * PACK + 100).await;
    let all = rows(&store, 0).await;
    assert_eq!(all.len() as u64, 2 * PACK + 100);
    assert!(packs(&database).await.is_empty());
    for _ in 0..2 {
        store.pack().await.unwrap();
        assert_eq!(packs(&database).await, [1, 4_001]);
        assert_eq!(rows(&store, 0).await, all);
        // Also from the middle of one.
        assert_eq!(rows(&store, PACK - 10).await, all[PACK as usize - 10..]);
    }
    let more = (0..PACK).map(|number| request(&[], vec![event("b", number)]));
    store.append(more.collect()).await.unwrap();
    store.pack().await.unwrap();
    assert_eq!(packs(&database).await, [1, 4_001, 8_001]);
    assert_eq!(rows(&store, 0).await.len() as u64, 3 * PACK + 100);
    assert_eq!(wrong_pack(&store).await, None);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_does_not_hold_what_was_sealed_is_passed_over_and_every_wrong_one_is_named() {
    let database = Server::shared().database().await;
    let store = ledger(&database, 3 * PACK).await;
    let all = rows(&store, 0).await;
    store.pack().await.unwrap();
    database.execute("UPDATE citygate.pack SET bytes = '\\x00' WHERE first = 4001").await;
    assert_eq!(rows(&store, 0).await, all);
    assert_eq!(wrong_pack(&store).await, Some(4_001));
    // The owner of the tables can forge one; then that is what is read, until it is looked for.
    let forged = "UPDATE citygate.pack p SET (digest, bytes) = (SELECT digest, bytes \
        FROM citygate.pack WHERE first = 8001) WHERE first = 1";
    database.execute(forged).await;
    assert_ne!(rows(&store, 0).await, all);
    assert_eq!(wrong_pack(&store).await, Some(1));
    // Thrown away, they are made anew.
    database.execute("TRUNCATE citygate.pack").await;
    assert_eq!(rows(&store, 0).await, all);
    store.pack().await.unwrap();
    assert_eq!((packs(&database).await.len(), wrong_pack(&store).await), (3, None));
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_appends_can_seal_nothing_but_what_the_events_say() {
    let database = Server::shared().database().await;
    let store = ledger(&database, PACK + 100).await;
    let all = rows(&store, 0).await;
    let mut app = database.owner().await;
    app.execute("SET ROLE citygate_app").await.unwrap();
    for sql in [
        "INSERT INTO citygate.pack VALUES (1, '\\x00', '\\x00')",
        "UPDATE citygate.pack SET bytes = '\\x00'",
        "DELETE FROM citygate.pack",
        "TRUNCATE citygate.pack",
    ] {
        let error = app.execute(AssertSqlSafe(sql)).await.unwrap_err();
        let told = error.as_database_error().unwrap().message();
        assert!(told.starts_with("permission denied"), "{sql}: {told}");
    }
    // What is not full, and what was read from other events, is not sealed.
    for place in [1, 4001] {
        let sql = format!("SELECT citygate.seal_pack({place}, '\\x00', '\\x00')");
        app.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    assert!(packs(&database).await.is_empty());
    store.pack().await.unwrap();
    // Bytes that hold something else are passed over.
    let other = "SELECT citygate.seal_pack(first, digest, '\\x00') FROM citygate.pack";
    app.execute(other).await.unwrap();
    assert_eq!((packs(&database).await, rows(&store, 0).await), (vec![1], all.clone()));
    assert_eq!(wrong_pack(&store).await, Some(1));
    // And so are packs that cannot be read at all.
    database.execute("REVOKE SELECT ON citygate.pack FROM citygate_app").await;
    assert_eq!(rows(&store, 0).await, all);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_is_taken_from_a_file_arrives_packed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let file = SqliteStore::open(&path, still_clock()).await.unwrap();
    file.append((0..2 * PACK + 1).map(reading).collect()).await.unwrap();
    let file: Arc<dyn EventStore> = Arc::new(file);
    let all = rows(&file, 0).await;
    file.close().await.unwrap();
    let database = Server::shared().database().await;
    migrate(&database.options(), &[]).await.unwrap();
    copy_ledger(&path, &database.options(), &[], |_| {}).await.unwrap();
    assert_eq!(packs(&database).await, [1, 4_001]);
    let store: Arc<dyn EventStore> = Arc::new(database.ledger().await.unwrap());
    assert_eq!(rows(&store, 0).await, all);
    assert_eq!(wrong_pack(&store).await, None);
    store.close().await.unwrap();
}
