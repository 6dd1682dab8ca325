//! What the facts about the supply of a contract come to (E1, E3).

use std::collections::{BTreeMap, BTreeSet};

use super::event::{
    DemandDisputed, DemandServed, DisputeOutcome, NoticeServed, OrderIssued, OrderProposed,
    SupplyEvent, SupplyLifted, ValveReported,
};
use super::state::{Demand, KnownOrder, Notice, Order, OrderEnd, Procedure, Proposal, Restoring};
use super::{LiftCause, MeasureKind};
use crate::log::Position;
use crate::quantities::{CivilDay, DemandId, NoticeId, OrderId};
use crate::rules::stage::Stage;

/// What is known of the supply of a contract.
#[derive(Debug, Clone, Default)]
pub struct Supply {
    procedure: Procedure,
    /// Every demand that was ever served, as it was.
    demands: BTreeMap<DemandId, DemandServed>,
    /// Every notice that was ever served, as it was.
    notices: BTreeMap<NoticeId, NoticeServed>,
    /// Every order that was ever proposed, and what became of it.
    orders: BTreeMap<OrderId, KnownOrder>,
    /// Demands that were taken back: by whom and why.
    withdrawn: BTreeSet<LiftCause>,
    /// E8: what valves did, in the order of the instants that the reports name.
    reports: BTreeSet<ValveReported>,
    /// E3: from which civil day on which stage was in effect, in log order.
    stages: Vec<(CivilDay, Stage)>,
    /// The last event that changed what its points are told.
    changed_at: Position,
    /// How often the procedure has changed: what an approval is bound to (F).
    revision: u32,
}

impl Supply {
    /// Where the procedure stands.
    #[must_use]
    pub fn procedure(&self) -> &Procedure {
        &self.procedure
    }

    /// Whether a fact may still lift it, or a report restore it.
    #[must_use]
    pub fn is_running(&self) -> bool {
        match self.procedure {
            Procedure::Nothing => false,
            Procedure::Demanded(_)
            | Procedure::Noticed(_)
            | Procedure::Reduced(..)
            | Procedure::Suspended(..)
            | Procedure::Restoring(_) => true,
        }
    }

    /// A demand that was ever served.
    #[must_use]
    pub fn demand(&self, demand: &DemandId) -> Option<&DemandServed> {
        self.demands.get(demand)
    }

    /// A notice that was ever served.
    #[must_use]
    pub fn notice(&self, notice: &NoticeId) -> Option<&NoticeServed> {
        self.notices.get(notice)
    }

    /// Whether a demand was taken back by this person for this reason.
    #[must_use]
    pub fn was_withdrawn(&self, cause: &LiftCause) -> bool {
        self.withdrawn.contains(cause)
    }

    /// An order that was ever proposed, and what became of it.
    #[must_use]
    pub fn order(&self, order: &OrderId) -> Option<&KnownOrder> {
        self.orders.get(order)
    }

    /// Every order that was ever proposed, by name.
    pub fn orders(&self) -> impl Iterator<Item = &KnownOrder> {
        self.orders.values()
    }

    /// E8: what valves did, by the instant that the report names.
    #[must_use]
    pub fn reports(&self) -> &BTreeSet<ValveReported> {
        &self.reports
    }

    /// How often the procedure has changed: what an approval is bound to (F).
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// The last event that changed what its points are told; the start of the log before any has.
    #[must_use]
    pub fn changed_at(&self) -> Position {
        self.changed_at
    }

    /// E3, T4: the stage that was in effect on a civil day. What was recorded later for that day
    /// counts; what counts from a later day does not.
    #[must_use]
    pub fn stage_on(&self, day: CivilDay) -> Stage {
        let known = self.stages.iter().rev().find(|(from, _)| *from <= day);
        known.map_or(Stage::Normal, |(_, stage)| *stage)
    }

    /// Takes a fact in. Total: one that does not fit changes nothing but what is remembered of it.
    pub(crate) fn take_in(&mut self, event: &SupplyEvent, position: Position) {
        let before = self.procedure.stage();
        match event {
            SupplyEvent::DemandServed(event) => self.demanded(event, position),
            SupplyEvent::DemandDisputed(event) => self.disputed(event, position),
            SupplyEvent::DemandDisputeResolved(event) => self.resolved(event.outcome, position),
            SupplyEvent::NoticeServed(event) => self.noticed(event),
            SupplyEvent::SiteConfirmed(event) => {
                if let Some(notice) = self.procedure.notice_mut() {
                    notice.site = Some(event.clone());
                }
            }
            SupplyEvent::OrderProposed(event) => self.proposed(event),
            SupplyEvent::OrderApproved(event) => {
                let waiting = self.procedure.notice_mut().and_then(|it| it.proposal.as_mut());
                if let Some(proposal) = waiting.filter(|it| it.proposed.order == event.order) {
                    proposal.approved_by.push(event.by.clone());
                }
            }
            SupplyEvent::OrderWithdrawn(event) => {
                let (by, reason) = (event.by.clone(), event.reason.clone());
                self.ended(&event.order, OrderEnd::Withdrawn { by, reason });
                self.drop_proposal(&event.order);
                self.revision += 1;
            }
            SupplyEvent::OrderIssued(event) => self.issued(event, position),
            SupplyEvent::ValveReported(event) => {
                self.reports.insert(event.clone());
            }
            SupplyEvent::SupplyLifted(event) => self.lifted(event, position),
            SupplyEvent::SupplyRestored(_) => self.become_new(Procedure::Nothing, position),
        }
        let after = self.procedure.stage();
        if after != before {
            self.stages.push((event.on(), after));
        }
    }

    /// F: other terms or other points are not what an approval was given to: an amendment, a renewal, an early
    /// end, a point that moves.
    pub(crate) fn terms_amended(&mut self) {
        if self.is_running() {
            self.revision += 1;
        }
    }

    fn demanded(&mut self, event: &DemandServed, position: Position) {
        self.demands.insert(event.demand.clone(), event.clone());
        self.procedure =
            Procedure::Demanded(Demand { served: event.clone(), position, dispute: None });
        self.revision += 1;
    }

    fn disputed(&mut self, event: &DemandDisputed, position: Position) {
        if let Some(demand) = self.procedure.demand_mut() {
            demand.dispute = Some(event.clone());
        }
        self.revision += 1;
        self.changed_at = position;
    }

    /// A dispute that is upheld is followed by what lifts the procedure.
    fn resolved(&mut self, outcome: DisputeOutcome, position: Position) {
        match outcome {
            DisputeOutcome::Upheld | DisputeOutcome::Withdrawn | DisputeOutcome::Rejected => {
                if let Some(demand) = self.procedure.demand_mut() {
                    demand.dispute = None;
                }
            }
        }
        self.revision += 1;
        self.changed_at = position;
    }

    fn noticed(&mut self, event: &NoticeServed) {
        self.notices.insert(event.notice.clone(), event.clone());
        let new =
            |demand: Demand| Notice { demand, served: event.clone(), site: None, proposal: None };
        self.procedure = match std::mem::take(&mut self.procedure) {
            Procedure::Demanded(demand) => Procedure::Noticed(new(demand)),
            Procedure::Noticed(notice) => Procedure::Noticed(new(notice.demand)),
            Procedure::Reduced(notice, order) => Procedure::Reduced(new(notice.demand), order),
            Procedure::Suspended(notice, order) => Procedure::Suspended(new(notice.demand), order),
            other @ (Procedure::Nothing | Procedure::Restoring(_)) => other,
        };
        self.revision += 1;
    }

    fn proposed(&mut self, event: &OrderProposed) {
        let known = KnownOrder { proposed: event.clone(), end: OrderEnd::Waiting };
        self.orders.insert(event.order.clone(), known);
        if let Some(notice) = self.procedure.notice_mut() {
            notice.proposal = Some(Proposal { proposed: event.clone(), approved_by: Vec::new() });
        }
        self.revision += 1;
    }

    fn issued(&mut self, event: &OrderIssued, position: Position) {
        self.ended(&event.order, OrderEnd::Issued { by: event.by.clone() });
        self.drop_proposal(&event.order);
        let kind = event.measure.kind();
        let order = |notice: &Notice| Order {
            issued: Box::new(event.clone()),
            position,
            notice: notice.served.clone(),
        };
        if let Some(notice) = self.procedure.notice().cloned() {
            let order = order(&notice);
            self.procedure = match kind {
                MeasureKind::Reduce => Procedure::Reduced(notice, order),
                MeasureKind::Suspend => Procedure::Suspended(notice, order),
            };
        }
        self.revision += 1;
        self.changed_at = position;
    }

    /// E5. A suspension leaves valves closed until somebody on site has opened them.
    fn lifted(&mut self, event: &SupplyLifted, position: Position) {
        for order in &event.orders {
            // What was withdrawn stays so; it was withdrawn, and that lifted the rest.
            let known = self.orders.get_mut(order);
            if let Some(known) = known.filter(|it| !matches!(it.end, OrderEnd::Withdrawn { .. })) {
                known.end = OrderEnd::Lifted { causes: event.causes.clone() };
            }
        }
        let back = |cause: &&LiftCause| matches!(cause, LiftCause::DemandWithdrawn { .. });
        self.withdrawn.extend(event.causes.iter().filter(back).cloned());
        let next = match std::mem::take(&mut self.procedure) {
            Procedure::Suspended(_, order) => {
                Procedure::Restoring(Restoring { lifted: event.clone(), order })
            }
            restoring @ Procedure::Restoring(_) => restoring,
            Procedure::Nothing
            | Procedure::Demanded(_)
            | Procedure::Noticed(_)
            | Procedure::Reduced(..) => Procedure::Nothing,
        };
        self.become_new(next, position);
    }

    fn become_new(&mut self, procedure: Procedure, position: Position) {
        self.procedure = procedure;
        self.revision += 1;
        self.changed_at = position;
    }

    fn ended(&mut self, order: &OrderId, end: OrderEnd) {
        if let Some(known) = self.orders.get_mut(order) {
            known.end = end;
        }
    }

    fn drop_proposal(&mut self, order: &OrderId) {
        if let Some(notice) = self.procedure.notice_mut() {
            notice.proposal = notice.proposal.take().filter(|it| it.proposed.order != *order);
        }
    }
}
