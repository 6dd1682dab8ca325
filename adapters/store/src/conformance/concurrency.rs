//! Many writers and readers at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::support::{
    SteppingClock, commit, event, holds, keyed, ledger, one, request, same, stream,
};
use super::{Checked, Factory, Failure};
use crate::Expectation::{Any, Exact};
use crate::{AppendRequest, EventStore, Feed, Outcome, StoreError, StoredEvent};

type Factories = Arc<dyn Factory>;

/// Appends each request from a task of its own and gives the outcomes in no order.
async fn in_parallel(
    store: &Arc<dyn EventStore>,
    requests: Vec<AppendRequest>,
) -> Result<Vec<Outcome>, Failure> {
    let mut tasks = JoinSet::new();
    for request in requests {
        let store = Arc::clone(store);
        tasks.spawn(async move { one(&store, request).await });
    }
    let mut outcomes = Vec::new();
    while let Some(done) = tasks.join_next().await {
        outcomes.push(done.map_err(|panicked| Failure(panicked.to_string()))??);
    }
    Ok(outcomes)
}

fn count(outcomes: &[Outcome], wanted: fn(&Outcome) -> bool) -> usize {
    outcomes.iter().filter(|outcome| wanted(outcome)).count()
}

fn is_dense(events: &[StoredEvent]) -> bool {
    (1..).zip(events).all(|(position, event)| event.position == position)
}

pub(super) async fn positions_are_gapless_under_concurrent_appends(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let requests = (0..200).map(|number| {
        let name = format!("s{}", number % 7);
        let events = vec![event(&name, number), event("shared", number)];
        // Every third request fails and must leave no gap.
        let expected = if number % 3 == 0 { Exact(u64::MAX) } else { Any };
        request(&[(&name, expected)], events)
    });
    let outcomes = in_parallel(&store, requests.collect()).await?;
    let committed = count(&outcomes, |outcome| matches!(outcome, Outcome::Committed(_)));
    let events = store.read_all(0, 1_000).await?;
    same("events", &events.len(), &(committed * 2))?;
    holds("positions are dense", is_dense(&events))?;
    for outcome in outcomes {
        if let Outcome::Committed(committed) = outcome {
            let (first, last) = (committed.first_position, committed.last_position);
            same("together", &last, &first.map(|first| first + 1))?;
        }
    }
    Ok(())
}

pub(super) async fn twenty_parallel_any_are_twenty_successes(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let requests = (0..20).map(|number| request(&[("a", Any)], vec![event("a", number)]));
    let outcomes = in_parallel(&store, requests.collect()).await?;
    same("successes", &count(&outcomes, |one| matches!(one, Outcome::Committed(_))), &20)?;
    same("version", &store.stream_version(&stream("a")).await?, &20)
}

pub(super) async fn of_twenty_parallel_exact_one_succeeds(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let requests = (0..20).map(|number| request(&[("a", Exact(0))], vec![event("a", number)]));
    let outcomes = in_parallel(&store, requests.collect()).await?;
    same("successes", &count(&outcomes, |one| matches!(one, Outcome::Committed(_))), &1)?;
    same("conflicts", &count(&outcomes, |one| matches!(one, Outcome::Conflict(_))), &19)
}

pub(super) async fn parallel_requests_with_one_key_are_done_once(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let requests = (0..20).map(|_| keyed(request(&[], vec![event("a", 1)]), "k", 1));
    let outcomes = in_parallel(&store, requests.collect()).await?;
    same("committed", &count(&outcomes, |one| matches!(one, Outcome::Committed(_))), &1)?;
    same("repeated", &count(&outcomes, |one| matches!(one, Outcome::Repeated(_))), &19)?;
    same("position", &store.head().await?.position, &1)
}

pub(super) async fn a_reader_sees_a_dense_prefix_while_eight_write(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            for number in 0..40 {
                let name = format!("w{writer}");
                commit(&store, request(&[(&name, Exact(number))], vec![event(&name, number)]))
                    .await?;
            }
            Ok::<(), Failure>(())
        });
    }
    let mut seen: Vec<StoredEvent> = Vec::new();
    while seen.len() < 320 {
        seen.extend(store.read_all(seen.len() as u64, 1_000).await?);
        holds("what was read is dense", is_dense(&seen))?;
        let head = store.head().await?.position;
        holds("the head is not behind what was read", head >= seen.len() as u64)?;
        tokio::task::yield_now().await;
        while let Some(done) = writers.try_join_next() {
            done.map_err(|panicked| Failure(panicked.to_string()))??;
        }
    }
    same("events", &store.read_all(0, 1_000).await?, &seen)
}

pub(super) async fn a_feed_hands_out_everything_once_in_order(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let mut feed = Feed::new(Arc::clone(&store), 0, Duration::from_secs(30));
    let writer = Arc::clone(&store);
    let writing = tokio::spawn(async move {
        for number in 0..50 {
            commit(&writer, request(&[], vec![event("a", number), event("b", number)])).await?;
        }
        Ok::<(), Failure>(())
    });
    let mut seen = Vec::new();
    while seen.len() < 100 {
        let waited = tokio::time::timeout(Duration::from_secs(20), feed.next(7)).await;
        seen.extend(waited.map_err(|_| Failure("the feed stalled".to_owned()))??);
    }
    writing.await.map_err(|panicked| Failure(panicked.to_string()))??;
    holds("dense", is_dense(&seen))?;
    same("position", &feed.position(), &100)
}

pub(super) async fn eight_writers_in_two_processes_leave_no_gap(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let other = factory.beside(&store, SteppingClock::new().as_clock()).await?;
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = if writer % 2 == 0 { Arc::clone(&store) } else { Arc::clone(&other) };
        writers.spawn(async move {
            let name = format!("w{writer}");
            for number in 0..15 {
                let good = request(&[(&name, Exact(number))], vec![event(&name, number)]);
                let stale = request(&[(&name, Exact(number))], vec![event("shared", number)]);
                let mut bad = request(&[], vec![event("shared", number)]);
                bad.events[0].payload = "{".to_owned();
                let outcomes = store.append(vec![good, stale, bad]).await?;
                let kinds = (count(&outcomes[..1], is_committed), count(&outcomes, is_committed));
                same("only the first of the three", &kinds, &(1, 1))?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done.map_err(|panicked| Failure(panicked.to_string()))??;
    }
    let events = store.read_all(0, 1_000).await?;
    same("events", &events.len(), &120)?;
    holds("positions are dense", is_dense(&events))?;
    holds("time goes on", events.windows(2).all(|two| two[0].recorded_at <= two[1].recorded_at))?;
    same("seen by the other", &other.read_all(0, 1_000).await?, &events)?;
    same("heads", &other.head().await?, &store.head().await?)
}

fn is_committed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Committed(_))
}

pub(super) async fn a_feed_follows_what_another_process_records(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let other = factory.beside(&store, SteppingClock::new().as_clock()).await?;
    let mut feed = Feed::new(other, 0, Duration::from_millis(20));
    let mut seen: Vec<StoredEvent> = Vec::new();
    for number in 0..20 {
        commit(&store, request(&[], vec![event("a", number), event("b", number)])).await?;
        while seen.len() as u64 != 2 * number + 2 {
            let waited = tokio::time::timeout(Duration::from_secs(20), feed.next(3)).await;
            seen.extend(waited.map_err(|_| Failure("the feed stalled".to_owned()))??);
        }
    }
    same("what was handed out", &seen, &store.read_all(0, 1_000).await?)
}

pub(super) async fn a_dropped_append_leaves_no_half(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    for number in 0..60_u64 {
        let two = vec![event("a", number), event("b", number)];
        let appending = one(&store, keyed(request(&[], two), &format!("k{number}"), 1));
        // Polled for a moment and then dropped, at a different point each time.
        let _ = tokio::time::timeout(Duration::from_micros(number * 20), appending).await;
    }
    commit(&store, request(&[], vec![event("a", 1), event("b", 1)])).await?;
    let events = store.read_all(0, 1_000).await?;
    holds("dense", is_dense(&events))?;
    let versions =
        (store.stream_version(&stream("a")).await?, store.stream_version(&stream("b")).await?);
    same("whole requests", &versions.0, &versions.1)?;
    same("events", &(events.len() as u64), &(versions.0 + versions.1))
}

pub(super) async fn a_closed_store_takes_nothing(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, request(&[], vec![event("a", 1)])).await?;
    store.close().await?;
    match store.append(vec![request(&[], vec![event("a", 2)])]).await {
        Err(StoreError::Closed) => Ok(()),
        other => Err(Failure(format!("expected a closed store, got {other:?}"))),
    }
}
