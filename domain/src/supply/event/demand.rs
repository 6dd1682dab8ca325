//! Demands, their disputes, the notices that rest on them, and what is found on site (E3, E4).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::quantities::{
    AttachmentDigest, CivilDay, ContractId, DemandId, Money, NoticeId, PersonId,
};

/// A demand for payment reached the buyer (催款).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandServed {
    /// Yuan demanded.
    pub amount: Money,
    /// Whose supply.
    pub contract: ContractId,
    /// Its name, unique in the contract.
    pub demand: DemandId,
    /// The days it runs at least, as agreed on the day on which it was served.
    pub demand_days: u32,
    /// The civil day on which it was served.
    pub on: CivilDay,
    /// The scan that proves it, kept beside the log.
    pub proof: AttachmentDigest,
    /// When it reached the buyer.
    pub served_at: DateTime<Utc>,
}

/// The buyer disputes a demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandDisputed {
    /// Who recorded it.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// The demand.
    pub demand: DemandId,
    /// The civil day.
    pub on: CivilDay,
    /// What is disputed.
    pub reason: String,
}

/// How the dispute of a demand ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeOutcome {
    /// The buyer is right: the procedure is over.
    Upheld,
    /// The buyer takes the objection back.
    Withdrawn,
    /// The demand stands.
    Rejected,
}

/// The dispute of a demand has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandDisputeResolved {
    /// Who resolved it.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// The demand.
    pub demand: DemandId,
    /// The civil day.
    pub on: CivilDay,
    /// How.
    pub outcome: DisputeOutcome,
    /// Why.
    pub reason: String,
}

/// A suspension notice reached the buyer (停气通知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeServed {
    /// Whose supply.
    pub contract: ContractId,
    /// The demand that it rests on.
    pub demand: DemandId,
    /// Its name, unique in the contract.
    pub notice: NoticeId,
    /// The hours it runs at least, as agreed on the day on which it was served.
    pub notice_hours: u32,
    /// The days after which it lapses at the latest, as agreed on that day.
    pub notice_lapses_days: u32,
    /// The civil day on which it was served.
    pub on: CivilDay,
    /// The scan that proves it, kept beside the log.
    pub proof: AttachmentDigest,
    /// When it reached the buyer.
    pub served_at: DateTime<Utc>,
}

/// A person on site found that a continuous process may be stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteConfirmed {
    /// When.
    pub at: DateTime<Utc>,
    /// Who was on site.
    pub by: PersonId,
    /// Whose supply.
    pub contract: ContractId,
    /// The civil day.
    pub on: CivilDay,
}
