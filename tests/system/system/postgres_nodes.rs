//! Several nodes on one log, with slow, failing and idle transactions beside them.

use std::sync::Arc;
use std::time::Duration;

use citygate_store::conformance::{event, keyed, request, stream};
use citygate_store::{
    AppendRequest, EventStore, Expectation, Feed, Outcome, PostgresStore, Run, StoreError, verify,
};
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::sample::still_clock;
use sqlx::{Connection, Executor};
use tokio::task::JoinSet;

/// What a feed looks at by itself; the other node's appends wake nobody here.
const POLL: Duration = Duration::from_millis(20);

fn noted(name: &str, number: u64) -> AppendRequest {
    let request = request(&[(name, Expectation::Any)], vec![event(name, number)]);
    keyed(request, &format!("{name}/{number}"), 1)
}

/// An event of stream `a` that must become number `version + 1` there.
fn exact(version: u64) -> AppendRequest {
    request(&[("a", Expectation::Exact(version))], vec![event("a", version)])
}

/// An event that must become number `version + 1` of its stream, under a key.
fn exact_in(stream: &str, version: u64) -> AppendRequest {
    let request = request(&[(stream, Expectation::Exact(version))], vec![event(stream, version)]);
    keyed(request, &format!("{stream}/{version}"), 1)
}

async fn one(store: &PostgresStore, request: AppendRequest) -> Outcome {
    store.append(vec![request]).await.unwrap().remove(0)
}

/// The version that a conflict names; none when the request was recorded.
fn conflicting(outcome: &Outcome) -> Option<u64> {
    match outcome {
        Outcome::Committed(_) => None,
        Outcome::Conflict(violations) => Some(violations.first().map_or(0, |one| one.actual)),
        other @ (Outcome::Repeated(_) | Outcome::KeyReused | Outcome::Refused(_)) => {
            panic!("{other:?}")
        }
    }
}

async fn two_nodes(database: &Database) -> [Arc<PostgresStore>; 2] {
    let first = database.ledger().await.unwrap();
    let second = PostgresStore::open(database.options(), still_clock()).await.unwrap();
    [Arc::new(first), Arc::new(second)]
}

/// Until so many processes of the server wait for a lock.
async fn waiting(owner: &mut sqlx::PgConnection, count: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..2_000 {
        if sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *owner).await.unwrap() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("not {count} processes wait for a lock");
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
async fn a_node_that_had_the_log_to_itself_takes_nothing_for_known_that_another_one_changed() {
    let database = Server::shared().database().await;
    let [first, second] = two_nodes(&database).await;
    let mut version = 0;
    for _ in 0..5 {
        // Long enough alone to plan ahead by what it remembers.
        for _ in 0..4 {
            assert_eq!(conflicting(&one(&first, exact(version)).await), None);
            version += 1;
        }
        assert_eq!(conflicting(&one(&second, exact(version)).await), None);
        version += 1;
        // Whoever saw the other node's event is not held up, whoever did not is told the version.
        assert_eq!(conflicting(&one(&first, exact(version)).await), None);
        version += 1;
        assert_eq!(conflicting(&one(&first, exact(version - 2)).await), Some(version));
    }
    for store in [first, second] {
        assert_eq!(verify(store.as_ref(), None).await.unwrap().position, 30);
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_not_remembered_is_looked_up_before_its_expected_version_counts() {
    let database = Server::shared().database().await;
    let before = database.ledger().await.unwrap();
    for version in 0..3 {
        assert_eq!(conflicting(&one(&before, exact(version)).await), None);
    }
    before.close().await.unwrap();
    let store = database.ledger().await.unwrap();
    for version in 0..4 {
        assert_eq!(conflicting(&one(&store, exact_in("b", version)).await), None);
    }
    assert_eq!(conflicting(&one(&store, exact(2)).await), Some(3));
    assert_eq!(conflicting(&one(&store, exact(3)).await), None);
    assert_eq!(verify(&store, None).await.unwrap().position, 8);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planned_on_top_of_a_batch_that_came_too_late_is_decided_anew() {
    for together in [false, true] {
        let database = Server::shared().database().await;
        let [first, second] = two_nodes(&database).await;
        for version in 0..3 {
            assert_eq!(conflicting(&one(&first, exact(version)).await), None);
        }
        let (mut slow, mut owner) = (database.owner().await, database.owner().await);
        slow.execute("BEGIN; UPDATE citygate.log_head SET position = position").await.unwrap();
        let append = |store: &Arc<PostgresStore>, request: AppendRequest| {
            let store = Arc::clone(store);
            tokio::spawn(async move { one(&store, request).await })
        };
        let before = append(&second, exact(3));
        waiting(&mut owner, 1).await;
        let run = Run::default();
        let of_run = |request| {
            let run = if together { run.clone() } else { Run::default() };
            AppendRequest { run, ..request }
        };
        let late = append(&first, of_run(exact(3)));
        waiting(&mut owner, 2).await;
        let on_top = append(&first, of_run(exact(4)));
        tokio::time::sleep(POLL).await;
        slow.execute("ROLLBACK").await.unwrap();
        assert_eq!(conflicting(&before.await.unwrap()), None);
        assert_eq!(conflicting(&late.await.unwrap()), Some(4));
        // By itself it finds the version that it expects; what rests on the other one goes with it.
        let on_top = on_top.await.unwrap();
        assert_eq!(matches!(on_top, Outcome::Conflict(_)), together, "{on_top:?}");
        let end = if together { 4 } else { 5 };
        for store in [first, second] {
            assert_eq!(verify(store.as_ref(), None).await.unwrap().position, end);
            store.close().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_node_keeps_without_events_is_found_in_a_large_batch() {
    let database = Server::shared().database().await;
    let [first, second] = two_nodes(&database).await;
    let many = |stream: &str| (0..300).map(|number| exact_in(stream, number)).collect::<Vec<_>>();
    for stream in ["a", "b", "c"] {
        let outcomes = first.append(many(stream)).await.unwrap();
        assert!(outcomes.iter().all(|outcome| conflicting(outcome).is_none()));
    }
    // The end of the log stays where it is.
    for (number, hash) in [(70, 1), (299, 2)] {
        let kept = keyed(request(&[], Vec::new()), &format!("d/{number}"), hash);
        assert_eq!(conflicting(&one(&second, kept).await), None);
    }
    let mut requests = many("d");
    // What is to follow the answered one expects its place.
    for (number, request) in requests.iter_mut().enumerate().skip(71) {
        request.expectations[0].expectation = Expectation::Exact(number as u64 - 1);
    }
    let outcomes = first.append(requests).await.unwrap();
    for (number, outcome) in outcomes.iter().enumerate() {
        match number {
            70 => assert!(matches!(outcome, Outcome::Repeated(_)), "{outcome:?}"),
            299 => assert_eq!(*outcome, Outcome::KeyReused),
            _ => assert_eq!(conflicting(outcome), None, "{number}"),
        }
    }
    for store in [first, second] {
        assert_eq!(verify(store.as_ref(), None).await.unwrap().position, 900 + 298);
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
