//! E7: what a gateway is told.
//!
//! The law of asymmetry: only an order that stands by E4 at this moment limits or stops. Everything
//! else that is not plainly "allowed" leaves the valve as it is.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::facts::order_in_force;
use super::lift::by_time;
use super::limits::{limits_now, newest_calorific_value};
use super::over::deciding_day;
use super::state::{Order, Procedure};
use super::{DailyMaximum, Evidence, Measure, UnprotectedClass, order_stands};
use crate::Event;
use crate::contract::{ContractState, TermsVersion};
use crate::customer::CustomerClass;
use crate::log::Position;
use crate::passage::Clocks;
use crate::payment::{AccountAsOf, account_as_of};
use crate::quantities::{OrderId, PointId, Volume};
use crate::rules::stage::{Stage, StageInput, recommended};
use crate::rules::validity::{SHORTEST_SECONDS, ValidityInput, validity};
use crate::state::Ledger;
use crate::trace::{Trace, Traced, Value};

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

/// What is decided of a point before the answer is made of it.
struct Decided {
    decision: SupplyDecision,
    reasons: Vec<&'static str>,
    order: Option<OrderId>,
    evidence: Option<Evidence>,
}

impl Decided {
    fn keep(reason: &'static str, order: Option<OrderId>) -> Self {
        let decision = SupplyDecision::Keep;
        Self { decision, reasons: vec![reason], order, evidence: None }
    }
}

/// E7: the answer about a point at a moment. Total: what is not known means `keep`.
#[must_use]
pub fn answer(ledger: &Ledger, point: &PointId, now: DateTime<Utc>) -> Answer {
    let day = ledger.clock().gas_day(now);
    let held = ledger.assignments(point);
    let epoch_position = epoch_of(ledger, point);
    let mut holding = held.iter().filter(|one| one.first_gas_day <= day && day <= one.last_gas_day);
    let contract = holding.next().and_then(|one| ledger.contract(&one.contract));
    let of_point =
        |contract: &&ContractState| contract.points_on(day).iter().any(|one| one.id == *point);
    let Some(contract) = contract.filter(of_point) else {
        let reason = match held.iter().map(|one| one.last_gas_day).max() {
            None => "unknown_delivery_point",
            Some(last) if last < day => "term_ended",
            Some(_) => "no_contract",
        };
        return Answer {
            point: point.clone(),
            class: None,
            decision: SupplyDecision::Keep,
            stage: None,
            reasons: vec![reason],
            valid_seconds: shortest(),
            position: ledger.position(),
            epoch_position,
            order: None,
            evidence: None,
        };
    };
    let account = account_as_of(contract, ledger.indices(), deciding_day(ledger.clock(), now)).ok();
    let procedure = procedure_at(ledger, contract, now);
    let decided = decided(ledger, contract, &procedure, point, account.as_ref(), now);
    Answer {
        point: point.clone(),
        class: ledger.class_of(contract.customer()),
        decision: decided.decision,
        stage: Some(procedure.stage()),
        reasons: decided.reasons,
        valid_seconds: valid_seconds(ledger, contract, account.as_ref(), now),
        position: ledger.position(),
        epoch_position,
        order: decided.order,
        evidence: decided.evidence,
    }
}

/// E5, T6: where the procedure stands at a moment. The passage of time may have ended it before anybody
/// recorded that it did.
fn procedure_at<'a>(
    ledger: &Ledger,
    contract: &'a ContractState,
    now: DateTime<Utc>,
) -> Cow<'a, Procedure> {
    match by_time(ledger, contract, now) {
        Some(Event::Supply(ended)) => {
            let mut supply = contract.supply.clone();
            supply.take_in(&ended, supply.changed_at());
            Cow::Owned(supply.procedure().clone())
        }
        Some(_) | None => Cow::Borrowed(contract.supply.procedure()),
    }
}

fn decided(
    ledger: &Ledger,
    contract: &ContractState,
    procedure: &Procedure,
    point: &PointId,
    account: Option<&AccountAsOf>,
    now: DateTime<Utc>,
) -> Decided {
    match procedure {
        Procedure::Nothing | Procedure::Demanded(_) | Procedure::Noticed(_) => Decided {
            decision: SupplyDecision::Allow,
            reasons: reasons(ledger, contract, procedure.stage(), account, now),
            order: None,
            evidence: None,
        },
        Procedure::Restoring(restoring) => {
            Decided::keep("restoring", Some(restoring.order.issued.order.clone()))
        }
        Procedure::Reduced(_, order) | Procedure::Suspended(_, order) => {
            ordered(ledger, contract, point, order, now)
        }
    }
}

/// E7, T6: the answer at the moment of a clock. Whether an order stands is a matter of hours, so where
/// the clocks disagree the valve is kept.
#[must_use]
pub fn answer_by(ledger: &Ledger, point: &PointId, clocks: &Clocks) -> Answer {
    let answer = answer(ledger, point, clocks.now);
    let Err(refusal) = clocks.check() else { return answer };
    match answer.decision {
        SupplyDecision::Limit { .. } | SupplyDecision::Stop { .. } => Answer {
            decision: SupplyDecision::Keep,
            reasons: vec![refusal.listed().code],
            evidence: None,
            ..answer
        },
        SupplyDecision::Allow | SupplyDecision::Keep => answer,
    }
}

/// What an order in force comes to for a point, if it stands now.
fn ordered(
    ledger: &Ledger,
    contract: &ContractState,
    point: &PointId,
    order: &Order,
    now: DateTime<Utc>,
) -> Decided {
    let name = Some(order.issued.order.clone());
    let Some((_, facts)) = order_in_force(ledger, contract) else {
        return Decided::keep("no_order", name);
    };
    let evidence = match order_stands(&facts, order.issued.measure.kind(), now) {
        Ok(evidence) => evidence,
        Err(refusal) => return Decided::keep(refusal.code(), name),
    };
    let class = ledger.class_of(contract.customer());
    let decision = match &order.issued.measure {
        Measure::Suspend { points, .. } => match UnprotectedClass::of(class) {
            Some(class) if points.contains(point) => SupplyDecision::Stop { class },
            Some(_) => return Decided::keep("point_not_ordered", name),
            None => return Decided::keep("class_protected", name),
        },
        Measure::Reduce { limits, .. } => {
            let frozen = limits.iter().find(|limit| limit.point == *point);
            let Some(frozen) = frozen else {
                return Decided::keep("point_not_ordered", name);
            };
            let day = ledger.clock().gas_day(now);
            match limits_now(contract, class, day, frozen) {
                Ok(daily_maximum) => SupplyDecision::Limit { daily_maximum },
                Err(refusal) => return Decided::keep(refusal.code(), name),
            }
        }
    };
    let reasons = vec![match order.issued.measure {
        Measure::Reduce { .. } => "days_below_reduce",
        Measure::Suspend { .. } if evidence.days < evidence.threshold => "days_below_suspend",
        Measure::Suspend { .. } => "nothing_available",
    }];
    Decided { decision, reasons, order: name, evidence: Some(evidence) }
}

/// E2: why the stage is recommended that is.
fn reasons(
    ledger: &Ledger,
    contract: &ContractState,
    effective: Stage,
    account: Option<&AccountAsOf>,
    now: DateTime<Utc>,
) -> Vec<&'static str> {
    let Some(account) = account else { return vec!["number_too_large"] };
    let day = ledger.clock().gas_day(now);
    let terms = contract.terms_on(day).unwrap_or(contract.newest_terms());
    let class = ledger.class_of(contract.customer()).unwrap_or(CustomerClass::Key);
    recommended(&StageInput {
        days: account.days,
        available: account.available,
        terms: &terms.payment,
        class,
        effective,
    })
    .reasons
}

fn valid_seconds(
    ledger: &Ledger,
    contract: &ContractState,
    account: Option<&AccountAsOf>,
    now: DateTime<Utc>,
) -> Traced<u64> {
    let day = ledger.clock().gas_day(now);
    let (Some(terms), Some(account)) = (contract.terms_on(day), account) else {
        return shortest();
    };
    let capacities = contract.points_on(day).iter().map(|point| point.daily_capacity);
    let capacity: Option<rust_decimal::Decimal> =
        capacities.map(|capacity| capacity.map(Volume::value)).sum();
    let input = ValidityInput {
        available: account.available,
        capacity: capacity.map(Volume::new),
        price: account.price,
        unit: terms.unit,
        calorific_value: newest_calorific_value(contract),
        lease_hours: terms.payment.lease_hours,
    };
    validity(&input).unwrap_or_else(|_| shortest())
}

/// What is not known is asked again soon.
fn shortest() -> Traced<u64> {
    let trace = Trace::new("E7", "validity", Value::Count(SHORTEST_SECONDS));
    Traced { value: SHORTEST_SECONDS, trace }
}

/// The last event that changed what a point is told: a term that names it, an order, what lifted or
/// restored it, a dispute of its demand. Never runs back as the log grows.
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
    newest.max().unwrap_or_default()
}
