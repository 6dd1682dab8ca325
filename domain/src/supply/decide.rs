//! Demands, notices and what is found on site: the facts of a procedure (E3).

use chrono::{DateTime, Utc};

use super::by_day::ByDay;
use super::command::{
    ConfirmSite, DisputeDemand, ResolveDispute, ReviewSupply, ServeDemand, ServeNotice,
    WithdrawDemand,
};
use super::event::{
    DemandDisputeResolved, DemandDisputed, DemandServed, DisputeOutcome, NoticeServed,
    SiteConfirmed, SupplyEvent,
};
use super::facts::{lapses_days, last_day_of, terms_at};
use super::lift::{by_time, lifted};
use super::over::{days_of_change, restored};
use super::state::{Demand, Procedure};
use super::{DemandRejection, LiftCause, Rejection, SupplyCommand, deciding_day, order, valve};
use crate::approval::{NOT_PERSONS, Role, SCHEDULER};
use crate::context::Context;
use crate::contract::{ContractState, PaymentTerms};
use crate::quantities::{CivilDay, ContractId, DemandId, GasDay, Money};
use crate::state::Ledger;
use crate::{Decision, Event};

/// Decides what is asked about the supply of a contract, on what the passage of time has led to: whether
/// somebody asked before makes no difference (T6).
pub fn decide(
    ledger: &Ledger,
    command: &SupplyCommand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let contract = known(ledger, command.contract())?;
    let by_day = ByDay::new(contract, ledger.indices());
    let Some(ended) = by_time(&by_day, ledger.clock(), context.now) else {
        return asked(ledger, contract, command, context);
    };
    let Some(after) = ledger.with_ended(contract.id(), &ended, context.now) else {
        return asked(ledger, contract, command, context);
    };
    let decision = asked(&after, known(&after, contract.id())?, command, context)?;
    let looks = matches!(command, SupplyCommand::ReviewSupply(_));
    // What is known already leads to nothing, also not to this.
    if decision.events.is_empty() && !looks {
        return Ok(decision);
    }
    Ok(Decision::of([ended]).and(decision))
}

fn asked(
    ledger: &Ledger,
    contract: &ContractState,
    command: &SupplyCommand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    match command {
        SupplyCommand::ServeDemand(serve) => demand(ledger, contract, serve, context),
        SupplyCommand::DisputeDemand(dispute) => disputed(ledger, contract, dispute, context),
        SupplyCommand::ResolveDispute(resolve) => resolved(ledger, contract, resolve, context),
        SupplyCommand::WithdrawDemand(back) => demand_back(ledger, contract, back, context),
        SupplyCommand::ServeNotice(serve) => notice(ledger, contract, serve, context),
        SupplyCommand::ConfirmSite(confirm) => confirmed(ledger, contract, confirm, context),
        SupplyCommand::ProposeOrder(propose) => order::propose(ledger, contract, propose, context),
        SupplyCommand::ApproveOrder(approve) => order::approve(ledger, contract, approve, context),
        SupplyCommand::WithdrawOrder(back) => order::withdraw(ledger, contract, back, context),
        SupplyCommand::IssueOrder(issue) => order::issue(ledger, contract, issue, context),
        SupplyCommand::ReportValve(report) => valve::report(ledger, contract, report, context),
        // E5: what the passage of time has lifted is recorded before this.
        SupplyCommand::ReviewSupply(ReviewSupply { .. }) => Ok(valve::restored(ledger, contract)),
    }
}

fn known<'a>(ledger: &'a Ledger, id: &ContractId) -> Result<&'a ContractState, Rejection> {
    ledger.contract(id).ok_or_else(|| Rejection::UnknownContract { contract: id.clone() })
}

/// An event about supply as a decision.
pub(super) fn recorded(event: SupplyEvent) -> Decision {
    Decision::of([Event::Supply(Box::new(event))])
}

/// T6: what is told has happened.
pub(super) fn check_past(
    ledger: &Ledger,
    at: DateTime<Utc>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if at <= context.now {
        return Ok(());
    }
    let clock = ledger.clock();
    Err(Rejection::InTheFuture { at: clock.local(at), now: clock.local(context.now) })
}

pub(super) fn check_reason(reason: &str) -> Result<(), Rejection> {
    if reason.trim().is_empty() { Err(Rejection::ReasonMissing {}) } else { Ok(()) }
}

/// F: a person acts who may do a clerk's work: no key and no scheduler serves demands or ends disputes.
pub(super) fn check_clerk(
    ledger: &Ledger,
    context: &Context<'_>,
) -> Result<(), crate::approval::Rejection> {
    let channel = &context.actor.channel;
    if NOT_PERSONS.contains(&channel.as_str()) {
        return Err(crate::approval::Rejection::NotAPerson { channel: channel.clone() });
    }
    ledger.approvals().check_role(&context.actor.person, Role::Clerk)
}

/// E3, F: such a person, or the engine's own scheduler, which has no roles.
pub(super) fn check_clerk_or_engine(
    ledger: &Ledger,
    context: &Context<'_>,
) -> Result<(), crate::approval::Rejection> {
    if context.actor.channel == SCHEDULER { Ok(()) } else { check_clerk(ledger, context) }
}

/// The terms of the moment: those of its gas day, or the newest.
pub(super) fn terms_now<'a>(
    ledger: &Ledger,
    contract: &'a ContractState,
    context: &Context<'_>,
) -> &'a PaymentTerms {
    terms_at(ledger, contract, context.now)
}

/// E3: a demand was served. One is running at a time.
fn demand(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ServeDemand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let known = contract.supply.demand(&command.demand);
    let agreed = terms_at(ledger, contract, command.served_at).demand_days.unwrap_or(0);
    let served = DemandServed {
        amount: command.amount,
        contract: command.contract.clone(),
        demand: command.demand.clone(),
        // What was agreed then is part of what is known, not of what is told.
        demand_days: known.map_or(agreed, |known| known.demand_days),
        on: ledger.clock().civil_day(command.served_at),
        proof: command.proof.clone(),
        served_at: command.served_at,
    };
    if let Some(known) = known {
        if *known == served {
            return Ok(Decision::nothing());
        }
        let demand = known.demand.clone();
        return Err(DemandRejection::DuplicateDemand { demand, known: known.on }.into());
    }
    if command.amount <= Money::ZERO {
        return Err(DemandRejection::NotPositive { amount: command.amount }.into());
    }
    check_past(ledger, command.served_at, context)?;
    check_clerk(ledger, context)?;
    let procedure = contract.supply.procedure();
    if let Some(Demand { served, .. }) = procedure.demand() {
        let (known, amount) = (served.demand.clone(), served.amount);
        return Err(DemandRejection::DemandRunning { known, amount }.into());
    }
    if let Procedure::Restoring(restoring) = procedure {
        let order = restoring.order.issued.order.clone();
        return Err(DemandRejection::SupplyRestoring { order }.into());
    }
    check_shortage(ledger, contract, served.on, context)?;
    Ok(recorded(SupplyEvent::DemandServed(served)))
}

/// E5: a demand is of no use where the days of gas would cancel it, on the day it was served or since.
fn check_shortage(
    ledger: &Ledger,
    contract: &ContractState,
    served_on: CivilDay,
    context: &Context<'_>,
) -> Result<(), crate::Rejection> {
    let day = ledger.clock().gas_day(context.now);
    let first = contract.first_gas_day();
    if day < first {
        let (contract, last) = (contract.id().clone(), contract.last_gas_day());
        return Err(Rejection::OutsideTerm { contract, day, first, last }.into());
    }
    let today = deciding_day(ledger.clock(), context.now);
    let since = days_of_change(contract, ledger.indices(), served_on, today.civil());
    let by_day = ByDay::new(contract, ledger.indices());
    for day in [served_on].into_iter().chain(since) {
        let as_of = GasDay::new(day.date());
        if let Some(LiftCause::DaysRestored { days, restore_above }) = restored(&by_day, as_of)? {
            let days = days.map_or("unlimited".to_owned(), |days| days.to_string());
            return Err(DemandRejection::NothingToDemand { days, as_of, restore_above }.into());
        }
    }
    Ok(())
}

/// The running demand of this name.
fn running<'a>(
    contract: &'a ContractState,
    demand: &DemandId,
) -> Result<&'a Demand, DemandRejection> {
    let running = contract.supply.procedure().demand();
    running.filter(|running| running.served.demand == *demand).ok_or_else(|| {
        let (contract, demand) = (contract.id().clone(), demand.clone());
        DemandRejection::UnknownDemand { contract, demand }
    })
}

/// E4: the buyer disputes the running demand.
fn disputed(
    ledger: &Ledger,
    contract: &ContractState,
    command: &DisputeDemand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let demand = running(contract, &command.demand)?;
    if let Some(open) = &demand.dispute {
        if open.reason == command.reason {
            return Ok(Decision::nothing());
        }
        let (demand, on) = (command.demand.clone(), open.on);
        return Err(DemandRejection::DisputeOpen { demand, on }.into());
    }
    check_reason(&command.reason)?;
    check_clerk(ledger, context)?;
    Ok(recorded(SupplyEvent::DemandDisputed(DemandDisputed {
        by: context.actor.person.clone(),
        contract: command.contract.clone(),
        demand: command.demand.clone(),
        on: ledger.clock().civil_day(context.now),
        reason: command.reason.clone(),
    })))
}

/// E4: the dispute ends. Where the buyer is right the procedure is over with it.
fn resolved(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ResolveDispute,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let demand = running(contract, &command.demand)?;
    if demand.dispute.is_none() {
        return Err(DemandRejection::NoDisputeOpen { demand: command.demand.clone() }.into());
    }
    check_reason(&command.reason)?;
    check_clerk(ledger, context)?;
    let resolved = recorded(SupplyEvent::DemandDisputeResolved(DemandDisputeResolved {
        by: context.actor.person.clone(),
        contract: command.contract.clone(),
        demand: command.demand.clone(),
        on: ledger.clock().civil_day(context.now),
        outcome: command.outcome,
        reason: command.reason.clone(),
    }));
    match command.outcome {
        DisputeOutcome::Upheld => {
            let causes = vec![LiftCause::DisputeUpheld {}];
            let lifted = lifted(contract, causes, ledger.clock(), context.now);
            Ok(resolved.and(Decision::of(lifted)))
        }
        DisputeOutcome::Withdrawn | DisputeOutcome::Rejected => Ok(resolved),
    }
}

/// E5: the running demand is taken back, and the procedure with it. It is in the buyer's favour, so any
/// clerk may.
fn demand_back(
    ledger: &Ledger,
    contract: &ContractState,
    command: &WithdrawDemand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let cause = LiftCause::DemandWithdrawn {
        by: context.actor.person.clone(),
        demand: command.demand.clone(),
        reason: command.reason.clone(),
    };
    if contract.supply.was_withdrawn(&cause) {
        return Ok(Decision::nothing());
    }
    running(contract, &command.demand)?;
    check_reason(&command.reason)?;
    check_clerk(ledger, context)?;
    let clock = ledger.clock();
    Ok(Decision::of(lifted(contract, vec![cause], clock, context.now)))
}

/// E3: a suspension notice was served on the running demand. A new one may follow a lapsed one.
fn notice(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ServeNotice,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let known = contract.supply.notice(&command.notice);
    let agreed = terms_at(ledger, contract, command.served_at);
    let served = NoticeServed {
        contract: command.contract.clone(),
        demand: command.demand.clone(),
        notice: command.notice.clone(),
        notice_hours: known.map_or(agreed.notice_hours, |known| known.notice_hours),
        notice_lapses_days: known.map_or(lapses_days(agreed), |known| known.notice_lapses_days),
        on: ledger.clock().civil_day(command.served_at),
        proof: command.proof.clone(),
        served_at: command.served_at,
    };
    if let Some(known) = known {
        if *known == served {
            return Ok(Decision::nothing());
        }
        let notice = known.notice.clone();
        return Err(DemandRejection::DuplicateNotice { notice, known: known.on }.into());
    }
    check_past(ledger, command.served_at, context)?;
    check_clerk(ledger, context)?;
    let demand = running(contract, &command.demand)?;
    if command.served_at < demand.served.served_at {
        let clock = ledger.clock();
        let (notice, demand) =
            (clock.local(command.served_at), clock.local(demand.served.served_at));
        return Err(DemandRejection::NoticeBeforeDemand { notice, demand }.into());
    }
    if let Some(known) = contract.supply.procedure().notice() {
        let last = last_day_of(&known.served, terms_now(ledger, contract, context));
        if ledger.clock().civil_day(context.now) <= last {
            let notice = known.served.notice.clone();
            return Err(DemandRejection::NoticeRunning { notice, last }.into());
        }
        order::check_none_waits(contract)?;
    }
    Ok(recorded(SupplyEvent::NoticeServed(served)))
}

/// E4: somebody on site found that a continuous process may be stopped, since the notice was served.
fn confirmed(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ConfirmSite,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let confirmed = SiteConfirmed {
        at: command.at,
        by: command.by.clone(),
        contract: command.contract.clone(),
        on: ledger.clock().civil_day(command.at),
    };
    let none = || Rejection::NoticeNotServed { contract: command.contract.clone() };
    let notice = contract.supply.procedure().notice().ok_or_else(none)?;
    if notice.site.as_ref() == Some(&confirmed) {
        return Ok(Decision::nothing());
    }
    check_past(ledger, command.at, context)?;
    check_clerk(ledger, context)?;
    if command.at < notice.served.served_at {
        let clock = ledger.clock();
        let (at, notice) = (clock.local(command.at), clock.local(notice.served.served_at));
        return Err(DemandRejection::ConfirmedBeforeNotice { at, notice }.into());
    }
    Ok(recorded(SupplyEvent::SiteConfirmed(confirmed)))
}
