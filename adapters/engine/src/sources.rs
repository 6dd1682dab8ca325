//! Where time, ids and randomness come from: the composition root fills this in, once.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The three things that a pure core cannot have by itself (invariant 2).
#[derive(Clone)]
pub struct Sources {
    /// The current time (T6).
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// A new id for an event; ids of one source are unique.
    pub event_id: Arc<dyn Fn() -> Uuid + Send + Sync>,
    /// Random bytes that salt the digest of personal data.
    pub salt: Arc<dyn Fn() -> [u8; 16] + Send + Sync>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sources")
    }
}
