//! The process that is stopped.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use citygate_store::conformance::{event, keyed, request};
use citygate_store::{AppendRequest, EventStore, Outcome, SqliteStore, StoreError};
use citygate_store::{Cell, TableInsert, TableWrites};

use super::Stopped;
use crate::sample::still_clock;

/// The projection that the writer keeps: one row per event.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS crash_row (position INTEGER PRIMARY KEY)";
pub(super) const PROJECTION: &str = "crash";

/// A request of two events in two streams, told apart by its number.
pub(crate) fn numbered(number: u64) -> AppendRequest {
    let two = vec![event("all", number), event(&format!("some/{}", number % 7), number)];
    keyed(request(&[], two), &format!("request/{number}"), 1)
}

/// Appends `count` requests from `callers` tasks, writes rows of a projection in between and says
/// what was acknowledged. Every failure is said and the request tried once more.
///
/// # Errors
/// The ledger not opening or not closing.
pub async fn write(path: &Path, count: u64, callers: u64) -> Result<(), Stopped> {
    let store = Arc::new(SqliteStore::open(path, still_clock()).await?);
    // A request has two events, so the numbers go on where the last writer was stopped.
    let next = Arc::new(AtomicU64::new(store.head().await?.position / 2));
    let end = next.load(Ordering::SeqCst).saturating_add(count);
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let (store, next) = (Arc::clone(&store), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= end {
                    break;
                }
                append(&store, number).await;
                if caller == 0 && number % 3 == 2 {
                    project(&store).await;
                }
            }
        });
    }
    tasks.join_all().await;
    store.close().await?;
    Ok(())
}

async fn append(store: &SqliteStore, number: u64) {
    for _ in 0..2 {
        match store.append(vec![numbered(number)]).await.map(|mut outcomes| outcomes.pop()) {
            Ok(Some(Outcome::Committed(done))) => {
                return acknowledge(number, done.first_position, done.last_position);
            }
            Ok(Some(Outcome::Repeated(done))) => {
                return acknowledge(number, done.first_position, done.last_position);
            }
            Ok(other) => say(&format!("fail outcome {other:?}")),
            Err(error) => say(&format!("fail {}", error.code())),
        }
    }
}

/// Says that a request is durable.
pub(crate) fn acknowledge(number: u64, first: Option<u64>, last: Option<u64>) {
    say(&format!("ack {number} {} {}", first.unwrap_or(0), last.unwrap_or(0)));
}

async fn project(store: &SqliteStore) {
    match try_project(store).await {
        Ok(position) => say(&format!("rows {position}")),
        Err(error) => say(&format!("fail {}", error.code())),
    }
}

async fn try_project(store: &SqliteStore) -> Result<u64, StoreError> {
    let (done, head) = (store.checkpoint(PROJECTION).await?, store.head().await?.position);
    let cells = (done + 1..=head).map(|position| Cell::Integer(position.cast_signed())).collect();
    let table = "crash_row".to_owned();
    let rows = vec![TableInsert { table, columns: &["position"], cells, new: false }];
    let (statements, checkpoint) = (vec![TABLE.to_owned()], Some((PROJECTION.to_owned(), head)));
    let writes = TableWrites { statements, rows, checkpoint, ..TableWrites::default() };
    store.write_tables(writes).await?;
    Ok(head)
}

/// One line in one write: it is said whole or not at all.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listened may be gone; the writer goes on until it is stopped.
    let _ = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
}
