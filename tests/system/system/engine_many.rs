//! Two engines on one file, as two processes are; and requests that come twice.

use citygate_domain::Command;
use citygate_domain::delivery::{self, RecordDelivery};
use citygate_domain::{Rejection, delivery::Source};
use citygate_engine::{Answer, EngineError, Request};
use citygate_store::EventStore;
use citygate_tests_system::ledger::{Ledger, actor, demo_contract};

const CONTRACT: &str = "DM-2025-0003";

/// The facts of one contract: those before its readings, and its readings.
fn facts() -> (Vec<Command>, Vec<Command>) {
    let commands = demo_contract(CONTRACT).unwrap();
    commands.into_iter().partition(|command| !matches!(command, Command::RecordDelivery(_)))
}

fn with_other_volume(command: &Command) -> Command {
    let Command::RecordDelivery(delivery) = command else { panic!("a reading is expected") };
    let volume = "1".parse().unwrap();
    Command::RecordDelivery(RecordDelivery {
        volume,
        source: Source::Telemetry,
        ..delivery.clone()
    })
}

fn recorded(answers: &[Answer]) -> bool {
    answers.iter().all(|answer| matches!(answer, Answer::Recorded { .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_engine_moved_is_decided_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (first, readings) = facts();
    let (ours, theirs) = (Ledger::open(&path).await.unwrap(), Ledger::open(&path).await.unwrap());
    assert!(recorded(&ours.execute(first).await.unwrap()));
    // We have read the log, then they are faster, on the same month's stream.
    let mut writer = ours.engine.writer(actor()).await.unwrap();
    assert!(recorded(&theirs.execute(readings[..3].to_vec()).await.unwrap()));
    let batch = [&readings[0], &with_other_volume(&readings[1]), &readings[3], &readings[4]];
    let batch = batch.into_iter().cloned().map(Request::from).collect();
    let mut answers = writer.submit(batch).await.unwrap();
    answers.extend(writer.finish().await.unwrap());
    // The same reading is known, another one for the day is refused, new ones are recorded.
    assert_eq!(answers[0], Answer::Known);
    let Answer::Refused(Rejection::Delivery(delivery::Rejection::Conflict { .. })) = answers[1]
    else {
        panic!("{:?}", answers[1])
    };
    assert!(recorded(&answers[2..]));
    assert_same(ours, theirs, &path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_engines_writing_the_same_contract_end_with_the_same_world() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (first, readings) = facts();
    let (ours, theirs) = (Ledger::open(&path).await.unwrap(), Ledger::open(&path).await.unwrap());
    assert!(recorded(&ours.execute(first).await.unwrap()));
    // An estimate counts only before the actual reading of its day: here no order may matter.
    let estimate = |it: &&Command| matches!(it, Command::RecordDelivery(delivery) if delivery.source == Source::Estimate);
    let readings: Vec<&Command> = readings.iter().filter(|it| !estimate(it)).take(200).collect();
    // Neighbouring days go to different engines, and every tenth day to both.
    let part = |half: usize| -> Vec<Command> {
        let ours = readings.iter().enumerate().filter(|(at, _)| at % 2 == half || at % 10 == 0);
        ours.map(|(_, command)| (*command).clone()).collect()
    };
    let (left, right) = (part(0), part(1));
    let (a, b) = tokio::join!(in_pieces(&ours, left), in_pieces(&theirs, right));
    assert_eq!(a + b, 200, "each reading is recorded by exactly one");
    for month in ["2025-01", "2025-04"] {
        let (a, b) = tokio::join!(ours.close_through(month), theirs.close_through(month));
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_eq!(a.issued + a.assessed + a.known, b.issued + b.assessed + b.known);
    }
    assert_same(ours, theirs, &path).await;
}

/// Executes a few at a time; who loses too often against the other asks again. Gives how many were
/// recorded.
async fn in_pieces(ledger: &Ledger, commands: Vec<Command>) -> usize {
    let mut count = 0;
    for piece in commands.chunks(7) {
        loop {
            match ledger.execute(piece.to_vec()).await {
                Ok(answers) => {
                    let refused = answers.iter().find(|it| matches!(it, Answer::Refused(_)));
                    assert_eq!(refused, None);
                    count += answers.iter().filter(|it| **it != Answer::Known).count();
                    break;
                }
                Err(EngineError::Contended { .. }) => tokio::task::yield_now().await,
                Err(error) => panic!("{error}"),
            }
        }
    }
    count
}

/// Both engines, and one that opens the file anew, give the same answers; log and tables verify.
async fn assert_same(ours: Ledger, theirs: Ledger, path: &std::path::Path) {
    let (a, b) = (ours.answers().await.unwrap(), theirs.answers().await.unwrap());
    assert!(a == b, "the two engines differ");
    ours.close().await.unwrap();
    theirs.close().await.unwrap();
    let fresh = Ledger::open(path).await.unwrap();
    assert!(fresh.answers().await.unwrap() == a, "a fresh engine differs");
    citygate_store::verify(&*fresh.store, None).await.unwrap();
    assert_eq!(fresh.engine.audit().await.unwrap().finding, None);
    fresh.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_again_gets_the_first_answer_also_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (first, readings) = facts();
    let keyed = |command: &Command, key: &str, body: u8| Request {
        attachments: Vec::new(),
        key: Some((key.to_owned(), [body; 32])),
        ..Request::from(command.clone())
    };
    let ledger = Ledger::open(&path).await.unwrap();
    ledger.execute(first).await.unwrap();
    // Recorded, known (a success without events), refused.
    let requests = vec![
        keyed(&readings[0], "k1", 1),
        keyed(&readings[0], "k2", 2),
        keyed(&with_other_volume(&readings[0]), "k3", 3),
    ];
    let answers = ledger.engine.execute(&actor(), requests.clone()).await.unwrap();
    let [Answer::Recorded { .. }, Answer::Known, Answer::Refused(_)] = answers[..] else {
        panic!("{answers:?}")
    };
    let again = ledger.engine.execute(&actor(), requests.clone()).await.unwrap();
    assert_eq!(again, answers);
    let head = ledger.store.head().await.unwrap();
    ledger.close().await.unwrap();

    let ledger = Ledger::open(&path).await.unwrap();
    assert_eq!(ledger.engine.execute(&actor(), requests).await.unwrap(), answers);
    let others = vec![keyed(&readings[1], "k1", 9), keyed(&readings[1], "k2", 9)];
    let reused = ledger.engine.execute(&actor(), others).await.unwrap();
    assert_eq!(reused, [Answer::KeyReused, Answer::KeyReused]);
    assert_eq!(ledger.store.head().await.unwrap(), head);
    // A refusal is not kept: its key is free for a command that can be taken.
    let taken = ledger.engine.execute(&actor(), vec![keyed(&readings[1], "k3", 3)]).await.unwrap();
    assert!(recorded(&taken));
    ledger.close().await.unwrap();
}
