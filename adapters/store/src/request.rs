//! What a caller asks the log to record.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use crate::StreamName;

/// What the writer believes about a stream. A stream's version is the number of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// Nothing: every version will do.
    Any,
    /// The stream has no events yet.
    NoStream,
    /// The stream has at least one event.
    Exists,
    /// The stream has exactly this many events.
    Exact(u64),
}

impl Expectation {
    /// Whether a stream at `version` meets the expectation.
    #[must_use]
    pub fn holds(self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::NoStream => version == 0,
            Self::Exists => version > 0,
            Self::Exact(expected) => version == expected,
        }
    }
}

/// An expectation on one stream, whether the request writes to the stream or only read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamExpectation {
    /// The stream that is looked at.
    pub stream: StreamName,
    /// What must hold for it when the request is taken.
    pub expectation: Expectation,
}

/// An event that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The stream that it belongs to.
    pub stream: StreamName,
    /// Its type: 1 to 100 bytes, no control characters.
    pub event_type: Cow<'static, str>,
    /// The version of the type's form.
    pub type_version: u16,
    /// Its id, minted by the caller.
    pub event_id: Uuid,
    /// The day or instant from which it counts, as ISO text.
    pub effective: Option<String>,
    /// Canonical JSON object text: stored, hashed and given back byte for byte.
    pub payload: String,
}

/// Who did it and why; the same for all events of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Canonical JSON object text: `{"authenticated":…,"channel":…,"person":…}`.
    pub actor: String,
    /// The reason that was given.
    pub reason: Option<String>,
    /// The event or command that led to this one.
    pub causation: Option<Uuid>,
    /// The piece of work that this belongs to.
    pub correlation: Option<Uuid>,
}

/// The key under which a request is done once, and the digest of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandKey {
    /// The key: 1 to 400 bytes, no control characters.
    pub key: String,
    /// A digest of what was asked; another digest under the same key is refused.
    pub request_hash: [u8; 32],
}

/// A value about a person, kept beside the log so that it can be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalField {
    /// Whom it is about.
    pub id: String,
    /// Which field it is.
    pub field: String,
    /// The salt with which an event's digest of the value was made.
    pub salt: Vec<u8>,
    /// The value.
    pub value: String,
}

/// A scan or other evidence, kept beside the log under its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// SHA-256 of the bytes; checked when stored.
    pub sha256: [u8; 32],
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Requests that rest on one another: each was decided as if those before it were recorded.
///
/// Versions alone do not tell: when another writer takes the place of the first, the second finds the
/// version that it expects, at an event that it never saw. So once one of them conflicts, is refused
/// or fails, every later one conflicts too, and is decided again on what the log really has.
///
/// They also rest on the epoch in which the log was read. After a promotion the log may have another
/// end than the one that was read, so what was decided before conflicts as a whole.
#[derive(Debug, Clone, Default)]
pub struct Run(Arc<State>);

#[derive(Debug, Default)]
struct State {
    broken: AtomicBool,
    /// 0: none in particular.
    epoch: u64,
}

impl Run {
    /// A new run of decisions on a log that was read in this epoch.
    #[must_use]
    pub fn under(epoch: u64) -> Self {
        Self(Arc::new(State { broken: AtomicBool::new(false), epoch }))
    }

    /// Whether one of them conflicted, was refused or failed.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.0.broken.load(Ordering::SeqCst)
    }

    pub(crate) fn break_off(&self) {
        self.0.broken.store(true, Ordering::SeqCst);
    }

    /// Breaks off what was decided in an earlier epoch than the one that the log has.
    pub(crate) fn meet(&self, epoch: u64) {
        if (1..epoch).contains(&self.0.epoch) {
            self.break_off();
        }
    }
}

impl PartialEq for Run {
    /// The same run, not one that looks alike.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Run {}

/// One request: recorded whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendRequest {
    /// Expectations on streams that are written and on streams that were only read.
    pub expectations: Vec<StreamExpectation>,
    /// The events, in order; may be empty.
    pub events: Vec<NewEvent>,
    /// Who and why.
    pub metadata: Metadata,
    /// The key, if the request must be done at most once.
    pub key: Option<CommandKey>,
    /// What is answered when the key comes again.
    pub answer: Option<String>,
    /// Values about persons that the events refer to.
    pub personal: Vec<PersonalField>,
    /// Evidence that the events refer to.
    pub attachments: Vec<Attachment>,
    /// What it rests on beside its expectations; a run of its own rests on nothing.
    pub run: Run,
}

impl AppendRequest {
    /// A request for nothing: its answer comes when everything before it is durable.
    pub(crate) fn nothing() -> Self {
        let metadata =
            Metadata { actor: "{}".to_owned(), reason: None, causation: None, correlation: None };
        Self {
            expectations: Vec::new(),
            events: Vec::new(),
            metadata,
            key: None,
            answer: None,
            personal: Vec::new(),
            attachments: Vec::new(),
            run: Run::default(),
        }
    }
}
