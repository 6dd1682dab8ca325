//! What valves do, and how a procedure ends (E5, E8).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::quantities::{CivilDay, ContractId, DemandId, OrderId, PointId, ReporterId};
use crate::supply::LiftCause;

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
