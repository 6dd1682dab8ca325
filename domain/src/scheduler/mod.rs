//! The scheduler of a ledger that several nodes work on: one of them at a time does what the
//! passage of time asks for (T6).
//!
//! Who is elected is told by a lease in the database; this fact puts its epoch into the log.
//! Whatever a scheduler appends rests on the stream of its own election, so one that was paused and
//! wakes up after another was elected can only be refused.

use serde::{Deserialize, Serialize};

use crate::quantities::NodeId;
use crate::rejection::rejections;
use crate::state::Ledger;
use crate::{Decision, Event};

/// Records that a node is the scheduler from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectScheduler {
    /// The epoch of its lease: higher than that of every scheduler before it.
    pub epoch: u64,
    /// The node.
    pub node: NodeId,
}

/// A node is the scheduler: `scheduler_elected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchedulerElected {
    /// The epoch of its lease.
    pub epoch: u64,
    /// The node.
    pub node: NodeId,
}

rejections! {
    /// Refusals of a scheduler that is not the elected one.
    pub enum Rejection {
        1251 "scheduler_epoch_passed" "Ask for the lease again; its epoch is then a higher one."
        /// T6: epochs only rise.
        #[error("node {node} cannot be the scheduler of epoch {epoch}: {elected} is that of {newest}")]
        EpochPassed {
            /// Which node asks.
            node: NodeId,
            /// The epoch of its lease.
            epoch: u64,
            /// The scheduler that the log knows.
            elected: NodeId,
            /// The epoch of that one.
            newest: u64,
        },

        1252 "scheduler_replaced" "Nothing is to be done: the other node does the scheduler's work."
        /// T6: what a scheduler does rests on its election.
        #[error("node {node} was the scheduler of epoch {epoch}; now it is {elected}, of epoch {newest}")]
        Replaced {
            /// Which node acts.
            node: NodeId,
            /// The epoch in which it was elected.
            epoch: u64,
            /// The scheduler that the log knows.
            elected: NodeId,
            /// The epoch of that one.
            newest: u64,
        },
    }
}

/// T6: records an election; the same one again changes nothing.
pub fn elect(ledger: &Ledger, command: &ElectScheduler) -> Result<Decision, Rejection> {
    let ElectScheduler { epoch, node } = command.clone();
    if let Some(known) = ledger.scheduler() {
        if known.epoch == epoch && known.node == node {
            return Ok(Decision::nothing());
        }
        if known.epoch >= epoch {
            let (elected, newest) = (known.node.clone(), known.epoch);
            return Err(Rejection::EpochPassed { node, epoch, elected, newest });
        }
    }
    Ok(Decision::of([Event::SchedulerElected(SchedulerElected { epoch, node })]))
}

/// T6: whether the scheduler of an election is still the newest one that the log knows.
pub fn check(ledger: &Ledger, election: &SchedulerElected) -> Result<(), Rejection> {
    match ledger.scheduler() {
        Some(newest) if newest != election => Err(Rejection::Replaced {
            node: election.node.clone(),
            epoch: election.epoch,
            elected: newest.node.clone(),
            newest: newest.epoch,
        }),
        Some(_) | None => Ok(()),
    }
}
