//! Rows of one batch: each alone, each on those before it.

use std::sync::Arc;
use std::time::Duration;

use citygate_domain::Command;
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_domain::log::Position;
use citygate_domain::payment::{MoneyKind, RecordMoney};
use citygate_engine::{Answer, Engine, Request};
use citygate_store::{EventStore, SqliteOptions, SqliteStore};
use citygate_tests_system::ledger::{
    Ledger, actor, answers, demo_contract, sources, ticking_clock,
};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

fn unknown_point(command: &Command) -> Command {
    let mut command = command.clone();
    if let Command::RecordDelivery(delivery) = &mut command {
        delivery.point = "nowhere-1".parse().unwrap();
    }
    command
}

async fn events(ledger: &Ledger) -> usize {
    ledger.store.read_all(0, 100_000).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_may_rest_on_the_row_before_it_in_the_same_batch() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("a.db")).await.unwrap();
    let commands = demo_contract("DM-2025-0012").unwrap();
    let is = |at: usize| matches!(commands.get(at), Some(Command::SignContract(_)));
    let signing = (0..commands.len()).find(|at| is(*at)).unwrap();
    let mut readings = commands.iter().filter(|it| matches!(it, Command::RecordDelivery(_)));
    let (one, two) = (readings.next().unwrap(), readings.next().unwrap());
    let money = |reference: &str, kind| {
        Command::RecordMoney(RecordMoney {
            contract: Some("DM-2025-0012".parse().unwrap()),
            value_date: "2025-01-02".parse().unwrap(),
            amount: "100.00".parse().unwrap(),
            bank: "BOC".parse().unwrap(),
            bank_reference: reference.parse().unwrap(),
            kind,
        })
    };
    let reversal = || MoneyKind::Reversal { reverses: "P-1".parse().unwrap() };
    let batch = vec![
        one.clone(),
        commands[signing].clone(),
        one.clone(),
        one.clone(),
        money("R-1", reversal()),
        money("P-1", MoneyKind::Payment),
        money("R-1", reversal()),
        money("R-2", reversal()),
        two.clone(),
    ];
    let given = ledger.execute(batch).await.unwrap();
    let words: Vec<&str> = given
        .iter()
        .map(|answer| match answer {
            Answer::Recorded { .. } => "recorded",
            Answer::Known => "known",
            Answer::Refused(_) => "refused",
            Answer::KeyReused => "key",
        })
        .collect();
    assert_eq!(
        words.join(" "),
        "refused recorded recorded known refused recorded recorded refused recorded"
    );
    // The answers name where each row lies: one after another, without gaps.
    let mut next = ledger.store.head().await.unwrap().position;
    for answer in given.iter().rev() {
        if let Answer::Recorded { first, last } = answer {
            assert_eq!(last.number(), next);
            next = first.number() - 1;
        }
    }
    assert_eq!(next, 1, "only the opening of the ledger lies before");
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let ledger = Ledger::open(&path).await.unwrap();
    let commands = demo_contract("DM-2025-0003").unwrap();
    ledger.execute(commands[..300].to_vec()).await.unwrap();
    let before = (ledger.answers().await.unwrap(), ledger.store.head().await.unwrap());
    let streams = ledger.store.stream_heads(None, 10_000).await.unwrap();
    let reading = commands.iter().rfind(|it| matches!(it, Command::RecordDelivery(_))).unwrap();
    // A contract under the id of another customer's, with readings of points nobody has.
    let mut signing = commands.iter().find(|it| matches!(it, Command::SignContract(_))).cloned();
    if let Some(Command::SignContract(contract)) = &mut signing {
        contract.customer.id = "C-9999".parse().unwrap();
    }
    let refused = vec![unknown_point(reading), signing.unwrap(), unknown_point(reading)];
    let given = ledger.execute(refused).await.unwrap();
    assert!(given.iter().all(|answer| matches!(answer, Answer::Refused(_))), "{given:?}");
    let after = (ledger.answers().await.unwrap(), ledger.store.head().await.unwrap());
    assert!(before == after);
    assert_eq!(ledger.store.stream_heads(None, 10_000).await.unwrap(), streams);
    assert!(ledger.store.personal("C-9999").await.unwrap().is_empty());
    ledger.close().await.unwrap();
    let ledger = Ledger::open(&path).await.unwrap();
    assert!(ledger.answers().await.unwrap() == before.0);
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn known_at_a_position_is_the_prefix_and_an_instant_is_the_logs_own() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("a.db")).await.unwrap();
    let commands = demo_contract("DM-2025-0003").unwrap();
    ledger.execute(commands[..250].to_vec()).await.unwrap();
    let (then, position) = (ledger.answers().await.unwrap(), events(&ledger).await as u64);
    ledger.execute(commands[250..].to_vec()).await.unwrap();
    assert!(ledger.answers().await.unwrap() != then);
    let known = ledger.engine.known_at(Position::new(position)).await.unwrap();
    assert!(answers(&known).unwrap() == then);
    // The instant of an answer is the one that the log wrote, not the one of the decision.
    let last = ledger.store.read_all(position - 1, 1).await.unwrap().remove(0);
    assert_eq!(ledger.store.position_at(last.recorded_at).await.unwrap(), position);
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_cannot_be_written_are_told_as_such_and_follow_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let busy = Duration::from_millis(50);
    let options = SqliteOptions { busy, ..SqliteOptions::new(&path) };
    let store = Arc::new(SqliteStore::open_with(options, ticking_clock()).await.unwrap());
    let engine = Engine::open_with_tables(Arc::clone(&store), sources()).await.unwrap();
    let opening = Command::OpenLedger(OpenLedger { settings: Settings::default() });
    engine.execute(&actor(), vec![opening.into()]).await.unwrap();
    let commands = demo_contract("DM-2025-0012").unwrap();
    let mut writer = engine.writer(actor()).await.unwrap();
    writer.submit(commands.into_iter().map(Request::from).collect()).await.unwrap();
    writer.finish().await.unwrap();
    let head = store.head().await.unwrap();
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    for _ in 0..2 {
        let behind = engine.write_tables().await.unwrap_err();
        assert_eq!(behind.code(), "tables_behind");
        let told = behind.to_string();
        let recorded = format!("every event up to position {} is recorded", head.position);
        assert!(told.starts_with(&recorded) && told.contains("(ledger_busy)"), "{told}");
        assert!(!told.contains("not recorded"), "{told}");
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(store.checkpoint("documents").await.unwrap(), 0);
    engine.write_tables().await.unwrap();
    assert_eq!(store.checkpoint("documents").await.unwrap(), head.position);
    assert_eq!(engine.audit().await.unwrap().finding, None);
    assert_eq!(store.head().await.unwrap(), head);
    store.close().await.unwrap();
}
