//! What must hold of a ledger after a crash.

use std::collections::HashSet;
use std::path::Path;

use citygate_store::{EventStore, SqliteStore, StoredEvent, verify};

use super::writer::PROJECTION;
use super::{Said, Stopped};
use crate::sample::still_clock;

/// Every acknowledged request is there once, none by half, the log is dense and verifies, the rows
/// of the projection are those of its checkpoint.
///
/// # Errors
/// What does not hold.
pub async fn check(path: &Path, said: &Said) -> Result<(), Stopped> {
    let store = SqliteStore::open(path, still_clock()).await?;
    let checked = check_open(&store, said).await;
    store.close().await?;
    checked
}

async fn check_open(store: &SqliteStore, said: &Said) -> Result<(), Stopped> {
    let events = check_log(store, said).await?;
    store.check_file().await?;
    check_rows(store, said.rows, events).await
}

/// What holds of the log in every store; gives the number of its events.
pub(crate) async fn check_log(store: &dyn EventStore, said: &Said) -> Result<u64, Stopped> {
    verify(store, None).await?;
    let mut events = Vec::new();
    loop {
        let page = store.read_all(events.len() as u64, 10_000).await?;
        if page.is_empty() {
            break;
        }
        events.extend(page);
    }
    let mut numbers = HashSet::new();
    for page in events.chunks(2_000) {
        let keys: Vec<String> =
            page.iter().step_by(2).map(|event| format!("request/{}", number_of(event))).collect();
        let records = store.lookup_keys(&keys).await?;
        for ((two, key), record) in page.chunks(2).zip(keys).zip(records) {
            let [first, second] = two else { return Err("half a request".into()) };
            if first.payload != second.payload || !numbers.insert(&first.payload) {
                return Err(format!("{} is not there exactly once", first.payload).into());
            }
            let record = record.ok_or("a request without its key")?;
            if (record.first_position, record.last_position)
                != (Some(first.position), Some(second.position))
            {
                return Err(format!("{key} has other positions than its events").into());
            }
        }
    }
    for &(number, first, last) in &said.acknowledged {
        let at = usize::try_from(first)? - 1;
        let found = events.get(at).is_some_and(|event| number_of(event) == number.to_string());
        if !found || last != first + 1 {
            return Err(format!("request {number} was acknowledged at {first} and is lost").into());
        }
    }
    Ok(events.len() as u64)
}

fn number_of(event: &StoredEvent) -> String {
    event.payload.chars().filter(char::is_ascii_digit).collect()
}

async fn check_rows(store: &SqliteStore, acknowledged: u64, events: u64) -> Result<(), Stopped> {
    let checkpoint = store.checkpoint(PROJECTION).await?;
    if checkpoint < acknowledged || checkpoint > events {
        return Err(
            format!("rows up to {acknowledged} were acknowledged, {checkpoint} found").into()
        );
    }
    let made = "SELECT count(*) FROM sqlite_schema WHERE name = 'crash_row'";
    let made: i64 = sqlx::query_scalar(made).fetch_one(store.readers()).await?;
    if made == 0 {
        return if checkpoint == 0 { Ok(()) } else { Err("a checkpoint without rows".into()) };
    }
    let rows = "SELECT count(*), coalesce(max(position), 0) FROM crash_row";
    let rows: (i64, i64) = sqlx::query_as(rows).fetch_one(store.readers()).await?;
    let expected = i64::try_from(checkpoint)?;
    if rows != (expected, expected) {
        return Err(format!("the checkpoint is {checkpoint}, the rows are {rows:?}").into());
    }
    Ok(())
}
