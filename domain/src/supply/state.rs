//! Where a procedure about supply stands (E3).

use super::LiftCause;
use super::event::{
    DemandDisputed, DemandServed, NoticeServed, OrderIssued, OrderProposed, SiteConfirmed,
    SupplyLifted,
};
use crate::log::Position;
use crate::quantities::PersonId;
use crate::rules::stage::Stage;

/// Where the procedure stands. What is not true in a stage is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Procedure {
    /// Nothing is going on.
    #[default]
    Nothing,
    /// A demand was served.
    Demanded(Demand),
    /// A suspension notice was served.
    Noticed(Notice),
    /// A reduction is in force.
    Reduced(Notice, Order),
    /// A suspension is in force.
    Suspended(Notice, Order),
    /// A suspension is lifted; somebody on site opens the valves (E5).
    Restoring(Restoring),
}

/// A demand that was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// As recorded.
    pub served: DemandServed,
    /// The event.
    pub position: Position,
    /// The dispute that is open about it.
    pub dispute: Option<DemandDisputed>,
}

/// A suspension notice that was served, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it rests on.
    pub demand: Demand,
    /// As recorded.
    pub served: NoticeServed,
    /// The newest confirmation by a person on site since it was served.
    pub site: Option<SiteConfirmed>,
    /// The order that waits for its approvals, or to be issued.
    pub proposal: Option<Proposal>,
}

/// A proposed order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// As recorded.
    pub proposed: OrderProposed,
    /// Who approved it, in log order; different persons.
    pub approved_by: Vec<PersonId>,
}

/// An order in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// As recorded.
    pub issued: Box<OrderIssued>,
    /// The event.
    pub position: Position,
    /// The notice that it was issued on: another one served later is not its.
    pub notice: NoticeServed,
}

/// A lifted suspension whose valves are not open yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restoring {
    /// What lifted it.
    pub lifted: SupplyLifted,
    /// The order that is over.
    pub order: Order,
}

/// An order that was ever proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrder {
    /// As recorded.
    pub proposed: OrderProposed,
    /// What became of it.
    pub end: OrderEnd,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEnd {
    /// It waits.
    Waiting,
    /// It is in force, or another order took its place.
    Issued {
        /// By whom.
        by: PersonId,
    },
    /// It was taken back.
    Withdrawn {
        /// By whom.
        by: PersonId,
        /// Why.
        reason: String,
    },
    /// The shortage was over (E5).
    Lifted {
        /// Why.
        causes: Vec<LiftCause>,
    },
}

impl Procedure {
    /// The demand that is running.
    #[must_use]
    pub fn demand(&self) -> Option<&Demand> {
        match self {
            Self::Demanded(demand) => Some(demand),
            Self::Noticed(notice) | Self::Reduced(notice, _) | Self::Suspended(notice, _) => {
                Some(&notice.demand)
            }
            Self::Nothing | Self::Restoring(_) => None,
        }
    }

    /// The notice that is running.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        match self {
            Self::Noticed(notice) | Self::Reduced(notice, _) | Self::Suspended(notice, _) => {
                Some(notice)
            }
            Self::Nothing | Self::Demanded(_) | Self::Restoring(_) => None,
        }
    }

    /// The order in force.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        match self {
            Self::Reduced(_, order) | Self::Suspended(_, order) => Some(order),
            Self::Nothing | Self::Demanded(_) | Self::Noticed(_) | Self::Restoring(_) => None,
        }
    }

    /// The order that waits to be approved or issued.
    #[must_use]
    pub fn proposal(&self) -> Option<&Proposal> {
        self.notice()?.proposal.as_ref()
    }

    /// E3: the stage in effect.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::Nothing => Stage::Normal,
            Self::Demanded(_) => Stage::Low,
            Self::Noticed(_) => Stage::Noticed,
            Self::Reduced(..) => Stage::Reduced,
            Self::Suspended(..) => Stage::Suspended,
            Self::Restoring(_) => Stage::Restoring,
        }
    }

    pub(super) fn demand_mut(&mut self) -> Option<&mut Demand> {
        match self {
            Self::Demanded(demand) => Some(demand),
            Self::Noticed(notice) | Self::Reduced(notice, _) | Self::Suspended(notice, _) => {
                Some(&mut notice.demand)
            }
            Self::Nothing | Self::Restoring(_) => None,
        }
    }

    pub(super) fn notice_mut(&mut self) -> Option<&mut Notice> {
        match self {
            Self::Noticed(notice) | Self::Reduced(notice, _) | Self::Suspended(notice, _) => {
                Some(notice)
            }
            Self::Nothing | Self::Demanded(_) | Self::Restoring(_) => None,
        }
    }
}
