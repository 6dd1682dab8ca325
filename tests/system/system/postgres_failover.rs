//! A primary, its synchronous standby, and what becomes of the ledger when one of them fails.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use citygate_engine::{Answer, Engine, Follow, Request};
use citygate_store::conformance::{event, keyed, request};
use citygate_store::{
    AppendRequest, EventStore, Expectation, Outcome, PostgresOptions, PostgresStore, StoreError,
    migrate,
};
use citygate_tests_system::failover::{Pair, rounds};
use citygate_tests_system::ledger::{actor, answers, demo_contract, sources};
use citygate_tests_system::sample::still_clock;

fn noted(number: u64) -> AppendRequest {
    let exact = [("a", Expectation::Exact(number))];
    keyed(request(&exact, vec![event("a", number)]), &format!("k{number}"), 1)
}

async fn one(store: &PostgresStore, request: AppendRequest) -> Result<Outcome, StoreError> {
    store.append(vec![request]).await.map(|mut outcomes| outcomes.remove(0))
}

async fn ledger(pair: &Pair, deadline: Duration) -> Arc<PostgresStore> {
    let mut options = pair.options().unwrap();
    migrate(&options, &[]).await.unwrap();
    options.deadline = deadline;
    Arc::new(PostgresStore::open(options, still_clock()).await.unwrap())
}

/// How many commits wait for a standby.
async fn waiting(pair: &Pair, primary: usize) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let mut connection = pair.connect(primary, "gas").await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

/// A server that is alone from now on acknowledges alone.
async fn alone(pair: &Pair, number: usize) {
    let alter = "ALTER SYSTEM SET synchronous_standby_names = ''";
    pair.execute(number, alter).await.unwrap();
    pair.execute(number, "SELECT pg_reload_conf()").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_servers_are_killed_promoted_and_brought_back() {
    let program = Path::new(env!("CARGO_BIN_EXE_failover"));
    println!("{}", rounds(program, 4, 7).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_standby_is_gone_is_unknown_until_it_is_back_and_then_there_once() {
    let mut pair = Pair::start().await.unwrap();
    let store = ledger(&pair, Duration::from_secs(1)).await;
    one(&store, noted(0)).await.unwrap();
    pair.kill(1).unwrap();
    let unknown = one(&store, noted(1)).await.unwrap_err();
    assert_eq!(unknown.code(), "outcome_unknown", "{unknown:?}");
    // The commit was left behind, not cancelled: it still waits, and nobody sees it.
    assert_eq!(waiting(&pair, 0).await, 1);
    assert_eq!(store.head().await.unwrap().position, 1);
    // Whoever comes behind it is told that nothing of theirs is recorded.
    let behind = one(&store, noted(2)).await.unwrap_err();
    assert_eq!(behind.code(), "ledger_busy", "{behind:?}");
    pair.run_server(1).await.unwrap();
    pair.attached(0).await.unwrap();
    let told = one(&store, noted(1)).await.unwrap();
    assert!(matches!(&told, Outcome::Repeated(done) if done.first_position == Some(2)), "{told:?}");
    assert_eq!(store.head().await.unwrap().position, 2);
    assert_eq!(waiting(&pair, 0).await, 0);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_was_superseded_is_refused_and_acknowledges_nothing() {
    let mut pair = Pair::start().await.unwrap();
    let store = ledger(&pair, Duration::from_secs(2)).await;
    one(&store, noted(0)).await.unwrap();
    pair.kill(0).unwrap();
    let nobody = one(&store, noted(1)).await.unwrap_err();
    assert_eq!(nobody.code(), "no_primary", "{nobody:?}");
    assert!(nobody.to_string().contains("is a standby"), "{nobody}");
    pair.promote(1).unwrap();
    alone(&pair, 1).await;
    one(&store, noted(1)).await.unwrap();
    assert_eq!((store.epoch(), store.head().await.unwrap().epoch), (2, 2));

    // Only the old one is there, and takes writes as if nothing had happened.
    pair.kill(1).unwrap();
    pair.run_server(0).await.unwrap();
    let refused = one(&store, noted(2)).await.unwrap_err();
    assert_eq!(refused.code(), "no_primary", "{refused:?}");
    assert!(refused.to_string().contains("was the primary before"), "{refused}");
    assert!(store.head().await.is_err(), "nor is it read");
    assert_eq!(waiting(&pair, 0).await, 0);
    // A node that knows of no other is never told that its events are durable.
    let mut fresh = PostgresOptions::from_url(&pair.url_of(0)).unwrap();
    fresh.deadline = Duration::from_secs(1);
    let fresh = PostgresStore::open(fresh, still_clock()).await.unwrap();
    let unknown = one(&fresh, noted(1)).await.unwrap_err();
    assert_eq!(unknown.code(), "outcome_unknown", "{unknown:?}");
    fresh.close().await.unwrap();

    // Both are there: who names both takes the later one.
    pair.run_server(1).await.unwrap();
    let both = ledger(&pair, Duration::from_secs(2)).await;
    let head = both.head().await.unwrap();
    assert_eq!((head.position, head.epoch), (2, 2));
    one(&both, noted(2)).await.unwrap();
    let told = one(&store, noted(2)).await.unwrap();
    assert!(matches!(told, Outcome::Repeated(_)), "{told:?}");
    both.close().await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_drops_what_it_decided_ahead_of_a_primary_that_was_killed() {
    let mut pair = Pair::start().await.unwrap();
    let store = ledger(&pair, Duration::from_secs(10)).await;
    let engine = Engine::open_with_tables(Arc::clone(&store), sources()).await.unwrap();
    let settings = citygate_domain::ledger::Settings::default();
    let open = citygate_domain::ledger::OpenLedger { settings };
    let open = citygate_domain::Command::OpenLedger(open);
    engine.execute(&actor(), vec![open.into()]).await.unwrap();
    // Another node, which only follows.
    let beside = PostgresStore::open(pair.options().unwrap(), still_clock()).await.unwrap();
    let follower = Engine::open_with_tables(Arc::new(beside), sources()).await.unwrap();
    let commands = demo_contract("DM-2025-0003").unwrap();
    let requests = || commands.iter().cloned().map(Request::from);

    let mut writer = engine.writer(actor()).await.unwrap();
    let half: Vec<Request> = requests().take(commands.len() / 2).collect();
    let mut ended = None;
    for (number, some) in half.chunks(20).enumerate() {
        if number == 1 {
            pair.kill(0).unwrap();
        }
        if let Err(error) = writer.submit(some.to_vec()).await {
            ended = Some(error);
            break;
        }
    }
    let ended = match ended {
        Some(error) => {
            drop(writer);
            error
        }
        None => writer.finish().await.expect_err("the primary is gone"),
    };
    let codes = ["database_unreachable", "no_primary", "outcome_unknown"];
    assert!(codes.contains(&ended.code()), "{ended:?}");

    pair.promote(1).unwrap();
    pair.follow(0, 1).await.unwrap();
    pair.attached(1).await.unwrap();
    let told = engine.execute(&actor(), requests().collect()).await.unwrap();
    assert!(told.iter().all(|it| matches!(it, Answer::Recorded { .. } | Answer::Known)));
    assert_eq!(store.epoch(), 2);
    let fresh = PostgresStore::open(pair.options().unwrap(), still_clock()).await.unwrap();
    let fresh = Engine::open_with_tables(Arc::new(fresh), sources()).await.unwrap();
    let news = follower.follow().await.unwrap();
    assert!(matches!(news, Follow::NewEpoch { epoch: 2, .. }), "{news:?}");
    let there = answers(&*fresh.read().await).unwrap();
    for node in [&engine, &follower] {
        assert_eq!(answers(&*node.read().await).unwrap(), there);
    }
}
