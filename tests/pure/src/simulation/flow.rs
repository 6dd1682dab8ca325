//! What must hold of leases and of the valves that they move, each by its name.

use chrono::{DateTime, Utc};
use citygate_domain::log::Position;
use citygate_domain::supply::lease::{ANSWER_SECONDS, Lease, LeaseDecision, SOFT_SECONDS};
use citygate_domain::supply::{Answer, SupplyDecision};

use super::device::Moved;
use super::facts::{ContractFacts, Facts};
use super::invariants::{Holds, hold};
use super::terms::Point;
use crate::gateway::Valve;

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

/// E4: when a valve lowers flow, the passage of time has not ended what it does it by: the contract holds
/// the point, the moment is outside the windows, the notice has not lapsed and the readings are fresh. Where
/// nothing was told since the lease was made, nothing at all is lacking.
pub fn no_command_outlives_its_reasons(
    facts: &Facts,
    point: Point,
    newest: Position,
    moved: &Moved,
    at: DateTime<Utc>,
) -> Holds {
    let Some(by) = moved.by.as_ref().filter(|_| moved.to < moved.from) else { return Ok(()) };
    let name = "no_command_outlives_its_reasons";
    let Some(holder) = by.holder else {
        return hold(false, name, || format!("nobody holds the point that goes to {:?}", moved.to));
    };
    // An amendment that is told on the way can cross it, as a payment can: what counted when the lease was
    // made is asked for.
    let then = facts.contracts.get(holder);
    let then = then.map(|known| ContractFacts { life: by.life.clone(), ..known.clone() });
    let order = by.order.as_ref();
    let mut lacks = then.map_or(vec!["contract"], |then| then.lacks_by_time(point, order, at));
    if newest == by.knew {
        lacks.extend(facts.lacks_now(holder, at));
    }
    hold(lacks.is_empty(), name, || {
        format!("LG-{} went to {:?} at {at}, which lacks {lacks:?}", holder + 1, moved.to)
    })
}
