//! What the shell gives to a decision: time, actor, randomness and stream heads (invariant 2).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::quantities::PersonId;
use crate::stream::{Stream, StreamHead};

/// Who acts, and how the engine knows (F).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Whether the channel has authenticated the person.
    pub authenticated: bool,
    /// How the command came: `cli`, `import`, `api`, `scheduler`.
    pub channel: String,
    /// Who.
    pub person: PersonId,
}

/// Everything that a decision may know beside the state and the command.
pub struct Context<'a> {
    /// The current time (T6); never read by a rule.
    pub now: DateTime<Utc>,
    /// Who acts.
    pub actor: &'a Actor,
    /// Random bytes for the salt of personal data, drawn when a decision needs them.
    pub salt: &'a dyn Fn() -> [u8; 16],
    /// The versions and digests of streams, for the inputs of a document (S3).
    pub heads: &'a dyn StreamHeads,
}

/// Knows how far each stream has come.
pub trait StreamHeads {
    /// The head of a stream; version 0 for one that has no events.
    fn head(&self, stream: &Stream) -> StreamHead;
}
