//! Servers that say nothing any more, and connections that do not pile up on one that waits.

use std::sync::Arc;
use std::time::Duration;

use citygate_store::conformance::{event, request};
use citygate_store::{
    AppendRequest, EventStore, Expectation, Node, Outcome, PostgresOptions, PostgresStore,
    Snapshot, migrate,
};
use citygate_tests_system::failover::Pair;
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::proxy::Proxy;
use citygate_tests_system::sample::still_clock;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

fn noted(stream: &str, number: u64) -> AppendRequest {
    request(&[(stream, Expectation::Any)], vec![event(stream, number)])
}

fn node() -> Node {
    let event_types = vec![("noted".to_owned(), 1)];
    Node { id: "one".to_owned(), release: "0.1".to_owned(), event_types }
}

/// The options of a node of a ledger that was made.
async fn as_node(database: &Database) -> PostgresOptions {
    let mut options = database.options();
    options.node = Some(node());
    migrate(&options, &node().event_types).await.unwrap();
    options
}

async fn count(owner: &mut PgConnection, what: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND application_name = 'citygate' AND {what}"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(owner).await.unwrap()
}

async fn end_all(owner: &mut PgConnection) {
    let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'citygate'";
    owner.execute(end).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_is_told_within_the_deadline_and_found_again() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let options = as_node(&database).await;
    let (_, rest) = database.url.split_once("@127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(port.parse().unwrap()).await;
    let url = format!("postgres://citygate@127.0.0.1:{}/{name}", proxy.port);
    let mut through = PostgresOptions::from_url(&url).unwrap();
    (through.node, through.deadline) = (options.node, Duration::from_secs(1));
    let store = PostgresStore::open(through, still_clock()).await.unwrap();
    store.append(vec![noted("a", 0)]).await.unwrap();

    proxy.silence(true);
    let snapshot = Snapshot { name: "s".to_owned(), format: 1, position: 1, bytes: vec![1] };
    let lasts = Duration::from_secs(1);
    let asked = async {
        tokio::join!(
            async { store.head().await.unwrap_err().code() },
            async { store.read_all(0, 10).await.unwrap_err().code() },
            async { store.replay(0, 10).await.unwrap_err().code() },
            async { store.lookup_key("k").await.unwrap_err().code() },
            async { store.append(vec![noted("a", 1)]).await.unwrap_err().code() },
            async { store.save_snapshot(snapshot).await.unwrap_err().code() },
            async { store.take_lease("l", "one", lasts, 0).await.unwrap_err().code() },
        )
    };
    let told = timeout(Duration::from_secs(20), asked).await.expect("nobody waits for ever");
    let unreachable = "database_unreachable";
    let (head, read, replayed, found, appended, saved, taken) = told;
    assert_eq!([head, read, replayed, found], [unreachable; 4]);
    assert!(["ledger_busy", unreachable].contains(&appended), "{appended}");
    assert_eq!([saved, taken], [unreachable; 2]);

    proxy.silence(false);
    let told = store.append(vec![noted("a", 2)]).await.unwrap();
    assert!(matches!(told[..], [Outcome::Committed(_)]), "{told:?}");
    // All that was sent into the silence was given up before anything was committed.
    assert_eq!(store.head().await.unwrap().position, 2);
    assert_eq!(store.read_all(0, 10).await.unwrap().len(), 2);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_append_on_a_connection_that_was_ended_at_rest_goes_through() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let options = as_node(&database).await;
    let store = PostgresStore::open(options, still_clock()).await.unwrap();
    let mut owner = database.owner().await;
    // It does not know yet which forms of events may be written, and asks that first.
    end_all(&mut owner).await;
    let told = store.append(vec![noted("a", 0)]).await.unwrap();
    assert!(matches!(told[..], [Outcome::Committed(_)]), "{told:?}");
    end_all(&mut owner).await;
    store.take_lease("l", "one", Duration::from_secs(1), 0).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_never_rests_is_seen_to_be_alive() {
    let database = Server::shared().database().await;
    let options = as_node(&database).await;
    let store = Arc::new(PostgresStore::open(options, still_clock()).await.unwrap());
    let mut owner = database.owner().await;
    let until = Instant::now() + Duration::from_secs(13);
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let stream = format!("w{writer}");
            for number in 0.. {
                if Instant::now() > until {
                    return;
                }
                store.append(vec![noted(&stream, number)]).await.unwrap();
            }
        });
    }
    while let Some(written) = writers.join_next().await {
        written.unwrap();
    }
    let age = "SELECT extract(epoch FROM clock_timestamp() - seen_at)::int FROM citygate.node";
    let age = sqlx::query_scalar::<_, i32>(age).fetch_one(&mut owner).await.unwrap();
    assert!(age <= 10, "last seen {age} s ago");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_no_standby_one_connection_of_a_node_waits_to_raise_the_epoch() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let mut options = as_node(&database).await;
    options.lock_wait = Duration::from_millis(300);
    options.deadline = Duration::from_secs(2);
    let store = Arc::new(PostgresStore::open(options, still_clock()).await.unwrap());
    let mut owner = database.owner().await;
    // As after a promotion whose new primary has no standby.
    owner.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await.unwrap();
    owner.execute("SELECT pg_reload_conf()").await.unwrap();
    owner.execute("SET synchronous_commit = local").await.unwrap();
    let other = "UPDATE citygate.log_head SET cluster = 'other/00000001'";
    owner.execute(other).await.unwrap();
    end_all(&mut owner).await;
    let until = Instant::now() + Duration::from_secs(8);
    let (mut readers, mut most) = (JoinSet::new(), 0);
    for _ in 0..4 {
        let store = Arc::clone(&store);
        readers.spawn(async move {
            while Instant::now() < until {
                let refused = store.head().await.unwrap_err().code();
                let passing = ["database_unreachable", "ledger_busy", "no_primary"];
                assert!(passing.contains(&refused), "{refused}");
            }
        });
    }
    while Instant::now() < until {
        most = most
            .max(count(&mut owner, "wait_event IN ('SyncRep', 'transactionid', 'tuple')").await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while let Some(read) = readers.join_next().await {
        read.unwrap();
    }
    // One whose commit waits and was left behind, and one that waits behind it.
    assert!((1..=2).contains(&most), "{most} waited at a time");
    owner.execute("ALTER SYSTEM RESET synchronous_standby_names").await.unwrap();
    owner.execute("SELECT pg_reload_conf()").await.unwrap();
    while store.head().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(store.head().await.unwrap().epoch, 2);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_from_the_old_primary_once_a_newer_one_was_seen() {
    let pair = Pair::start().await.unwrap();
    let options = pair.options().unwrap();
    migrate(&options, &[]).await.unwrap();
    let store = PostgresStore::open(options, still_clock()).await.unwrap();
    store.append(vec![noted("a", 0)]).await.unwrap();
    assert_eq!(store.read_all(0, 10).await.unwrap().len(), 1);
    // The old primary stays up, and every connection that reads leads to it.
    pair.promote(1).unwrap();
    let alone = "ALTER SYSTEM SET synchronous_standby_names = ''";
    pair.execute(1, alone).await.unwrap();
    pair.execute(1, "SELECT pg_reload_conf()").await.unwrap();
    let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
        WHERE application_name = 'citygate' AND query = 'COMMIT'";
    pair.execute(0, end).await.unwrap();
    let told = store.append(vec![noted("a", 1)]).await.unwrap();
    assert!(matches!(told[..], [Outcome::Committed(_)]), "{told:?}");
    assert_eq!(store.epoch(), 2);
    assert_eq!(store.read_all(0, 10).await.unwrap().len(), 2);
    let head = store.head().await.unwrap();
    assert_eq!((head.position, head.epoch), (2, 2));
    store.close().await.unwrap();
}
