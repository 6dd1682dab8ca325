//! What is hashed: the canonical envelope of an event, its leaf hash and the chain.
//!
//! This form is permanent. A new form gets a new `format` number and stands beside this one.

use std::fmt::Write as _;

use chrono::DateTime;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::canonical::write_string;
use crate::instant::format_instant;
use crate::{AppendRequest, Metadata, NewEvent};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// The chain before the first event.
pub const GENESIS: Digest = [0; 32];

/// Longest envelope in bytes, so that a Merkle log of two-byte lengths can hold it.
pub const MAX_ENVELOPE: usize = 65_535;

/// The values of an event that are hashed: all of them.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// Place in the log.
    pub position: u64,
    /// Name of the stream.
    pub stream: &'a str,
    /// Place in the stream.
    pub version: u64,
    /// Type of the event.
    pub event_type: &'a str,
    /// Version of the type's form.
    pub type_version: u16,
    /// Id of the event.
    pub event_id: Uuid,
    /// Day or instant from which it counts.
    pub effective: Option<&'a str>,
    /// When it was recorded, as the stored text.
    pub recorded_at: &'a str,
    /// Canonical JSON object.
    pub actor: &'a str,
    /// The reason.
    pub reason: Option<&'a str>,
    /// What led to it.
    pub causation: Option<Uuid>,
    /// The piece of work.
    pub correlation: Option<Uuid>,
    /// Canonical JSON object.
    pub payload: &'a str,
}

impl Envelope<'_> {
    /// Appends the envelope as RFC 8785 JSON to `out`: names in order, absent values left out.
    ///
    /// The bytes are canonical when `actor` and `payload` are, which the log checks.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut text = String::with_capacity(400 + self.payload.len());
        // Writing to a String cannot fail.
        let _ = write!(text, "{{\"actor\":{}", self.actor);
        if let Some(causation) = self.causation {
            let _ = write!(text, ",\"causation\":\"{causation}\"");
        }
        if let Some(correlation) = self.correlation {
            let _ = write!(text, ",\"correlation\":\"{correlation}\"");
        }
        if let Some(effective) = self.effective {
            text.push_str(",\"effective\":");
            write_string(effective, &mut text);
        }
        let _ = write!(text, ",\"event_id\":\"{}\",\"format\":1,\"payload\":", self.event_id);
        text.push_str(self.payload);
        let _ = write!(text, ",\"position\":{}", self.position);
        if let Some(reason) = self.reason {
            text.push_str(",\"reason\":");
            write_string(reason, &mut text);
        }
        text.push_str(",\"recorded_at\":");
        write_string(self.recorded_at, &mut text);
        text.push_str(",\"stream\":");
        write_string(self.stream, &mut text);
        text.push_str(",\"type\":");
        write_string(self.event_type, &mut text);
        let (type_version, version) = (self.type_version, self.version);
        let _ = write!(text, ",\"type_version\":{type_version},\"version\":{version}}}");
        out.extend_from_slice(text.as_bytes());
    }
}

/// Bytes of an envelope beside its texts: names, punctuation, ids, numbers and the instant.
const BESIDE_TEXTS: usize = 600;
/// The longest form of a byte of text in JSON.
const LONGEST_ESCAPE: usize = 6;

/// The first event of a request, by its place among them, that may be too long for its envelope
/// somewhere in the log, with the bytes that it has there at most. Asked before anything rests on the request:
/// the log itself refuses what is too long, but by then later requests have been decided on it.
#[must_use]
pub fn too_long(request: &AppendRequest) -> Option<(usize, usize)> {
    let meta = &request.metadata;
    let reason = meta.reason.as_deref().unwrap_or_default();
    let beside = BESIDE_TEXTS + meta.actor.len() + LONGEST_ESCAPE * reason.len();
    request.events.iter().enumerate().find_map(|(place, event)| {
        let names = event.stream.as_str().len() + event.event_type.len();
        // Almost every event is far too short to be measured.
        if event.payload.len() + beside + LONGEST_ESCAPE * names <= MAX_ENVELOPE {
            return None;
        }
        let bytes = longest(event, meta);
        (bytes > MAX_ENVELOPE).then_some((place, bytes))
    })
}

/// The bytes of an event's envelope at the last place that a log has.
fn longest(event: &NewEvent, meta: &Metadata) -> usize {
    let mut envelope = Vec::new();
    Envelope {
        position: u64::MAX,
        stream: event.stream.as_str(),
        version: u64::MAX,
        event_type: &event.event_type,
        type_version: event.type_version,
        event_id: event.event_id,
        effective: event.effective.as_deref(),
        recorded_at: &format_instant(DateTime::UNIX_EPOCH),
        actor: &meta.actor,
        reason: meta.reason.as_deref(),
        causation: meta.causation,
        correlation: meta.correlation,
        payload: &event.payload,
    }
    .write(&mut envelope);
    envelope.len()
}

/// The RFC 6962 leaf hash: SHA-256 of a zero byte and the data.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Digest {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The chain after an event: SHA-256 of the chain before it and of its leaf hash.
#[must_use]
pub fn chain_hash(previous: &Digest, hash: &Digest) -> Digest {
    Sha256::new().chain_update(previous).chain_update(hash).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventStore, MemoryStore, Outcome, StreamName};

    fn envelope<'a>(reason: Option<&'a str>, id: Option<Uuid>) -> Envelope<'a> {
        Envelope {
            position: 7,
            stream: "contract/LG-1",
            version: 2,
            event_type: "delivered",
            type_version: 1,
            event_id: Uuid::nil(),
            effective: Some("2026-01-15"),
            recorded_at: "2026-01-15T08:00:00.000000Z",
            actor: r#"{"person":"p1"}"#,
            reason,
            causation: id,
            correlation: id,
            payload: r#"{"volume":"40"}"#,
        }
    }

    #[test]
    fn the_form_of_the_envelope_never_changes() {
        let mut bytes = Vec::new();
        envelope(None, None).write(&mut bytes);
        let expected = concat!(
            r#"{"actor":{"person":"p1"},"effective":"2026-01-15","#,
            r#""event_id":"00000000-0000-0000-0000-000000000000","format":1,"#,
            r#""payload":{"volume":"40"},"position":7,"recorded_at":"2026-01-15T08:00:00.000000Z","#,
            r#""stream":"contract/LG-1","type":"delivered","type_version":1,"version":2}"#
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn the_envelope_is_canonical_with_every_value_present() {
        let mut bytes = Vec::new();
        envelope(Some("meter \"7\"\n"), Some(Uuid::max())).write(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(crate::check_canonical_object(&text), Ok(()), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(crate::canonical_json(&value).unwrap(), text);
    }

    #[test]
    fn the_leaf_hash_of_nothing_is_the_one_of_rfc_6962() {
        let hex: String = leaf_hash(b"").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }

    fn of_length(payload: usize, reason: Option<&str>) -> AppendRequest {
        let event = NewEvent {
            stream: StreamName::try_new("contract/LG-1").unwrap(),
            event_type: "settlement_issued".into(),
            type_version: 1,
            event_id: Uuid::nil(),
            effective: Some("2026-01-31".to_owned()),
            payload: format!("{{\"a\":\"{}\"}}", "x".repeat(payload - 8)),
        };
        AppendRequest {
            expectations: Vec::new(),
            events: vec![NewEvent { payload: "{}".to_owned(), ..event.clone() }, event],
            metadata: Metadata {
                actor: r#"{"person":"p1"}"#.to_owned(),
                reason: reason.map(str::to_owned),
                causation: None,
                correlation: None,
            },
            key: None,
            answer: None,
            personal: Vec::new(),
            attachments: Vec::new(),
            run: crate::Run::default(),
        }
    }

    #[test]
    fn an_event_is_too_long_from_one_byte_above_the_limit_on() {
        for reason in [None, Some("\u{1}\u{2}\"换表")] {
            let short = too_long(&of_length(100, reason));
            assert_eq!(short, None);
            let (place, bytes) = too_long(&of_length(MAX_ENVELOPE, reason)).unwrap();
            assert_eq!(place, 1);
            let around = bytes - MAX_ENVELOPE;
            let longest = MAX_ENVELOPE - around;
            assert_eq!(too_long(&of_length(longest, reason)), None);
            let above = too_long(&of_length(longest + 1, reason));
            assert_eq!(above, Some((1, MAX_ENVELOPE + 1)));
        }
    }

    #[tokio::test]
    async fn the_log_takes_what_is_not_too_long() {
        let around = too_long(&of_length(MAX_ENVELOPE, None)).unwrap().1 - MAX_ENVELOPE;
        let store = MemoryStore::new(std::sync::Arc::new(|| DateTime::UNIX_EPOCH));
        let outcomes = store.append(vec![of_length(MAX_ENVELOPE - around, None)]).await.unwrap();
        assert!(matches!(outcomes[..], [Outcome::Committed(_)]), "{outcomes:?}");
    }
}
