//! Measurements, each beside a reference that runs in the same process on the same disk.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use citygate_store::{EventStore, Outcome, SqliteStore, StoreError, StoredEvent, format_instant};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};

use crate::sample::{reading, still_clock};

/// Anything that stops a measurement.
pub type Stopped = Box<dyn std::error::Error + Send + Sync>;

#[allow(clippy::disallowed_methods, reason = "this file measures time")]
fn now() -> Instant {
    Instant::now()
}

/// The middle one of several durations.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A line `measure,ours,reference,reference_name,ratio` of two rates per second.
#[must_use]
pub fn line(measure: &str, count: u64, ours: Duration, reference: (&str, Duration)) -> String {
    let rate = |time: Duration| u128::from(count) * 1_000_000 / time.as_micros().max(1);
    let (name, reference) = reference;
    let percent = reference.as_micros() * 100 / ours.as_micros().max(1);
    let (whole, rest) = (percent / 100, percent % 100);
    format!("{measure},{}/s,{}/s,{name},{whole}.{rest:02}", rate(ours), rate(reference))
}

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

const TABLE: &str = "CREATE TABLE event (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, \
    version INTEGER NOT NULL, type TEXT NOT NULL, type_version INTEGER NOT NULL, \
    event_id BLOB NOT NULL, effective TEXT, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, \
    reason TEXT, causation BLOB, correlation BLOB, payload TEXT NOT NULL, hash BLOB NOT NULL, \
    chain BLOB NOT NULL) STRICT; CREATE UNIQUE INDEX event_stream ON event (stream, version);";

const INSERT: &str = "INSERT INTO event SELECT value->>0, value->>1, value->>2, value->>3, \
    value->>4, unhex(value->>5), value->>6, value->>7, value->>8, value->>9, unhex(value->>10), \
    unhex(value->>11), value->>12, unhex(value->>13), unhex(value->>14) FROM json_each(?1)";

async fn reference_file(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", "8000")
        .connect()
        .await?;
    sqlx::raw_sql(TABLE).execute(&mut connection).await?;
    Ok(connection)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn reference_row(event: &StoredEvent) -> serde_json::Value {
    serde_json::json!([
        event.position,
        event.stream.as_str(),
        event.version,
        event.event_type,
        event.type_version,
        hex(event.event_id.as_bytes()),
        event.effective,
        format_instant(event.recorded_at),
        event.actor,
        event.reason,
        event.causation.map(|id| hex(id.as_bytes())),
        event.correlation.map(|id| hex(id.as_bytes())),
        event.payload,
        hex(&event.hash),
        hex(&event.chain),
    ])
}

/// The reference: the rows of `store`'s log, already made, inserted a thousand a transaction.
///
/// # Errors
/// The store or the database failing.
pub async fn bare_inserts(store: &dyn EventStore, path: &Path) -> Result<Duration, Stopped> {
    let mut batches = Vec::new();
    let mut after = 0;
    loop {
        let events = store.read_all(after, 1000).await?;
        let Some(last) = events.last() else { break };
        after = last.position;
        let rows: Vec<_> = events.iter().map(reference_row).collect();
        batches.push(serde_json::to_string(&rows)?);
    }
    let mut connection = reference_file(path).await?;
    let begun = now();
    for rows in batches {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(INSERT).bind(rows).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    let time = begun.elapsed();
    connection.close().await?;
    Ok(time)
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

/// The reference: only scanning the payloads, a thousand a row.
///
/// # Errors
/// The database failing.
pub async fn scan_payloads(path: &Path) -> Result<Duration, Stopped> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let begun = now();
    let sql = "SELECT group_concat(payload, char(30)) FROM event GROUP BY (position - 1) / 1000";
    let rows = sqlx::query(sql).fetch_all(&mut connection).await?;
    let bytes: usize = rows.iter().map(|row| row.get::<String, _>(0).len()).sum();
    let time = begun.elapsed();
    std::hint::black_box(bytes);
    connection.close().await?;
    Ok(time)
}
