//! What an error of the server means for the ledger.

use std::path::Path;
use std::sync::Arc;

use sqlx::Error;

use super::notices::{is_deaf, is_warned, unknown};
use crate::StoreError;

fn code(error: &Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// What the server said.
pub(super) fn told(error: &Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |told| told.message().to_owned())
}

/// Whether the error lies in the data of a request and not in the world.
pub(super) fn is_data_error(error: &Error) -> bool {
    let class = code(error);
    let class = class.as_deref().and_then(|code| code.get(..2));
    matches!(class, Some("22" | "23")) && !is_missing_partition(error) && !is_taken(error)
}

/// Whether a place in the log is taken that by its heads is free: those, or the row, are not what
/// was written.
pub(super) fn is_taken(error: &Error) -> bool {
    let table = error.as_database_error().and_then(|told| told.table());
    let of_the_log = |table: &str| {
        table.starts_with("event_") || table == "stream_head" || table == "idempotency"
    };
    code(error).as_deref() == Some("23505") && table.is_some_and(of_the_log)
}

/// The server names no constraint then, as it does for a check that is one.
pub(super) fn is_missing_partition(error: &Error) -> bool {
    let constraint = error.as_database_error().and_then(|told| told.constraint());
    code(error).as_deref() == Some("23514") && constraint.is_none()
}

/// Whether the connection is gone, or cannot be made.
pub(super) fn is_lost(error: &Error) -> bool {
    match code(error) {
        // The server goes down, comes up, or ended this connection.
        Some(code) => code.starts_with("57P") || code.starts_with("08") || code == "25P03",
        None => {
            matches!(error, Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::PoolTimedOut)
        }
    }
}

/// The error of a statement that, whatever happened, recorded nothing; or of one that committed with
/// a warning.
pub(super) fn fault(place: &Path, doing: &'static str, error: Error) -> StoreError {
    if matches!(error, Error::PoolClosed) {
        return StoreError::Closed;
    }
    if is_warned(&error) {
        return unknown(error);
    }
    if is_deaf(&error) {
        return StoreError::Unsafe("the server's warnings are not heard".to_owned());
    }
    let place = || place.to_path_buf();
    if is_taken(&error) {
        return StoreError::Damaged { path: place(), what: told(&error) };
    }
    if is_lost(&error) {
        // The driver's own message repeats its cause.
        let cause: crate::error::Cause =
            if let Error::Io(cause) = error { Arc::new(cause) } else { Arc::new(error) };
        return StoreError::Unreachable { place: place(), cause };
    }
    match code(&error).as_deref() {
        // A lock that was not given, a deadlock, a statement that was cancelled.
        Some("55P03" | "40P01" | "40001" | "57014") => StoreError::Busy,
        Some("53100") => StoreError::DiskFull(Arc::new(error)),
        Some("25006") => StoreError::Standby(place()),
        Some("3D000") => StoreError::Missing(place()),
        // No such table or schema; or, while connecting, no such role.
        Some("42P01" | "3F000" | "22023") => StoreError::Unprepared(place()),
        Some("XX001" | "XX002") => StoreError::Damaged { path: place(), what: told(&error) },
        _ => StoreError::failed(doing, error),
    }
}
