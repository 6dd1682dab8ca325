//! Supply and its curtailment (E, 先款后气): demand, notice, order, valve.
//!
//! Read in this order: `class` says whom a stop can be about, `event` and `command` what happens,
//! `state` where a procedure stands, `known` what the facts come to; `facts` and `stands` are E4, `over`
//! and `lift` E5, day by day (`by_day`), `limits` E6, `answer` and `asking` E7, `valve` E8. Everything
//! that lowers flow rests on an order that stands by E4 at the moment of the answer; everything else
//! leaves the valve as it is.

mod class;
mod command;
mod event;
mod known;
mod maximum;
mod state;

mod answer;
mod asking;
mod by_day;
mod cause;
mod decide;
mod demand_rejection;
mod facts;
mod lift;
mod limits;
mod order;
mod order_rejection;
mod over;
mod rejection;
mod stands;
mod valve;
mod waiting;
mod windows;

pub mod lease;

pub use class::{Measure, MeasureKind, PointLimit, Proposed, Protected, UnprotectedClass};
pub use command::{
    ApproveOrder, ConfirmSite, DisputeDemand, IssueOrder, ProposeOrder, ReportValve,
    ResolveDispute, ReviewSupply, ServeDemand, ServeNotice, SupplyCommand, WithdrawDemand,
    WithdrawOrder,
};
pub use event::{
    Authority, DemandDisputeResolved, DemandDisputed, DemandServed, DisputeOutcome, NoticeServed,
    OrderApproved, OrderIssued, OrderProposed, OrderWithdrawn, Origin, Seen, SiteConfirmed,
    SupplyEvent, SupplyLifted, SupplyRestored, ValveReported, ValveState,
};
pub use known::Supply;
pub use maximum::{DailyMaximum, Nothing};
pub use state::{Demand, KnownOrder, Notice, Order, OrderEnd, Procedure, Proposal, Restoring};

pub use answer::{Answer, SupplyDecision, answer, answer_by, epoch_of};
pub use cause::LiftCause;
pub use decide::decide;
pub use demand_rejection::DemandRejection;
pub use facts::{
    Evidence, OrderFacts, demand_runs_until, last_day_of, needed, notice_runs_until, order_in_force,
};
pub(crate) use lift::with_lifted;
pub use limits::{Limits, limits, protected_limits};
pub use order_rejection::OrderRejection;
pub use over::{deciding_day, received};
pub use rejection::Rejection;
pub use stands::{lacking, order_stands};
pub use waiting::{Waiting, waiting};
pub use windows::no_cut_window;

use crate::contract::ContractState;
use crate::rules::stage::Stage;

/// E3: the stage in effect for a contract.
#[must_use]
pub fn effective(contract: &ContractState) -> Stage {
    contract.supply.procedure().stage()
}
