//! One scheduler at a time: a lease says who, and the log refuses every other one.

use std::time::Duration;

use citygate_domain::scheduler::SchedulerElected;
use citygate_domain::{Command, Rejection, scheduler};
use citygate_engine::{Answer, Elected, Engine};
use citygate_tests_system::ledger::{actor, demo_contract};
use citygate_tests_system::nodes::{Node, first_node};

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
        let store = std::sync::Arc::clone(node.engine.store());
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
