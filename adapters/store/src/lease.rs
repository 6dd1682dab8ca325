//! Leases: what only one of several nodes does at a time, and the number that fences it off.

use std::time::Duration;

/// Who holds a lease.
///
/// A lease says who *should* act, never that nobody else does: its holder may have been paused for
/// longer than it lasts. Whoever acts under one puts its epoch where a later holder's replaces it, and
/// lets the log refuse what was done under an older one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The name of the node that holds it, or held it last.
    pub holder: String,
    /// Raised with each beginning: also when the same node takes it again after it had ended.
    pub epoch: u64,
    /// How long it lasts from when it was asked for, by the clock of the store; zero when it has ended.
    pub left: Duration,
}
