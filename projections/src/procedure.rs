//! Where the procedure about a contract's supply stands (E): what was served, which periods run
//! until when, what an order lacks now, approvals, orders, valve reports, the answer per point.

use chrono::{DateTime, TimeDelta, Utc};
use citygate_domain::contract::{ContractState, PaymentTerms};
use citygate_domain::ledger::FourEyes;
use citygate_domain::log::Position;
use citygate_domain::quantities::PersonId;
use citygate_domain::rules::stage::Stage;
use citygate_domain::state::Ledger;
use citygate_domain::supply::{
    Answer, Authority, Demand, KnownOrder, Measure, MeasureKind, Notice, Order, OrderEnd,
    OrderFacts, Origin, Seen, answer, demand_runs_until, lacking, last_day_of, notice_runs_until,
    order_in_force, received,
};

/// A line about a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcedureRow {
    /// What the line is about.
    pub part: &'static str,
    /// Which one.
    pub name: String,
    /// A word for where it stands.
    pub state: String,
    /// When it was.
    pub at: Option<DateTime<Utc>>,
    /// Until when it runs, or holds.
    pub until: Option<DateTime<Utc>>,
    /// Who did it.
    pub by: String,
    /// What there is to say beside it.
    pub detail: String,
}

/// Where the procedure of a contract stands at a moment.
#[derive(Debug, Clone)]
pub struct ProcedureCard {
    /// E3.
    pub stage: Stage,
    /// What an approval is bound to (F).
    pub revision: u32,
    /// The newest event that it knows (G4).
    pub position: Position,
    /// The lines, in the order of the procedure.
    pub rows: Vec<ProcedureRow>,
}

fn row(part: &'static str, name: impl ToString, state: impl ToString) -> ProcedureRow {
    ProcedureRow {
        part,
        name: name.to_string(),
        state: state.to_string(),
        at: None,
        until: None,
        by: String::new(),
        detail: String::new(),
    }
}

/// Where the procedure of a contract stands at a moment.
#[must_use]
pub fn procedure(ledger: &Ledger, contract: &ContractState, now: DateTime<Utc>) -> ProcedureCard {
    let supply = &contract.supply;
    let (stage, revision) = (supply.procedure().stage(), supply.revision());
    let detail = format!("revision {revision}");
    let mut rows = vec![ProcedureRow { detail, ..row("stage", contract.id(), stage) }];
    let day = ledger.clock().gas_day(now);
    let terms = contract.terms_at(day);
    let asked = Asked { ledger, contract, terms: &terms.payment, now };
    rows.extend(supply.procedure().demand().into_iter().flat_map(|demand| asked.demand(demand)));
    rows.extend(supply.procedure().notice().into_iter().flat_map(|notice| asked.notice(notice)));
    rows.extend(supply.orders().map(|order| asked.order(order)));
    rows.extend(asked.approvals());
    rows.extend(supply.procedure().order().map(|order| asked.in_force(order)));
    rows.extend(asked.lacks());
    rows.extend(supply.reports().iter().map(|report| {
        let seen = match report.seen {
            Seen::OnSite => "on_site",
            Seen::Remotely => "remotely",
        };
        let order = report.order.as_ref().map(|order| format!(" order {order}"));
        ProcedureRow {
            at: Some(report.at),
            by: report.reporter.to_string(),
            detail: format!("{seen}{}", order.unwrap_or_default()),
            ..row("valve", &report.point, report.state.word())
        }
    }));
    let points = contract.points_on(day);
    rows.extend(points.iter().map(|point| point_row(&answer(ledger, &point.id, now), now)));
    ProcedureCard { stage, revision, position: ledger.position(), rows }
}

/// F: what an order in force rests on.
fn authority(authority: &Authority) -> String {
    match authority {
        Authority::Approved { by } => {
            let by: Vec<&str> = by.iter().map(PersonId::as_str).collect();
            format!("approved by {}", by.join(", "))
        }
        Authority::Automatic {} => "automatic, by the engine".to_owned(),
        Authority::OnePerson { four_eyes } => format!(
            "four_eyes {}",
            match four_eyes {
                FourEyes::Off => "off",
                FourEyes::On => "on",
            }
        ),
    }
}

/// E7: the line of a point.
fn point_row(answer: &Answer, now: DateTime<Utc>) -> ProcedureRow {
    let seconds = TimeDelta::seconds(answer.valid_seconds.value.cast_signed());
    ProcedureRow {
        until: Some(now + seconds),
        detail: answer.reasons.join(";"),
        ..row("point", &answer.point, answer.decision.word())
    }
}

/// What the lines are made from.
struct Asked<'a> {
    ledger: &'a Ledger,
    contract: &'a ContractState,
    terms: &'a PaymentTerms,
    now: DateTime<Utc>,
}

impl Asked<'_> {
    fn demand(&self, demand: &Demand) -> Vec<ProcedureRow> {
        let until = demand_runs_until(&demand.served, self.terms, self.ledger.clock());
        let state = if self.now < until { "period_running" } else { "period_ran" };
        let today = self.ledger.clock().civil_day(self.now);
        let received = received(self.contract, demand, today);
        let demanded = ProcedureRow {
            at: Some(demand.served.served_at),
            until: Some(until),
            detail: format!("{} yuan demanded, {received} received", demand.served.amount),
            ..row("demand", &demand.served.demand, state)
        };
        let disputed = demand.dispute.as_ref().map(|dispute| ProcedureRow {
            at: Some(self.ledger.clock().midnight(dispute.on)),
            by: dispute.by.to_string(),
            detail: dispute.reason.clone(),
            ..row("dispute", &dispute.demand, "open")
        });
        [Some(demanded), disputed].into_iter().flatten().collect()
    }

    fn notice(&self, notice: &Notice) -> Vec<ProcedureRow> {
        let clock = self.ledger.clock();
        let until = notice_runs_until(&notice.served, self.terms);
        let lapses = clock.midnight(last_day_of(&notice.served, self.terms).plus(1));
        let state = if self.now < until {
            "period_running"
        } else if self.now < lapses {
            "period_ran"
        } else {
            "lapsed"
        };
        let served = ProcedureRow {
            at: Some(notice.served.served_at),
            until: Some(until),
            detail: format!("lapses at {}", clock.local(lapses).to_rfc3339()),
            ..row("notice", &notice.served.notice, state)
        };
        let site = notice.site.as_ref().map(|site| ProcedureRow {
            at: Some(site.at),
            by: site.by.to_string(),
            ..row("site", self.contract.id(), "confirmed")
        });
        [Some(served), site].into_iter().flatten().collect()
    }

    fn order(&self, order: &KnownOrder) -> ProcedureRow {
        let (state, why) = match &order.end {
            OrderEnd::Waiting => ("waiting", String::new()),
            OrderEnd::Issued { by } => ("issued", format!("; issued by {by}")),
            OrderEnd::Withdrawn { by, reason } => {
                ("withdrawn", format!("; withdrawn by {by}: {reason}"))
            }
            OrderEnd::Lifted { causes } => {
                let causes: Vec<&str> = causes.iter().map(|cause| cause.word()).collect();
                ("lifted", format!("; lifted: {}", causes.join(";")))
            }
        };
        let proposed = &order.proposed;
        let origin = match proposed.origin {
            Origin::Person => "",
            Origin::Scheduler => ", proposed by the engine",
        };
        ProcedureRow {
            at: Some(self.ledger.clock().midnight(proposed.on)),
            by: proposed.by.to_string(),
            detail: format!("{}{origin}: {}{why}", proposed.measure.kind(), proposed.reason),
            ..row("order", &proposed.order, state)
        }
    }

    fn approvals(&self) -> Vec<ProcedureRow> {
        let proposal = self.contract.supply.procedure().proposal();
        let proposal = proposal.into_iter().flat_map(|proposal| {
            let order = &proposal.proposed.order;
            proposal.approved_by.iter().map(move |by| ProcedureRow {
                by: by.to_string(),
                ..row("approval", order, "given")
            })
        });
        proposal.collect()
    }

    fn in_force(&self, order: &Order) -> ProcedureRow {
        let issued = &order.issued;
        let detail = match &issued.measure {
            Measure::Reduce { daily_maximum, limits } => {
                let limits = limits.iter();
                let limits: Vec<String> =
                    limits.map(|one| format!("{} {} m3", one.point, one.daily_maximum)).collect();
                format!("at most {daily_maximum} m3 a gas day: {}", limits.join(", "))
            }
            Measure::Suspend { class, points } => {
                let points: Vec<&str> = points.iter().map(|point| point.as_str()).collect();
                format!("no gas ({class}): {}", points.join(", "))
            }
        };
        ProcedureRow {
            at: Some(issued.issued_at),
            by: issued.by.to_string(),
            detail: format!("{detail}; {}", authority(&issued.authority)),
            ..row("in_force", &issued.order, issued.measure.kind())
        }
    }

    /// E4: every condition that fails now, for the order in force, else for what could be ordered.
    fn lacks(&self) -> Vec<ProcedureRow> {
        if let Some((order, facts)) = order_in_force(self.ledger, self.contract) {
            let measure = order.issued.measure.kind();
            return self.lacking(&facts, measure, "of_order_in_force");
        }
        let procedure = self.contract.supply.procedure();
        if procedure.demand().is_none() {
            return Vec::new();
        }
        let proposal = procedure.proposal();
        let measures = [MeasureKind::Reduce, MeasureKind::Suspend];
        let lacks = measures.into_iter().flat_map(|measure| {
            let proposal = proposal.filter(|it| it.proposed.measure.kind() == measure);
            let facts =
                OrderFacts::of_proposal(self.ledger, self.contract, proposal, measure, self.now);
            self.lacking(&facts, measure, "lacks")
        });
        lacks.collect()
    }

    fn lacking(
        &self,
        facts: &OrderFacts<'_>,
        measure: MeasureKind,
        part: &'static str,
    ) -> Vec<ProcedureRow> {
        let lacking = lacking(facts, measure, self.now);
        if lacking.is_empty() {
            return vec![row(part, measure, "nothing")];
        }
        let one = |refusal: &citygate_domain::Rejection| ProcedureRow {
            detail: refusal.to_string(),
            ..row(part, measure, refusal.code())
        };
        lacking.iter().map(one).collect()
    }
}
