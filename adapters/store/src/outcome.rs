//! What became of a request.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{Expectation, StreamName};

/// What became of one request. Only [`Outcome::Committed`] changed the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Recorded, and durable.
    Committed(Committed),
    /// The key was used before for the same request: its first answer.
    Repeated(Repeated),
    /// At least one expectation did not hold; all that did not are listed.
    Conflict(Vec<Violation>),
    /// The key was used before for another request.
    KeyReused,
    /// The data of this request cannot be stored.
    Refused(BadData),
}

/// A request that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Position of its first event; none when it had no events.
    pub first_position: Option<u64>,
    /// Position of its last event; none when it had no events.
    pub last_position: Option<u64>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// What the first request with the same key was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The answer stored with the key.
    pub answer: Option<String>,
    /// Position of the first request's first event.
    pub first_position: Option<u64>,
    /// Position of the first request's last event.
    pub last_position: Option<u64>,
}

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The stream that was looked at.
    pub stream: StreamName,
    /// What the request expected.
    pub expected: Expectation,
    /// The version that the stream had.
    pub actual: u64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is at version {}, expected ", self.stream, self.actual)?;
        match self.expected {
            Expectation::Any => write!(f, "any"),
            Expectation::NoStream => write!(f, "no events"),
            Expectation::Exists => write!(f, "at least one event"),
            Expectation::Exact(version) => write!(f, "{version}"),
        }
    }
}

/// Data that cannot be stored: a stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {sentence}")]
pub struct BadData {
    /// Stable and public.
    pub code: &'static str,
    /// What is wrong with which value.
    pub sentence: String,
}

impl BadData {
    pub(crate) fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}
