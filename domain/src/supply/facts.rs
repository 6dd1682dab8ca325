//! E4: what is looked at to say whether an order stands, and what is frozen of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::event::{Authority, DemandServed, NoticeServed, Origin, SiteConfirmed};
use super::state::{Demand, Order, Proposal};
use super::{MeasureKind, Rejection, UnprotectedClass};
use crate::contract::{ContractState, PaymentTerms};
use crate::customer::CustomerClass;
use crate::ledger::FourEyes;
use crate::quantities::{CivilDay, DaysOfGas, DemandId, GasDay, GasDayClock, Money, NoticeId};
use crate::state::Ledger;

/// E4: days after which a notice lapses where the terms are silent.
const NOTICE_LAPSES_DAYS: u32 = 60;

/// What E4 found when it let an order pass: frozen in the event, for whoever asks later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// T5: the gas day as of which it was asked.
    pub as_of: GasDay,
    /// A3.
    pub available: Money,
    /// The customer's class; absent, not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<CustomerClass>,
    /// G3.
    pub days: DaysOfGas,
    /// The demand.
    pub demand: DemandId,
    /// Yuan demanded.
    pub demanded: Money,
    /// The suspension notice.
    pub notice: NoticeId,
    /// When its hours had run.
    pub notice_ran_at: DateTime<Utc>,
    /// The oldest of the points' newest gas days with an actual reading.
    pub read_through: GasDay,
    /// What of the demand had been received.
    pub received: Money,
    /// The term that the days are below.
    pub threshold: DaysOfGas,
}

/// What E4 looks at for an order of a contract.
#[derive(Debug, Clone)]
pub struct OrderFacts<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// Whose supply.
    pub contract: &'a ContractState,
    /// The demand that is running.
    pub demand: Option<&'a Demand>,
    /// The notice that the order rests on.
    pub notice: Option<&'a NoticeServed>,
    /// What somebody on site confirmed since it was served.
    pub site: Option<&'a SiteConfirmed>,
    /// F: approvals that the order needs, and has.
    pub approvals: (usize, usize),
    /// The order itself, where it is in force.
    pub order: Option<&'a Order>,
}

impl<'a> OrderFacts<'a> {
    /// The facts of an order that waits, or of one that is only thought of, at a moment.
    #[must_use]
    pub fn of_proposal(
        ledger: &'a Ledger,
        contract: &'a ContractState,
        proposal: Option<&Proposal>,
        measure: MeasureKind,
        now: DateTime<Utc>,
    ) -> Self {
        let procedure = contract.supply.procedure();
        let notice = procedure.notice();
        Self {
            ledger,
            contract,
            demand: procedure.demand(),
            notice: notice.map(|notice| &notice.served),
            site: notice.and_then(|notice| notice.site.as_ref()),
            approvals: (
                needed(ledger, contract, proposal, measure, now),
                proposal.map_or(0, |proposal| proposal.approved_by.len()),
            ),
            order: None,
        }
    }

    /// The facts of the order in force.
    #[must_use]
    pub fn of_order(ledger: &'a Ledger, contract: &'a ContractState, order: &'a Order) -> Self {
        let procedure = contract.supply.procedure();
        let measure = order.issued.measure.kind();
        let approvals = match &order.issued.authority {
            Authority::Approved { by } => (measure.approvers(), by.len()),
            Authority::Automatic {} => match measure {
                MeasureKind::Reduce => (0, 0),
                MeasureKind::Suspend => (measure.approvers(), 0),
            },
            Authority::OnePerson { .. } => match ledger.four_eyes() {
                FourEyes::Off => (0, 0),
                FourEyes::On => (measure.approvers(), 0),
            },
        };
        Self {
            ledger,
            contract,
            demand: procedure.demand(),
            notice: Some(&order.notice),
            site: procedure.notice().and_then(|notice| notice.site.as_ref()),
            approvals,
            order: Some(order),
        }
    }
}

/// F: how many other persons an order needs at a moment: none where one person runs the ledger, and
/// none for a reduction that the engine proposed, and issues itself, while the term `automatic` holds
/// (E3).
#[must_use]
pub fn needed(
    ledger: &Ledger,
    contract: &ContractState,
    proposal: Option<&Proposal>,
    measure: MeasureKind,
    now: DateTime<Utc>,
) -> usize {
    let by_engine = proposal.is_some_and(|it| it.proposed.origin == Origin::Scheduler);
    let automatic = by_engine && terms_at(ledger, contract, now).automatic;
    match (ledger.four_eyes(), measure) {
        (FourEyes::Off, _) => 0,
        (FourEyes::On, MeasureKind::Reduce) if automatic => 0,
        (FourEyes::On, MeasureKind::Reduce | MeasureKind::Suspend) => measure.approvers(),
    }
}

/// The terms of a moment: those of its gas day; outside of the term, the newest.
pub(super) fn terms_at<'a>(
    ledger: &Ledger,
    contract: &'a ContractState,
    at: DateTime<Utc>,
) -> &'a PaymentTerms {
    let day = ledger.clock().gas_day(at);
    &contract.terms_at(day).payment
}

/// What was agreed, as it was known, when an order was issued. An amendment or a renewal since then does
/// not arm the order again.
pub(super) fn terms_when_issued<'a>(
    ledger: &Ledger,
    contract: &'a ContractState,
    order: &Order,
) -> Option<&'a PaymentTerms> {
    let day = ledger.clock().gas_day(order.issued.issued_at);
    let known = contract.versions().iter().rev().find(|version| {
        let counts = version.from <= day && day <= version.terms.last_gas_day;
        version.position < order.position && counts
    });
    known.map(|version| &version.terms.payment)
}

/// E4: whether a class may be suspended at all.
pub(super) fn check_class(
    contract: &ContractState,
    class: Option<CustomerClass>,
) -> Result<UnprotectedClass, Rejection> {
    let unprotected = UnprotectedClass::of(class);
    unprotected.ok_or_else(|| {
        let contract = contract.id().clone();
        match class {
            Some(class) => Rejection::ClassProtected { contract, class },
            None => Rejection::ClassUnknown { contract },
        }
    })
}

/// E4: days after which a notice lapses.
pub(super) fn lapses_days(terms: &PaymentTerms) -> u32 {
    terms.notice_lapses_days.unwrap_or(NOTICE_LAPSES_DAYS)
}

/// E4: the last civil day on which an order may rest on a notice. No amendment makes it later.
#[must_use]
pub fn last_day_of(notice: &NoticeServed, terms: &PaymentTerms) -> CivilDay {
    notice.on.plus(lapses_days(terms).min(notice.notice_lapses_days).into())
}

/// E4: the days that a demand runs: as agreed when it was served, or longer by the terms of the
/// moment. An amendment does not end a period that is running.
pub(super) fn demand_days(demand: &DemandServed, terms: &PaymentTerms) -> u32 {
    terms.demand_days.unwrap_or(0).max(demand.demand_days)
}

/// E4: the hours that a notice runs, the longer of those two as well.
pub(super) fn notice_hours(notice: &NoticeServed, terms: &PaymentTerms) -> u32 {
    terms.notice_hours.max(notice.notice_hours)
}

/// E4: when the days of a demand have run: the first is not counted, and none means at once.
#[must_use]
pub fn demand_runs_until(
    demand: &DemandServed,
    terms: &PaymentTerms,
    clock: GasDayClock,
) -> DateTime<Utc> {
    match demand_days(demand, terms) {
        0 => demand.served_at,
        days => clock.midnight(demand.on.plus(u64::from(days) + 1)),
    }
}

/// E4: when the hours of a notice have run.
#[must_use]
pub fn notice_runs_until(notice: &NoticeServed, terms: &PaymentTerms) -> DateTime<Utc> {
    notice.served_at + TimeDelta::hours(notice_hours(notice, terms).into())
}

/// The facts of the order in force, where there is one.
#[must_use]
pub fn order_in_force<'a>(
    ledger: &'a Ledger,
    contract: &'a ContractState,
) -> Option<(&'a Order, OrderFacts<'a>)> {
    let order = contract.supply.procedure().order()?;
    Some((order, OrderFacts::of_order(ledger, contract, order)))
}
