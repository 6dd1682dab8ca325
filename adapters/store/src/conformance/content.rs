//! What was stored comes back, and can be proven to be what was stored.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::support::{SteppingClock, commit, event, holds, ledger, request, same, stream};
use super::{Checked, Factory, Failure};
use crate::{
    AppendRequest, Attachment, EventStore, GENESIS, PersonalField, Snapshot, StoredEvent,
    chain_hash, format_instant, leaf_hash,
};

type Factories = Arc<dyn Factory>;

fn rich_request() -> AppendRequest {
    let mut event = event("contract/LG-1 \"中石油\" 😀 'x' \\", 5);
    event.event_type = "delivered.天然气".into();
    event.type_version = u16::MAX;
    event.event_id = Uuid::max();
    event.effective = Some("2026-01-15".to_owned());
    event.payload = "{\"a\":[true,null,-7,{}],\"q\":\"\\\"\\\\\\n\\u0001 é 中 😀 '\"}".to_owned();
    let mut request = request(&[], vec![event, super::support::event("b", 6)]);
    request.metadata.reason = Some("读数 \"错\"\n第二行".to_owned());
    request.metadata.causation = Some(Uuid::from_u128(7));
    request.metadata.correlation = Some(Uuid::from_u128(8));
    request
}

pub(super) async fn every_value_comes_back_as_it_was_given(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let request = rich_request();
    let committed = commit(&store, request.clone()).await?;
    let events = store.read_all(0, 10).await?;
    same("number of events", &events.len(), &2)?;
    for (index, (stored, given)) in events.iter().zip(&request.events).enumerate() {
        let expected = StoredEvent {
            position: index as u64 + 1,
            stream: given.stream.clone(),
            version: 1,
            event_type: given.event_type.clone().into_owned(),
            type_version: given.type_version,
            event_id: given.event_id,
            effective: given.effective.clone(),
            recorded_at: committed.recorded_at,
            actor: request.metadata.actor.clone(),
            reason: request.metadata.reason.clone(),
            causation: request.metadata.causation,
            correlation: request.metadata.correlation,
            payload: given.payload.clone(),
            hash: stored.hash,
            chain: stored.chain,
        };
        same("event", stored, &expected)?;
        let by_stream = store.read_stream(&given.stream, 1, 10).await?;
        same("by stream", &by_stream, &vec![expected])?;
    }
    Ok(())
}

async fn some_log(store: &Arc<dyn EventStore>) -> Checked {
    commit(store, rich_request()).await?;
    for number in 0..9 {
        let name = ["a", "b", "c"][number % 3];
        commit(store, request(&[], vec![event(name, number as u64), event("a", 99)])).await?;
    }
    Ok(())
}

pub(super) async fn hash_and_chain_can_be_computed_again(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    same("chain of nothing", &store.head().await?.chain, &GENESIS)?;
    some_log(&store).await?;
    let mut chain = GENESIS;
    for event in store.read_all(0, 100).await? {
        same("hash", &event.hash, &leaf_hash(&event.envelope()))?;
        chain = chain_hash(&chain, &event.hash);
        same("chain", &event.chain, &chain)?;
    }
    same("chain of the head", &store.head().await?.chain, &chain)
}

pub(super) async fn versions_of_each_stream_are_dense(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    some_log(&store).await?;
    let all = store.read_all(0, 100).await?;
    for head in store.stream_heads(None, 100).await? {
        let events = store.read_stream(&head.stream, 1, 100).await?;
        let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
        same("versions", &versions, &(1..=head.version).collect())?;
        same("last", &events.last().map(|event| event.position), &Some(head.last_position))?;
        let filtered: Vec<StoredEvent> =
            all.iter().filter(|event| event.stream == head.stream).cloned().collect();
        same("events", &events, &filtered)?;
    }
    Ok(())
}

pub(super) async fn reading_goes_on_where_it_stopped(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    some_log(&store).await?;
    let all = store.read_all(0, 100).await?;
    let (mut pages, mut streams) = (Vec::new(), Vec::new());
    while let page @ [_, ..] = &store.read_all(pages.len() as u64, 3).await?[..] {
        pages.extend_from_slice(page);
    }
    same("pages", &pages, &all)?;
    holds("nothing after the end", store.read_all(u64::MAX >> 1, 5).await?.is_empty())?;
    while let page @ [_, ..] = &store.stream_heads(streams.last(), 2).await?[..] {
        streams.extend(page.iter().map(|head| head.stream.clone()));
    }
    same("streams", &streams.len(), &4)?;
    holds("streams are ordered", streams.is_sorted())?;
    let second = store.read_stream(&stream("a"), 2, 2).await?;
    let versions: Vec<u64> = second.iter().map(|event| event.version).collect();
    same("a stream from its second event", &versions, &vec![2, 3])
}

pub(super) async fn replay_gives_the_same_rows_as_reading(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    some_log(&store).await?;
    holds("an empty page", store.replay(1_000, 5).await?.is_empty())?;
    for (after, limit) in [(0, 1_000), (0, 7), (3, 5), (19, 5)] {
        let page = store.replay(after, limit).await?;
        let events = store.read_all(after, limit).await?;
        same("rows", &page.len(), &events.len())?;
        same("last", &page.last_position(), &events.last().map(|event| event.position))?;
        for (row, event) in page.rows().zip(&events) {
            let row = row?;
            let texts = [row.stream, row.event_type, row.recorded_at, row.payload];
            let recorded_at = format_instant(event.recorded_at);
            let expected = [event.stream.as_str(), &event.event_type, &recorded_at, &event.payload];
            same("texts", &texts, &expected)?;
            let numbers = (row.position, row.type_version);
            same("numbers", &numbers, &(event.position, event.type_version))?;
        }
    }
    Ok(())
}

pub(super) async fn recorded_time_never_runs_back(factory: Factories) -> Checked {
    let clock = SteppingClock::new();
    let mut store = factory.create(clock.as_clock()).await?;
    for (number, shift) in [0, -5_000_000, 3, -1, 10_000_000, -20_000_000].into_iter().enumerate() {
        clock.shift(shift);
        commit(&store, request(&[], vec![event("a", number as u64)])).await?;
        if number == 3 {
            clock.shift(-60_000_000);
            store = factory.reopen(store, clock.as_clock()).await?;
        }
    }
    let events = store.read_all(0, 10).await?;
    holds("time goes on", events.windows(2).all(|two| two[0].recorded_at <= two[1].recorded_at))?;
    let last = events.last().map(|event| event.recorded_at);
    same("the head's time", &store.head().await?.recorded_at, &last)
}

pub(super) async fn a_recorded_instant_finds_its_position(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    some_log(&store).await?;
    for event in store.read_all(0, 100).await? {
        let found = store.position_at(event.recorded_at).await?;
        let instant = store.read_all(found - 1, 1).await?[0].recorded_at;
        holds("at or after the event", found >= event.position)?;
        same("recorded at the same instant", &instant, &event.recorded_at)?;
    }
    let before = chrono::DateTime::UNIX_EPOCH;
    same("before everything", &store.position_at(before).await?, &0)
}

pub(super) async fn personal_values_and_attachments_lie_beside_the_log(
    factory: Factories,
) -> Checked {
    let store = ledger(&factory).await?;
    let field = |field: &str, salt: u8, value: &str| PersonalField {
        id: "c1".to_owned(),
        field: field.to_owned(),
        salt: vec![salt, 0, 255],
        value: value.to_owned(),
    };
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let mut first = request(&[], vec![event("a", 1)]);
    first.personal = vec![field("name", 1, "王 'x'"), field("telephone", 2, "")];
    first.attachments = vec![Attachment { sha256, bytes: bytes.clone() }];
    commit(&store, first.clone()).await?;
    let mut second = request(&[], vec![]);
    second.personal = vec![field("name", 3, "李"), field("name", 1, "王 'x'")];
    second.attachments = first.attachments.clone();
    commit(&store, second.clone()).await?;
    let mut expected = first.personal;
    expected.push(second.personal.remove(0));
    same("personal", &store.personal("c1").await?, &expected)?;
    holds("nobody else", store.personal("c2").await?.is_empty())?;
    let mut all = Vec::new();
    while let [(number, field)] = &store.personal_after(all.len() as u64, 1).await?[..] {
        same("number", number, &(all.len() as u64 + 1))?;
        all.push(field.clone());
    }
    same("everybody", &all, &expected)?;
    holds("the attachment", store.attachment(&sha256).await? == Some(bytes))?;
    holds("no other attachment", store.attachment(&[0; 32]).await?.is_none())
}

pub(super) async fn snapshots_are_replaced_and_deleted(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let name = || "contracts".to_owned();
    for position in [1, 2] {
        let bytes = vec![0, 255, 3];
        let snapshot = Snapshot { name: name(), format: 4, position, bytes };
        store.save_snapshot(snapshot.clone()).await?;
        same("snapshot", &store.snapshot("contracts").await?, &Some(snapshot))?;
    }
    store.delete_snapshots().await?;
    same("snapshot", &store.snapshot("contracts").await?, &None)
}

pub(super) async fn everything_is_there_after_a_restart(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    some_log(&store).await?;
    let (head, events) = (store.head().await?, store.read_all(0, 100).await?);
    let streams = store.stream_heads(None, 100).await?;
    let store = factory.reopen(store, SteppingClock::new().as_clock()).await?;
    same("head", &store.head().await?, &head)?;
    same("events", &store.read_all(0, 100).await?, &events)?;
    same("streams", &store.stream_heads(None, 100).await?, &streams)?;
    commit(&store, request(&[], vec![event("a", 1)])).await?;
    let Some(next) = store.read_all(head.position, 1).await?.pop() else {
        return Err(Failure("the next event is missing".to_owned()));
    };
    same("the chain goes on", &next.chain, &chain_hash(&head.chain, &next.hash))
}
