//! Nodes of one ledger follow one another, and drop what a promotion made stale.

use std::time::{Duration, Instant};

use citygate_domain::delivery::{self, RecordDelivery};
use citygate_domain::log::Position;
use citygate_domain::quantities::Volume;
use citygate_domain::{Command, Rejection};
use citygate_engine::{Answer, Follow, POLL, Request};
use citygate_tests_system::ledger::{actor, demo_contract};
use citygate_tests_system::nodes::{Node, first_node};
use citygate_tests_system::postgres::Database;

/// The facts of a contract: those before its readings, and its readings without estimates.
fn facts(contract: &str) -> (Vec<Command>, Vec<RecordDelivery>) {
    let (mut first, mut readings) = (Vec::new(), Vec::new());
    for command in demo_contract(contract).unwrap() {
        if let Command::RecordDelivery(reading) = command {
            readings.push(reading);
        } else {
            first.push(command);
        }
    }
    readings.retain(|reading| reading.source != delivery::Source::Estimate);
    (first, readings)
}

fn record(readings: &[RecordDelivery]) -> Vec<Command> {
    readings.iter().cloned().map(Command::RecordDelivery).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_only_follows_has_the_same_world_as_one_that_writes() {
    let (database, writer) = first_node().await.unwrap();
    let follower = Node::on_database(&database).await.unwrap();
    let (first, readings) = facts("DM-2025-0003");
    assert_eq!(follower.engine.follow().await.unwrap(), Follow::Nothing);
    writer.execute(first).await.unwrap();
    let moved = follower.engine.follow().await.unwrap();
    assert_eq!(moved, Follow::Moved(writer.engine.read().await.position));
    for piece in readings.chunks(50) {
        writer.execute(record(piece)).await.unwrap();
        follower.engine.follow().await.unwrap();
    }
    let through = "2025-06".parse().unwrap();
    citygate_engine::close(&writer.engine, &actor(), through, None).await.unwrap();
    follower.engine.follow().await.unwrap();
    assert_eq!(follower.state().await, writer.state().await);
    assert_eq!(follower.answers().await.unwrap(), writer.answers().await.unwrap());
    // Rows of documents that another node has written are not kept for ever, nor written twice.
    let rows = follower.engine.tables().unwrap().dump().await.unwrap();
    follower.engine.settle_tables().await.unwrap();
    assert_eq!(follower.engine.tables().unwrap().dump().await.unwrap(), rows);
    // Who follows decides on what it followed: the same facts are known.
    let known = follower.execute(record(&readings[..3])).await.unwrap();
    assert_eq!(known, [Answer::Known, Answer::Known, Answer::Known]);
    writer.close().await.unwrap();
    follower.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_their_writer_did_not_live_to_write_are_written_by_a_follower() {
    let (database, writer) = first_node().await.unwrap();
    let follower = Node::on_database(&database).await.unwrap();
    let (first, readings) = facts("DM-2025-0003");
    writer.execute(first).await.unwrap();
    writer.execute(record(&readings)).await.unwrap();
    let through = "2025-03".parse().unwrap();
    citygate_engine::close(&writer.engine, &actor(), through, None).await.unwrap();
    let rows = writer.engine.tables().unwrap().dump().await.unwrap();
    assert!(rows.len() > 3);
    follower.engine.follow().await.unwrap();
    // As if the writer had ended before its rows.
    database.execute("TRUNCATE report.settlement, report.settlement_line").await;
    database.execute("TRUNCATE report.deviation, report.account_entry").await;
    database.execute("UPDATE citygate.checkpoint SET position = 0").await;
    follower.engine.settle_tables().await.unwrap();
    assert_eq!(follower.engine.tables().unwrap().dump().await.unwrap(), rows);
    writer.close().await.unwrap();
    follower.close().await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "what is measured is time")]
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_in_the_memory_of_another_node_within_a_few_polls() {
    let (database, writer) = first_node().await.unwrap();
    let follower = Node::on_database(&database).await.unwrap();
    let (first, readings) = facts("DM-2025-0003");
    writer.execute(first).await.unwrap();
    let engine = follower.engine.clone();
    let following = tokio::spawn(async move {
        loop {
            engine.follow().await.unwrap();
            engine.wait_for_news().await;
        }
    });
    let mut lags = Vec::new();
    for reading in readings.iter().take(41) {
        let answers = writer.execute(record(std::slice::from_ref(reading))).await.unwrap();
        let committed = Instant::now();
        let [Answer::Recorded { last, .. }] = answers[..] else { panic!("{answers:?}") };
        while follower.engine.read().await.position < last {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(committed.elapsed() < Duration::from_secs(30), "never seen");
        }
        lags.push(committed.elapsed());
    }
    following.abort();
    lags.sort_unstable();
    // The median, so that a busy machine does not make a slow node of a fast one.
    let median = lags[lags.len() / 2];
    assert!(median < 4 * POLL, "{median:?} with a look every {POLL:?}");
    writer.close().await.unwrap();
    follower.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_position_gets_it_or_is_told_where_the_node_is() {
    let (database, writer) = first_node().await.unwrap();
    let reader = Node::on_database(&database).await.unwrap();
    let (first, _) = facts("DM-2025-0003");
    let engine = reader.engine.clone();
    let waiting = tokio::spawn(async move {
        engine.wait_until(Position::new(3), Duration::from_secs(60)).await.unwrap()
    });
    writer.execute(first).await.unwrap();
    assert!(waiting.await.unwrap() >= Position::new(3));
    let position = reader.engine.read().await.position;
    let beyond = Position::new(position.number() + 1);
    let reached = reader.engine.wait_until(beyond, Duration::from_millis(20)).await.unwrap();
    assert_eq!(reached, position);
    writer.close().await.unwrap();
    reader.close().await.unwrap();
}

/// The last event of the log is gone and the epoch is higher: as after the promotion of a standby
/// that had not received it.
async fn promote_without_the_last_event(database: &Database) {
    database
        .execute(
            "BEGIN; ALTER TABLE citygate.event DISABLE TRIGGER USER;
             DO $$DECLARE partition regclass; BEGIN
               FOR partition IN SELECT inhrelid FROM pg_inherits
                 WHERE inhparent = 'citygate.event'::regclass LOOP
                 EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', partition);
               END LOOP; END$$;
             UPDATE citygate.stream_head SET version = version - 1 WHERE stream =
               (SELECT stream FROM citygate.event ORDER BY position DESC LIMIT 1);
             DELETE FROM citygate.stream_head WHERE version = 0;
             DELETE FROM citygate.event WHERE position = (SELECT position FROM citygate.log_head);
             UPDATE citygate.log_head SET position = position - 1, epoch = epoch + 1,
               chain = (SELECT chain FROM citygate.event ORDER BY position DESC LIMIT 1);
             COMMIT",
        )
        .await;
}

fn with_volume(reading: &RecordDelivery, volume: &str) -> Command {
    let volume: Volume = volume.parse().unwrap();
    Command::RecordDelivery(RecordDelivery { volume, ..reading.clone() })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_promotion_lost_is_forgotten_before_anything_is_decided() {
    let (database, node) = first_node().await.unwrap();
    let (first, readings) = facts("DM-2025-0003");
    node.execute(first).await.unwrap();
    node.execute(record(&readings[..5])).await.unwrap();
    let (idle, busy) =
        (Node::on_database(&database).await.unwrap(), Node::on_database(&database).await.unwrap());
    let mut writer = busy.engine.writer(actor()).await.unwrap();
    promote_without_the_last_event(&database).await;
    // Another one takes the place of what was lost: the versions fit, the fact is another.
    let other = Node::on_database(&database).await.unwrap();
    let taken = other.execute(vec![with_volume(&readings[4], "1")]).await.unwrap();
    assert!(matches!(taken[..], [Answer::Recorded { .. }]), "{taken:?}");
    let fifth = || Command::RecordDelivery(readings[4].clone());
    let conflicts = |answers: &[Answer]| {
        let Rejection::Delivery(delivery::Rejection::Conflict { known, .. }) = (match answers {
            [Answer::Refused(refused)] => refused,
            other => panic!("{other:?}"),
        }) else {
            return false;
        };
        *known == "1".parse().unwrap()
    };
    // Asked again without following first; by following; and in the middle of writing.
    assert!(conflicts(&node.execute(vec![fifth()]).await.unwrap()));
    let followed = idle.engine.follow().await.unwrap();
    assert!(matches!(followed, Follow::NewEpoch { epoch: 2, .. }), "{followed:?}");
    assert!(conflicts(&idle.execute(vec![fifth()]).await.unwrap()));
    let sixth = Request::from(Command::RecordDelivery(readings[5].clone()));
    let mut answers = writer.submit(vec![sixth]).await.unwrap();
    answers.extend(writer.finish().await.unwrap());
    assert!(matches!(answers[..], [Answer::Recorded { .. }]), "{answers:?}");
    for follower in [&node, &idle, &other] {
        follower.engine.follow().await.unwrap();
        assert_eq!(follower.state().await, busy.state().await);
    }
    citygate_store::verify(&**other.engine.store(), None).await.unwrap();
    for node in [node, idle, busy, other] {
        node.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_its_event_is_damage_and_not_nothing_new() {
    let (database, node) = first_node().await.unwrap();
    let (first, _) = facts("DM-2025-0003");
    node.execute(first).await.unwrap();
    let before = node.state().await;
    database.execute("UPDATE citygate.log_head SET position = position + 1").await;
    let error = node.engine.follow().await.unwrap_err();
    assert_eq!(error.code(), "log_damaged");
    assert!(error.to_string().contains(&format!("position {}", before.0 + 1)), "{error}");
    node.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_went_back_without_a_new_epoch_is_damage() {
    let (database, node) = first_node().await.unwrap();
    let (first, _) = facts("DM-2025-0003");
    node.execute(first).await.unwrap();
    let before = node.state().await;
    promote_without_the_last_event(&database).await;
    database.execute("UPDATE citygate.log_head SET epoch = epoch - 1").await;
    let error = node.engine.follow().await.unwrap_err();
    assert_eq!(error.code(), "log_damaged");
    assert!(error.to_string().contains(&format!("up to {}", before.0)), "{error}");
    assert_eq!(node.state().await, before, "the world stays where it was");
    node.close().await.unwrap();
}
