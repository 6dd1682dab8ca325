//! What can have happened to the supply of a contract. All of it belongs to the stream
//! `contract/ID`. Scans lie beside the log under their digests.

mod demand;
mod order;
mod valve;

pub use demand::{
    DemandDisputeResolved, DemandDisputed, DemandServed, DisputeOutcome, NoticeServed,
    SiteConfirmed,
};
pub use order::{Authority, OrderApproved, OrderIssued, OrderProposed, OrderWithdrawn, Origin};
pub use valve::{Seen, SupplyLifted, SupplyRestored, ValveReported, ValveState};

use crate::quantities::{CivilDay, ContractId};

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
