//! Reading rows, and refusing those that cannot be what was written.

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::batch::integer;
use super::load::LoadError;
use crate::instant::parse_instant;
use crate::{PersonalField, StoreError, StoredEvent, StreamHead, StreamName};

pub(super) fn number(value: i64) -> Option<u64> {
    u64::try_from(value).ok()
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT position, stream, version, type, type_version, event_id, effective, \
             recorded_at, actor, reason, causation, correlation, payload, hash, chain \
             FROM citygate.event ",
            $rest
        )
    };
}

/// Events with positions above `after`; a hole is an error.
pub(super) async fn all(
    connection: &mut PgConnection,
    after: u64,
    limit: usize,
) -> Result<Vec<StoredEvent>, LoadError> {
    let rows = sqlx::query(select!("WHERE position > $1 ORDER BY position LIMIT $2"))
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
    connection: &mut PgConnection,
    stream: &StreamName,
    from_version: u64,
    limit: usize,
) -> Result<Vec<StoredEvent>, LoadError> {
    let rows =
        sqlx::query(select!("WHERE stream = $1 AND version >= $2 ORDER BY version LIMIT $3"))
            .bind(stream.as_str())
            .bind(integer(from_version))
            .bind(integer(limit as u64))
            .fetch_all(connection)
            .await?;
    let mut events: Vec<StoredEvent> = Vec::with_capacity(rows.len());
    for (version, row) in (from_version.max(1)..).zip(rows) {
        let near = events.last().map_or(1, |event| event.position + 1);
        let event = event(&row).map_err(|what| StoreError::corrupt(near, what))?;
        if event.version != version {
            let what = format!("version {version} of {stream} is missing");
            return Err(StoreError::corrupt(event.position, what).into());
        }
        events.push(event);
    }
    Ok(events)
}

/// The event of a row, or what is wrong with the row.
fn event(row: &PgRow) -> Result<StoredEvent, String> {
    fn column<'r, T>(row: &'r PgRow, name: &'static str) -> Result<T, String>
    where
        T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        row.try_get(name).map_err(|error| format!("{name} cannot be read: {error}"))
    }
    fn digest(row: &PgRow, name: &'static str) -> Result<[u8; 32], String> {
        let value = column::<&[u8]>(row, name)?;
        value.try_into().map_err(|_| format!("{name} has {} bytes, not 32", value.len()))
    }
    fn positive(row: &PgRow, name: &'static str) -> Result<u64, String> {
        let value = column::<i64>(row, name)?;
        number(value).ok_or_else(|| format!("{name} is {value}"))
    }
    let stream = StreamName::try_new(column(row, "stream")?).map_err(|bad| bad.to_string())?;
    let recorded_at = column::<&str>(row, "recorded_at")?;
    let type_version = column::<i32>(row, "type_version")?;
    Ok(StoredEvent {
        position: positive(row, "position")?,
        stream,
        version: positive(row, "version")?,
        event_type: column(row, "type")?,
        type_version: type_version.try_into().map_err(|_| "type_version is out of range")?,
        event_id: column(row, "event_id")?,
        effective: column(row, "effective")?,
        recorded_at: parse_instant(recorded_at).ok_or("recorded_at cannot be read")?,
        actor: column(row, "actor")?,
        reason: column(row, "reason")?,
        causation: column(row, "causation")?,
        correlation: column(row, "correlation")?,
        payload: column(row, "payload")?,
        hash: digest(row, "hash")?,
        chain: digest(row, "chain")?,
    })
}

/// Streams whose names come after `after`.
pub(super) async fn stream_heads(
    connection: &mut PgConnection,
    after: Option<&StreamName>,
    limit: usize,
) -> Result<Vec<StreamHead>, LoadError> {
    let sql = "SELECT stream, version, last_position FROM citygate.stream_head WHERE stream > $1 \
        ORDER BY stream LIMIT $2";
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
    connection: &mut PgConnection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, PersonalField)>, LoadError> {
    let sql = "SELECT number, id, field, salt, value FROM citygate.personal WHERE number > $1 \
        ORDER BY number LIMIT $2";
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
