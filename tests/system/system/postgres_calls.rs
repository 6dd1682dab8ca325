//! What becomes of a whole call, and of what rests on it, when a part of it fails.

use std::sync::Arc;
use std::time::Duration;

use citygate_store::conformance::{SteppingClock, event, request, stream};
use citygate_store::{
    AppendRequest, Clock, EventStore, Expectation, Outcome, PostgresStore, Run, StoreError, verify,
};
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::sample::still_clock;
use sqlx::{Executor, PgConnection};

/// More than one transaction takes.
const TOO_MANY: u64 = 5_000;

/// An event that must become number `version + 1` of its stream.
fn exact(stream: &str, version: u64) -> AppendRequest {
    request(&[(stream, Expectation::Exact(version))], vec![event(stream, version)])
}

fn any(stream: &str) -> AppendRequest {
    request(&[(stream, Expectation::Any)], vec![event(stream, 0)])
}

async fn one(store: &PostgresStore, request: AppendRequest) -> Outcome {
    store.append(vec![request]).await.unwrap().remove(0)
}

/// A store that has had the log to itself for three events of stream `a`, so it plans ahead, and
/// that waits for the lock no longer than that.
async fn alone(database: &Database, lock_wait: Duration) -> Arc<PostgresStore> {
    alone_by(database, lock_wait, still_clock()).await
}

async fn alone_by(database: &Database, lock_wait: Duration, clock: Clock) -> Arc<PostgresStore> {
    database.ledger().await.unwrap().close().await.unwrap();
    let mut options = database.options();
    options.lock_wait = lock_wait;
    let store = PostgresStore::open(options, clock).await.unwrap();
    for version in 0..3 {
        let outcome = one(&store, exact("a", version)).await;
        assert!(matches!(outcome, Outcome::Committed(_)), "{outcome:?}");
    }
    Arc::new(store)
}

/// Another transaction that has the lock on the log.
async fn holder(database: &Database) -> PgConnection {
    let mut holder = database.owner().await;
    holder.execute("BEGIN; SELECT * FROM citygate.log_head FOR UPDATE").await.unwrap();
    holder
}

fn appending(
    store: &Arc<PostgresStore>,
    requests: Vec<AppendRequest>,
) -> tokio::task::JoinHandle<Result<Vec<Outcome>, StoreError>> {
    let store = Arc::clone(store);
    tokio::spawn(async move { store.append(requests).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_call_that_failed_is_not_written() {
    let database = Server::shared().database().await;
    let store = alone(&database, Duration::from_millis(400)).await;
    let mut holder = holder(&database).await;
    // One that rests on nothing, so that its second part could be written without the first.
    let busy = appending(&store, (0..TOO_MANY).map(|_| any("a")).collect()).await.unwrap();
    assert_eq!(busy.unwrap_err().code(), "ledger_busy");
    holder.execute("ROLLBACK").await.unwrap();
    // Behind whatever the store still does.
    assert!(matches!(one(&store, exact("a", 3)).await, Outcome::Committed(_)));
    assert_eq!(verify(store.as_ref(), None).await.unwrap().position, 4);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_which_only_a_part_is_foreseen_is_one_transaction() {
    let database = Server::shared().database().await;
    let store = alone(&database, Duration::from_secs(5)).await;
    // Stream `b` is not remembered, and the third finds `a` as the first leaves it.
    let foreseen = vec![exact("a", 3), any("a"), exact("a", 5)];
    let in_part = vec![exact("a", 6), any("b"), exact("a", 7)];
    let conflicting = vec![exact("a", 8), exact("a", 8), exact("a", 9)];
    let outcomes = [
        store.append(foreseen).await.unwrap(),
        store.append(in_part).await.unwrap(),
        store.append(conflicting).await.unwrap(),
    ];
    let committed: Vec<bool> =
        outcomes.iter().flatten().map(|it| matches!(it, Outcome::Committed(_))).collect();
    assert_eq!(committed, [true, true, true, true, true, true, true, false, true]);
    let mut owner = database.owner().await;
    let sql = "SELECT array_agg(position ORDER BY position) FROM citygate.event \
        WHERE position > 3 GROUP BY xmin::text ORDER BY min(position)";
    let transactions = sqlx::query_scalar::<_, Vec<i64>>(sql).fetch_all(&mut owner).await.unwrap();
    assert_eq!(transactions, [vec![4, 5, 6], vec![7, 8, 9], vec![10, 11]]);
    assert_eq!(verify(store.as_ref(), None).await.unwrap().position, 11);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_an_append_that_failed_conflicts_also_where_its_version_fits() {
    let database = Server::shared().database().await;
    let store = alone(&database, Duration::from_millis(100)).await;
    let run = Run::default();
    let of_run = |request| AppendRequest { run: run.clone(), ..request };
    let mut holder = holder(&database).await;
    let busy = appending(&store, vec![of_run(exact("a", 3))]).await.unwrap();
    assert_eq!(busy.unwrap_err().code(), "ledger_busy");
    holder.execute("ROLLBACK").await.unwrap();
    // Somebody else takes the place of what failed.
    assert!(matches!(one(&store, exact("a", 3)).await, Outcome::Committed(_)));
    let resting = one(&store, of_run(exact("a", 4))).await;
    assert!(matches!(resting, Outcome::Conflict(_)), "{resting:?}");
    assert!(matches!(one(&store, exact("a", 4)).await, Outcome::Committed(_)));
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_data_that_the_server_refused_conflicts_also_where_its_version_fits() {
    let database = Server::shared().database().await;
    let store = alone(&database, Duration::from_secs(5)).await;
    let odd = "ALTER TABLE citygate.event ADD CONSTRAINT odd CHECK (reason <> 'odd')";
    database.execute(odd).await;
    let run = Run::default();
    let of_run = |request| AppendRequest { run: run.clone(), ..request };
    let mut refused = of_run(exact("a", 3));
    refused.metadata.reason = Some("odd".to_owned());
    assert!(matches!(one(&store, refused).await, Outcome::Refused(_)));
    // Somebody else takes the place of what was refused.
    assert!(matches!(one(&store, exact("a", 3)).await, Outcome::Committed(_)));
    let resting = one(&store, of_run(exact("a", 4))).await;
    assert!(matches!(resting, Outcome::Conflict(_)), "{resting:?}");
    assert!(matches!(one(&store, exact("a", 4)).await, Outcome::Committed(_)));
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_no_stream_can_have_is_a_conflict_and_the_writer_goes_on() {
    let database = Server::shared().database().await;
    let store = alone(&database, Duration::from_secs(5)).await;
    let mut version = 3;
    for wild in [u64::MAX, i64::MAX as u64, i64::MAX as u64 - 1] {
        let outcome = one(&store, exact("unknown", wild)).await;
        let Outcome::Conflict(violations) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(violations.first().map(|one| one.actual), Some(0));
        // Alone again for long enough to plan ahead.
        for _ in 0..3 {
            assert!(matches!(one(&store, exact("a", version)).await, Outcome::Committed(_)));
            version += 1;
        }
    }
    assert_eq!(store.stream_version(&stream("unknown")).await.unwrap(), 0);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_long_for_the_lock_is_recorded_at_the_time_at_which_it_has_it() {
    let database = Server::shared().database().await;
    let clock = SteppingClock::new();
    let store = alone_by(&database, Duration::from_secs(20), clock.as_clock()).await;
    let mut holder = holder(&database).await;
    let waiting = appending(&store, vec![exact("a", 3)]);
    let mut owner = database.owner().await;
    let waits = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut owner).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    clock.shift(60_000_000);
    holder.execute("ROLLBACK").await.unwrap();
    let outcomes = waiting.await.unwrap().unwrap();
    assert!(matches!(outcomes[..], [Outcome::Committed(_)]), "{outcomes:?}");
    let events = store.read_all(2, 2).await.unwrap();
    let waited = events[1].recorded_at - events[0].recorded_at;
    assert!(waited.num_seconds() >= 60, "{waited}");
    store.close().await.unwrap();
}
