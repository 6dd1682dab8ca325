//! Requests that become durable together: planned in memory, written in one transaction.

use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::calls::Queued;
use crate::canonical::write_string;
use crate::instant::format_instant;
use crate::plan::{Heads, Sealed};
use crate::{AppendRequest, Attachment, NewEvent, Outcome, PersonalField, StreamName};

/// Planned requests with everything that has to be written, in the form in which it is bound.
pub(super) struct Batch {
    pub requests: Vec<Queued>,
    pub outcomes: Vec<Outcome>,
    /// `generation` of the head that the plan rests on.
    pub generation: i64,
    pub events: usize,
    position_before: u64,
    position: u64,
    chain: [u8; 32],
    recorded_at: DateTime<Utc>,
    /// One array per event; what is binary lies in `blobs`.
    rows: String,
    /// Per event: id, hash, chain.
    blobs: Vec<u8>,
    streams: HashMap<StreamName, (u64, u64)>,
    keys: String,
    /// Per key: digest of the request.
    key_blobs: Vec<u8>,
    /// Whether any request has something to be kept beside the log.
    beside: bool,
}

impl Batch {
    pub fn new(heads: &Heads, generation: i64) -> Self {
        Self {
            requests: Vec::new(),
            outcomes: Vec::new(),
            generation,
            events: 0,
            position_before: heads.position,
            position: heads.position,
            chain: heads.chain,
            recorded_at: heads.recorded_at,
            rows: String::from("["),
            blobs: Vec::new(),
            streams: HashMap::new(),
            keys: String::from("["),
            key_blobs: Vec::new(),
            beside: false,
        }
    }

    /// Plans a request on top of what is in the batch. Its streams and keys must be known.
    pub fn plan(&mut self, heads: &mut Heads, queued: Queued, now: DateTime<Utc>) {
        let planned = heads.plan(&queued.request, now);
        if let Outcome::Committed(committed) = &planned.outcome {
            let recorded_at = format_instant(committed.recorded_at);
            let first = self.position + 1;
            for (event, row) in queued.request.events.iter().zip(&planned.rows) {
                self.row(&queued.request, event, row, &recorded_at);
            }
            (self.chain, self.recorded_at) = (heads.chain, heads.recorded_at);
            if let Some(key) = &queued.request.key {
                comma(&mut self.keys);
                self.keys.push('[');
                write_string(&key.key, &mut self.keys);
                self.keys.push(',');
                text_or_null(queued.request.answer.as_deref(), &mut self.keys);
                // Writing to a String cannot fail.
                let _ = match committed.first_position {
                    Some(_) => write!(self.keys, ",{first},{}]", self.position),
                    None => write!(self.keys, ",null,null]"),
                };
                self.key_blobs.extend_from_slice(&key.request_hash);
            }
            let request = &queued.request;
            self.beside |= !request.personal.is_empty() || !request.attachments.is_empty();
        }
        self.requests.push(queued);
        self.outcomes.push(planned.outcome);
    }

    fn row(&mut self, request: &AppendRequest, event: &NewEvent, row: &Sealed, recorded_at: &str) {
        self.position += 1;
        self.events += 1;
        let json = &mut self.rows;
        comma(json);
        json.push('[');
        write_string(event.stream.as_str(), json);
        let _ = write!(json, ",{},", row.version);
        write_string(&event.event_type, json);
        let _ = write!(json, ",{},", event.type_version);
        text_or_null(event.effective.as_deref(), json);
        let _ = write!(json, ",\"{recorded_at}\",");
        write_string(&request.metadata.actor, json);
        json.push(',');
        text_or_null(request.metadata.reason.as_deref(), json);
        for id in [request.metadata.causation, request.metadata.correlation] {
            let _ = match id {
                Some(id) => write!(json, ",\"{}\"", id.simple()),
                None => write!(json, ",null"),
            };
        }
        json.push(',');
        write_string(&event.payload, json);
        json.push(']');
        self.blobs.extend_from_slice(Uuid::as_bytes(&event.event_id));
        self.blobs.extend_from_slice(&row.hash);
        self.blobs.extend_from_slice(&row.chain);
        match self.streams.get_mut(&event.stream) {
            Some(head) => *head = (row.version, self.position),
            None => drop(self.streams.insert(event.stream.clone(), (row.version, self.position))),
        }
    }

    /// Whether there is anything to write.
    pub fn writes(&self) -> bool {
        self.events > 0 || !self.key_blobs.is_empty() || self.beside
    }

    /// Position of the last event once the batch is durable.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The requests, to be planned anew.
    pub fn into_requests(self) -> Vec<Queued> {
        self.requests
    }

    /// Writes everything inside the caller's transaction. `false`: the head is no longer the one
    /// that the plan rests on, and nothing was written.
    pub async fn write(&mut self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = "UPDATE log_head SET position = ?1, chain = ?2, \
            recorded_at = CASE WHEN ?1 = 0 THEN NULL ELSE ?3 END, \
            generation = generation + 1 WHERE generation = ?4";
        let moved = sqlx::query(sql)
            .bind(integer(self.position))
            .bind(self.chain.to_vec())
            .bind(format_instant(self.recorded_at))
            .bind(self.generation)
            .execute(&mut *connection)
            .await?;
        if moved.rows_affected() != 1 {
            return Ok(false);
        }
        if self.events > 0 {
            self.write_events(connection).await?;
        }
        if !self.key_blobs.is_empty() {
            self.keys.push(']');
            let sql = "INSERT OR FAIL INTO idempotency \
                SELECT value->>0, substr(?2, key * 32 + 1, 32), value->>1, value->>2, value->>3 \
                FROM jsonb_each(?1)";
            let keys = std::mem::take(&mut self.keys);
            let blobs = std::mem::take(&mut self.key_blobs);
            sqlx::query(sql).bind(keys).bind(blobs).execute(&mut *connection).await?;
        }
        self.write_beside(connection).await?;
        Ok(true)
    }

    async fn write_events(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        self.rows.push(']');
        // OR FAIL spares the statement journal; the transaction is rolled back on any error.
        let sql = "INSERT OR FAIL INTO event \
            SELECT ?3 + key, value->>0, value->>1, value->>2, value->>3, \
            substr(?2, key * 80 + 1, 16), value->>4, value->>5, value->>6, value->>7, \
            unhex(value->>8), unhex(value->>9), value->>10, \
            substr(?2, key * 80 + 17, 32), substr(?2, key * 80 + 49, 32) FROM jsonb_each(?1)";
        sqlx::query(sql)
            .bind(std::mem::take(&mut self.rows))
            .bind(std::mem::take(&mut self.blobs))
            .bind(integer(self.position_before + 1))
            .execute(&mut *connection)
            .await?;
        let mut heads = String::from("[");
        for (stream, (version, last)) in &self.streams {
            comma(&mut heads);
            heads.push('[');
            write_string(stream.as_str(), &mut heads);
            let _ = write!(heads, ",{version},{last}]");
        }
        heads.push(']');
        let sql = "INSERT INTO stream_head \
            SELECT value->>0, value->>1, value->>2 FROM jsonb_each(?1) WHERE true \
            ON CONFLICT (stream) DO UPDATE \
            SET version = excluded.version, last_position = excluded.last_position";
        sqlx::query(sql).bind(heads).execute(&mut *connection).await.map(drop)
    }

    async fn write_beside(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if !self.beside {
            return Ok(());
        }
        for (queued, outcome) in self.requests.iter().zip(&self.outcomes) {
            if !matches!(outcome, Outcome::Committed(_)) {
                continue;
            }
            for PersonalField { id, field, salt, value } in &queued.request.personal {
                let sql = "INSERT INTO personal (id, field, salt, value) VALUES (?1, ?2, ?3, ?4) \
                    ON CONFLICT DO NOTHING";
                let query = sqlx::query(sql).bind(id).bind(field).bind(salt).bind(value);
                query.execute(&mut *connection).await?;
            }
            for Attachment { sha256, bytes } in &queued.request.attachments {
                let sql = "INSERT INTO attachment VALUES (?1, ?2) ON CONFLICT DO NOTHING";
                let query = sqlx::query(sql).bind(&sha256[..]).bind(bytes);
                query.execute(&mut *connection).await?;
            }
        }
        Ok(())
    }
}

fn comma(json: &mut String) {
    if json.len() > 1 {
        json.push(',');
    }
}

fn text_or_null(text: Option<&str>, json: &mut String) {
    match text {
        Some(text) => write_string(text, json),
        None => json.push_str("null"),
    }
}

/// A position as the database holds it. The log cannot grow past it in any lifetime.
pub(super) fn integer(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
