//! Taking the lock and looking up what planning needs: where the log ends, streams, keys.

use std::collections::{BTreeSet, HashMap};

use chrono::DateTime;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Column, PgConnection, Row};

use super::read::number;
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
    pub head: HeadRow,
    /// Of the streams that were asked for, those that have events.
    pub versions: HashMap<StreamName, u64>,
    /// Of the keys that were asked for, those in use.
    pub keys: Vec<(String, KeyRecord)>,
}

impl Locked {
    /// What is known of the log by it, when everything was asked for that requests name.
    pub fn heads<'a>(self, requests: impl Iterator<Item = &'a AppendRequest>) -> Heads {
        let at = self.head.recorded_at.unwrap_or(DateTime::UNIX_EPOCH);
        let mut heads = Heads::at(self.head.position, self.head.chain, at);
        for stream in requests.flat_map(streams) {
            if !heads.knows_stream(stream) {
                let version = self.versions.get(stream).copied().unwrap_or(0);
                heads.learn_stream(stream.clone(), version);
            }
        }
        for (key, record) in self.keys {
            heads.learn_key(key, record);
        }
        heads
    }
}

pub(super) const HEAD: &str = "SELECT position, chain, recorded_at, epoch, \
    current_setting('synchronous_standby_names') <> '' AS synchronous FROM citygate.log_head";

/// Begins a transaction, takes the lock on the log's head, and reads the streams and keys of a
/// [`question`]: one message, one round trip.
pub(super) async fn lock(
    connection: &mut PgConnection,
    question: String,
) -> Result<Locked, LoadError> {
    let rows = sqlx::raw_sql(AssertSqlSafe(question)).fetch_all(connection).await?;
    let (mut found, mut versions, mut keys) = (None, HashMap::new(), Vec::new());
    for row in rows {
        match row.columns().first().map(Column::name) {
            Some("position") => found = Some(head(&row)?),
            Some("key") => keys.push(key_record(&row)?),
            _ => {
                let stream: String = row.try_get("stream")?;
                let bad = || StoreError::corrupt(0, format!("the head of {stream} cannot be read"));
                let name = StreamName::try_new(&stream).map_err(|_| bad())?;
                versions.insert(name, number(row.try_get("version")?).ok_or_else(bad)?);
            }
        }
    }
    let missing = || StoreError::corrupt(0, "the head of the log is missing");
    Ok(Locked { head: found.ok_or_else(missing)?, versions, keys })
}

/// Everything that requests name.
pub(super) fn question_of<'a>(requests: impl Iterator<Item = &'a AppendRequest> + Clone) -> String {
    let keys = requests.clone().filter_map(|one| Some(one.key.as_ref()?.key.as_str()));
    let streams: BTreeSet<&str> = requests.flat_map(streams).map(StreamName::as_str).collect();
    question(streams.into_iter(), keys)
}

/// What [`lock`] asks of the server about streams and keys.
///
/// These are statements of their own, not one: a statement sees what was committed when it began,
/// and the one that waits for the lock began before the last holder committed. Each name is looked
/// up by its own: for a thousand at once the server would rather read the whole table.
pub(super) fn question<'a>(
    streams: impl Iterator<Item = &'a str>,
    keys: impl Iterator<Item = &'a str>,
) -> String {
    let mut asked = format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {HEAD} FOR UPDATE");
    let (mut streams, mut keys) = (streams.peekable(), keys.peekable());
    if streams.peek().is_some() {
        asked.push_str("; SELECT there.* FROM unnest(");
        text_array(streams, &mut asked);
        asked.push_str(
            ") AS asked, LATERAL (SELECT stream, version FROM citygate.stream_head \
             WHERE stream = asked LIMIT 1) AS there",
        );
    }
    if keys.peek().is_some() {
        asked.push_str("; SELECT there.* FROM unnest(");
        text_array(keys, &mut asked);
        asked.push_str(
            ") AS asked, LATERAL (SELECT key, request_hash, answer, first_position, last_position \
             FROM citygate.idempotency WHERE key = asked LIMIT 1) AS there",
        );
    }
    asked
}

/// The streams that a request names.
pub(super) fn streams(request: &AppendRequest) -> impl Iterator<Item = &StreamName> {
    let written = request.events.iter().map(|event| &event.stream);
    request.expectations.iter().map(|expected| &expected.stream).chain(written)
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
fn text_array<'a>(texts: impl Iterator<Item = &'a str>, literal: &mut String) {
    literal.push_str("'{");
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
}

#[cfg(test)]
mod tests {
    use super::text_array;

    #[test]
    fn texts_become_one_literal_that_none_of_them_can_leave() {
        let literal = |texts: &[&str]| {
            let mut literal = String::new();
            text_array(texts.iter().copied(), &mut literal);
            literal
        };
        assert_eq!(literal(&[]), "'{}'::text[]");
        let texts = ["contract/LG-1", "a'b", "\"c\\", "'}'; DROP TABLE x; --", "NULL", "中"];
        let expected =
            r#"'{"contract/LG-1","a''b","\"c\\","''}''; DROP TABLE x; --","NULL","中"}'"#;
        assert_eq!(literal(&texts), format!("{expected}::text[]"));
    }
}
