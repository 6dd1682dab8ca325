//! What the log gives back.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::envelope::{Digest, Envelope};
use crate::instant::format_instant;
use crate::{Repeated, StreamName};

/// An event as it lies in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the log; the first event has 1, there are no gaps.
    pub position: u64,
    /// The stream that it belongs to.
    pub stream: StreamName,
    /// Its place in the stream; the first event has 1, there are no gaps.
    pub version: u64,
    /// Its type.
    pub event_type: String,
    /// The version of the type's form.
    pub type_version: u16,
    /// Its id.
    pub event_id: Uuid,
    /// The day or instant from which it counts.
    pub effective: Option<String>,
    /// When it was recorded; never earlier than the event before it.
    pub recorded_at: DateTime<Utc>,
    /// Who did it, as the JSON text that was given.
    pub actor: String,
    /// The reason that was given.
    pub reason: Option<String>,
    /// The event or command that led to it.
    pub causation: Option<Uuid>,
    /// The piece of work that it belongs to.
    pub correlation: Option<Uuid>,
    /// The JSON text that was given, byte for byte.
    pub payload: String,
    /// RFC 6962 leaf hash of its envelope.
    pub hash: Digest,
    /// Digest of the chain before it and of `hash`.
    pub chain: Digest,
}

impl StoredEvent {
    /// The canonical envelope, made again from the stored values.
    #[must_use]
    pub fn envelope(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let recorded_at = format_instant(self.recorded_at);
        Envelope {
            position: self.position,
            stream: self.stream.as_str(),
            version: self.version,
            event_type: &self.event_type,
            type_version: self.type_version,
            event_id: self.event_id,
            effective: self.effective.as_deref(),
            recorded_at: &recorded_at,
            actor: &self.actor,
            reason: self.reason.as_deref(),
            causation: self.causation,
            correlation: self.correlation,
            payload: &self.payload,
        }
        .write(&mut bytes);
        bytes
    }
}

/// What is kept about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Digest of the request that was done under the key.
    pub request_hash: [u8; 32],
    /// The answer stored with it.
    pub answer: Option<String>,
    /// Position of the request's first event.
    pub first_position: Option<u64>,
    /// Position of the request's last event.
    pub last_position: Option<u64>,
}

impl KeyRecord {
    /// The answer to somebody who comes with the same request again.
    #[must_use]
    pub fn repeated(&self) -> Repeated {
        Repeated {
            answer: self.answer.clone(),
            first_position: self.first_position,
            last_position: self.last_position,
        }
    }
}

/// A stream and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamHead {
    /// The stream.
    pub stream: StreamName,
    /// Number of its events.
    pub version: u64,
    /// Position of its last event.
    pub last_position: u64,
}

/// A state that was computed from the log and put aside: a cache, never a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is a snapshot of.
    pub name: String,
    /// The form of its bytes; a reader that does not know the form ignores it.
    pub format: u32,
    /// The last position that it includes.
    pub position: u64,
    /// The state.
    pub bytes: Vec<u8>,
}
