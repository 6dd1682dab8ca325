//! Invariant 8: a snapshot changes cost, never meaning.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use citygate_domain::Command;
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::log::Position;
use citygate_domain::market::PublishIndex;
use citygate_domain::payment::account_as_of;
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::stream::StreamHead;
use citygate_engine::{
    EVERY, Engine, Explanation, FORM, Finding, InputCheck, Kept, NAME, Request, Sources, World,
};
use citygate_interchange::{Folder, import};
use citygate_projections::explain::Document;
use citygate_store::{
    AppendRequest, EventStore, Expectation, MemoryStore, NewEvent, Snapshot, StoredEvent,
    StreamExpectation, StreamName, TableWrites,
};
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::history::history;
use citygate_tests_system::ledger::{Ledger, actor, answers, demo_folder, sources, ticking_clock};
use citygate_tests_system::sample::{metadata, still_clock};
use uuid::Uuid;

use crate::demo::closed_demo;

/// How many random histories are told.
const HISTORIES: u64 = 40;

/// Everything inside a world, as text.
async fn inside(store: &dyn EventStore, world: &World) -> String {
    let mut heads: BTreeMap<String, StreamHead> = BTreeMap::new();
    for head in store.stream_heads(None, 100_000).await.unwrap() {
        let name = head.stream.as_str().to_owned();
        heads.insert(name.clone(), world.heads.named(&name));
    }
    format!("{} {:#?} {:#?} {heads:#?}", world.position, world.ledger, world.views)
}

/// The world that a log leads to from its newest snapshot, which must be of use, is the world of
/// the whole log.
async fn assert_same_as_folded(store: &Arc<dyn EventStore>, what: &str) {
    assert!(Kept::of(store, None).await.is_some(), "{what}: the snapshot is of no use");
    let opened = Engine::open(Arc::clone(store), sources()).await.unwrap();
    let folded = World::load(store, None).await.unwrap();
    let (opened, folded) = (
        inside(store.as_ref(), &*opened.read().await).await,
        inside(store.as_ref(), &folded).await,
    );
    let differ = opened.lines().zip(folded.lines()).find(|(opened, folded)| opened != folded);
    assert_eq!(differ, None, "{what}");
    assert_eq!(opened.len(), folded.len(), "{what}");
}

fn at(now: DateTime<Utc>) -> Sources {
    Sources { now: Arc::new(move || now), ..sources() }
}

/// Every closing that the contracts of a world could ask for.
fn closings(world: &World) -> Vec<Command> {
    let mut closings = Vec::new();
    for contract in world.ledger.contracts() {
        for month in contract.months() {
            let contract = contract.id().clone();
            let issue = IssueSettlement { contract: contract.clone(), month };
            closings.push(Command::IssueSettlement(issue));
            closings.push(Command::AssessDeviation(AssessDeviation { contract, month }));
        }
    }
    closings
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_and_what_came_after_it_are_the_whole_log_over_random_histories() {
    for seed in 20_000..20_000 + HISTORIES {
        let (told, mut dice) = (history(seed), Dice::new(seed));
        let now = told.now;
        let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new(Arc::new(move || now)));
        let engine = Engine::open(Arc::clone(&store), at(now)).await.unwrap();
        let tell = |commands: Vec<Command>| {
            let requests = commands.into_iter().map(Request::from).collect();
            let engine = engine.clone();
            async move { engine.execute(&actor(), requests).await.unwrap() }
        };
        let mut left = told.commands;
        // The second snapshot is written from the first and what came between.
        for part in ["first", "second"] {
            let rest = left.split_off(dice.below(left.len() as u64) as usize);
            tell(std::mem::replace(&mut left, rest)).await;
            if engine.save_snapshot().await.unwrap() {
                assert_same_as_folded(&store, &format!("seed {seed}, {part} snapshot")).await;
            }
        }
        tell(left).await;
        let closings = closings(&*engine.read().await);
        tell(closings).await;
        if Kept::of(&store, None).await.is_some() {
            assert_same_as_folded(&store, &format!("seed {seed}, with a tail")).await;
        }
        assert!(engine.save_snapshot().await.unwrap());
        assert_same_as_folded(&store, &format!("seed {seed}, at the end")).await;
    }
}

/// The demo closed through September, with its snapshot; nothing else is known of it.
async fn demo_with_snapshot(folder: &Path) -> Ledger {
    let ledger = Ledger::open(&folder.join("a.db")).await.unwrap();
    let facts = Folder::Disk(demo_folder());
    import(&ledger.engine, &actor(), facts, |_| {}).await.unwrap();
    ledger.close_through("2025-09").await.unwrap();
    assert!(ledger.engine.save_snapshot().await.unwrap());
    ledger
}

async fn reopened(ledger: Ledger, path: &Path) -> Ledger {
    ledger.close().await.unwrap();
    Ledger::open(path).await.unwrap()
}

/// What the log says from a position on, without what depends on when and under which id.
async fn said(ledger: &Ledger, after: u64) -> Vec<(String, String, String)> {
    let events = ledger.store.read_all(after, 100_000).await.unwrap();
    let said = |it: StoredEvent| (it.stream.as_str().to_owned(), it.event_type, it.payload);
    events.into_iter().map(said).collect()
}

/// Why the documents of some contracts, and their accounts, are what they are.
async fn explained(ledger: &Ledger) -> String {
    let (world, day) = (ledger.engine.read().await, "2025-09-17".parse().unwrap());
    let mut text = String::new();
    for contract in world.ledger.contracts().step_by(5) {
        let account = account_as_of(contract, world.ledger.indices(), day).unwrap();
        writeln!(text, "{account:#?}").unwrap();
        let settlements = contract.settlements.values().flatten();
        let deviations = contract.deviations.values().flatten();
        let documents = (settlements.map(|it| Document::Settlement(it.document.clone())))
            .chain(deviations.map(|it| Document::Deviation(it.document.clone())));
        for document in documents {
            let explanation = Explanation::of(ledger.store.as_ref(), &document).await.unwrap();
            assert!(explanation.inputs.iter().all(InputCheck::agrees));
            writeln!(text, "{explanation:#?}").unwrap();
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_all_snapshots_changes_no_report_explanation_closing_or_import() {
    let folder = tempfile::tempdir().unwrap();
    let (with, without) = (folder.path().join("a.db"), folder.path().join("b.db"));
    let ledger = demo_with_snapshot(folder.path()).await;
    let head = ledger.store.head().await.unwrap().position;
    let before = ledger.answers().await.unwrap();
    ledger.close().await.unwrap();
    std::fs::copy(&with, &without).unwrap();
    let without = Ledger::open(&without).await.unwrap();
    without.store.delete_snapshots().await.unwrap();
    let without = reopened(without, &folder.path().join("b.db")).await;
    let with = Ledger::open(&with).await.unwrap();
    let kept = |ledger: &Ledger| {
        let store: Arc<dyn EventStore> = ledger.store.clone();
        async move { Kept::of(&store, None).await.map(|kept| kept.position.number()) }
    };
    assert_eq!((kept(&with).await, kept(&without).await), (Some(head), None));
    let mut worlds = Vec::new();
    for ledger in [&with, &without] {
        assert!(ledger.answers().await.unwrap() == before);
        worlds.push(inside(ledger.store.as_ref(), &*ledger.engine.read().await).await);
    }
    assert!(worlds[0] == worlds[1]);
    let mut told = Vec::new();
    for ledger in [&with, &without] {
        let closed = ledger.close_through("2025-12").await.unwrap();
        let facts = Folder::Disk(demo_folder());
        let imported = import(&ledger.engine, &actor(), facts, |_| {}).await.unwrap();
        assert_eq!(imported.recorded, 0);
        let rows = ledger.engine.tables().unwrap().dump().await.unwrap();
        let audit = ledger.engine.audit().await.unwrap();
        assert_eq!(audit.finding, None);
        told.push((
            (closed.issued, closed.assessed, closed.known),
            (imported.known, imported.refused),
            said(ledger, head).await,
            (rows, audit),
            (ledger.answers().await.unwrap(), explained(ledger).await),
        ));
    }
    assert!(told[0].0.0 > 50 && told[0].2.len() > 50);
    assert!(told[0] == told[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_at_a_position_is_the_same_with_a_snapshot_before_at_or_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = demo_with_snapshot(folder.path()).await;
    let kept = ledger.store.head().await.unwrap().position;
    ledger.close_through("2025-12").await.unwrap();
    let store: Arc<dyn EventStore> = ledger.store.clone();
    for position in [1, kept - 1, kept, kept + 1, kept + 40] {
        let position = Position::new(position);
        let known = ledger.engine.known_at(position).await.unwrap();
        let folded = World::load(&store, Some(position)).await.unwrap();
        assert_eq!(known.position, position);
        assert!(answers(&known).unwrap() == answers(&folded).unwrap(), "{position}");
    }
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_damaged_or_does_not_fit_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = demo_with_snapshot(folder.path()).await;
    let store: Arc<dyn EventStore> = ledger.store.clone();
    let right = store.snapshot(NAME).await.unwrap().unwrap();
    assert!(Kept::of(&store, None).await.is_some());
    let length = right.bytes.len();
    let mut wrong: Vec<(String, Snapshot)> = Vec::new();
    let mut change = |what: String, change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = right.clone();
        change(&mut snapshot);
        wrong.push((what, snapshot));
    };
    let ends = (0..64).chain(length - 64..length);
    for place in ends.chain((0..length).step_by(length / 100)) {
        let flip = move |it: &mut Snapshot| it.bytes[place] ^= 1 << (place % 8);
        change(format!("byte {place}"), &flip);
    }
    for left in [0, 1, 31, 32, 33, length / 2, length - 1] {
        change(format!("cut to {left}"), &move |it: &mut Snapshot| it.bytes.truncate(left));
    }
    change("one byte more".to_owned(), &|it| it.bytes.push(0));
    change("another form".to_owned(), &|it| it.format = FORM + 1);
    change("the form before".to_owned(), &|it| it.format = FORM - 1);
    for position in [0, 1, right.position - 1, right.position + 1, u64::MAX >> 1] {
        change(format!("position {position}"), &move |it: &mut Snapshot| it.position = position);
    }
    for (what, snapshot) in wrong {
        store.save_snapshot(snapshot).await.unwrap();
        assert!(Kept::of(&store, None).await.is_none(), "{what}");
    }
    // The last of them lies there still: the ledger opens all the same, and says the same.
    let answers = ledger.answers().await.unwrap();
    let ledger = reopened(ledger, &folder.path().join("a.db")).await;
    assert!(ledger.answers().await.unwrap() == answers);
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_snapshot_of_another_log_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = demo_with_snapshot(folder.path()).await;
    let snapshot = ledger.store.snapshot(NAME).await.unwrap().unwrap();
    ledger.close().await.unwrap();
    // The same facts at the same positions, under other ids: another chain.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Ledger::open(&closed_demo(elsewhere.path()).await).await.unwrap();
    assert!(other.store.head().await.unwrap().position > snapshot.position);
    other.store.save_snapshot(snapshot.clone()).await.unwrap();
    let store: Arc<dyn EventStore> = other.store.clone();
    assert!(Kept::of(&store, None).await.is_none());
    other.close().await.unwrap();
    // A log that does not reach so far.
    let short: Arc<dyn EventStore> = Arc::new(MemoryStore::new(still_clock()));
    short.save_snapshot(snapshot).await.unwrap();
    assert!(Kept::of(&short, None).await.is_none());
    assert_eq!(Engine::open(short, sources()).await.unwrap().read().await.position.number(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_behind_a_snapshot_are_filled_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = demo_with_snapshot(folder.path()).await;
    let tables = ledger.engine.tables().unwrap();
    let rows = tables.dump().await.unwrap();
    assert!(rows.len() > 100);
    let none = TableWrites {
        statements: vec!["DELETE FROM settlement".to_owned(), "DELETE FROM deviation".to_owned()],
        checkpoint: Some(("documents".to_owned(), 0)),
        ..TableWrites::default()
    };
    ledger.store.write_tables(none).await.unwrap();
    assert!(tables.dump().await.unwrap().len() < rows.len());
    let ledger = reopened(ledger, &folder.path().join("a.db")).await;
    assert!(ledger.engine.tables().unwrap().dump().await.unwrap() == rows);
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilding_deletes_the_snapshot_and_an_audit_finds_a_forged_one() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = demo_with_snapshot(folder.path()).await;
    let answers = ledger.answers().await.unwrap();
    let store: Arc<dyn EventStore> = ledger.store.clone();
    // A forgery with everything that a snapshot is believed by: the first reading has its decimal
    // point elsewhere. Before it stand its contract, a count, its day, its point and its flags.
    let mut forged = store.snapshot(NAME).await.unwrap().unwrap();
    let contract = b"DM-2025-0001";
    let place = forged.bytes.windows(contract.len()).position(|it| it == contract).unwrap();
    forged.bytes[place + contract.len() + 2 + 3 + 1 + 1] ^= 1;
    let content = forged.bytes.len() - 32;
    let checksum = checksum(&forged.bytes[..content]);
    forged.bytes[content..].copy_from_slice(&checksum);
    store.save_snapshot(forged).await.unwrap();
    let ledger = reopened(ledger, &folder.path().join("a.db")).await;
    assert!(ledger.answers().await.unwrap() != answers, "the forgery was not believed");
    let found = ledger.engine.audit().await.unwrap().finding;
    assert!(matches!(found, Some(Finding::Snapshot { .. })), "{found:?}");
    ledger.engine.rebuild().await.unwrap();
    assert!(ledger.answers().await.unwrap() == answers);
    assert_eq!(ledger.store.snapshot(NAME).await.unwrap(), None);
    ledger.close().await.unwrap();
}

fn checksum(content: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    let digest = sha2::Sha256::new().chain_update(FORM.to_le_bytes()).chain_update(content);
    digest.finalize().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_written_after_enough_events_and_not_before_and_never_by_a_reader() {
    let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new(ticking_clock()));
    let engine = Engine::open(Arc::clone(&store), sources()).await.unwrap();
    let publish = |number: u64| {
        Command::PublishIndex(PublishIndex {
            code: format!("I-{number}").parse().unwrap(),
            effective_day: "2025-01-01".parse().unwrap(),
            value: "2.15".parse().unwrap(),
            valid_through: None,
            reason: None,
        })
    };
    let mut published = 0;
    let mut tell = async |engine: &Engine, through: u64| {
        let requests = (published..through).map(|number| Request::from(publish(number)));
        published = through;
        engine.execute(&actor(), requests.collect()).await.unwrap();
    };
    tell(&engine, EVERY - 1).await;
    assert!(!engine.save_snapshot_if_due().await.unwrap());
    assert_eq!(store.snapshot(NAME).await.unwrap(), None);
    tell(&engine, EVERY).await;
    let reader = Engine::open(Arc::clone(&store), sources()).await.unwrap();
    assert!(!reader.save_snapshot_if_due().await.unwrap());
    assert!(engine.save_snapshot_if_due().await.unwrap());
    assert!(!engine.save_snapshot_if_due().await.unwrap());
    // Another process counts from the snapshot that it started with.
    let engine = Engine::open(Arc::clone(&store), sources()).await.unwrap();
    tell(&engine, EVERY + 10).await;
    assert!(!engine.save_snapshot_if_due().await.unwrap());
    assert_eq!(store.snapshot(NAME).await.unwrap().unwrap().position, EVERY);
    assert_same_as_folded(&store, "twenty thousand indices").await;
}

/// The digest of the small log's snapshot.
const PINNED: &str = "d14d8437013f8fafe6d94d2a2bc9bde287a541b756aad5457573f386c3052a99";

/// A log of a few stored events, always the same.
async fn small_log() -> Arc<dyn EventStore> {
    let stored = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/stored_events");
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        text.trim_end().replace("DM-2025-0002", "DM-2025-0020")
    };
    let reading = stored("delivery_recorded.2.json");
    let next = reading.replace("08-24", "08-25");
    let without = next.replace(r#""gcv_mj_per_m3":"37.4757","#, "");
    let correction = reading.replace("estimate", "correction").replace("47\"}", "46.50\"}");
    let payloads = [
        ("ledger_opened", 1, stored("ledger_opened.1.json")),
        ("contract_signed", 1, stored("contract_signed.1.json")),
        ("delivery_recorded", 1, stored("delivery_recorded.1.json")),
        ("delivery_recorded", 2, without),
        ("delivery_recorded", 2, correction),
        ("payment_received", 1, stored("payment_received.1.json")),
    ];
    let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new(still_clock()));
    for (number, (event_type, type_version, payload)) in payloads.into_iter().enumerate() {
        let stream = StreamName::try_new(&format!("s/{}", number / 4)).unwrap();
        let request = AppendRequest {
            expectations: vec![StreamExpectation {
                stream: stream.clone(),
                expectation: Expectation::Any,
            }],
            events: vec![NewEvent {
                stream,
                event_type: event_type.into(),
                type_version,
                event_id: Uuid::from_u128(number as u128 + 1),
                effective: None,
                payload,
            }],
            metadata: metadata(),
            key: None,
            answer: None,
            personal: Vec::new(),
            attachments: Vec::new(),
            run: citygate_store::Run::default(),
        };
        store.append(vec![request]).await.unwrap();
    }
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_a_snapshot_has_the_number_that_is_pinned_beside_it() {
    let store = small_log().await;
    let engine = Engine::open(Arc::clone(&store), sources()).await.unwrap();
    let read = engine.read().await.ledger.contracts().map(|it| it.readings.all().len()).sum();
    assert_eq!((2, true), (read, engine.save_snapshot().await.unwrap()));
    assert_same_as_folded(&store, "the small log").await;
    let bytes = store.snapshot(NAME).await.unwrap().unwrap().bytes;
    let digest = checksum(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    // Other bytes mean another form: raise FORM, then pin both anew.
    assert_eq!((FORM, bytes.len(), digest.as_str()), (2, 1869, PINNED));
}
