//! Appending readings, one by one from many callers and in bulk.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use citygate_store::{EventStore, Outcome, SqliteStore, StoreError};

use super::{Stopped, now};
use crate::sample::{reading, still_clock};

fn committed(outcomes: &[Outcome]) -> Result<(), Stopped> {
    match outcomes.iter().find(|outcome| !matches!(outcome, Outcome::Committed(_))) {
        None => Ok(()),
        Some(other) => Err(format!("not committed: {other:?}").into()),
    }
}

/// `callers` tasks, each appending one reading after the other until `count` are recorded.
///
/// # Errors
/// A store that fails or does not commit.
pub async fn append_from_callers(
    store: Arc<dyn EventStore>,
    callers: u64,
    count: u64,
) -> Result<Duration, Stopped> {
    let begun = now();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            // A caller keeps to its points, so that its expected versions hold.
            for number in caller_numbers(caller, callers, count) {
                committed(&store.append(vec![reading_of(caller, callers, number)]).await?)?;
            }
            Ok::<(), Stopped>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(begun.elapsed())
}

fn caller_numbers(caller: u64, callers: u64, count: u64) -> std::ops::Range<u64> {
    0..(count / callers + u64::from(caller < count % callers))
}

fn reading_of(caller: u64, callers: u64, number: u64) -> citygate_store::AppendRequest {
    // As if there were one point per caller: day `number` of point `caller`.
    let mut request = reading(number * crate::sample::POINTS);
    let stream = crate::sample::delivery_stream(caller, number / 30);
    request.expectations[0].stream = stream.clone();
    request.events[0].stream = stream;
    if let Some(key) = &mut request.key {
        key.key = format!("delivery/{caller:04}-1/{}", number * callers + caller);
    }
    request
}

/// All readings in calls of `per_call` requests of one event, a few calls in flight.
///
/// # Errors
/// A store that fails or does not commit.
pub async fn append_in_bulk(
    store: Arc<dyn EventStore>,
    count: u64,
    per_call: u64,
) -> Result<Duration, Stopped> {
    let begun = now();
    let mut flying = VecDeque::new();
    for first in (0..count).step_by(usize::try_from(per_call)?) {
        let requests: Vec<_> = (first..count.min(first + per_call)).map(reading).collect();
        let mut call = store.append(requests);
        // Polled once, so that the calls reach the store in this order.
        tokio::select! {
            biased;
            outcomes = &mut call => committed(&outcomes?)?,
            () = std::future::ready(()) => flying.push_back(call),
        }
        if flying.len() > 2
            && let Some(call) = flying.pop_front()
        {
            committed(&call.await?)?;
        }
    }
    for call in flying {
        committed(&call.await?)?;
    }
    Ok(begun.elapsed())
}

/// A new ledger of the sample's readings.
///
/// # Errors
/// The store failing.
pub async fn new_store(path: &Path) -> Result<Arc<SqliteStore>, StoreError> {
    Ok(Arc::new(SqliteStore::open(path, still_clock()).await?))
}

/// Every row through the store's replay, each looked at.
///
/// # Errors
/// The store failing.
pub async fn replay(store: &dyn EventStore) -> Result<(u64, Duration), Stopped> {
    let begun = now();
    let (mut after, mut bytes) = (0, 0);
    loop {
        let page = store.replay(after, 16_000).await?;
        let Some(last) = page.last_position() else { break };
        for row in page.rows() {
            bytes += row?.payload.len();
        }
        after = last;
    }
    let time = begun.elapsed();
    std::hint::black_box(bytes);
    Ok((after, time))
}
