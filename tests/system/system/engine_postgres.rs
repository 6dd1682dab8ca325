//! The engine on a log in PostgreSQL: the same answers, the same rows, several nodes.

use std::sync::Arc;

use citygate_domain::Command;
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_engine::{Answer, DocumentTables, Engine, Request};
use citygate_store::{EventStore, PostgresStore, migrate, verify};
use citygate_tests_system::ledger::{
    Ledger, actor, answers, demo_contract, sources, ticking_clock,
};
use citygate_tests_system::postgres::{Database, Server};

struct Node {
    store: Arc<PostgresStore>,
    engine: Engine,
}

impl Node {
    async fn on(database: &Database) -> Self {
        let opened = PostgresStore::open(database.options(), ticking_clock()).await;
        let store = Arc::new(opened.unwrap());
        let engine = Engine::open_with_tables(Arc::clone(&store), sources()).await.unwrap();
        Self { store, engine }
    }

    async fn execute(&self, commands: Vec<Command>) -> Vec<Answer> {
        let requests = commands.into_iter().map(Request::from).collect();
        self.engine.execute(&actor(), requests).await.unwrap()
    }

    async fn in_pieces(&self, commands: Vec<Command>) {
        for piece in commands.chunks(20) {
            self.execute(piece.to_vec()).await;
        }
    }

    async fn answers(&self) -> String {
        self.execute(Vec::new()).await;
        answers(&*self.engine.read().await).unwrap()
    }
}

/// A ledger with one node.
async fn first_node() -> (Database, Node) {
    let database = Server::shared().database().await;
    migrate(&database.options(), &[]).await.unwrap();
    let node = Node::on(&database).await;
    let settings = Settings::default();
    node.execute(vec![Command::OpenLedger(OpenLedger { settings })]).await;
    (database, node)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_in_postgres_answers_as_one_in_a_file_and_so_do_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let file = Ledger::open(&folder.path().join("a.db")).await.unwrap();
    let (database, node) = first_node().await;
    let commands = demo_contract("DM-2025-0003").unwrap();
    file.execute(commands.clone()).await.unwrap();
    node.execute(commands).await;
    let through = "2025-06".parse().unwrap();
    file.close_through("2025-06").await.unwrap();
    citygate_engine::close(&node.engine, &actor(), through, None).await.unwrap();
    assert_eq!(node.answers().await, file.answers().await.unwrap());
    let rows = file.store.dump().await.unwrap();
    assert!(rows.len() > 10);
    assert_eq!(node.store.dump().await.unwrap(), rows);
    assert!(node.engine.audit().await.unwrap().finding.is_none());
    // Rows that somebody spoilt come anew from the log, and a snapshot changes nothing.
    node.engine.save_snapshot().await.unwrap();
    database.execute("UPDATE report.settlement SET gross_fen = 1").await;
    database.execute("DELETE FROM report.account_entry").await;
    assert_ne!(node.store.dump().await.unwrap(), rows);
    node.engine.rebuild().await.unwrap();
    assert_eq!(node.store.dump().await.unwrap(), rows);
    let position = node.store.head().await.unwrap().position;
    assert_eq!(DocumentTables::position(node.store.as_ref()).await.unwrap(), position);
    node.store.close().await.unwrap();
    file.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_write_one_contract_end_with_the_same_world_and_rows() {
    let (database, first) = first_node().await;
    let second = Node::on(&database).await;
    let commands = demo_contract("DM-2025-0012").unwrap();
    let readings = |it: &&Command| matches!(it, Command::RecordDelivery(_));
    let (later, before): (Vec<Command>, Vec<Command>) =
        commands.into_iter().partition(|one| readings(&one));
    first.execute(before).await;
    let halves = later.chunks(200).map(<[Command]>::to_vec).collect::<Vec<_>>();
    // Each writes the other's half too: known, or faster than the other.
    let both: Vec<Command> = halves[1].iter().chain(&halves[0]).cloned().collect();
    tokio::join!(first.in_pieces(halves.concat()), second.in_pieces(both));
    assert_eq!(first.answers().await, second.answers().await);
    assert_eq!(first.store.dump().await.unwrap(), second.store.dump().await.unwrap());
    verify(first.store.as_ref(), None).await.unwrap();
    let third = Node::on(&database).await;
    assert_eq!(third.answers().await, first.answers().await);
    for node in [first, second, third] {
        node.store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_starts_from_a_snapshot_and_the_tail_and_deleting_it_changes_no_answer() {
    let (database, first) = first_node().await;
    let mut commands = demo_contract("DM-2025-0003").unwrap();
    let tail = commands.split_off(commands.len() - 30);
    first.execute(commands).await;
    assert!(first.engine.save_snapshot().await.unwrap());
    let kept = citygate_engine::Kept::of(first.engine.store(), None).await.unwrap();
    let head = first.store.head().await.unwrap().position;
    assert_eq!(kept.position.number(), head);
    first.execute(tail).await;
    assert!(first.store.head().await.unwrap().position > head, "there is a tail");
    let expected = first.answers().await;
    let from_snapshot = Node::on(&database).await;
    assert_eq!(from_snapshot.answers().await, expected);
    assert!(from_snapshot.engine.audit().await.unwrap().finding.is_none());
    first.store.delete_snapshots().await.unwrap();
    assert!(citygate_engine::Kept::of(first.engine.store(), None).await.is_none());
    let from_the_log = Node::on(&database).await;
    assert_eq!(from_the_log.answers().await, expected);
    for node in [first, from_snapshot, from_the_log] {
        node.store.close().await.unwrap();
    }
}
