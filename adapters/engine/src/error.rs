//! Why the engine cannot go on: the world, never a business refusal.

use citygate_store::StoreError;

use crate::codec::CodecError;

/// The world failed, or the log cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error("the log cannot be used: {0}")]
    Store(StoreError),
    /// The log has everything, the tables for SQL have not. No cause is printed here: it would say
    /// of the tables that nothing was recorded, and be read as said of the events.
    #[error(
        "every event up to position {through} is recorded; only the tables for SQL are behind \
         ({code}) and follow when the ledger is opened next", code = .cause.code()
    )]
    TablesBehind {
        /// The last event that is recorded.
        through: u64,
        /// Why the tables could not be written.
        cause: StoreError,
    },
    /// What was made beside the tables for SQL is not there any more.
    #[error(
        "the rebuilt tables were lost before they took their place: another rebuild ran, or the \
         server lost what was not durable; the tables are as they were, rebuild again"
    )]
    RebuildLost,
    /// A stored event cannot be read.
    #[error("event {position} cannot be read: {reason}")]
    Codec {
        /// Where it stands.
        position: u64,
        /// What is wrong with it.
        reason: CodecError,
    },
    /// Other writers kept changing the same streams.
    #[error("{attempts} attempts met changes of other writers on {streams}; try again")]
    Contended {
        /// How often it was decided.
        attempts: u32,
        /// Which streams moved.
        streams: String,
    },
    /// A task of the engine stopped before its end.
    #[error("a task stopped: {0}")]
    Stopped(String),
    /// The store refused the data of a request.
    #[error("{code}: {sentence}")]
    BadData {
        /// The store's code.
        code: String,
        /// What is wrong.
        sentence: String,
    },
}

impl EngineError {
    /// The public code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Store(error) => error.code(),
            Self::TablesBehind { .. } => "tables_behind",
            Self::RebuildLost => "rebuild_lost",
            Self::Codec { .. } => "event_unreadable",
            Self::Contended { .. } => "contended",
            Self::Stopped(_) => "stopped",
            Self::BadData { code, .. } => code,
        }
    }

    pub(crate) fn stopped(error: tokio::task::JoinError) -> Self {
        Self::Stopped(error.to_string())
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
