//! The world failing: a stable code, a sentence and, where there is one, the cause.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// A cause that can be told to several callers.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why the store could not do what it was asked. Never a business refusal.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Somebody else held the ledger for longer than the time allowed. Of the call that is answered
    /// so nothing was recorded; calls before it stand.
    #[error(
        "another process is writing to the ledger; what was sent last is not recorded, try again"
    )]
    Busy,
    /// The commit failed in a way that leaves open whether it is durable.
    #[error("the outcome is unknown; ask again with the same key")]
    Unknown(#[source] Cause),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The disk, or the space allowed on it, is full. Of the call that is answered so nothing was
    /// recorded; calls before it stand.
    #[error("the disk is full; what was sent last is not recorded")]
    DiskFull(#[source] Cause),
    /// A stored row cannot be what was once written.
    #[error("the log is damaged at position {position}: {what}")]
    Corrupt {
        /// The first position that cannot be right.
        position: u64,
        /// What is wrong there.
        what: String,
    },
    /// The file is no ledger; it is left as it is.
    #[error("{path} is not a citygate ledger: {what}", path = .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// The ledger was written by a newer program.
    #[error("{path} has form {found}; this program knows form {known}: use a newer one",
        path = .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The form that it has.
        found: i64,
        /// The newest form that this program knows.
        known: i64,
    },
    /// The ledger's tables were made by an older program.
    #[error("{path} has form {found}; this program needs form {known}: run `citygate migrate`",
        path = .path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// The form that it has.
        found: i64,
        /// The form that this program needs.
        known: i64,
    },
    /// The database has no tables of a ledger, or the role that appends is missing.
    #[error("{place} has no tables of a ledger: run `citygate migrate`", place = .0.display())]
    Unprepared(PathBuf),
    /// A ledger is to be put where one is already.
    #[error("{place} holds a ledger already; name a database of its own", place = .0.display())]
    NotEmpty(PathBuf),
    /// The server cannot be reached, or went away before it was asked to commit: nothing was
    /// recorded.
    #[error("{place} cannot be reached", place = .place.display())]
    Unreachable {
        /// The database.
        place: PathBuf,
        /// What was reported.
        #[source]
        cause: Cause,
    },
    /// The server follows another one and takes no events; decisions read the primary.
    #[error("{place} is a standby: name the primary", place = .0.display())]
    Standby(PathBuf),
    /// None of the servers of a ledger is a primary now: nothing was recorded. During a promotion
    /// this passes.
    #[error("none of the servers of {place} is the primary: {what}", place = .place.display())]
    NoPrimary {
        /// The database.
        place: PathBuf,
        /// What each of them is.
        what: String,
    },
    /// The server was the primary before another one, which this process has seen: what it took
    /// would be lost.
    #[error("{place} was the primary before another one: {what}", place = .place.display())]
    Superseded {
        /// The database.
        place: PathBuf,
        /// What is older than was seen.
        what: String,
    },
    /// There is no partition for a position. Nothing was recorded.
    #[error("there is no partition for position {position}: run `citygate migrate`")]
    NoPartition {
        /// The position.
        position: u64,
    },
    /// A node is alive that cannot read what is to be written.
    #[error("node {node} with release {release} does not know these events: stop or upgrade it")]
    OlderNode {
        /// The node.
        node: String,
        /// Its release.
        release: String,
    },
    /// The file is cut off or its pages are damaged.
    #[error("{path} is damaged: {what}", path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A folder lies where the ledger should be.
    #[error("{path} is a folder", path = .0.display())]
    IsFolder(PathBuf),
    /// The file or its folder cannot be written.
    #[error("{path} cannot be written", path = .0.display())]
    ReadOnly(PathBuf),
    /// There is no such file or folder.
    #[error("{path} does not exist", path = .0.display())]
    Missing(PathBuf),
    /// A file is there already and must not be overwritten.
    #[error("{path} exists already", path = .0.display())]
    Exists(PathBuf),
    /// The database library or its settings do not give the guarantees that the log rests on.
    #[error("the database does not give the guarantees needed: {0}")]
    Unsafe(String),
    /// A backup is older than the ledger that it would replace.
    #[error("the backup ends at position {backup}, the ledger at {ledger}: restoring loses events")]
    OlderBackup {
        /// Last position of the backup.
        backup: u64,
        /// Last position of the ledger.
        ledger: u64,
    },
    /// A backup is not of the ledger that it would replace.
    #[error("the backup is not of the ledger {path}", path = .0.display())]
    OtherLedger(PathBuf),
    /// Anything else that the database or the disk reported. Nothing was recorded.
    #[error("{doing} failed")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// What was reported.
        #[source]
        cause: Cause,
    },
}

impl StoreError {
    /// A stable code for programs and for the list of refusals.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "ledger_busy",
            Self::Unknown(_) => "outcome_unknown",
            Self::Closed => "store_closed",
            Self::DiskFull(_) => "disk_full",
            Self::Corrupt { .. } => "log_damaged",
            Self::Foreign { .. } => "not_a_ledger",
            Self::Newer { .. } => "ledger_newer",
            Self::Older { .. } => "ledger_older",
            Self::Unprepared(_) => "ledger_not_migrated",
            Self::NotEmpty(_) => "ledger_not_empty",
            Self::Unreachable { .. } => "database_unreachable",
            Self::Standby(_) => "server_is_standby",
            Self::NoPrimary { .. } => "no_primary",
            Self::Superseded { .. } => "server_superseded",
            Self::NoPartition { .. } => "partition_missing",
            Self::OlderNode { .. } => "older_node_alive",
            Self::Damaged { .. } => "ledger_damaged",
            Self::IsFolder(_) => "path_is_folder",
            Self::ReadOnly(_) => "read_only",
            Self::Missing(_) => "path_missing",
            Self::Exists(_) => "path_exists",
            Self::Unsafe(_) => "database_unsafe",
            Self::OlderBackup { .. } => "backup_older",
            Self::OtherLedger(_) => "backup_of_another_ledger",
            Self::Failed { .. } => "store_failed",
        }
    }

    pub(crate) fn corrupt(position: u64, what: impl Into<String>) -> Self {
        Self::Corrupt { position, what: what.into() }
    }

    pub(crate) fn failed(doing: &'static str, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed { doing, cause: Arc::new(cause) }
    }
}
