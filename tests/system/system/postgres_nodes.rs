//! Several nodes on one log, with slow, failing and idle transactions beside them.

use std::sync::Arc;
use std::time::Duration;

use citygate_store::conformance::{event, keyed, request, stream};
use citygate_store::{
    AppendRequest, EventStore, Expectation, Feed, Outcome, PostgresStore, StoreError, verify,
};
use citygate_tests_system::postgres::Server;
use citygate_tests_system::sample::still_clock;
use sqlx::{Connection, Executor};
use tokio::task::JoinSet;

/// What a feed looks at by itself; the other node's appends wake nobody here.
const POLL: Duration = Duration::from_millis(20);

fn noted(name: &str, number: u64) -> AppendRequest {
    let request = request(&[(name, Expectation::Any)], vec![event(name, number)]);
    keyed(request, &format!("{name}/{number}"), 1)
}

async fn follow(feed: &mut Feed, through: u64) -> Vec<u64> {
    let mut seen = Vec::new();
    while feed.position() < through {
        let events = tokio::time::timeout(Duration::from_secs(20), feed.next(7)).await;
        seen.extend(events.expect("the feed goes on").unwrap().iter().map(|event| event.position));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_on_two_nodes_leave_no_gap_beside_transactions_that_are_rolled_back() {
    let database = Server::shared().database().await;
    let first = Arc::new(database.ledger().await.unwrap());
    let second = PostgresStore::open(database.options(), still_clock()).await.unwrap();
    let stores = [first, Arc::new(second)];
    let reader: Arc<dyn EventStore> = Arc::<PostgresStore>::clone(&stores[0]);
    let mut feed = Feed::new(reader, 0, POLL);
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = Arc::clone(&stores[writer % 2]);
        writers.spawn(async move {
            for number in 0..40 {
                let outcome = store.append(vec![noted(&format!("w{writer}"), number)]).await?;
                assert!(matches!(outcome[..], [Outcome::Committed(_)]), "{outcome:?}");
                // Every other request comes twice, the second time to the other node's turn.
                if number % 2 == 0 {
                    let again = store.append(vec![noted(&format!("w{writer}"), number)]).await?;
                    assert!(matches!(again[..], [Outcome::Repeated(_)]), "{again:?}");
                }
            }
            Ok::<(), StoreError>(())
        });
    }
    let mut aborting = database.owner().await;
    let abort = "BEGIN; UPDATE citygate.log_head SET position = position + 3; \
        INSERT INTO citygate.stream_head VALUES ('aborted', 1, 1); ROLLBACK";
    let seen = follow(&mut feed, 320);
    let aborted = async {
        for _ in 0..30 {
            sqlx::raw_sql(abort).execute(&mut aborting).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let (seen, ()) = tokio::join!(seen, aborted);
    while let Some(done) = writers.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(seen, (1..=320).collect::<Vec<u64>>());
    for store in &stores {
        assert_eq!(verify(store.as_ref(), None).await.unwrap().position, 320);
        assert_eq!(store.stream_version(&stream("aborted")).await.unwrap(), 0);
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_neither_skips_nor_reorders_while_a_slow_writer_is_open() {
    let database = Server::shared().database().await;
    let writing = Arc::new(database.ledger().await.unwrap());
    let reading = PostgresStore::open(database.options(), still_clock()).await.unwrap();
    let reading: Arc<dyn EventStore> = Arc::new(reading);
    let mut feed = Feed::new(Arc::clone(&reading), 0, POLL);
    writing.append(vec![noted("a", 0)]).await.unwrap();
    assert_eq!(follow(&mut feed, 1).await, [1]);
    // A writer that has moved the head and is not done: whoever comes later waits behind it.
    let mut slow = database.owner().await;
    slow.execute("BEGIN; UPDATE citygate.log_head SET position = position").await.unwrap();
    let store = Arc::clone(&writing);
    let later = tokio::spawn(async move {
        store.append((1..30).map(|number| noted("a", number)).collect()).await
    });
    let nothing = tokio::time::timeout(POLL * 10, feed.next(7)).await;
    assert!(nothing.is_err(), "nothing is shown before its turn");
    slow.execute("ROLLBACK").await.unwrap();
    later.await.unwrap().unwrap();
    assert_eq!(follow(&mut feed, 30).await, (2..=30).collect::<Vec<u64>>());
    writing.close().await.unwrap();
    reading.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_transaction_in_another_database_stalls_neither_writers_nor_feeds() {
    let (database, other) = (Server::shared().database().await, Server::shared().database().await);
    let mut idle = other.owner().await;
    idle.execute("BEGIN; CREATE TABLE open (number int); SELECT txid_current()").await.unwrap();
    let store: Arc<dyn EventStore> = Arc::new(database.ledger().await.unwrap());
    let mut feed = Feed::new(Arc::clone(&store), 0, POLL);
    for number in 0..5 {
        store.append(vec![noted("a", number)]).await.unwrap();
    }
    assert_eq!(follow(&mut feed, 5).await, [1, 2, 3, 4, 5]);
    idle.execute("ROLLBACK").await.unwrap();
    idle.close().await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_is_given_up_leaves_no_transaction_in_the_pool() {
    let database = Server::shared().database().await;
    let mut options = database.options();
    database.ledger().await.unwrap().close().await.unwrap();
    options.readers = 16;
    let store = PostgresStore::open(options, still_clock()).await.unwrap();
    let pool = store.readers();
    let mut ready = Vec::new();
    for _ in 0..16 {
        ready.push(pool.acquire().await.unwrap());
    }
    drop(ready);
    for number in 0..16_u64 {
        let begin = pool.begin();
        // Each is given up at another moment of its way to the server and back.
        let _ = tokio::time::timeout(Duration::from_micros(number * 15), begin).await;
    }
    let mut all = Vec::new();
    for _ in 0..16 {
        let mut connection = pool.acquire().await.unwrap();
        // A savepoint exists only inside a transaction.
        let outside = connection.execute("SAVEPOINT inside").await.unwrap_err();
        let code = outside.as_database_error().and_then(|told| told.code());
        assert_eq!(code.as_deref(), Some("25P01"));
        all.push(connection);
    }
    drop(all);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_paused_in_its_transaction_does_not_hold_the_others_for_ever() {
    let database = Server::shared().database().await;
    let store = database.ledger().await.unwrap();
    let mut options = database.options();
    options.lock_wait = Duration::from_millis(100);
    let impatient = PostgresStore::open(options, still_clock()).await.unwrap();
    let mut paused = database.owner().await;
    paused.execute("SET idle_in_transaction_session_timeout = '500ms'").await.unwrap();
    paused.execute("BEGIN; SELECT * FROM citygate.log_head FOR UPDATE").await.unwrap();
    let busy = impatient.append(vec![noted("a", 0)]).await.unwrap_err();
    assert_eq!(busy.code(), "ledger_busy");
    // The server ends the paused one, as it ends every node's own: the store asks for that.
    store.append(vec![noted("a", 0)]).await.unwrap();
    let limit = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
        AND application_name = 'citygate' AND state LIKE 'idle in transaction%'";
    let mut owner = database.owner().await;
    let left = sqlx::query_scalar::<_, i64>(limit).fetch_one(&mut owner).await.unwrap();
    assert_eq!(left, 0);
    store.close().await.unwrap();
    impatient.close().await.unwrap();
}
