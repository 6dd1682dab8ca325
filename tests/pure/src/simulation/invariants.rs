//! What must hold at every step (reliability, the law of asymmetry), each by its name. Of leases and
//! valves: `flow`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use citygate_domain::quantities::{OrderId, Volume};
use citygate_domain::supply::{
    Answer, Authority, Measure, MeasureKind, OrderIssued, SupplyDecision,
};
use rust_decimal::prelude::ToPrimitive;

use super::facts::{ContractFacts, Facts};
use super::law::gas_day;
use super::terms::{Held, Point, point_named};

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
    let terms = facts.terms_at(contract, gas_day(issued.issued_at));
    let automatic = terms.is_some_and(|terms| terms.automatic);
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

/// E4, E6: an order is about every point that the contract holds when it is issued, and about no other.
pub fn an_order_is_about_every_point(
    facts: &Facts,
    contract: usize,
    issued: &OrderIssued,
) -> Holds {
    let known = facts.contracts.get(contract);
    let held = known.into_iter().flat_map(|it| it.life.points_on(gas_day(issued.issued_at)));
    let held: BTreeSet<Point> = held.map(|held| held.point).collect();
    let points = issued.measure.points();
    let named: BTreeSet<Point> = points.filter_map(|name| point_named(name.as_str())).collect();
    hold(named == held, "an_order_is_about_every_point", || {
        format!("{} names {named:?} and not {held:?}", issued.order)
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

/// E4: likewise, of a node that was behind the log. Proposals and claims have streams of their own, which a
/// decision that does not know them cannot guard: the order is issued, and no answer rests on it while they
/// wait. That is asked of every answer.
pub fn an_order_stands_but_for_what_was_just_told(
    facts: &Facts,
    contract: usize,
    order: &OrderId,
    now: DateTime<Utc>,
) -> Holds {
    let mut lacks = facts.lacks_to_issue(contract, order, now);
    lacks.retain(|lack| !["no proposal that waits", "no claim that waits"].contains(lack));
    hold(lacks.is_empty(), "an_order_stands_but_for_what_was_just_told", || {
        format!("{order} of LG-{} lacks {lacks:?} at {now}", contract + 1)
    })
}

/// E4, E7: a limit or a stop is only answered where the order in force stands, and is answered where it
/// does.
pub fn only_an_order_that_stands_is_answered(
    facts: &Facts,
    contract: usize,
    point: Point,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Holds {
    let lacks = facts.lacks_now(contract, now);
    let in_force = facts.contracts.get(contract).and_then(|it| Some((it, it.in_force.as_ref()?)));
    // A point that came after the order was issued is not ordered.
    let in_force = in_force.filter(|(known, order)| known.ordered(order).contains(&point));
    let wanted = in_force.and_then(|(known, order)| Some(known.orders.get(order)?.measure));
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
    hold(!restoring || keeps, name, || {
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
    point: Point,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Holds {
    let SupplyDecision::Limit { daily_maximum } = answer.decision else { return Ok(()) };
    let Some(known) = facts.contracts.get(contract) else { return Ok(()) };
    let (_, protected) = facts.limit(contract, now);
    let held: Vec<Held> = known.life.points_on(gas_day(now)).copied().collect();
    let all: i64 = held.iter().filter_map(|one| one.capacity).sum();
    let own = held.iter().find(|one| one.point == point).and_then(|one| one.capacity);
    let part = match own {
        Some(own) if held.len() > 1 => protected * own / all,
        Some(_) | None => protected,
    };
    let told = thousandths(daily_maximum.volume());
    hold(told >= part, "a_limit_keeps_what_is_protected", || {
        format!("{} is limited to {told} thousandths; {part} are protected", answer.point)
    })
}

/// E7: between ten minutes and the agreed hours.
pub fn an_answer_is_valid_within_bounds(
    facts: &Facts,
    contract: usize,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Holds {
    let hours = facts.terms_at(contract, gas_day(now)).map_or(0, |terms| terms.lease_hours);
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
    let open = facts.contracts.get(contract).is_some_and(ContractFacts::found_open);
    hold(open, "only_somebody_on_site_restores", || {
        format!("LG-{} is restored though a point was not found open", contract + 1)
    })
}

/// Q4: a point that no contract holds is left as it is.
pub fn a_point_that_nobody_holds_is_kept(answer: &Answer) -> Holds {
    let keeps = answer.decision == SupplyDecision::Keep && answer.stage.is_none();
    hold(keeps, "a_point_that_nobody_holds_is_kept", || {
        format!("{} is told {}, and no contract holds it", answer.point, answer.decision.word())
    })
}

/// T6: whether the passage of time was recorded changes no answer: what is decided, by which order, with
/// which amounts.
pub fn a_tick_changes_no_answer(unticked: &Answer, ticked: &Answer, at: DateTime<Utc>) -> Holds {
    let same = unticked.decision == ticked.decision
        && unticked.class == ticked.class
        && unticked.stage == ticked.stage
        && unticked.reasons == ticked.reasons
        && unticked.order == ticked.order
        && unticked.evidence == ticked.evidence
        && unticked.valid_seconds.value == ticked.valid_seconds.value;
    hold(same, "a_tick_changes_no_answer", || {
        format!("{} at {at}: {unticked:?}, and ticked {ticked:?}", unticked.point)
    })
}
