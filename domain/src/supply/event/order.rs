//! Orders: proposed, approved, taken back, issued (E3, F).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ledger::FourEyes;
use crate::quantities::{CivilDay, ContractId, OrderId, PersonId};
use crate::supply::{Evidence, Measure, Proposed};

/// Who an order comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A person.
    Person,
    /// The engine itself, by the term `automatic` (E3).
    Scheduler,
}

/// An order was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderProposed {
    /// Who proposed it.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// What it asks for.
    pub measure: Proposed,
    /// The civil day.
    pub on: CivilDay,
    /// Its name, unique in the contract.
    pub order: OrderId,
    /// Who it comes from.
    pub origin: Origin,
    /// Why.
    pub reason: String,
    /// The revision of the procedure with this proposal in it: what an approval is bound to (F).
    pub revision: u32,
}

/// A further person approved a proposed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderApproved {
    /// Who.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// The civil day.
    pub on: CivilDay,
    /// The order.
    pub order: OrderId,
    /// The revision of the procedure that was shown.
    pub revision: u32,
}

/// An order was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderWithdrawn {
    /// Who.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// The civil day.
    pub on: CivilDay,
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
}

/// What an order rests on (F).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Authority {
    /// Other persons approved it, in this order.
    Approved {
        /// Who.
        by: Vec<PersonId>,
    },
    /// The term `automatic`: a reduction only (E3).
    Automatic {},
    /// One person runs the ledger.
    OnePerson {
        /// Always `off`.
        four_eyes: FourEyes,
    },
}

/// An order was issued: from now on an answer may rest on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderIssued {
    /// What it rests on (F).
    pub authority: Authority,
    /// Who issued it.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// What E4 found.
    pub evidence: Evidence,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// What it does.
    pub measure: Measure,
    /// The civil day.
    pub on: CivilDay,
    /// Its name.
    pub order: OrderId,
    /// Who proposed it.
    pub proposed_by: PersonId,
}
