//! One scheduler at a time: a lease says who, and the log refuses every other one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use citygate_domain::scheduler::SchedulerElected;
use citygate_domain::{Command, Rejection, scheduler};
use citygate_engine::{Answer, Elected, Engine, Notice};
use citygate_tests_system::ledger::{actor, demo_contract};
use citygate_tests_system::nodes::{Node, first_node};
use tokio::sync::oneshot;
use tokio::time::sleep;

fn election(node: &str, epoch: u64) -> SchedulerElected {
    SchedulerElected { epoch, node: node.parse().unwrap() }
}

async fn elected(node: &Node, name: &str, epoch: u64) -> Engine {
    match node.engine.elect(&actor(), &election(name, epoch)).await.unwrap() {
        Elected::Engine(engine) => *engine,
        Elected::Refused(rejection) => panic!("{rejection}"),
    }
}

fn is_replaced(answers: &[Answer]) -> bool {
    let replaced = |answer: &Answer| {
        matches!(
            answer,
            Answer::Refused(Rejection::Scheduler(scheduler::Rejection::Replaced { .. }))
        )
    };
    !answers.is_empty() && answers.iter().all(replaced)
}

/// Some facts, none of which rests on another.
fn facts() -> Vec<Command> {
    let commands = demo_contract("DM-2025-0003").unwrap();
    let mut indices: Vec<Command> =
        commands.into_iter().filter(|it| matches!(it, Command::PublishIndex(_))).collect();
    indices.truncate(6);
    indices
}

/// The first node was the scheduler; the second is elected while the first one is paused.
async fn a_paused_scheduler_changes_nothing(first: &Node, second: &Node) {
    let facts = facts();
    let request = |at: usize| facts[at].clone().into();
    let old = elected(first, "a", 1).await;
    let taken = old.execute(&actor(), vec![request(0)]).await.unwrap();
    assert!(matches!(taken[..], [Answer::Recorded { .. }]));
    // Paused here, with a decision that is about to be appended: it has caught up already.
    let mut paused = old.writer(actor()).await.unwrap();
    let new = elected(second, "b", 2).await;
    let taken = new.execute(&actor(), vec![request(1)]).await.unwrap();
    assert!(matches!(taken[..], [Answer::Recorded { .. }]));
    let head = first.engine.store().head().await.unwrap();
    let mut answers = paused.submit(vec![request(2), request(3)]).await.unwrap();
    answers.extend(paused.finish().await.unwrap());
    assert!(is_replaced(&answers), "{answers:?}");
    assert!(is_replaced(&old.execute(&actor(), vec![request(4)]).await.unwrap()));
    assert_eq!(first.engine.store().head().await.unwrap(), head, "nothing was appended");
    // The node itself goes on: only what it did as the scheduler is over.
    let taken = first.execute(vec![facts[5].clone()]).await.unwrap();
    assert!(matches!(taken[..], [Answer::Recorded { .. }]));
    let Elected::Refused(refused) = first.engine.elect(&actor(), &election("a", 1)).await.unwrap()
    else {
        panic!("an old epoch was taken")
    };
    assert_eq!(refused.code(), "scheduler_epoch_passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_scheduler_that_wakes_up_changes_nothing_in_a_database() {
    let (database, first) = first_node().await.unwrap();
    let second = Node::on_database(&database).await.unwrap();
    a_paused_scheduler_changes_nothing(&first, &second).await;
    first.close().await.unwrap();
    second.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_scheduler_that_wakes_up_changes_nothing_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let first = Node::on_file(&path).await.unwrap();
    first.init().await.unwrap();
    let second = Node::on_file(&path).await.unwrap();
    a_paused_scheduler_changes_nothing(&first, &second).await;
    first.close().await.unwrap();
    second.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_ask_at_once_one_holds_the_lease_and_one_election_is_recorded() {
    let (database, first) = first_node().await.unwrap();
    let mut nodes = vec![first];
    for _ in 0..3 {
        nodes.push(Node::on_database(&database).await.unwrap());
    }
    let hour = Duration::from_secs(3_600);
    let (a, b, c, d) = (&nodes[0], &nodes[1], &nodes[2], &nodes[3]);
    let take = |node: &Node, name: &'static str| {
        let store = Arc::clone(node.engine.store());
        async move { store.take_lease("scheduler", name, hour, 0).await.unwrap() }
    };
    let leases = tokio::join!(take(a, "a"), take(b, "b"), take(c, "c"), take(d, "d"));
    let leases = [leases.0, leases.1, leases.2, leases.3];
    for lease in &leases {
        assert_eq!((&lease.holder, lease.epoch), (&leases[0].holder, 1));
    }
    for (node, name) in nodes.iter().zip(["a", "b", "c", "d"]) {
        if leases[0].holder == name {
            elected(node, name, 1).await;
        }
    }
    let store = nodes[0].engine.store();
    let name = citygate_store::StreamName::try_new("scheduler").unwrap();
    assert_eq!(store.stream_version(&name).await.unwrap(), 1);
    for node in nodes {
        node.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_elected_node_renews_its_lease_while_a_writer_holds_everything_else_up() {
    let (_database, node) = first_node().await.unwrap();
    let heard: Arc<Mutex<Vec<Notice>>> = Arc::default();
    let listens = Arc::clone(&heard);
    let elected = citygate_engine::Node {
        engine: node.engine.clone(),
        name: "a".parse().unwrap(),
        actor: actor(),
        lease: Duration::from_millis(1_500),
        every: Duration::from_millis(50),
        work: Arc::new(|_| Box::pin(async { Ok(Vec::new()) })),
        listener: Arc::new(move |notice| listens.lock().unwrap().push(notice)),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        elected.run(async move { drop(stopped.await) }).await.unwrap();
    });
    let is_elected = |notice: &Notice| matches!(notice, Notice::Elected(_));
    while !heard.lock().unwrap().iter().any(is_elected) {
        sleep(Duration::from_millis(20)).await;
    }
    let writer = node.engine.writer(actor()).await.unwrap();
    sleep(Duration::from_millis(3_500)).await;
    drop(writer);
    let lost = |notice: &Notice| matches!(notice, Notice::LostLease { .. });
    assert!(!heard.lock().unwrap().iter().any(lost), "{:?}", heard.lock().unwrap());
    stop.send(()).unwrap();
    running.await.unwrap();
    node.close().await.unwrap();
}
