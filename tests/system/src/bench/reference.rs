//! What the engine is held against: the same rows and bytes, and nothing done with them.

use std::path::Path;
use std::time::Duration;

use citygate_store::{EventStore, StoredEvent, format_instant};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};

use super::{Stopped, now};

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
