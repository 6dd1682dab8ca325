//! Taking the lock and looking up what planning needs: where the log ends, streams, keys.

use std::collections::BTreeSet;

use chrono::DateTime;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Column, PgConnection, Row};

use super::read::number;
use crate::calls::Queued;
use crate::instant::parse_instant;
use crate::plan::Heads;
use crate::{AppendRequest, KeyRecord, StoreError, StreamName};

/// Either the database failed or what it gave cannot be right.
pub(super) enum LoadError {
    Database(sqlx::Error),
    Store(StoreError),
}

impl From<sqlx::Error> for LoadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The head row.
pub(super) struct HeadRow {
    pub position: u64,
    pub chain: [u8; 32],
    pub recorded_at: Option<DateTime<chrono::Utc>>,
    pub epoch: u64,
    /// Whether commits wait for a standby.
    pub synchronous: bool,
}

/// What was found under the lock.
pub(super) struct Locked {
    pub heads: Heads,
    pub epoch: u64,
    /// Whether commits wait for a standby.
    pub synchronous: bool,
}

pub(super) const HEAD: &str = "SELECT position, chain, recorded_at, epoch, \
    current_setting('synchronous_standby_names') <> '' AS synchronous FROM citygate.log_head";

/// Begins a transaction, takes the lock on the log's head, and reads the streams and keys that
/// requests name: one message, one round trip.
///
/// These are statements of their own, not one: a statement sees what was committed when it began,
/// and the one that waits for the lock began before the last holder committed.
pub(super) async fn lock(
    connection: &mut PgConnection,
    requests: &[Queued],
) -> Result<Locked, LoadError> {
    let requests = requests.iter().map(|queued| &queued.request);
    let rows = sqlx::raw_sql(AssertSqlSafe(question(requests.clone())));
    let rows = rows.fetch_all(connection).await?;
    let (mut locked, mut found) = (None, Vec::new());
    for row in rows {
        match row.columns().first().map(Column::name) {
            Some("position") => {
                let head = head(&row)?;
                let at = head.recorded_at.unwrap_or(DateTime::UNIX_EPOCH);
                let heads = Heads::at(head.position, head.chain, at);
                let (epoch, synchronous) = (head.epoch, head.synchronous);
                locked = Some(Locked { heads, epoch, synchronous });
            }
            _ => found.push(row),
        }
    }
    let missing = || StoreError::corrupt(0, "the head of the log is missing");
    let mut locked = locked.ok_or_else(missing)?;
    learn(&mut locked.heads, requests, &found)?;
    Ok(locked)
}

fn question<'a>(requests: impl Iterator<Item = &'a AppendRequest> + Clone) -> String {
    let keys = requests.clone().filter_map(|one| Some(one.key.as_ref()?.key.as_str()));
    let streams: BTreeSet<&str> = requests.flat_map(streams).map(StreamName::as_str).collect();
    let (streams, keys) = (text_array(streams.into_iter()), text_array(keys));
    format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {HEAD} FOR UPDATE; \
         SELECT stream, version FROM citygate.stream_head WHERE stream = ANY ({streams}); \
         SELECT key, request_hash, answer, first_position, last_position \
         FROM citygate.idempotency WHERE key = ANY ({keys})"
    )
}

fn streams(request: &AppendRequest) -> impl Iterator<Item = &StreamName> {
    let written = request.events.iter().map(|event| &event.stream);
    request.expectations.iter().map(|expected| &expected.stream).chain(written)
}

fn learn<'a>(
    heads: &mut Heads,
    requests: impl Iterator<Item = &'a AppendRequest>,
    found: &[PgRow],
) -> Result<(), LoadError> {
    for stream in requests.flat_map(streams) {
        heads.learn_stream(stream.clone(), 0);
    }
    for row in found {
        if row.columns().first().is_some_and(|column| column.name() == "key") {
            let (key, record) = key_record(row)?;
            heads.learn_key(key, record);
            continue;
        }
        let stream: String = row.try_get("stream")?;
        let bad = || StoreError::corrupt(0, format!("the head of {stream} cannot be read"));
        let name = StreamName::try_new(&stream).map_err(|_| bad())?;
        heads.learn_stream(name, number(row.try_get("version")?).ok_or_else(bad)?);
    }
    Ok(())
}

/// The head row as it was read.
pub(super) fn head(row: &PgRow) -> Result<HeadRow, LoadError> {
    let bad = || StoreError::corrupt(0, "the head of the log cannot be read");
    let chain: Vec<u8> = row.try_get("chain")?;
    let recorded_at: Option<String> = row.try_get("recorded_at")?;
    let instant = |text: String| parse_instant(&text).ok_or_else(bad);
    Ok(HeadRow {
        position: number(row.try_get("position")?).ok_or_else(bad)?,
        chain: chain.try_into().map_err(|_| bad())?,
        recorded_at: recorded_at.map(instant).transpose()?,
        epoch: number(row.try_get("epoch")?).ok_or_else(bad)?,
        synchronous: row.try_get("synchronous")?,
    })
}

/// What is kept under a key.
pub(super) fn key_record(row: &PgRow) -> Result<(String, KeyRecord), LoadError> {
    let key: String = row.try_get("key")?;
    let bad = || StoreError::corrupt(0, format!("the key {key} cannot be read"));
    let request_hash: Vec<u8> = row.try_get("request_hash")?;
    let position = |name| -> Result<Option<u64>, LoadError> {
        let at = row.try_get::<Option<i64>, _>(name)?;
        Ok(at.map(|at| number(at).ok_or_else(bad)).transpose()?)
    };
    let record = KeyRecord {
        request_hash: request_hash.try_into().map_err(|_| bad())?,
        answer: row.try_get("answer")?,
        first_position: position("first_position")?,
        last_position: position("last_position")?,
    };
    Ok((key, record))
}

/// Texts as one literal. Several statements in one message cannot bind values, so these are the
/// only ones from outside that are written into SQL; `standard_conforming_strings` is asserted.
fn text_array<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut literal = String::from("'{");
    for (place, text) in texts.enumerate() {
        literal.push_str(if place == 0 { "\"" } else { ",\"" });
        for character in text.chars() {
            match character {
                '\'' => literal.push('\''),
                '"' | '\\' => literal.push('\\'),
                // No name that the log takes holds one, and the server takes none.
                '\0' => continue,
                _ => {}
            }
            literal.push(character);
        }
        literal.push('"');
    }
    literal.push_str("}'::text[]");
    literal
}

#[cfg(test)]
mod tests {
    use super::text_array;

    #[test]
    fn texts_become_one_literal_that_none_of_them_can_leave() {
        assert_eq!(text_array([].into_iter()), "'{}'::text[]");
        let texts = ["contract/LG-1", "a'b", "\"c\\", "'}'; DROP TABLE x; --", "NULL", "中"];
        let expected =
            r#"'{"contract/LG-1","a''b","\"c\\","''}''; DROP TABLE x; --","NULL","中"}'"#;
        assert_eq!(text_array(texts.into_iter()), format!("{expected}::text[]"));
    }
}
