//! E7: how an answer comes to be.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::answer::{Answer, SupplyDecision, epoch_of};
use super::by_day::ByDay;
use super::facts::order_in_force;
use super::lift::by_time;
use super::limits::{limits_now, newest_calorific_value};
use super::over::deciding_day;
use super::stands::stands;
use super::state::{Order, Procedure};
use super::{Evidence, Measure, UnprotectedClass};
use crate::Event;
use crate::contract::ContractState;
use crate::passage::Clocks;
use crate::payment::Remaining;
use crate::quantities::{ContractId, GasDay, OrderId, PointId, Volume};
use crate::rules::stage::Stage;
use crate::rules::validity::{SHORTEST_SECONDS, ValidityInput, validity};
use crate::state::Ledger;
use crate::trace::{Trace, Traced, Value};

/// Whoever asks a ledger about supply, more than once: what a contract comes to as of a gas day is
/// computed once.
pub(super) struct Asking<'a> {
    ledger: &'a Ledger,
    contracts: RefCell<BTreeMap<&'a ContractId, Rc<ByDay<'a>>>>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(ledger: &'a Ledger) -> Self {
        Self { ledger, contracts: RefCell::default() }
    }

    /// Who is asked.
    pub(super) fn ledger(&self) -> &'a Ledger {
        self.ledger
    }

    fn by_day(&self, contract: &'a ContractState) -> Rc<ByDay<'a>> {
        let first = || Rc::new(ByDay::new(contract, self.ledger.indices()));
        Rc::clone(self.contracts.borrow_mut().entry(contract.id()).or_insert_with(first))
    }

    /// E7.
    pub(super) fn answer(&self, point: &PointId, now: DateTime<Utc>) -> Answer {
        let ledger = self.ledger;
        let epoch_position = epoch_of(ledger, point);
        let contract = match holder(ledger, point, ledger.clock().gas_day(now)) {
            Ok(contract) => contract,
            Err(reason) => {
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
            }
        };
        let by_day = self.by_day(contract);
        let remaining = by_day.remaining(deciding_day(ledger.clock(), now)).ok();
        let procedure = procedure_at(ledger, &by_day, now);
        let asked = Asked { ledger, contract, by_day: &by_day, remaining, now };
        let decided = asked.decided(&procedure, point);
        Answer {
            point: point.clone(),
            class: ledger.class_of(contract.customer()),
            decision: decided.decision,
            stage: Some(procedure.stage()),
            reasons: decided.reasons,
            valid_seconds: asked.valid_seconds(),
            position: ledger.position(),
            epoch_position,
            order: decided.order,
            evidence: decided.evidence,
        }
    }

    /// E7, T6.
    pub(super) fn answer_by(&self, point: &PointId, clocks: &Clocks) -> Answer {
        let answer = self.answer(point, clocks.now);
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
}

/// The contract that holds a point on a gas day, or why there is none.
fn holder<'a>(
    ledger: &'a Ledger,
    point: &PointId,
    day: GasDay,
) -> Result<&'a ContractState, &'static str> {
    let contract = ledger.held_on(point, day).and_then(|held| ledger.contract(&held.contract));
    let of_point =
        |contract: &&ContractState| contract.points_on(day).iter().any(|one| one.id == *point);
    contract.filter(of_point).ok_or_else(|| {
        let last = ledger.assignments(point).iter().map(|one| one.last_gas_day).max();
        match last {
            None => "unknown_delivery_point",
            Some(last) if last < day => "term_ended",
            Some(_) => "no_contract",
        }
    })
}

/// E5, T6: where the procedure stands at a moment. The passage of time may have ended it before anybody
/// recorded that it did.
fn procedure_at<'a>(ledger: &Ledger, by_day: &ByDay<'a>, now: DateTime<Utc>) -> Cow<'a, Procedure> {
    let contract = by_day.contract();
    match by_time(by_day, ledger.clock(), now) {
        Some(Event::Supply(ended)) => {
            let mut supply = contract.supply.clone();
            supply.take_in(&ended, supply.changed_at());
            Cow::Owned(supply.procedure().clone())
        }
        Some(_) | None => Cow::Borrowed(contract.supply.procedure()),
    }
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

/// A contract that holds the point asked about, at a moment.
struct Asked<'q, 'a> {
    ledger: &'a Ledger,
    contract: &'a ContractState,
    by_day: &'q ByDay<'a>,
    /// None where a number of it does not fit.
    remaining: Option<Remaining>,
    now: DateTime<Utc>,
}

impl Asked<'_, '_> {
    fn today(&self) -> GasDay {
        self.ledger.clock().gas_day(self.now)
    }

    fn decided(&self, procedure: &Procedure, point: &PointId) -> Decided {
        match procedure {
            Procedure::Nothing | Procedure::Demanded(_) | Procedure::Noticed(_) => Decided {
                decision: SupplyDecision::Allow,
                reasons: self.reasons(procedure.stage()),
                order: None,
                evidence: None,
            },
            Procedure::Restoring(restoring) => {
                Decided::keep("restoring", Some(restoring.order.issued.order.clone()))
            }
            Procedure::Reduced(_, order) | Procedure::Suspended(_, order) => {
                self.ordered(point, order)
            }
        }
    }

    /// What an order in force comes to for a point, if it stands now.
    fn ordered(&self, point: &PointId, order: &Order) -> Decided {
        let name = Some(order.issued.order.clone());
        let Some((_, facts)) = order_in_force(self.ledger, self.contract) else {
            return Decided::keep("no_order", name);
        };
        let measure = order.issued.measure.kind();
        let evidence = match stands(self.by_day, &facts, measure, self.now) {
            Ok(evidence) => evidence,
            Err(refusal) => return Decided::keep(refusal.code(), name),
        };
        let class = self.ledger.class_of(self.contract.customer());
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
                match limits_now(self.contract, class, self.today(), frozen) {
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
    fn reasons(&self, effective: Stage) -> Vec<&'static str> {
        let Some(remaining) = self.remaining else { return vec!["number_too_large"] };
        let terms = self.contract.terms_at(self.today());
        let class = self.ledger.class_or_protected(self.contract.customer());
        remaining.recommends(&terms.payment, class, effective).reasons
    }

    fn valid_seconds(&self) -> Traced<u64> {
        let (contract, day) = (self.contract, self.today());
        let (Some(terms), Some(remaining)) = (contract.terms_on(day), self.remaining) else {
            return shortest();
        };
        let capacities = contract.points_on(day).iter().map(|point| point.daily_capacity);
        let capacity: Option<rust_decimal::Decimal> =
            capacities.map(|capacity| capacity.map(Volume::value)).sum();
        let input = ValidityInput {
            available: remaining.available,
            capacity: capacity.map(Volume::new),
            price: remaining.price,
            unit: terms.unit,
            calorific_value: newest_calorific_value(contract),
            lease_hours: terms.payment.lease_hours,
        };
        validity(&input).unwrap_or_else(|_| shortest())
    }
}

/// What is not known is asked again soon.
fn shortest() -> Traced<u64> {
    let trace = Trace::new("E7", "validity", Value::Count(SHORTEST_SECONDS));
    Traced { value: SHORTEST_SECONDS, trace }
}
