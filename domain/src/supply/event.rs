//! What can have happened to the supply of a contract. All of it belongs to the stream
//! `contract/ID`. Scans lie beside the log under their digests.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Evidence, LiftCause, Measure, Proposed};
use crate::ledger::FourEyes;
use crate::quantities::{
    AttachmentDigest, CivilDay, ContractId, DemandId, Money, NoticeId, OrderId, PersonId, PointId,
    ReporterId,
};

/// A fact about the supply of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupplyEvent {
    /// `demand_served`.
    DemandServed(DemandServed),
    /// `demand_disputed`.
    DemandDisputed(DemandDisputed),
    /// `demand_dispute_resolved`.
    DemandDisputeResolved(DemandDisputeResolved),
    /// `suspension_notice_served`.
    NoticeServed(NoticeServed),
    /// `site_confirmed`.
    SiteConfirmed(SiteConfirmed),
    /// `order_proposed`.
    OrderProposed(OrderProposed),
    /// `order_approved`.
    OrderApproved(OrderApproved),
    /// `order_withdrawn`.
    OrderWithdrawn(OrderWithdrawn),
    /// `order_issued`.
    OrderIssued(Box<OrderIssued>),
    /// `valve_reported`.
    ValveReported(ValveReported),
    /// `supply_lifted`.
    SupplyLifted(SupplyLifted),
    /// `supply_restored`.
    SupplyRestored(SupplyRestored),
}

impl SupplyEvent {
    /// Whose supply.
    #[must_use]
    pub fn contract(&self) -> &ContractId {
        match self {
            Self::DemandServed(event) => &event.contract,
            Self::DemandDisputed(event) => &event.contract,
            Self::DemandDisputeResolved(event) => &event.contract,
            Self::NoticeServed(event) => &event.contract,
            Self::SiteConfirmed(event) => &event.contract,
            Self::OrderProposed(event) => &event.contract,
            Self::OrderApproved(event) => &event.contract,
            Self::OrderWithdrawn(event) => &event.contract,
            Self::OrderIssued(event) => &event.contract,
            Self::ValveReported(event) => &event.contract,
            Self::SupplyLifted(event) => &event.contract,
            Self::SupplyRestored(event) => &event.contract,
        }
    }

    /// The stored name of its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::DemandServed(_) => "demand_served",
            Self::DemandDisputed(_) => "demand_disputed",
            Self::DemandDisputeResolved(_) => "demand_dispute_resolved",
            Self::NoticeServed(_) => "suspension_notice_served",
            Self::SiteConfirmed(_) => "site_confirmed",
            Self::OrderProposed(_) => "order_proposed",
            Self::OrderApproved(_) => "order_approved",
            Self::OrderWithdrawn(_) => "order_withdrawn",
            Self::OrderIssued(_) => "order_issued",
            Self::ValveReported(_) => "valve_reported",
            Self::SupplyLifted(_) => "supply_lifted",
            Self::SupplyRestored(_) => "supply_restored",
        }
    }

    /// The civil day from which it counts (T5).
    #[must_use]
    pub fn on(&self) -> CivilDay {
        match self {
            Self::DemandServed(event) => event.on,
            Self::DemandDisputed(event) => event.on,
            Self::DemandDisputeResolved(event) => event.on,
            Self::NoticeServed(event) => event.on,
            Self::SiteConfirmed(event) => event.on,
            Self::OrderProposed(event) => event.on,
            Self::OrderApproved(event) => event.on,
            Self::OrderWithdrawn(event) => event.on,
            Self::OrderIssued(event) => event.on,
            Self::ValveReported(event) => event.on,
            Self::SupplyLifted(event) => event.on,
            Self::SupplyRestored(event) => event.on,
        }
    }
}

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

/// Where a valve stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValveState {
    /// Open.
    Open,
    /// Held to a daily maximum.
    Limited,
    /// Closed.
    Closed,
    /// The gateway refused a command.
    Refused,
}

impl ValveState {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Limited => "limited",
            Self::Closed => "closed",
            Self::Refused => "refused",
        }
    }
}

/// How the state of a valve was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// By a person beside it.
    OnSite,
    /// By the gateway, or told from afar.
    Remotely,
}

/// What a valve did was reported (E8).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValveReported {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose supply.
    pub contract: ContractId,
    /// The civil day.
    pub on: CivilDay,
    /// The order that it carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// At which point.
    pub point: PointId,
    /// By whom.
    pub reporter: ReporterId,
    /// How it was seen.
    pub seen: Seen,
    /// What was found.
    pub state: ValveState,
}

/// The shortage is over: demand, notice, proposal and order are cancelled (E5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplyLifted {
    /// When: what is reported of a valve later than this restores it.
    pub at: DateTime<Utc>,
    /// What lifted it; never empty.
    pub causes: Vec<LiftCause>,
    /// Whose supply.
    pub contract: ContractId,
    /// The demand that is cancelled.
    pub demand: DemandId,
    /// The civil day.
    pub on: CivilDay,
    /// The proposed or issued orders that are cancelled.
    pub orders: Vec<OrderId>,
}

/// Every valve was reported open by a person on site: supply is as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplyRestored {
    /// When the last of them was.
    pub at: DateTime<Utc>,
    /// Whose supply.
    pub contract: ContractId,
    /// The civil day.
    pub on: CivilDay,
    /// The order that was over.
    pub order: OrderId,
}
