//! Recorded histories of concurrent callers, and the check that a log could have given them.
//!
//! Each call is recorded with the moments at which it began and returned, by one clock of the machine
//! that nobody sets. A call that returned before another began must stand before it in the log; of
//! calls that overlap either may.

mod check;
mod record;

pub use check::{Flaw, check};
pub use record::{answer_calls, ended, record};

use citygate_store::{KeyRecord, StoredEvent};

/// A call and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who called; one caller calls again only when it has its answer.
    pub caller: u64,
    /// Microseconds at which it began.
    pub began: u64,
    /// Microseconds at which it returned.
    pub returned: u64,
    /// What was asked, and answered.
    pub what: What,
}

/// What was asked, and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// An append under a key.
    Append {
        /// The key: one for each thing that is wanted, repeated when it is asked again.
        key: String,
        /// The stream and the version at which it was expected.
        expected: (String, u64),
        /// The payloads, in order.
        payloads: Vec<String>,
        /// The answer.
        answer: Answered,
    },
    /// A look at the log: the payloads of the positions from 1 on.
    Read {
        /// What was there.
        payloads: Vec<String>,
    },
}

/// What an append was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// It stands at these positions.
    Committed {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// The stream had another version.
    Conflict {
        /// The one that it had.
        actual: u64,
    },
    /// Nobody knows.
    Unknown,
}

/// What was found when everything was over.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The log.
    pub log: Vec<StoredEvent>,
    /// What is kept under each key that was ever used.
    pub keys: Vec<(String, Option<KeyRecord>)>,
}
