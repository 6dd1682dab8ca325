//! Four eyes (F): acts of weight are proposed by one person and approved by another.
//!
//! An [`Act`] wraps the body of a command. It is decided when it is proposed, so that its maker
//! hears at once what stands against it, and decided again when it is approved; what it leads to is
//! recorded together with the approval. Where a ledger says `four_eyes: off`, and for what arrives
//! in files (decided outside of the ledger), an act happens at once.

mod act;
mod concerns;
mod decide;
mod rejection;
mod role;
mod state;
mod subject;

use serde::{Deserialize, Serialize};

use crate::quantities::PersonId;

pub use act::Act;
pub use decide::{Hands, IMPORT, SCHEDULER, approve, propose, withdraw};
pub(crate) use decide::{NOT_PERSONS, check_direct, check_second, waits};
pub use rejection::Rejection;
pub use role::{Alone, GrantRole, RevokeRole, Role, RoleGranted, RoleRevoked, grant, revoke};
pub use state::{Approvals, Pending};
pub use subject::{NotASubject, Subject};

/// Proposes an act, for another person to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeAct {
    /// What is to be done.
    pub act: Act,
    /// The revision of its subject that the maker was shown; none: as it is now.
    pub revision: Option<u32>,
    /// Why.
    pub reason: String,
}

/// Approves the pending act of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveAct {
    /// Which subject.
    pub subject: Subject,
    /// Which of its proposals was shown: 1 for the first. None: the one that is pending, where no
    /// other was proposed at its revision.
    pub number: Option<u32>,
    /// The revision of the subject that was shown.
    pub revision: u32,
}

/// Takes a proposal back, or rejects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAct {
    /// Which subject.
    pub subject: Subject,
    /// Why.
    pub reason: String,
}

/// An act was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActProposed {
    /// What is to be done.
    pub act: Act,
    /// Its maker.
    pub by: PersonId,
    /// Counts the proposals about this subject, from 1.
    pub number: u32,
    /// Why.
    pub reason: String,
    /// The revision of the subject to which the act is bound.
    pub revision: u32,
    /// What it is about.
    pub subject: Subject,
}

/// An act was approved; what it led to was recorded with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActApproved {
    /// By whom.
    pub by: PersonId,
    /// Which proposal.
    pub number: u32,
    /// What it is about.
    pub subject: Subject,
}

/// A proposal was taken back by its maker, or rejected by another person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActWithdrawn {
    /// By whom.
    pub by: PersonId,
    /// Which proposal.
    pub number: u32,
    /// Why.
    pub reason: String,
    /// What it is about.
    pub subject: Subject,
}
