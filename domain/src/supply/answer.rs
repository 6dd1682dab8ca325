//! E7: what a gateway is told.
//!
//! The law of asymmetry: only an order that stands by E4 at this moment limits or stops. Everything
//! else that is not plainly "allowed" leaves the valve as it is.

use chrono::{DateTime, Utc};

use super::asking::Asking;
use super::{DailyMaximum, Evidence, UnprotectedClass};
use crate::contract::TermsVersion;
use crate::customer::CustomerClass;
use crate::log::Position;
use crate::passage::Clocks;
use crate::quantities::{OrderId, PointId};
use crate::rules::stage::Stage;
use crate::state::Ledger;
use crate::trace::Traced;

/// What a valve is to do (E7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupplyDecision {
    /// Gas flows.
    Allow,
    /// Gas flows up to a daily maximum.
    Limit {
        /// m³ per gas day, above zero.
        daily_maximum: DailyMaximum,
    },
    /// The valve stays as it is.
    Keep,
    /// No gas flows. For a protected or unknown class there is no such value.
    Stop {
        /// Whom it is about.
        class: UnprotectedClass,
    },
}

impl SupplyDecision {
    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Limit { .. } => "limit",
            Self::Keep => "keep",
            Self::Stop { .. } => "stop",
        }
    }
}

/// The answer about a point (E7).
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which point.
    pub point: PointId,
    /// The customer's class; none where it is not known.
    pub class: Option<CustomerClass>,
    /// What its valve is to do.
    pub decision: SupplyDecision,
    /// E3; none where no contract holds the point.
    pub stage: Option<Stage>,
    /// Codes of what decided, the deciding one first.
    pub reasons: Vec<&'static str>,
    /// Seconds for which the answer may be used.
    pub valid_seconds: Traced<u64>,
    /// The newest event that the answer knows (G4).
    pub position: Position,
    /// The last event that changed what the point is told.
    pub epoch_position: Position,
    /// The order behind a limit or a stop, or that a `keep` is about.
    pub order: Option<OrderId>,
    /// What E4 found, where an order stands.
    pub evidence: Option<Evidence>,
}

/// E7: the answer about a point at a moment. Total: what is not known means `keep`.
#[must_use]
pub fn answer(ledger: &Ledger, point: &PointId, now: DateTime<Utc>) -> Answer {
    Asking::new(ledger).answer(point, now)
}

/// E7, T6: the answer at the moment of a clock. Whether an order stands is a matter of hours, so where
/// the clocks disagree the valve is kept.
#[must_use]
pub fn answer_by(ledger: &Ledger, point: &PointId, clocks: &Clocks) -> Answer {
    Asking::new(ledger).answer_by(point, clocks)
}

/// The last event that changed what a point is told: a term that names it, who holds it, an order, what
/// lifted or restored it, a dispute of its demand. Never runs back as the log grows.
#[must_use]
pub fn epoch_of(ledger: &Ledger, point: &PointId) -> Position {
    let holders = ledger.assignments(point).iter();
    let contracts = holders.filter_map(|one| ledger.contract(&one.contract));
    let newest = contracts.map(|contract| {
        let names = |version: &&TermsVersion| {
            contract.points_on(version.from).iter().any(|held| held.id == *point)
        };
        let agreed = contract.versions().iter().filter(names).map(|version| version.position);
        let moved = contract.moved_points.iter();
        let moved = moved.filter(|(event, _)| event.delivery_point.id == *point).map(|it| it.1);
        let ended = contract.terminated.iter().map(|(_, position)| *position);
        let newest = agreed.chain(moved).chain(ended).max();
        newest.unwrap_or_default().max(contract.supply.changed_at())
    });
    newest.max().unwrap_or_default().max(ledger.holder_told(point))
}
