//! What a database error means for the ledger.

use std::path::Path;
use std::sync::Arc;

use sqlx::Error;

use crate::StoreError;

/// SQLite's primary result codes that mean something of their own here.
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const CANTOPEN: i32 = 14;
    pub const TOOBIG: i32 = 18;
    pub const CONSTRAINT: i32 = 19;
    pub const MISMATCH: i32 = 20;
    pub const NOTADB: i32 = 26;
}

fn primary_code(error: &Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?.parse::<i32>().ok()?;
    Some(code & 0xff)
}

/// What the database said, without its numbers.
pub(super) fn told(error: &Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |told| told.message().to_owned())
}

/// Whether the error lies in the data of a request and not in the world.
pub(super) fn is_data_error(error: &Error) -> bool {
    matches!(primary_code(error), Some(code::CONSTRAINT | code::TOOBIG | code::MISMATCH))
}

/// The error of a statement that, whatever happened, recorded nothing.
pub(super) fn fault(path: &Path, doing: &'static str, error: Error) -> StoreError {
    if matches!(error, Error::PoolClosed) {
        return StoreError::Closed;
    }
    let path = || path.to_path_buf();
    match primary_code(&error) {
        Some(code::BUSY | code::LOCKED) => StoreError::Busy,
        Some(code::FULL) => StoreError::DiskFull(Arc::new(error)),
        Some(code::READONLY | code::CANTOPEN) => StoreError::ReadOnly(path()),
        Some(code::CORRUPT) => StoreError::Damaged { path: path(), what: told(&error) },
        Some(code::NOTADB) => StoreError::Foreign { path: path(), what: "the file is no database" },
        _ => StoreError::failed(doing, error),
    }
}

/// The error of a commit. Unless the database surely gave up before the commit record was
/// complete, the transaction may yet turn out to be durable.
pub(super) fn commit_fault(path: &Path, error: Error) -> StoreError {
    match primary_code(&error) {
        Some(code::FULL | code::BUSY) => fault(path, "committing", error),
        _ => StoreError::Unknown(Arc::new(error)),
    }
}
