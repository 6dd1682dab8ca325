//! The twin's notes of a procedure, from a demand to somebody on site.

use citygate_domain::quantities::OrderId;
use citygate_domain::supply::{
    DisputeOutcome, Measure, MeasureKind, OrderIssued, Origin, Proposed, Seen, SupplyEvent,
    SupplyLifted, ValveReported, ValveState,
};

use super::facts::{ContractFacts, Date, Demand, Notice, Ordered, date, fen};
use super::law::gas_day;
use super::terms::{Point, point_named};

/// E4: days after which a notice lapses where the terms are silent.
const NOTICE_LAPSES_DAYS: i64 = 60;

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
                let agreed = self.life.at(gas_day(event.served_at));
                self.demand = Some(Demand {
                    days: agreed.and_then(|terms| terms.demand_days).unwrap_or(0),
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
                let agreed = self.life.at(gas_day(event.served_at));
                let lapses = agreed.and_then(|terms| terms.notice_lapses_days);
                self.notices.push(Notice {
                    hours: agreed.map_or(0, |terms| terms.notice_hours),
                    lapses: lapses.unwrap_or(NOTICE_LAPSES_DAYS),
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
                    agreed: None,
                    outdated: false,
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
        let agreed = self.life.on(gas_day(event.issued_at)).cloned();
        if let Some(order) = self.orders.get_mut(&event.order) {
            order.measure = match event.measure {
                Measure::Reduce { .. } => MeasureKind::Reduce,
                Measure::Suspend { .. } => MeasureKind::Suspend,
            };
            order.issued = Some(Box::new(event.clone()));
            order.notice = notice;
            order.agreed = agreed;
        }
        self.in_force = Some(event.order.clone());
    }

    /// The points that an order stops or limits, as it was issued.
    #[must_use]
    pub fn ordered(&self, order: &OrderId) -> Vec<Point> {
        let issued = self.orders.get(order).and_then(|order| order.issued.as_ref());
        let points = issued.into_iter().flat_map(|issued| match &issued.measure {
            Measure::Suspend { points, .. } => points.iter().collect::<Vec<_>>(),
            Measure::Reduce { limits, .. } => limits.iter().map(|limit| &limit.point).collect(),
        });
        points.filter_map(|point| point_named(point.as_str())).collect()
    }

    /// Whether every point that was stopped was found open on site since the lifting, by its newest
    /// report.
    #[must_use]
    pub fn found_open(&self) -> bool {
        let Some((order, lifted)) = &self.restoring else { return false };
        self.ordered(order).into_iter().all(|point| {
            let of_point = |one: &&ValveReported| {
                point_named(one.point.as_str()) == Some(point)
                    && one.seen == Seen::OnSite
                    && one.at > *lifted
            };
            let newest = self.reports.iter().filter(of_point).max_by_key(|one| one.at);
            newest.is_some_and(|one| one.state == ValveState::Open)
        })
    }

    /// E5: what of a demand has been received: paid after it, less what was taken back of just that;
    /// what is dated after today has not been (T5).
    #[must_use]
    pub fn received(&self, demand: &Demand, today: Date) -> i64 {
        let mut received: Vec<(&str, i64)> = Vec::new();
        for one in self.money.iter().filter(|one| one.on <= today) {
            if one.received {
                if one.position > demand.position || one.on > demand.on {
                    received.push((&one.reference, one.fen));
                }
            } else if let Some(reverses) = &one.reverses {
                let same = |known: &(&str, i64)| known.0 == reverses && known.1 == -one.fen;
                if let Some(place) = received.iter().rposition(same) {
                    received.remove(place);
                }
            }
        }
        received.iter().map(|(_, fen)| fen).sum()
    }
}
