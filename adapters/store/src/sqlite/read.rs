//! Reading rows, and refusing those that cannot be what was written.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::batch::integer;
use crate::instant::parse_instant;
use crate::{PersonalField, ReplayPage, StoreError, StoredEvent, StreamHead, StreamName};

use super::load::LoadError;

/// Rows that travel in one text.
const TOGETHER: u64 = 1000;

const COLUMNS: &str = "position, stream, version, type, type_version, event_id, effective, \
    recorded_at, actor, reason, causation, correlation, payload, hash, chain";

pub(super) fn number(value: i64) -> Option<u64> {
    u64::try_from(value).ok()
}

/// Events with positions above `after`; a hole is an error.
pub(super) async fn all(
    connection: &mut SqliteConnection,
    after: u64,
    limit: usize,
) -> Result<Vec<StoredEvent>, LoadError> {
    static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        format!("SELECT {COLUMNS} FROM event WHERE position > ?1 ORDER BY position LIMIT ?2")
    });
    let rows = sqlx::query(SQL.as_str())
        .bind(integer(after))
        .bind(integer(limit as u64))
        .fetch_all(connection)
        .await?;
    let mut events = Vec::with_capacity(rows.len());
    for (position, row) in (after + 1..).zip(rows) {
        let event = event(&row).map_err(|what| StoreError::corrupt(position, what))?;
        if event.position != position {
            return Err(StoreError::corrupt(position, "the event is missing").into());
        }
        events.push(event);
    }
    Ok(events)
}

/// Events of a stream from a version on; a hole is an error.
pub(super) async fn of_stream(
    connection: &mut SqliteConnection,
    stream: &StreamName,
    from_version: u64,
    limit: usize,
) -> Result<Vec<StoredEvent>, LoadError> {
    static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        format!(
            "SELECT {COLUMNS} FROM event WHERE stream = ?1 AND version >= ?2 \
             ORDER BY version LIMIT ?3"
        )
    });
    let rows = sqlx::query(SQL.as_str())
        .bind(stream.as_str())
        .bind(integer(from_version))
        .bind(integer(limit as u64))
        .fetch_all(connection)
        .await?;
    let mut events: Vec<StoredEvent> = Vec::with_capacity(rows.len());
    for (version, row) in (from_version.max(1)..).zip(rows) {
        let near = events.last().map_or(1, |event| event.position + 1);
        let event = event(&row).map_err(|what| StoreError::corrupt(near, what))?;
        if event.version != version || event.stream != *stream {
            let what = format!("version {version} of {stream} is missing");
            return Err(StoreError::corrupt(event.position, what).into());
        }
        events.push(event);
    }
    Ok(events)
}

/// The event of a row, or what is wrong with the row. Every type is checked: a flipped bit may
/// have turned a text into a blob or a number.
fn event(row: &SqliteRow) -> Result<StoredEvent, String> {
    fn column<'r, T>(row: &'r SqliteRow, name: &'static str) -> Result<T, String>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        row.try_get(name).map_err(|error| format!("{name} cannot be read: {error}"))
    }
    fn bytes<const N: usize>(value: &[u8], name: &str) -> Result<[u8; N], String> {
        value.try_into().map_err(|_| format!("{name} has {} bytes, not {N}", value.len()))
    }
    fn positive(row: &SqliteRow, name: &'static str) -> Result<u64, String> {
        let value = column::<i64>(row, name)?;
        number(value).ok_or_else(|| format!("{name} is {value}"))
    }
    fn id(row: &SqliteRow, name: &'static str) -> Result<Option<Uuid>, String> {
        let value = column::<Option<&[u8]>>(row, name)?;
        value.map(|value| bytes(value, name).map(Uuid::from_bytes)).transpose()
    }
    let stream = StreamName::try_new(column(row, "stream")?).map_err(|bad| bad.to_string())?;
    let recorded_at = column::<&str>(row, "recorded_at")?;
    let type_version = positive(row, "type_version")?;
    Ok(StoredEvent {
        position: positive(row, "position")?,
        stream,
        version: positive(row, "version")?,
        event_type: column(row, "type")?,
        type_version: type_version.try_into().map_err(|_| "type_version is too large")?,
        event_id: id(row, "event_id")?.ok_or("event_id is missing")?,
        effective: column(row, "effective")?,
        recorded_at: parse_instant(recorded_at).ok_or("recorded_at cannot be read")?,
        actor: column(row, "actor")?,
        reason: column(row, "reason")?,
        causation: id(row, "causation")?,
        correlation: id(row, "correlation")?,
        payload: column(row, "payload")?,
        hash: bytes(column(row, "hash")?, "hash")?,
        chain: bytes(column(row, "chain")?, "chain")?,
    })
}

/// Light rows, a thousand to a text: fetching row by row costs six times as much.
pub(super) async fn replay(
    connection: &mut SqliteConnection,
    after: u64,
    limit: usize,
) -> Result<ReplayPage, LoadError> {
    let sql = "SELECT count(*), group_concat(concat_ws(char(31), \
        stream, type, type_version, recorded_at, payload), char(30)) FROM event WHERE position > ?1 AND position <= ?2";
    let mut page = ReplayPage::default();
    let end = after.saturating_add(limit as u64);
    let mut from = after;
    while from < end {
        let to = end.min(from.saturating_add(TOGETHER));
        let pack = sqlx::query_as::<_, (i64, Option<String>)>(sql);
        let pack = pack.bind(integer(from)).bind(integer(to)).fetch_one(&mut *connection).await?;
        let (count, Some(text)) = (pack.0.unsigned_abs(), pack.1) else { break };
        // As many rows as positions leave no hole; fewer are the end of the log, or have one.
        if count < to - from {
            check_dense(connection, from, from + count).await?;
        }
        page.push(from + 1, count, text)?;
        from += count;
        if from < to {
            break;
        }
    }
    Ok(page)
}

/// Every position above `after` up to `to` is there.
async fn check_dense(
    connection: &mut SqliteConnection,
    after: u64,
    to: u64,
) -> Result<(), LoadError> {
    let sql = "SELECT position FROM event WHERE position > ?1 AND position <= ?2 ORDER BY position";
    let positions = sqlx::query_scalar::<_, i64>(sql).bind(integer(after)).bind(integer(to));
    let found = positions.fetch_all(connection).await?;
    let there = (after + 1..).zip(found).take_while(|(wanted, at)| number(*at) == Some(*wanted));
    match there.count() as u64 {
        count if count == to - after => Ok(()),
        count => Err(StoreError::corrupt(after + 1 + count, "the event is missing").into()),
    }
}

/// Streams whose names come after `after`.
pub(super) async fn stream_heads(
    connection: &mut SqliteConnection,
    after: Option<&StreamName>,
    limit: usize,
) -> Result<Vec<StreamHead>, LoadError> {
    let sql = "SELECT stream, version, last_position FROM stream_head WHERE stream > ?1 \
        ORDER BY stream LIMIT ?2";
    let rows = sqlx::query_as::<_, (String, i64, i64)>(sql)
        .bind(after.map_or("", StreamName::as_str))
        .bind(integer(limit as u64))
        .fetch_all(connection)
        .await?;
    let mut heads = Vec::with_capacity(rows.len());
    for (name, version, last) in rows {
        let bad = || StoreError::corrupt(0, format!("the head of {name:?} cannot be read"));
        let stream = StreamName::try_new(&name).map_err(|_| bad())?;
        let version = number(version).ok_or_else(bad)?;
        let last_position = number(last).ok_or_else(bad)?;
        heads.push(StreamHead { stream, version, last_position });
    }
    Ok(heads)
}

/// Values about persons whose numbers come after `after`.
pub(super) async fn personal_after(
    connection: &mut SqliteConnection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, PersonalField)>, LoadError> {
    let sql = "SELECT number, id, field, salt, value FROM personal WHERE number > ?1 \
        ORDER BY number LIMIT ?2";
    // From the very first, so that none hides below the numbers that are given.
    let after = if after == 0 { i64::MIN } else { integer(after) };
    let rows = sqlx::query_as::<_, (i64, String, String, Vec<u8>, String)>(sql)
        .bind(after)
        .bind(integer(limit as u64))
        .fetch_all(connection)
        .await?;
    let field = |(at, id, field, salt, value)| match number(at) {
        Some(at) if at > 0 => Ok((at, PersonalField { id, field, salt, value })),
        _ => Err(StoreError::corrupt(0, format!("a text about {id} has the number {at}")).into()),
    };
    rows.into_iter().map(field).collect()
}
