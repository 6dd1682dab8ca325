//! Many callers in one office: each gets its own answers, and all of them share transactions.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use citygate_domain::Command;
use citygate_domain::context::Actor;
use citygate_domain::delivery::RecordDelivery;
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_engine::{Answer, Engine, Office, Request};
use citygate_store::{
    AppendRequest, EventStore, Head, KeyRecord, Lease, MemoryStore, NewEvent, Outcome,
    PersonalField, Snapshot, StoreError, StoredEvent, StreamHead, StreamName, verify,
};
use citygate_tests_system::ledger::{Ledger, actor, demo_contract, sources, ticking_clock};
use tokio::sync::watch;
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

#[tokio::test]
async fn a_caller_who_never_gets_through_leaves_its_neighbours_what_was_recorded_of_them() {
    let store: Arc<dyn EventStore> = Arc::new(Meddled(MemoryStore::new(ticking_clock())));
    let engine = Engine::open(store, sources()).await.unwrap();
    let settings = Command::OpenLedger(OpenLedger { settings: Settings::default() });
    let (first, readings): (Vec<Command>, Vec<Command>) = demo_contract(CONTRACT)
        .unwrap()
        .into_iter()
        .partition(|command| !matches!(command, Command::RecordDelivery(_)));
    let first = [settings].into_iter().chain(first).map(Request::from).collect();
    engine.execute(&actor(), first).await.unwrap();
    let mut readings: Vec<RecordDelivery> = readings.into_iter().map(reading).collect();
    readings.dedup_by_key(|it| (it.point.clone(), it.gas_day));
    let month = |it: &RecordDelivery| it.gas_day.to_string()[..7].to_owned();
    let contended = readings.iter().find(|it| month(it) == MOVING).unwrap().clone();
    let others = readings.into_iter().filter(|it| month(it) != MOVING).take(10);

    let office = Office::open(engine);
    // On one thread all of them have asked before the first is served.
    let mut callers = JoinSet::new();
    for (place, reading) in [contended].into_iter().chain(others).enumerate() {
        let (office, request) = (office.clone(), Command::RecordDelivery(reading).into());
        callers.spawn(async move { (place, office.execute(actor(), vec![request]).await) });
    }
    let mut recorded = 0;
    while let Some(answered) = callers.join_next().await {
        match answered.unwrap() {
            (0, told) => assert_eq!(told.unwrap_err().code(), "contended"),
            // Decided a second time it would be known.
            (_, told) => {
                let told = told.unwrap();
                assert!(matches!(told[..], [Answer::Recorded { .. }]), "{told:?}");
                recorded += 1;
            }
        }
    }
    assert_eq!(recorded, 10);
}

fn reading(command: Command) -> RecordDelivery {
    let Command::RecordDelivery(reading) = command else { panic!("a reading is expected") };
    reading
}

/// The month whose readings somebody else is always faster with.
const MOVING: &str = "2025-03";

/// A log of which one month moves whenever it is written.
struct Meddled(MemoryStore);

#[async_trait]
impl EventStore for Meddled {
    async fn append(&self, batch: Vec<AppendRequest>) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::new();
        for request in batch {
            let moves = |it: &NewEvent| it.stream.as_str().ends_with(MOVING);
            if request.events.iter().any(moves) {
                outcomes.push(Outcome::Conflict(Vec::new()));
            } else {
                outcomes.extend(self.0.append(vec![request]).await?);
            }
        }
        Ok(outcomes)
    }

    async fn head(&self) -> Result<Head, StoreError> {
        self.0.head().await
    }

    fn epoch(&self) -> u64 {
        self.0.epoch()
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.read_all(after, limit).await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from_version: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.read_stream(stream, from_version, limit).await
    }

    async fn stream_version(&self, stream: &StreamName) -> Result<u64, StoreError> {
        self.0.stream_version(stream).await
    }

    async fn stream_heads(
        &self,
        after: Option<&StreamName>,
        limit: usize,
    ) -> Result<Vec<StreamHead>, StoreError> {
        self.0.stream_heads(after, limit).await
    }

    async fn lookup_key(&self, key: &str) -> Result<Option<KeyRecord>, StoreError> {
        self.0.lookup_key(key).await
    }

    async fn personal(&self, id: &str) -> Result<Vec<PersonalField>, StoreError> {
        self.0.personal(id).await
    }

    async fn personal_after(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, PersonalField)>, StoreError> {
        self.0.personal_after(after, limit).await
    }

    async fn attachment(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.attachment(sha256).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.0.save_snapshot(snapshot).await
    }

    async fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError> {
        self.0.snapshot(name).await
    }

    async fn delete_snapshots(&self) -> Result<(), StoreError> {
        self.0.delete_snapshots().await
    }

    async fn take_lease(
        &self,
        name: &str,
        node: &str,
        lasts: Duration,
        above: u64,
    ) -> Result<Lease, StoreError> {
        self.0.take_lease(name, node, lasts, above).await
    }

    async fn release_lease(&self, name: &str, node: &str) -> Result<(), StoreError> {
        self.0.release_lease(name, node).await
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.0.watch()
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.0.close().await
    }
}
