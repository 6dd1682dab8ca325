//! E5: what ends a procedure is recorded together with the fact that does, or with the next one after the
//! day that did.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::LiftCause;
use super::by_day::ByDay;
use super::event::{SupplyEvent, SupplyLifted};
use super::over::deciding_day;
use super::state::Procedure;
use crate::context::Context;
use crate::contract::ContractState;
use crate::log::Recorded;
use crate::quantities::{ContractId, GasDayClock};
use crate::settlement::index_codes;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// E5: what is recorded when a procedure is lifted; none where nothing is running, and none for a
/// suspension that is lifted already.
pub(super) fn lifted(
    contract: &ContractState,
    causes: Vec<LiftCause>,
    clock: GasDayClock,
    at: DateTime<Utc>,
) -> Option<Event> {
    let procedure = contract.supply.procedure();
    let demand = procedure.demand()?.served.demand.clone();
    let waiting = procedure.proposal().map(|proposal| proposal.proposed.order.clone());
    let in_force = match procedure {
        Procedure::Reduced(_, order) | Procedure::Suspended(_, order) => {
            Some(order.issued.order.clone())
        }
        Procedure::Nothing
        | Procedure::Demanded(_)
        | Procedure::Noticed(_)
        | Procedure::Restoring(_) => None,
    };
    let orders = in_force.into_iter().chain(waiting).collect();
    let (contract, on) = (contract.id().clone(), clock.civil_day(at));
    let lifted = SupplyLifted { at, causes, contract, demand, on, orders };
    Some(Event::Supply(Box::new(SupplyEvent::SupplyLifted(lifted))))
}

/// E5, T6: what is recorded of a procedure that the passage of time has ended, whoever finds it first: it
/// was over when the day began that ended it, and not before the order in force. None, where it runs on.
pub(super) fn by_time(by_day: &ByDay<'_>, clock: GasDayClock, now: DateTime<Utc>) -> Option<Event> {
    let contract = by_day.contract();
    let procedure = contract.supply.procedure();
    let over = by_day.over(deciding_day(clock, now))?;
    let demanded = procedure.demand().map(|demand| demand.served.served_at);
    let ordered = procedure.order().map(|order| order.issued.issued_at);
    let began =
        [demanded, ordered].into_iter().flatten().fold(clock.midnight(over.since), Ord::max);
    lifted(contract, over.causes, clock, began.min(now))
}

/// E5: a decision together with what its facts lift. Most decisions touch no contract whose supply is
/// in question, and are handed on as they are.
pub(crate) fn with_lifted(
    ledger: &Ledger,
    mut decision: Decision,
    context: &Context<'_>,
) -> Decision {
    // A demand begins what it may already be too late for.
    let begins = decision.events.iter().any(is_demand);
    if decision.events.is_empty() || (ledger.curtailed().is_empty() && !begins) {
        return decision;
    }
    let publishes = decision.events.iter().any(|event| matches!(event, Event::IndexPublished(_)));
    let as_of = deciding_day(ledger.clock(), context.now);
    for id in touched(ledger, &decision) {
        let before = ledger.contract(&id).filter(|_| !lifts(&decision, &id));
        let ended = before.and_then(|contract| {
            by_time(&ByDay::new(contract, ledger.indices()), ledger.clock(), context.now)
        });
        if let Some(event) = ended {
            // The day that ended it came before what is told now.
            decision.events.insert(0, event);
            continue;
        }
        let Some(after) = after(ledger, &id, publishes, &decision.events, context.now) else {
            continue;
        };
        let Some(contract) = after.contract(&id) else { continue };
        let indices = if publishes { after.indices() } else { ledger.indices() };
        if let Some(over) = ByDay::new(contract, indices).over(as_of) {
            decision.events.extend(lifted(contract, over.causes, ledger.clock(), context.now));
        }
    }
    decision
}

/// The contract by itself as it will be with these events.
fn after(
    ledger: &Ledger,
    id: &ContractId,
    with_indices: bool,
    events: &[Event],
    now: DateTime<Utc>,
) -> Option<Ledger> {
    let mut after = ledger.alone(id, with_indices)?;
    let mut position = ledger.position();
    for event in events {
        position = position.next();
        after.evolve(&Recorded { position, recorded_at: now, event: event.clone() });
    }
    Some(after)
}

/// Whether a decision lifts the procedure of a contract already.
fn lifts(decision: &Decision, id: &ContractId) -> bool {
    decision.events.iter().any(|event| {
        matches!(event, Event::Supply(event)
            if matches!(&**event, SupplyEvent::SupplyLifted(lifted) if lifted.contract == *id))
    })
}

fn is_demand(event: &Event) -> bool {
    matches!(event, Event::Supply(event) if matches!(**event, SupplyEvent::DemandServed(_)))
}

/// The contracts whose supply is in question and that the events may lift.
fn touched(ledger: &Ledger, decision: &Decision) -> BTreeSet<ContractId> {
    let curtailed = ledger.curtailed();
    let mut touched = BTreeSet::new();
    for event in &decision.events {
        match event.stream() {
            Stream::Contract(id) | Stream::Delivery(id, _) => {
                if is_demand(event) || curtailed.contains(&id) {
                    touched.insert(id);
                }
            }
            Stream::Index(code) => {
                let uses = |id: &&ContractId| {
                    let contract = ledger.contract(id);
                    contract.is_some_and(|contract| index_codes(contract).contains(&code))
                };
                touched.extend(curtailed.iter().filter(uses).cloned());
            }
            Stream::Ledger
            | Stream::Scheduler
            | Stream::Customer(_)
            | Stream::Point(_)
            | Stream::Bank(..)
            | Stream::Trade(_)
            | Stream::Transfer(_)
            | Stream::Claim(_)
            | Stream::Guarantee(_)
            | Stream::Invoice(_)
            | Stream::Unallocated
            | Stream::Approval(_)
            | Stream::Person(_)
            | Stream::Key(_)
            | Stream::Passage(_)
            | Stream::Books => {}
        }
    }
    touched
}
