//! The twin's notes of a procedure, from a demand to somebody on site.

use citygate_domain::supply::{
    DisputeOutcome, Measure, MeasureKind, OrderIssued, Origin, Proposed, Seen, SupplyEvent,
    SupplyLifted, ValveReported, ValveState,
};

use super::facts::{ContractFacts, Demand, Notice, Ordered, date, fen, point_of};

impl ContractFacts {
    /// The newest notice, while it runs.
    #[must_use]
    pub fn notice(&self) -> Option<usize> {
        self.notices.len().checked_sub(1).filter(|_| self.notice_runs)
    }

    /// Takes a fact of supply in.
    pub fn supplied(&mut self, event: &SupplyEvent, position: u64) {
        match event {
            SupplyEvent::DemandServed(event) => {
                self.demand = Some(Demand {
                    fen: fen(event.amount),
                    on: date(event.on.date()),
                    position,
                    proven: !event.proof.as_str().is_empty(),
                });
                self.disputed = false;
            }
            SupplyEvent::DemandDisputed(_) => self.disputed = true,
            SupplyEvent::DemandDisputeResolved(event) => match event.outcome {
                DisputeOutcome::Upheld | DisputeOutcome::Withdrawn | DisputeOutcome::Rejected => {
                    self.disputed = false
                }
            },
            SupplyEvent::NoticeServed(event) => {
                self.notices.push(Notice {
                    name: event.notice.to_string(),
                    at: event.served_at,
                    on: date(event.on.date()),
                    proven: !event.proof.as_str().is_empty(),
                });
                self.notice_runs = true;
                self.site = false;
            }
            SupplyEvent::SiteConfirmed(_) => self.site = true,
            SupplyEvent::OrderProposed(event) => {
                let measure = match event.measure {
                    Proposed::Reduce {} => MeasureKind::Reduce,
                    Proposed::Suspend { .. } => MeasureKind::Suspend,
                };
                let ordered = Ordered {
                    measure,
                    proposed_by: event.by.clone(),
                    by_engine: event.origin == Origin::Scheduler,
                    approved_by: Vec::new(),
                    issued: None,
                    notice: None,
                    over: false,
                };
                self.orders.insert(event.order.clone(), ordered);
            }
            SupplyEvent::OrderApproved(event) => {
                if let Some(order) = self.orders.get_mut(&event.order) {
                    order.approved_by.push(event.by.clone());
                }
            }
            SupplyEvent::OrderWithdrawn(event) => {
                if let Some(order) = self.orders.get_mut(&event.order) {
                    order.over = true;
                }
            }
            SupplyEvent::OrderIssued(event) => self.issued(event),
            SupplyEvent::ValveReported(event) => self.reports.push(event.clone()),
            SupplyEvent::SupplyLifted(event) => self.lifted(event, position),
            SupplyEvent::SupplyRestored(_) => self.restoring = None,
        }
    }

    fn lifted(&mut self, event: &SupplyLifted, position: u64) {
        self.demand = None;
        self.disputed = false;
        self.notice_runs = false;
        self.site = false;
        self.lifted_at = position;
        for order in &event.orders {
            if let Some(order) = self.orders.get_mut(order) {
                order.over = true;
            }
        }
        let Some(order) = self.in_force.take() else { return };
        let known = self.orders.get(&order);
        if known.is_some_and(|one| one.measure == MeasureKind::Suspend) {
            self.restoring = Some((order, event.at));
        }
    }

    fn issued(&mut self, event: &OrderIssued) {
        // An order that follows another takes its place.
        if let Some(before) = self.in_force.take()
            && let Some(before) = self.orders.get_mut(&before)
        {
            before.over = true;
        }
        let notice = self.notice();
        if let Some(order) = self.orders.get_mut(&event.order) {
            order.measure = match event.measure {
                Measure::Reduce { .. } => MeasureKind::Reduce,
                Measure::Suspend { .. } => MeasureKind::Suspend,
            };
            order.issued = Some(Box::new(event.clone()));
            order.notice = notice;
        }
        self.in_force = Some(event.order.clone());
    }

    /// Whether every point that was stopped was found open on site since the lifting, by its newest
    /// report.
    #[must_use]
    pub fn found_open(&self, points: usize) -> bool {
        let Some((_, lifted)) = &self.restoring else { return false };
        (0..points).all(|place| {
            let of_point = |one: &&ValveReported| {
                point_of(one.point.as_str()) == Some(place)
                    && one.seen == Seen::OnSite
                    && one.at > *lifted
            };
            let newest = self.reports.iter().filter(of_point).max_by_key(|one| one.at);
            newest.is_some_and(|one| one.state == ValveState::Open)
        })
    }
}
