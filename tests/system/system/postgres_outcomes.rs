//! What a caller is told when the server, the wire or the standby fails at the worst moment.

use std::sync::Arc;
use std::time::Duration;

use citygate_domain::Command;
use citygate_engine::{Answer, Engine, Request};
use citygate_store::conformance::{event, keyed, request};
use citygate_store::{
    AppendRequest, EventStore, Expectation, Outcome, PostgresOptions, PostgresStore, StoreError,
};
use citygate_tests_system::ledger::{actor, demo_contract, sources};
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::proxy::{Cut, Proxy};
use citygate_tests_system::sample::still_clock;
use sqlx::{Executor, PgConnection};
use tokio::task::JoinHandle;

fn noted(number: u64) -> AppendRequest {
    let exact = [("a", Expectation::Exact(number))];
    keyed(request(&exact, vec![event("a", number)]), &format!("k{number}"), 1)
}

async fn one(store: &PostgresStore, request: AppendRequest) -> Result<Outcome, StoreError> {
    store.append(vec![request]).await.map(|mut outcomes| outcomes.remove(0))
}

fn appending(
    store: &Arc<PostgresStore>,
    request: AppendRequest,
) -> JoinHandle<Result<Outcome, StoreError>> {
    let store = Arc::clone(store);
    tokio::spawn(async move { one(&store, request).await })
}

/// Waits for a process of the server that waits as told, and then for what `act` does with its `pid`.
async fn on_waiting(owner: &mut PgConnection, waits: &str, act: &str) {
    let sql = format!(
        "SELECT {act} FROM pg_stat_activity WHERE datname = current_database() \
         AND application_name = 'citygate' AND {waits}"
    );
    for _ in 0..2_000 {
        let found = sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(sql.clone()));
        if found.fetch_optional(&mut *owner).await.unwrap() == Some(true) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no process of the server waits so");
}

/// Ends a process of the server, and waits until it is gone.
const END: &str = "pg_terminate_backend(pid, 5000)";

/// Has commits wait for a standby that does not exist. The parts of the server take it up one after
/// another; it is in force when a commit is seen to wait.
async fn wait_for_a_standby(database: &Database, owner: &mut PgConnection) {
    owner.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await.unwrap();
    owner.execute("SELECT pg_reload_conf()").await.unwrap();
    owner.execute("SET synchronous_commit = local").await.unwrap();
    for number in 0..1_000 {
        let mut other = database.owner().await;
        let sql = format!("CREATE TABLE waiting_{number} ()");
        let commit = tokio::spawn(async move { other.execute(sqlx::AssertSqlSafe(sql)).await });
        while !commit.is_finished() {
            let stop = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND wait_event = 'SyncRep'";
            let stopped = sqlx::query_scalar::<_, bool>(stop).fetch_optional(&mut *owner).await;
            if stopped.unwrap() == Some(true) {
                commit.await.unwrap().unwrap();
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    panic!("no commit waits for a standby");
}

/// The same ledger through a wire.
async fn through(database: &Database, proxy: &Proxy) -> PostgresStore {
    let (_, rest) = database.url.split_once("@127.0.0.1:").unwrap();
    let (_, name) = rest.split_once('/').unwrap();
    let url = format!("postgres://citygate@127.0.0.1:{}/{name}", proxy.port);
    let options = PostgresOptions::from_url(&url).unwrap();
    PostgresStore::open(options, still_clock()).await.unwrap()
}

fn port(server: &Server) -> u16 {
    let port = server.url.rsplit_once(':').and_then(|(_, rest)| rest.split_once('/'));
    port.unwrap().0.parse().unwrap()
}

async fn cut_at_the_commit(cut: Cut, committed: bool) {
    let server = Server::start(&[]);
    let database = server.database().await;
    database.ledger().await.unwrap().close().await.unwrap();
    let proxy = Proxy::to(port(&server)).await;
    let store = through(&database, &proxy).await;
    // From then on it plans ahead.
    for number in 0..3 {
        one(&store, noted(number)).await.unwrap();
    }
    proxy.cut(cut);
    let unknown = one(&store, noted(3)).await.unwrap_err();
    assert_eq!(unknown.code(), "outcome_unknown", "{unknown:?}");
    assert!(proxy.was_cut());
    // The same request with the same key, on a new connection of the same store.
    let told = one(&store, noted(3)).await.unwrap();
    assert_eq!(matches!(told, Outcome::Repeated(_)), committed, "{told:?}");
    assert_eq!(matches!(told, Outcome::Committed(_)), !committed, "{told:?}");
    assert_eq!(store.head().await.unwrap().position, 4);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_on_its_way_is_unknown_and_the_key_tells_that_it_was_recorded_once() {
    cut_at_the_commit(Cut::AfterCommit, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_lost_on_its_way_is_unknown_and_the_key_records_it_once() {
    cut_at_the_commit(Cut::BeforeCommit, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_stops_waiting_for_its_standby_is_no_acknowledgement() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let store = database.ledger().await.unwrap();
    one(&store, noted(0)).await.unwrap();
    store.close().await.unwrap();
    let mut owner = database.owner().await;
    wait_for_a_standby(&database, &mut owner).await;
    let store = PostgresStore::open(database.options(), still_clock()).await.unwrap();
    let store = Arc::new(store);
    let waits = "wait_event = 'SyncRep'";
    for act in ["pg_cancel_backend(pid)", END] {
        let writing = appending(&store, noted(1));
        on_waiting(&mut owner, waits, act).await;
        let unknown = writing.await.unwrap().unwrap_err();
        assert_eq!(unknown.code(), "outcome_unknown", "{act}: {unknown:?}");
        // From the second round on the first one's key is found, and its answer waits as well.
    }
    let repeating = appending(&store, noted(1));
    on_waiting(&mut owner, waits, "true").await;
    assert!(!repeating.is_finished());
    owner.execute("ALTER SYSTEM RESET synchronous_standby_names").await.unwrap();
    owner.execute("SELECT pg_reload_conf()").await.unwrap();
    let told = repeating.await.unwrap().unwrap();
    assert!(matches!(told, Outcome::Repeated(_)), "{told:?}");
    assert_eq!(store.head().await.unwrap().position, 2);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_and_a_key_that_is_found_are_told_only_when_the_standby_has_them() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let store = Arc::new(database.ledger().await.unwrap());
    let engine = Engine::open(Arc::clone(&store) as Arc<dyn EventStore>, sources()).await.unwrap();
    let mut commands = demo_contract("DM-2025-0003").unwrap();
    let readings = commands.iter().position(|it| matches!(it, Command::RecordDelivery(_)));
    let reading = commands.remove(readings.unwrap());
    commands.retain(|command| !matches!(command, Command::RecordDelivery(_)));
    let settings = citygate_domain::ledger::Settings::default();
    let open = Command::OpenLedger(citygate_domain::ledger::OpenLedger { settings });
    commands.insert(0, open);
    engine.execute(&actor(), commands.into_iter().map(Request::from).collect()).await.unwrap();
    let mut owner = database.owner().await;
    wait_for_a_standby(&database, &mut owner).await;

    let plain = Request::from(reading);
    let keyed = Request { key: Some(("k1".to_owned(), [1; 32])), ..plain.clone() };
    let asking = |request: &Request| {
        let (engine, request) = (engine.clone(), request.clone());
        tokio::spawn(async move { engine.execute(&actor(), vec![request]).await })
    };
    // Recorded, but nobody was told so; then the key is found, and then the fact is known.
    for request in [&keyed, &keyed, &plain] {
        let asked = asking(request);
        on_waiting(&mut owner, "wait_event = 'SyncRep'", END).await;
        let unknown = asked.await.unwrap().unwrap_err();
        assert_eq!(unknown.code(), "outcome_unknown", "{unknown:?}");
    }
    owner.execute("ALTER SYSTEM RESET synchronous_standby_names").await.unwrap();
    owner.execute("SELECT pg_reload_conf()").await.unwrap();
    let found = asking(&keyed).await.unwrap().unwrap();
    assert!(matches!(found[..], [Answer::Recorded { .. }]), "{found:?}");
    assert_eq!(asking(&plain).await.unwrap().unwrap(), [Answer::Known]);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_a_commit_waits_leaves_the_outcome_unknown_and_it_is_there() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let store = Arc::new(database.ledger().await.unwrap());
    let engine = Engine::open(Arc::clone(&store) as Arc<dyn EventStore>, sources()).await.unwrap();
    let mut owner = database.owner().await;
    wait_for_a_standby(&database, &mut owner).await;
    let settings = citygate_domain::ledger::Settings::default();
    let open = Command::OpenLedger(citygate_domain::ledger::OpenLedger { settings });
    let opening = || {
        let (engine, open) = (engine.clone(), open.clone());
        tokio::spawn(async move { engine.execute(&actor(), vec![open.into()]).await })
    };
    let asked = opening();
    on_waiting(&mut owner, "wait_event = 'SyncRep'", "true").await;
    // Nor can the log be read when the answer is due.
    server.tell("end");
    let unknown = asked.await.unwrap().unwrap_err();
    assert_eq!(unknown.code(), "outcome_unknown", "{unknown:?}");
    server.tell("begin");
    let mut owner = database.owner().await;
    owner.execute("ALTER SYSTEM RESET synchronous_standby_names").await.unwrap();
    owner.execute("SELECT pg_reload_conf()").await.unwrap();
    assert_eq!(opening().await.unwrap().unwrap(), [Answer::Known]);
    assert_eq!(store.head().await.unwrap().position, 1);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_outlives_its_caller_and_a_connection_that_was_ended() {
    let database = Server::shared().database().await;
    let store = Arc::new(database.ledger().await.unwrap());
    one(&store, noted(0)).await.unwrap();
    let mut holder = database.owner().await;
    holder.execute("BEGIN; SELECT * FROM citygate.log_head FOR UPDATE").await.unwrap();
    let mut owner = database.owner().await;
    // The process that waits for the lock is ended: nothing was sent that could be half done, so
    // the writer connects again and waits again. Its caller goes away meanwhile.
    let writing = appending(&store, noted(1));
    on_waiting(&mut owner, "wait_event_type = 'Lock'", END).await;
    on_waiting(&mut owner, "wait_event_type = 'Lock'", "true").await;
    writing.abort();
    holder.execute("ROLLBACK").await.unwrap();
    let told = one(&store, noted(1)).await.unwrap();
    assert!(matches!(told, Outcome::Repeated(_)), "{told:?}");
    assert_eq!(store.head().await.unwrap().position, 2);
    store.close().await.unwrap();
}

/// While it is held, a batch waits between the lock on the log's head and its commit.
const HOLD_WRITES: &str = "BEGIN; LOCK TABLE citygate.idempotency IN EXCLUSIVE MODE";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_connection_that_broke_before_its_commit_was_writing_is_written_once_on_another() {
    let database = Server::shared().database().await;
    let store = Arc::new(database.ledger().await.unwrap());
    let (mut holder, mut owner) = (database.owner().await, database.owner().await);
    // The first is decided under the lock, the second was planned before.
    for number in 0..2 {
        holder.execute(HOLD_WRITES).await.unwrap();
        let writing = appending(&store, noted(number));
        on_waiting(&mut owner, "wait_event_type = 'Lock'", END).await;
        on_waiting(&mut owner, "wait_event_type = 'Lock'", "true").await;
        holder.execute("ROLLBACK").await.unwrap();
        let told = writing.await.unwrap().unwrap();
        assert!(matches!(told, Outcome::Committed(_)), "{told:?}");
        assert_eq!(store.head().await.unwrap().position, number + 1);
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_keep_breaking_are_told_and_nothing_is_written() {
    let database = Server::shared().database().await;
    let store = Arc::new(database.ledger().await.unwrap());
    let (mut holder, mut owner) = (database.owner().await, database.owner().await);
    holder.execute(HOLD_WRITES).await.unwrap();
    let writing = appending(&store, noted(0));
    for _ in 0..2 {
        on_waiting(&mut owner, "wait_event_type = 'Lock'", END).await;
    }
    let told = writing.await.unwrap().unwrap_err();
    assert_eq!(told.code(), "database_unreachable", "{told:?}");
    holder.execute("ROLLBACK").await.unwrap();
    assert_eq!(store.head().await.unwrap().position, 0);
    let told = one(&store, noted(0)).await.unwrap();
    assert!(matches!(told, Outcome::Committed(_)), "{told:?}");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_crashes_keeps_what_was_acknowledged_and_is_found_again() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let store = database.ledger().await.unwrap();
    for number in 0..20 {
        one(&store, noted(number)).await.unwrap();
    }
    server.tell("crash");
    assert_eq!(store.head().await.unwrap().position, 20);
    let told = one(&store, noted(20)).await.unwrap();
    assert!(matches!(told, Outcome::Committed(_)), "{told:?}");
    assert_eq!(store.epoch(), 1);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_refused_and_its_promotion_raises_the_epoch() {
    let server = Server::start(&[]);
    let database = server.database().await;
    let store = database.ledger().await.unwrap();
    one(&store, noted(0)).await.unwrap();
    assert_eq!((store.epoch(), store.head().await.unwrap().epoch), (1, 1));
    server.tell("standby");
    let refused = PostgresStore::open(database.options(), still_clock()).await.err().unwrap();
    assert_eq!(refused.code(), "server_is_standby");
    // Also for a store that was open before: nothing is decided on what a standby shows.
    let refused = one(&store, noted(1)).await.unwrap_err();
    assert_eq!(refused.code(), "server_is_standby", "{refused:?}");
    database.execute("SELECT pg_promote()").await;
    one(&store, noted(1)).await.unwrap();
    assert_eq!(store.epoch(), 2);
    let second = PostgresStore::open(database.options(), still_clock()).await.unwrap();
    let head = second.head().await.unwrap();
    assert_eq!((head.position, head.epoch), (2, 2));
    store.close().await.unwrap();
    second.close().await.unwrap();
}
