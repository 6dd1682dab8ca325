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
use crate::{AppendRequest, BadData, Committed, KeyRecord, Outcome, StreamName, Violation};

/// What is known of the log: where it ends, and the streams and keys that were looked up.
#[derive(Debug, Clone)]
pub(crate) struct Heads {
    pub position: u64,
    pub chain: Digest,
    pub recorded_at: DateTime<Utc>,
    /// Number of the batch that is being planned; a store that forgets, forgets older batches.
    pub batch: u64,
    versions: HashMap<StreamName, Known<u64>>,
    keys: HashMap<String, Known<KeyRecord>>,
}

#[derive(Debug, Clone)]
struct Known<T> {
    value: T,
    batch: u64,
}

/// The digests and version of a row; everything else of it stands in the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sealed {
    pub version: u64,
    pub hash: Digest,
    pub chain: Digest,
}

/// A decided request: its outcome and, if it is `Committed`, a seal for each of its events.
#[derive(Debug)]
pub(crate) struct Planned {
    pub outcome: Outcome,
    pub rows: Vec<Sealed>,
}

impl Planned {
    fn without_rows(outcome: Outcome) -> Self {
        Self { outcome, rows: Vec::new() }
    }
}

impl Heads {
    /// An empty log.
    pub fn empty() -> Self {
        Self::at(0, GENESIS, DateTime::UNIX_EPOCH)
    }

    /// A log that ends here, of which nothing else is known.
    pub fn at(position: u64, chain: Digest, recorded_at: DateTime<Utc>) -> Self {
        let (versions, keys) = (HashMap::new(), HashMap::new());
        Self { position, chain, recorded_at, batch: 0, versions, keys }
    }

    pub fn knows_stream(&self, stream: &StreamName) -> bool {
        self.versions.contains_key(stream)
    }

    pub fn knows_key(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    pub fn learn_stream(&mut self, stream: StreamName, value: u64) {
        self.versions.insert(stream, Known { value, batch: self.batch });
    }

    pub fn learn_key(&mut self, key: String, value: KeyRecord) {
        self.keys.insert(key, Known { value, batch: self.batch });
    }

    pub fn key(&self, key: &str) -> Option<&KeyRecord> {
        self.keys.get(key).map(|known| &known.value)
    }

    /// Version of a stream, if it is known.
    pub fn known_version(&self, stream: &StreamName) -> Option<u64> {
        self.versions.get(stream).map(|known| known.value)
    }

    /// Version of a stream that was looked up or written; 0 for every other.
    pub fn version(&self, stream: &StreamName) -> u64 {
        self.versions.get(stream).map_or(0, |known| known.value)
    }

    /// Forgets the keys of batches before `batch`, and their streams if there are many.
    pub fn forget_before(&mut self, batch: u64, many: usize) {
        self.keys.retain(|_, known| known.batch >= batch);
        if self.versions.len() > many {
            self.versions.retain(|_, known| known.batch >= batch);
        }
    }

    /// The instant to record: now, but never before what was recorded last.
    pub fn stamp(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        to_microseconds(now).max(self.recorded_at)
    }

    /// Decides a request. Every stream and key that it names must have been looked up.
    pub fn plan(&mut self, request: &AppendRequest, now: DateTime<Utc>) -> Planned {
        if let Err(bad) = check(request) {
            return refused(request, bad);
        }
        if let Some(outcome) = self.known_key(request) {
            if matches!(outcome, Outcome::KeyReused) {
                request.run.break_off();
            }
            return Planned::without_rows(outcome);
        }
        let violations = self.violations(request);
        if !violations.is_empty() || request.run.is_broken() {
            request.run.break_off();
            return Planned::without_rows(Outcome::Conflict(violations));
        }
        let recorded_at = self.stamp(now);
        match self.rows(request, recorded_at) {
            Ok(rows) => self.take(request, rows, recorded_at),
            Err(bad) => refused(request, bad),
        }
    }

    fn known_key(&self, request: &AppendRequest) -> Option<Outcome> {
        let key = request.key.as_ref()?;
        let record = self.key(&key.key)?;
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

    /// Seals the events of a request, without changing what is known.
    fn rows(
        &self,
        request: &AppendRequest,
        recorded_at: DateTime<Utc>,
    ) -> Result<Vec<Sealed>, BadData> {
        let recorded_text = format_instant(recorded_at);
        let mut written: HashMap<&StreamName, u64> = HashMap::new();
        let mut rows = Vec::with_capacity(request.events.len());
        let mut chain = self.chain;
        let mut envelope = Vec::new();
        let meta = &request.metadata;
        for (position, event) in (self.position + 1..).zip(&request.events) {
            let version =
                written.entry(&event.stream).or_insert_with(|| self.version(&event.stream));
            *version += 1;
            envelope.clear();
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
            rows.push(Sealed { version: *version, hash, chain });
        }
        Ok(rows)
    }

    fn take(
        &mut self,
        request: &AppendRequest,
        rows: Vec<Sealed>,
        recorded_at: DateTime<Utc>,
    ) -> Planned {
        let first_position = (!rows.is_empty()).then_some(self.position + 1);
        for (event, row) in request.events.iter().zip(&rows) {
            self.position += 1;
            self.chain = row.chain;
            self.learn_stream(event.stream.clone(), row.version);
        }
        let last_position = first_position.map(|_| self.position);
        if let Some(key) = &request.key {
            let answer = request.answer.clone();
            let request_hash = key.request_hash;
            let record = KeyRecord { request_hash, answer, first_position, last_position };
            self.learn_key(key.key.clone(), record);
        }
        self.recorded_at = recorded_at;
        let committed = Committed { first_position, last_position, recorded_at };
        Planned { outcome: Outcome::Committed(committed), rows }
    }
}

/// What rests on a refused request is decided again.
fn refused(request: &AppendRequest, bad: BadData) -> Planned {
    request.run.break_off();
    Planned::without_rows(Outcome::Refused(bad))
}

fn too_large(event_type: &str, length: usize) -> BadData {
    let sentence =
        format!("the envelope of {event_type} has {length} bytes, more than {MAX_ENVELOPE}");
    BadData::new("envelope_too_large", sentence)
}
