//! Looking up what planning needs: where the log ends, streams, keys.

use std::collections::HashSet;

use chrono::DateTime;
use sqlx::SqliteConnection;

use crate::canonical::write_string;
use crate::instant::parse_instant;
use crate::plan::Heads;
use crate::{AppendRequest, KeyRecord, StoreError, StreamName};

use super::batch::integer;
use super::read::number;

/// The head row, with the counter that tells whether a plan is still good.
pub(super) struct HeadRow {
    pub position: u64,
    pub chain: [u8; 32],
    pub recorded_at: Option<String>,
    pub epoch: u64,
    pub generation: i64,
}

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

pub(super) async fn head_row(connection: &mut SqliteConnection) -> Result<HeadRow, LoadError> {
    let sql = "SELECT position, chain, recorded_at, epoch, generation FROM log_head";
    let row = sqlx::query_as::<_, (i64, Vec<u8>, Option<String>, i64, i64)>(sql);
    let (position, chain, recorded_at, epoch, generation) = row.fetch_one(connection).await?;
    let bad = || StoreError::corrupt(0, "the head of the log cannot be read");
    let chain = chain.try_into().map_err(|_| bad())?;
    let (position, epoch) = (number(position).ok_or_else(bad)?, number(epoch).ok_or_else(bad)?);
    Ok(HeadRow { position, chain, recorded_at, epoch, generation })
}

impl HeadRow {
    pub fn heads(&self) -> Result<Heads, StoreError> {
        let recorded_at = match &self.recorded_at {
            None => DateTime::UNIX_EPOCH,
            Some(text) => parse_instant(text)
                .ok_or_else(|| StoreError::corrupt(0, "the time of the head cannot be read"))?,
        };
        Ok(Heads::at(self.position, self.chain, recorded_at))
    }
}

/// Looks up the streams and keys that requests name and that are not known yet.
pub(super) async fn learn<'a>(
    connection: &mut SqliteConnection,
    heads: &mut Heads,
    requests: impl Iterator<Item = &'a AppendRequest> + Send,
) -> Result<(), LoadError> {
    let (mut streams, mut keys) = (HashSet::new(), HashSet::new());
    for request in requests {
        let written = request.events.iter().map(|event| &event.stream);
        let named = request.expectations.iter().map(|expected| &expected.stream).chain(written);
        streams.extend(named.filter(|stream| !heads.knows_stream(stream)).cloned());
        let key = request.key.as_ref().map(|key| &key.key);
        keys.extend(key.filter(|key| !heads.knows_key(key)).cloned());
    }
    if !streams.is_empty() {
        learn_streams(connection, heads, streams).await?;
    }
    for (key, record) in find_keys(connection, keys.iter()).await? {
        heads.learn_key(key, record);
    }
    Ok(())
}

async fn learn_streams(
    connection: &mut SqliteConnection,
    heads: &mut Heads,
    streams: HashSet<StreamName>,
) -> Result<(), LoadError> {
    let sql = "SELECT w.value, h.version FROM json_each(?1) w \
        CROSS JOIN stream_head h ON h.stream = w.value";
    let wanted = json_array(streams.iter().map(StreamName::as_str));
    let found = sqlx::query_as::<_, (String, i64)>(sql).bind(wanted).fetch_all(connection).await?;
    for stream in streams {
        heads.learn_stream(stream, 0);
    }
    for (stream, version) in found {
        let bad = || StoreError::corrupt(0, format!("the head of {stream} cannot be read"));
        let name = StreamName::try_new(&stream).map_err(|_| bad())?;
        heads.learn_stream(name, number(version).ok_or_else(bad)?);
    }
    Ok(())
}

type KeyRow = (String, Vec<u8>, Option<String>, Option<i64>, Option<i64>);

/// The keys among `keys` that were used before.
pub(super) async fn find_keys(
    connection: &mut SqliteConnection,
    keys: impl Iterator<Item = &String>,
) -> Result<Vec<(String, KeyRecord)>, LoadError> {
    let wanted = json_array(keys.map(String::as_str));
    if wanted == "[]" {
        return Ok(Vec::new());
    }
    let sql = "SELECT i.key, i.request_hash, i.answer, i.first_position, i.last_position \
        FROM json_each(?1) w CROSS JOIN idempotency i ON i.key = w.value";
    let rows = sqlx::query_as::<_, KeyRow>(sql).bind(wanted).fetch_all(connection).await?;
    key_records(rows)
}

/// All keys behind `after`, in their order.
pub(super) async fn keys_after(
    connection: &mut SqliteConnection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, KeyRecord)>, LoadError> {
    let sql = "SELECT key, request_hash, answer, first_position, last_position \
        FROM idempotency WHERE key > ?1 ORDER BY key LIMIT ?2";
    // No key is empty.
    let after = after.unwrap_or_default();
    let rows = sqlx::query_as::<_, KeyRow>(sql).bind(after).bind(integer(limit as u64));
    key_records(rows.fetch_all(connection).await?)
}

fn key_records(rows: Vec<KeyRow>) -> Result<Vec<(String, KeyRecord)>, LoadError> {
    let mut found = Vec::with_capacity(rows.len());
    for (key, request_hash, answer, first, last) in rows {
        let bad = || StoreError::corrupt(0, format!("the key {key} cannot be read"));
        let request_hash = request_hash.try_into().map_err(|_| bad())?;
        let first_position = first.map(|at| number(at).ok_or_else(bad)).transpose()?;
        let last_position = last.map(|at| number(at).ok_or_else(bad)).transpose()?;
        found.push((key, KeyRecord { request_hash, answer, first_position, last_position }));
    }
    Ok(found)
}

fn json_array<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut json = String::from("[");
    for text in texts {
        if json.len() > 1 {
            json.push(',');
        }
        write_string(text, &mut json);
    }
    json.push(']');
    json
}
