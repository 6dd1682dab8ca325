//! Many callers in one office: each gets its own answers, and all of them share transactions.

use citygate_domain::Command;
use citygate_domain::context::Actor;
use citygate_domain::delivery::RecordDelivery;
use citygate_engine::{Answer, Office, Request};
use citygate_store::{EventStore, verify};
use citygate_tests_system::ledger::{Ledger, actor, demo_contract};
use tokio::task::JoinSet;

const CONTRACT: &str = "DM-2025-0003";

/// The rows of all answers in one order. A reading's last column of ten is its position, which is
/// another when another caller came first.
fn but_for_positions(answers: &str) -> Vec<&str> {
    let mut rows: Vec<&str> = answers.lines().map(but_for_position).collect();
    rows.sort_unstable();
    rows
}

fn but_for_position(line: &str) -> &str {
    let is_reading = line.matches(',').count() == 9;
    line.rsplit_once(',').filter(|_| is_reading).map_or(line, |(row, _)| row)
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_get_their_own_answers_and_end_with_the_world_of_one_after_another() {
    let folder = tempfile::tempdir().unwrap();
    let together = Ledger::open(&folder.path().join("a.db")).await.unwrap();
    let alone = Ledger::open(&folder.path().join("b.db")).await.unwrap();
    let (first, mut readings): (Vec<Command>, Vec<Command>) = demo_contract(CONTRACT)
        .unwrap()
        .into_iter()
        .partition(|command| !matches!(command, Command::RecordDelivery(_)));
    // One fact a day: whoever comes first, the world is the same.
    readings.dedup_by_key(|command| {
        let Command::RecordDelivery(reading) = command else { panic!("a reading is expected") };
        (reading.point.clone(), reading.gas_day)
    });
    readings.truncate(200);
    for ledger in [&together, &alone] {
        ledger.execute(first.clone()).await.unwrap();
    }
    let expected = alone.execute(readings.clone()).await.unwrap();
    let office = Office::open(together.engine.clone());
    let mut callers = JoinSet::new();
    for (place, reading) in readings.into_iter().enumerate() {
        let (office, person) = (office.clone(), if place % 7 == 0 { "p2" } else { "p1" });
        callers.spawn(async move {
            let actor = Actor { person: person.parse().unwrap(), ..actor() };
            let twice = vec![Request::from(reading.clone()), Request::from(reading)];
            (place, office.execute(actor, twice).await.unwrap())
        });
    }
    while let Some(answered) = callers.join_next().await {
        let (place, answers) = answered.unwrap();
        match (&expected[place], &answers[..]) {
            (Answer::Recorded { .. }, [Answer::Recorded { .. }, Answer::Known]) => {}
            (Answer::Refused(one), [Answer::Refused(other), Answer::Refused(_)]) => {
                assert_eq!(one, other);
            }
            (Answer::Known, [Answer::Known, Answer::Known]) => {}
            (alone, beside) => panic!("{alone:?} alone, {beside:?} beside others"),
        }
    }
    let (together_says, alone_says) =
        (together.answers().await.unwrap(), alone.answers().await.unwrap());
    assert_eq!(but_for_positions(&together_says), but_for_positions(&alone_says));
    verify(together.store.as_ref(), None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_world_fails_every_caller_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("a.db")).await.unwrap();
    let commands = demo_contract(CONTRACT).unwrap();
    ledger.execute(commands).await.unwrap();
    let office = Office::open(ledger.engine.clone());
    let mut late = demo_contract(CONTRACT).unwrap();
    late.retain(|command| matches!(command, Command::RecordDelivery(RecordDelivery { .. })));
    ledger.store.close().await.unwrap();
    let mut callers = JoinSet::new();
    for reading in late.into_iter().take(20) {
        let office = office.clone();
        callers.spawn(async move { office.execute(actor(), vec![reading.into()]).await });
    }
    while let Some(answered) = callers.join_next().await {
        assert_eq!(answered.unwrap().unwrap_err().code(), "store_closed");
    }
}
