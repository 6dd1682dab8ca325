//! A process that writes to a ledger while its servers fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use citygate_store::{EventStore, Outcome, PostgresOptions, PostgresStore, StoreError};

use super::Stopped;
use crate::crash::{acknowledge, numbered, say};
use crate::sample::still_clock;

/// Appends requests from `first` on, from several callers, until standard input ends. Says what was
/// acknowledged, what was unknown, and what was left without an answer. A request without an answer
/// is sent again with the same key.
///
/// # Errors
/// The ledger not opening.
pub async fn write(url: &str, first: u64, callers: u64) -> Result<(), Stopped> {
    let mut options = PostgresOptions::from_url(url)?;
    options.deadline = Duration::from_secs(10);
    let store = Arc::new(PostgresStore::open(options, still_clock()).await?);
    let (next, ending) = (Arc::new(AtomicU64::new(first)), Arc::new(AtomicBool::new(false)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (store, next, ending) = (Arc::clone(&store), Arc::clone(&next), Arc::clone(&ending));
        tasks.spawn(async move {
            while !ending.load(Ordering::SeqCst) {
                append(&store, next.fetch_add(1, Ordering::SeqCst), &ending).await;
                // The log that is checked after each round stays small.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    tokio::task::spawn_blocking(|| std::io::read_to_string(std::io::stdin())).await??;
    ending.store(true, Ordering::SeqCst);
    tasks.join_all().await;
    // What was acknowledged is durable; whether the node took leave is of no matter here.
    let _ = store.close().await;
    Ok(())
}

async fn append(store: &PostgresStore, number: u64, ending: &AtomicBool) {
    loop {
        match store.append(vec![numbered(number)]).await.map(|mut outcomes| outcomes.pop()) {
            Ok(Some(Outcome::Committed(done))) => {
                return acknowledge(number, done.first_position, done.last_position);
            }
            Ok(Some(Outcome::Repeated(done))) => {
                return acknowledge(number, done.first_position, done.last_position);
            }
            Ok(other) => return say(&format!("fail outcome {other:?}")),
            Err(StoreError::Unknown(_)) => say(&format!("unknown {number}")),
            // Nothing was recorded.
            Err(
                StoreError::Busy | StoreError::NoPrimary { .. } | StoreError::Unreachable { .. },
            ) => {}
            Err(error) => return say(&format!("fail {}", error.code())),
        }
        if ending.load(Ordering::SeqCst) {
            return say(&format!("left {number}"));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
