//! Orders: proposed, approved, taken back, issued (E3, E4, F).

use super::command::{ApproveOrder, IssueOrder, ProposeOrder, WithdrawOrder};
use super::decide::{check_clerk_or_engine, check_reason, recorded, terms_now};
use super::event::{
    Authority, OrderApproved, OrderIssued, OrderProposed, OrderWithdrawn, Origin, SupplyEvent,
};
use super::facts::{OrderFacts, check_class, needed};
use super::lift::lifted;
use super::state::{OrderEnd, Procedure, Proposal};
use super::{
    LiftCause, Measure, MeasureKind, OrderRejection, Proposed, Rejection, limits, order_stands,
};
use crate::approval::{self, NOT_PERSONS, Role, SCHEDULER, Subject};
use crate::context::Context;
use crate::contract::ContractState;
use crate::ledger::FourEyes;
use crate::quantities::OrderId;
use crate::settlement::input_streams;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// F: one order waits at a time.
pub(super) fn check_none_waits(contract: &ContractState) -> Result<(), OrderRejection> {
    match contract.supply.procedure().proposal() {
        None => Ok(()),
        Some(Proposal { proposed, .. }) => {
            let (order, by) = (proposed.order.clone(), proposed.by.clone());
            Err(OrderRejection::OrderPending { order, by })
        }
    }
}

fn origin(context: &Context<'_>) -> Origin {
    if context.actor.channel == SCHEDULER { Origin::Scheduler } else { Origin::Person }
}

/// E3: proposes an order, once a demand and a notice are served. Whether it stands is asked when it is
/// issued (E4); a protected customer's suspension is not even proposed.
pub(super) fn propose(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ProposeOrder,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let (by, origin) = (&context.actor.person, origin(context));
    if let Some(known) = contract.supply.order(&command.order) {
        let proposed = &known.proposed;
        let same = proposed.by == *by
            && proposed.measure.kind() == command.measure
            && proposed.reason == command.reason;
        if same && known.end == OrderEnd::Waiting {
            return Ok(Decision::nothing());
        }
        let (order, known) = (command.order.clone(), proposed.on);
        return Err(OrderRejection::DuplicateOrder { order, known }.into());
    }
    let class = ledger.class_of(contract.customer());
    let measure = match command.measure {
        MeasureKind::Reduce => Proposed::Reduce {},
        MeasureKind::Suspend => Proposed::Suspend { class: check_class(contract, class)? },
    };
    check_reason(&command.reason)?;
    check_clerk_or_engine(ledger, context)?;
    let id = || contract.id().clone();
    if origin == Origin::Scheduler && !terms_now(ledger, contract, context).automatic {
        return Err(OrderRejection::NotAutomatic { contract: id() }.into());
    }
    let procedure = contract.supply.procedure();
    if procedure.demand().is_none() {
        return Err(Rejection::DemandNotServed { contract: id() }.into());
    }
    if procedure.notice().is_none() {
        return Err(Rejection::NoticeNotServed { contract: id() }.into());
    }
    check_none_waits(contract)?;
    check_further(contract, command.measure)?;
    check_lets_through(ledger, contract, command.measure, context)?;
    Ok(recorded(SupplyEvent::OrderProposed(OrderProposed {
        by: by.clone(),
        contract: id(),
        measure,
        on: ledger.clock().civil_day(context.now),
        order: command.order.clone(),
        origin,
        reason: command.reason.clone(),
        revision: contract.supply.revision() + 1,
    })))
}

/// E6: a reduction that would let nothing through is not even proposed. What else a limit may lack now
/// is asked when it is issued.
fn check_lets_through(
    ledger: &Ledger,
    contract: &ContractState,
    measure: MeasureKind,
    context: &Context<'_>,
) -> Result<(), crate::Rejection> {
    let (day, class) = (ledger.clock().gas_day(context.now), ledger.class_of(contract.customer()));
    match (measure, limits(contract, class, day)) {
        (
            MeasureKind::Reduce,
            Err(refusal @ crate::Rejection::Supply(Rejection::LimitOfNothing { .. })),
        ) => Err(refusal),
        (MeasureKind::Reduce | MeasureKind::Suspend, Ok(_) | Err(_)) => Ok(()),
    }
}

/// E3: an order goes further than the one in force, or rests on a newer notice than it. E5: from a
/// suspension no order leads back to a reduction, which would end without anybody opening the valves.
fn check_further(contract: &ContractState, measure: MeasureKind) -> Result<(), OrderRejection> {
    let procedure = contract.supply.procedure();
    let (Some(order), Some(notice)) = (procedure.order(), procedure.notice()) else {
        return Ok(());
    };
    let known = order.issued.measure.kind();
    if measure < known {
        return Err(OrderRejection::SuspensionInForce { order: order.issued.order.clone() });
    }
    if measure > known || order.notice != notice.served {
        return Ok(());
    }
    Err(OrderRejection::OrderInForce { order: order.issued.order.clone(), measure: known })
}

/// The order that waits, if it is this one; else what became of it.
fn waiting<'a>(
    contract: &'a ContractState,
    order: &OrderId,
) -> Result<&'a Proposal, crate::Rejection> {
    let proposal = contract.supply.procedure().proposal();
    if let Some(proposal) = proposal.filter(|proposal| proposal.proposed.order == *order) {
        return Ok(proposal);
    }
    let (contract_id, order) = (contract.id().clone(), order.clone());
    let Some(known) = contract.supply.order(&order) else {
        return Err(OrderRejection::UnknownOrder { contract: contract_id, order }.into());
    };
    Err(match &known.end {
        OrderEnd::Issued { by } => OrderRejection::AlreadyIssued { order, by: by.clone() }.into(),
        OrderEnd::Withdrawn { by, reason } => {
            OrderRejection::OrderWithdrawn { order, by: by.clone(), reason: reason.clone() }.into()
        }
        OrderEnd::Lifted { causes } => over(order, causes),
        // An order waits beside its notice only.
        OrderEnd::Waiting => OrderRejection::UnknownOrder { contract: contract_id, order }.into(),
    })
}

/// E5: why an order is over: that its demand was paid is said first.
fn over(order: OrderId, causes: &[LiftCause]) -> crate::Rejection {
    let paid = causes.iter().find_map(|cause| match cause {
        LiftCause::DemandPaid { demand, amount, received } => {
            Some((demand.clone(), *amount, *received))
        }
        LiftCause::DaysRestored { .. }
        | LiftCause::DemandWithdrawn { .. }
        | LiftCause::DisputeUpheld {}
        | LiftCause::OrderWithdrawn { .. } => None,
    });
    match paid {
        Some((demand, amount, received)) => {
            Rejection::DemandPaid { demand, amount, received }.into()
        }
        None => OrderRejection::OrderLifted { order, causes: causes.into() }.into(),
    }
}

/// F: what was shown of the procedure is still so.
fn check_shown(
    contract: &ContractState,
    proposal: &Proposal,
    shown: u32,
) -> Result<(), OrderRejection> {
    let now = contract.supply.revision();
    match [shown, proposal.proposed.revision].into_iter().find(|shown| *shown != now) {
        None => Ok(()),
        Some(shown) => {
            let order = proposal.proposed.order.clone();
            Err(OrderRejection::ChangedSinceShown { order, shown, now })
        }
    }
}

/// F: a further person, with the role, approves the order that was shown.
pub(super) fn approve(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ApproveOrder,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let proposal = waiting(contract, &command.order)?;
    let by = &context.actor.person;
    let subject = Subject::order(contract.id(), &command.order);
    let maker = &proposal.proposed.by;
    approval::check_second(ledger, maker, &subject, Role::Approver, context)?;
    if proposal.approved_by.contains(by) {
        let measure = proposal.proposed.measure.kind();
        return Err(OrderRejection::AlreadyApproved {
            order: command.order.clone(),
            person: by.clone(),
            given: proposal.approved_by.len(),
            needed: needed(ledger, contract, Some(proposal), measure, context.now),
        }
        .into());
    }
    check_shown(contract, proposal, command.revision)?;
    let approved = recorded(SupplyEvent::OrderApproved(OrderApproved {
        by: by.clone(),
        contract: contract.id().clone(),
        on: ledger.clock().civil_day(context.now),
        order: command.order.clone(),
        revision: command.revision,
    }));
    Ok(approved.guarded_by(Stream::Person(by.clone())))
}

/// Takes back an order that waits, or one in force: that lifts the curtailment (E5). It is in the
/// buyer's favour, so any clerk may.
pub(super) fn withdraw(
    ledger: &Ledger,
    contract: &ContractState,
    command: &WithdrawOrder,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    if let Some(known) = contract.supply.order(&command.order)
        && let OrderEnd::Withdrawn { by: who, reason } = &known.end
        && (who, reason) == (by, &command.reason)
    {
        return Ok(Decision::nothing());
    }
    let in_force = contract.supply.procedure().order();
    let in_force = in_force.is_some_and(|order| order.issued.order == command.order);
    if !in_force {
        waiting(contract, &command.order)?;
    }
    check_reason(&command.reason)?;
    check_clerk_or_engine(ledger, context)?;
    let withdrawn = recorded(SupplyEvent::OrderWithdrawn(OrderWithdrawn {
        by: by.clone(),
        contract: contract.id().clone(),
        on: ledger.clock().civil_day(context.now),
        order: command.order.clone(),
        reason: command.reason.clone(),
    }));
    if !in_force {
        return Ok(withdrawn);
    }
    let causes = vec![LiftCause::OrderWithdrawn { order: command.order.clone() }];
    let lifted: Option<Event> = lifted(contract, causes, ledger.clock(), context.now);
    Ok(withdrawn.and(Decision::of(lifted)))
}

/// E4: issues an order that stands now, with the evidence that it does.
pub(super) fn issue(
    ledger: &Ledger,
    contract: &ContractState,
    command: &IssueOrder,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    if let Procedure::Reduced(_, order) | Procedure::Suspended(_, order) =
        contract.supply.procedure()
        && order.issued.order == command.order
        && order.issued.by == *by
    {
        return Ok(Decision::nothing());
    }
    let proposal = waiting(contract, &command.order)?;
    let measure = proposal.proposed.measure.kind();
    check_issuer(ledger, contract, proposal, context)?;
    check_shown(contract, proposal, proposal.proposed.revision)?;
    check_further(contract, measure)?;
    let mut facts = OrderFacts::of_proposal(ledger, contract, Some(proposal), measure, context.now);
    let automatic = context.actor.channel == SCHEDULER;
    if !automatic && ledger.four_eyes() == FourEyes::On {
        // E3: what the engine may do alone, it does itself; a person needs the others.
        facts.approvals.0 = measure.approvers();
    }
    let evidence = order_stands(&facts, measure, context.now)?;
    let issued = OrderIssued {
        authority: authority(ledger, proposal, context),
        by: by.clone(),
        contract: contract.id().clone(),
        evidence,
        issued_at: context.now,
        measure: frozen(ledger, contract, measure, context)?,
        on: ledger.clock().civil_day(context.now),
        order: command.order.clone(),
        proposed_by: proposal.proposed.by.clone(),
    };
    let mut issued = recorded(SupplyEvent::OrderIssued(Box::new(issued)));
    // What moves meanwhile may lift the shortage: then it is decided again.
    let month = contract.month_of(ledger.clock().gas_day(context.now));
    issued.guards = input_streams(contract, [month]);
    Ok(issued.guarded_by(Stream::Person(by.clone())))
}

/// F: a clerk other than the proposer; the engine only what it proposed itself, and no suspension (E3).
fn check_issuer(
    ledger: &Ledger,
    contract: &ContractState,
    proposal: &Proposal,
    context: &Context<'_>,
) -> Result<(), crate::Rejection> {
    let (by, channel) = (&context.actor.person, &context.actor.channel);
    let order = || proposal.proposed.order.clone();
    let measure = proposal.proposed.measure.kind();
    if *channel == SCHEDULER {
        let own = proposal.proposed.origin == Origin::Scheduler && measure == MeasureKind::Reduce;
        if !own {
            return Err(OrderRejection::NotForTheEngine { order: order(), measure }.into());
        }
        if !terms_now(ledger, contract, context).automatic {
            return Err(OrderRejection::NotAutomatic { contract: contract.id().clone() }.into());
        }
        return Ok(());
    }
    if NOT_PERSONS.contains(&channel.as_str()) {
        return Err(approval::Rejection::NotAPerson { channel: channel.clone() }.into());
    }
    ledger.approvals().check_role(by, Role::Clerk)?;
    if ledger.four_eyes() == FourEyes::On && *by == proposal.proposed.by {
        return Err(OrderRejection::ProposerIsIssuer { order: order(), person: by.clone() }.into());
    }
    Ok(())
}

/// F: what an order rests on that may be issued.
fn authority(ledger: &Ledger, proposal: &Proposal, context: &Context<'_>) -> Authority {
    match ledger.run_by_one() {
        Some(four_eyes) => Authority::OnePerson { four_eyes },
        None if context.actor.channel == SCHEDULER => Authority::Automatic {},
        None => Authority::Approved { by: proposal.approved_by.clone() },
    }
}

/// What the order does, as of now: it is frozen, so that whoever asks later sees what was ordered.
fn frozen(
    ledger: &Ledger,
    contract: &ContractState,
    measure: MeasureKind,
    context: &Context<'_>,
) -> Result<Measure, crate::Rejection> {
    let day = ledger.clock().gas_day(context.now);
    let class = ledger.class_of(contract.customer());
    Ok(match measure {
        MeasureKind::Reduce => {
            let limits = limits(contract, class, day)?.value;
            Measure::Reduce { daily_maximum: limits.daily_maximum, limits: limits.points }
        }
        MeasureKind::Suspend => Measure::Suspend {
            class: check_class(contract, class)?,
            points: contract.points_on(day).iter().map(|point| point.id.clone()).collect(),
        },
    })
}
