//! What must hold at every step (reliability, the law of asymmetry), each by its name.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use citygate_domain::quantities::{OrderId, Volume};
use citygate_domain::supply::lease::{ANSWER_SECONDS, Lease, LeaseDecision, SOFT_SECONDS};
use citygate_domain::supply::{
    Answer, Authority, Measure, MeasureKind, OrderIssued, SupplyDecision,
};
use rust_decimal::prelude::ToPrimitive;

use super::device::Moved;
use super::facts::Facts;
use crate::gateway::Valve;

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its name.
    pub invariant: &'static str,
    /// With the numbers.
    pub what: String,
}

/// Whether an invariant holds.
pub type Holds = Result<(), Broken>;

pub(super) fn hold(holds: bool, invariant: &'static str, what: impl FnOnce() -> String) -> Holds {
    if holds { Ok(()) } else { Err(Broken { invariant, what: what() }) }
}

/// Thousandths of a cubic metre.
#[must_use]
pub fn thousandths(volume: Volume) -> i64 {
    (volume.value() * rust_decimal::Decimal::ONE_THOUSAND).to_i64().unwrap_or(i64::MAX)
}

/// E4, F: no protected and no unknown customer is stopped, by whatever is issued or answered.
pub fn a_protected_customer_is_never_stopped(facts: &Facts, contract: usize, stops: bool) -> Holds {
    let unprotected = facts.contracts.get(contract).is_some_and(|it| it.unprotected);
    hold(!stops || unprotected, "a_protected_customer_is_never_stopped", || {
        format!("LG-{} is stopped", contract + 1)
    })
}

/// F: a proposer, and as many approvers as the measure needs, all different persons; the issuer is not
/// the proposer.
pub fn an_order_rests_on_different_persons(
    facts: &Facts,
    contract: usize,
    issued: &OrderIssued,
) -> Holds {
    let name = "an_order_rests_on_different_persons";
    if !facts.agreed.four_eyes {
        let told = matches!(issued.authority, Authority::OnePerson { .. });
        return hold(told, name, || format!("{} does not say that one person acts", issued.order));
    }
    let order = facts.contracts.get(contract).and_then(|it| it.orders.get(&issued.order));
    let Some(order) = order else {
        return hold(false, name, || format!("{} was never proposed", issued.order));
    };
    let kind = issued.measure.kind();
    let automatic = facts.agreed.contracts.get(contract).is_some_and(|it| it.automatic);
    let by_engine = order.by_engine && automatic && kind == MeasureKind::Reduce;
    let persons: BTreeSet<&str> = (order.approved_by.iter())
        .map(|one| one.as_str())
        .chain([order.proposed_by.as_str()])
        .collect();
    let wanted = match kind {
        MeasureKind::Reduce if by_engine => 1,
        MeasureKind::Reduce => 2,
        MeasureKind::Suspend => 3,
    };
    hold(persons.len() >= wanted && persons.len() == order.approved_by.len() + 1, name, || {
        format!("{kind} {} rests on {persons:?}", issued.order)
    })?;
    hold(by_engine || issued.by != order.proposed_by, name, || {
        format!("{} proposed and issued {}", issued.by, issued.order)
    })
}

/// E4: when an order is issued, everything that it needs is so by the twin's own count.
pub fn an_order_stands_when_it_is_issued(
    facts: &Facts,
    contract: usize,
    order: &OrderId,
    now: DateTime<Utc>,
) -> Holds {
    let lacks = facts.lacks_to_issue(contract, order, now);
    hold(lacks.is_empty(), "an_order_stands_when_it_is_issued", || {
        format!("{order} of LG-{} lacks {lacks:?} at {now}", contract + 1)
    })
}

/// E4, E7: a limit or a stop is only answered where the order in force stands, and is answered where it
/// does.
pub fn only_an_order_that_stands_is_answered(
    facts: &Facts,
    contract: usize,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Holds {
    let lacks = facts.lacks_now(contract, now);
    let wanted = facts
        .contracts
        .get(contract)
        .and_then(|it| it.orders.get(it.in_force.as_ref()?).map(|order| order.measure));
    let lowers = match answer.decision {
        SupplyDecision::Stop { .. } => Some(MeasureKind::Suspend),
        SupplyDecision::Limit { .. } => Some(MeasureKind::Reduce),
        SupplyDecision::Allow | SupplyDecision::Keep => None,
    };
    let expected = wanted.filter(|_| lacks.is_empty());
    hold(lowers == expected, "only_an_order_that_stands_is_answered", || {
        let said = answer.decision.word();
        format!(
            "{} is told {said} ({:?}) at {now}; the order in force lacks {lacks:?}",
            answer.point, answer.reasons
        )
    })
}

/// E5: an answer after the lifting names no order that was lifted, and a suspension that is lifted only
/// keeps the valve until somebody on site has opened it.
pub fn a_lifted_order_is_never_answered(facts: &Facts, contract: usize, answer: &Answer) -> Holds {
    let name = "a_lifted_order_is_never_answered";
    let Some(known) = facts.contracts.get(contract) else { return Ok(()) };
    let over = |order: &OrderId| known.orders.get(order).is_none_or(|order| order.over);
    let lowers =
        matches!(answer.decision, SupplyDecision::Stop { .. } | SupplyDecision::Limit { .. });
    let named = answer.order.as_ref().filter(|_| lowers);
    hold(!named.is_some_and(over), name, || format!("{} is told {named:?}", answer.point))?;
    let restoring = known.restoring.is_some();
    let keeps = answer.decision == SupplyDecision::Keep;
    let terms = facts.agreed.contracts.get(contract);
    let held = terms.is_some();
    hold(!restoring || keeps || !held, name, || {
        format!("{} is being restored and is told {}", answer.point, answer.decision.word())
    })
}

/// E6: the parts of a daily maximum sum to it; it is what the twin counts, and never below what is
/// protected.
pub fn the_parts_sum_to_the_limit(
    facts: &Facts,
    contract: usize,
    issued: &OrderIssued,
    now: DateTime<Utc>,
) -> Holds {
    let Measure::Reduce { daily_maximum, limits } = &issued.measure else { return Ok(()) };
    let name = "the_parts_sum_to_the_limit";
    let whole = thousandths(*daily_maximum);
    let sum: i64 = limits.iter().map(|limit| thousandths(limit.daily_maximum)).sum();
    hold(sum == whole, name, || format!("the parts of {} sum to {sum} of {whole}", issued.order))?;
    let (expected, _) = facts.limit(contract, now);
    hold(whole == expected, name, || {
        format!("{} limits to {whole} thousandths where {expected} are counted", issued.order)
    })
}

/// E4, E6: no limit, whole or part, lets nothing through: what stops gas is a suspension.
pub fn nobody_is_limited_to_nothing(issued: &OrderIssued) -> Holds {
    let Measure::Reduce { daily_maximum, limits } = &issued.measure else { return Ok(()) };
    let parts = limits.iter().map(|limit| limit.daily_maximum).chain([*daily_maximum]);
    let least = parts.map(thousandths).min().unwrap_or(0);
    hold(least > 0, "nobody_is_limited_to_nothing", || {
        format!("{} limits to {limits:?}", issued.order)
    })
}

/// E4, E6: no answer limits a point below its part of what is protected.
pub fn a_limit_keeps_what_is_protected(
    facts: &Facts,
    contract: usize,
    point: usize,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Holds {
    let SupplyDecision::Limit { daily_maximum } = answer.decision else { return Ok(()) };
    let Some(terms) = facts.agreed.contracts.get(contract) else { return Ok(()) };
    let (_, protected) = facts.limit(contract, now);
    let all: i64 = terms.capacities.iter().flatten().sum();
    let own = terms.capacities.get(point).copied().flatten();
    let part = match own {
        Some(own) if terms.capacities.len() > 1 => protected * own / all,
        Some(_) | None => protected,
    };
    let told = thousandths(daily_maximum.volume());
    hold(told >= part, "a_limit_keeps_what_is_protected", || {
        format!("{} is limited to {told} thousandths; {part} are protected", answer.point)
    })
}

/// E7: between ten minutes and the agreed hours.
pub fn an_answer_is_valid_within_bounds(facts: &Facts, contract: usize, answer: &Answer) -> Holds {
    let hours = facts.agreed.contracts.get(contract).map_or(0, |terms| terms.lease_hours);
    let seconds = i64::try_from(answer.valid_seconds.value).unwrap_or(i64::MAX);
    let longest = (hours * 3_600).max(600);
    hold((600..=longest).contains(&seconds), "an_answer_is_valid_within_bounds", || {
        format!("{} has an answer for {seconds} s of 600 to {longest}", answer.point)
    })
}

/// E5: once a fact of the contract is recorded that ends the running demand, nothing of it runs.
pub fn what_ends_a_demand_lifts_it(facts: &Facts, contract: usize, now: DateTime<Utc>) -> Holds {
    hold(!facts.is_over(contract, now), "what_ends_a_demand_lifts_it", || {
        let account = facts.account(contract, super::law::civil(now));
        format!("the demand of LG-{} runs on at {now}: {account:?}", contract + 1)
    })
}

/// E5, E8: supply is as before only once every stopped point was found open on site.
pub fn only_somebody_on_site_restores(facts: &Facts, contract: usize) -> Holds {
    let points = facts.agreed.contracts.get(contract).map_or(0, |terms| terms.capacities.len());
    let open = facts.contracts.get(contract).is_some_and(|it| it.found_open(points));
    hold(open, "only_somebody_on_site_restores", || {
        format!("LG-{} is restored though a point was not found open", contract + 1)
    })
}

/// E7: a lease says no more than the answer behind it, and lowers only by an order that lacks nothing by
/// the twin's count, at every clock by which it is judged.
pub fn a_lease_lowers_only_by_an_order_that_stands(
    lease: &Lease,
    answer: &Answer,
    lacked: &[&str],
) -> Holds {
    let name = "a_lease_lowers_only_by_an_order_that_stands";
    let (said, told) = (lease.decision.word(), answer.decision.word());
    let less = said == told || said == "keep";
    hold(less, name, || format!("{} is told {told}, and its lease says {said}", answer.point))?;
    let commands = match (&lease.decision, &answer.decision) {
        (LeaseDecision::Allow { .. } | LeaseDecision::Keep { .. }, _) => return Ok(()),
        (LeaseDecision::Limit { command, .. }, SupplyDecision::Limit { daily_maximum }) => {
            command.command.target().daily_maximum() == daily_maximum.volume()
        }
        (LeaseDecision::Stop { .. }, SupplyDecision::Stop { .. }) => true,
        (LeaseDecision::Limit { .. } | LeaseDecision::Stop { .. }, _) => false,
    };
    hold(commands && lacked.is_empty(), name, || {
        format!("the lease of {} says {said}; its order lacks {lacked:?}", lease.point)
    })
}

/// Flow only falls by a lease whose order stood when the lease was made, that came in time, whose command
/// has not expired and that no newer word has overtaken; silence, an error, a restart or the passage of
/// time never lower it.
pub fn flow_only_falls_by_a_valid_order(point: &str, moved: &Moved) -> Holds {
    if moved.to >= moved.from {
        return Ok(());
    }
    let name = "flow_only_falls_by_a_valid_order";
    let Moved { from, to, age, late, .. } = moved;
    let Some(by) = &moved.by else {
        return hold(false, name, || format!("{point} went from {from:?} to {to:?} by itself"));
    };
    let lease = &by.lease;
    hold(by.lacked.is_empty(), name, || {
        format!("{point} went to {to:?} by {:?}, which lacked {:?}", lease.decision, by.lacked)
    })?;
    hold(Some(by.said()) >= moved.known, name, || {
        format!("{point} went to {to:?} by {:?}; it had heard {:?}", by.said(), moved.known)
    })?;
    let expires = by.not_after().unwrap_or(0);
    let longest = SOFT_SECONDS.cast_signed();
    hold(*age <= expires && expires <= longest, name, || {
        format!("{point} went to {to:?} {age} s after receipt; {expires} are allowed")
    })?;
    hold(*late <= ANSWER_SECONDS.cast_signed(), name, || {
        format!("{point} took an answer {late} s old")
    })?;
    let told = match (&lease.decision, to) {
        (LeaseDecision::Stop { .. }, Valve::Closed) => true,
        (LeaseDecision::Limit { command, .. }, Valve::Limited(now)) => {
            command.command.target().daily_maximum() == *now
        }
        (
            LeaseDecision::Allow { .. }
            | LeaseDecision::Keep { .. }
            | LeaseDecision::Stop { .. }
            | LeaseDecision::Limit { .. },
            _,
        ) => false,
    };
    hold(told, name, || format!("{point} went to {to:?} when told {:?}", lease.decision))
}

/// E4: when a valve lowers flow, the passage of time has not ended what it does it by: the moment is
/// outside the windows, the notice has not lapsed and the readings are fresh.
pub fn no_command_outlives_its_reasons(
    facts: &Facts,
    contract: usize,
    moved: &Moved,
    at: DateTime<Utc>,
) -> Holds {
    let Some(by) = moved.by.as_ref().filter(|_| moved.to < moved.from) else { return Ok(()) };
    let lacks = facts.lacks_by_time(contract, by.order.as_ref(), at);
    hold(lacks.is_empty(), "no_command_outlives_its_reasons", || {
        format!("LG-{} went to {:?} at {at}, which lacks {lacks:?}", contract + 1, moved.to)
    })
}
