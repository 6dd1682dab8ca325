//! Deciding what becomes of a request: the one place, for every store.
//!
//! A store loads what a request names into [`Heads`], lets [`Heads::plan`] decide, and makes the
//! planned rows durable. Planning changes `Heads` as if the rows were durable already, so a later
//! request of the same batch sees the earlier ones; a store whose write fails drops the `Heads`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::check::check;
use crate::envelope::{Digest, Envelope, GENESIS, MAX_ENVELOPE, chain_hash, leaf_hash};
use crate::instant::{format_instant, to_microseconds};
use crate::{
    AppendRequest, BadData, Committed, KeyRecord, Outcome, StoredEvent, StreamName, Violation,
};

/// What is known of the log: where it ends, and the streams and keys that were looked up.
#[derive(Debug, Clone)]
pub(crate) struct Heads {
    pub position: u64,
    pub chain: Digest,
    pub recorded_at: DateTime<Utc>,
    pub versions: HashMap<StreamName, u64>,
    pub keys: HashMap<String, KeyRecord>,
}

/// A decided request: its outcome, and the rows to be stored if it is `Committed`.
#[derive(Debug)]
pub(crate) struct Planned {
    pub outcome: Outcome,
    pub rows: Vec<StoredEvent>,
    pub key: Option<(String, KeyRecord)>,
}

impl Planned {
    fn without_rows(outcome: Outcome) -> Self {
        Self { outcome, rows: Vec::new(), key: None }
    }
}

impl Heads {
    /// An empty log.
    pub fn empty() -> Self {
        Self {
            position: 0,
            chain: GENESIS,
            recorded_at: DateTime::UNIX_EPOCH,
            versions: HashMap::new(),
            keys: HashMap::new(),
        }
    }

    /// The instant to record: now, but never before what was recorded last.
    pub fn stamp(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        to_microseconds(now).max(self.recorded_at)
    }

    /// Decides a request. Every stream and key that it names must have been looked up.
    pub fn plan(&mut self, request: &AppendRequest, now: DateTime<Utc>) -> Planned {
        if let Err(bad) = check(request) {
            return Planned::without_rows(Outcome::Refused(bad));
        }
        if let Some(outcome) = self.known_key(request) {
            return Planned::without_rows(outcome);
        }
        let violations = self.violations(request);
        if !violations.is_empty() {
            return Planned::without_rows(Outcome::Conflict(violations));
        }
        let recorded_at = self.stamp(now);
        match self.rows(request, recorded_at) {
            Ok(rows) => self.take(request, rows, recorded_at),
            Err(bad) => Planned::without_rows(Outcome::Refused(bad)),
        }
    }

    fn known_key(&self, request: &AppendRequest) -> Option<Outcome> {
        let key = request.key.as_ref()?;
        let record = self.keys.get(&key.key)?;
        if record.request_hash == key.request_hash {
            return Some(Outcome::Repeated(record.repeated()));
        }
        Some(Outcome::KeyReused)
    }

    fn violations(&self, request: &AppendRequest) -> Vec<Violation> {
        let mut violations = Vec::new();
        for expected in &request.expectations {
            let actual = self.version(&expected.stream);
            if !expected.expectation.holds(actual) {
                let (stream, expected) = (expected.stream.clone(), expected.expectation);
                violations.push(Violation { stream, expected, actual });
            }
        }
        violations
    }

    fn version(&self, stream: &StreamName) -> u64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }

    /// The rows of a request, without changing what is known.
    fn rows(
        &self,
        request: &AppendRequest,
        recorded_at: DateTime<Utc>,
    ) -> Result<Vec<StoredEvent>, BadData> {
        let recorded_text = format_instant(recorded_at);
        let mut written: HashMap<&StreamName, u64> = HashMap::new();
        let mut rows = Vec::with_capacity(request.events.len());
        let (mut position, mut chain) = (self.position, self.chain);
        let mut envelope = Vec::new();
        for event in &request.events {
            position += 1;
            let version =
                written.entry(&event.stream).or_insert_with(|| self.version(&event.stream));
            *version += 1;
            envelope.clear();
            let meta = &request.metadata;
            Envelope {
                position,
                stream: event.stream.as_str(),
                version: *version,
                event_type: &event.event_type,
                type_version: event.type_version,
                event_id: event.event_id,
                effective: event.effective.as_deref(),
                recorded_at: &recorded_text,
                actor: &meta.actor,
                reason: meta.reason.as_deref(),
                causation: meta.causation,
                correlation: meta.correlation,
                payload: &event.payload,
            }
            .write(&mut envelope);
            if envelope.len() > MAX_ENVELOPE {
                return Err(too_large(&event.event_type, envelope.len()));
            }
            let hash = leaf_hash(&envelope);
            chain = chain_hash(&chain, &hash);
            rows.push(StoredEvent {
                position,
                stream: event.stream.clone(),
                version: *version,
                event_type: event.event_type.clone().into_owned(),
                type_version: event.type_version,
                event_id: event.event_id,
                effective: event.effective.clone(),
                recorded_at,
                actor: meta.actor.clone(),
                reason: meta.reason.clone(),
                causation: meta.causation,
                correlation: meta.correlation,
                payload: event.payload.clone(),
                hash,
                chain,
            });
        }
        Ok(rows)
    }

    fn take(
        &mut self,
        request: &AppendRequest,
        rows: Vec<StoredEvent>,
        recorded_at: DateTime<Utc>,
    ) -> Planned {
        for row in &rows {
            self.position = row.position;
            self.chain = row.chain;
            match self.versions.get_mut(&row.stream) {
                Some(version) => *version = row.version,
                None => drop(self.versions.insert(row.stream.clone(), row.version)),
            }
        }
        self.recorded_at = recorded_at;
        let first_position = rows.first().map(|row| row.position);
        let last_position = rows.last().map(|row| row.position);
        let key = request.key.as_ref().map(|key| {
            let record = KeyRecord {
                request_hash: key.request_hash,
                answer: request.answer.clone(),
                first_position,
                last_position,
            };
            self.keys.insert(key.key.clone(), record.clone());
            (key.key.clone(), record)
        });
        let committed = Committed { first_position, last_position, recorded_at };
        Planned { outcome: Outcome::Committed(committed), rows, key }
    }
}

fn too_large(event_type: &str, length: usize) -> BadData {
    let sentence =
        format!("the envelope of {event_type} has {length} bytes, more than {MAX_ENVELOPE}");
    BadData::new("envelope_too_large", sentence)
}
