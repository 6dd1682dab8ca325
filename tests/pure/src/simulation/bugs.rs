//! What a planted bug makes of what the core says.

use chrono::{DateTime, TimeDelta, Utc};
use citygate_domain::context::{Actor, Context};
use citygate_domain::customer::{CustomerClass, CustomerRegistered};
use citygate_domain::delivery::{DeliveryRecorded, Source};
use citygate_domain::log::Recorded;
use citygate_domain::quantities::{ContractId, PointId};
use citygate_domain::state::Ledger;
use citygate_domain::supply::{
    Answer, MeasureKind, OrderApproved, Seen, SupplyCommand, SupplyDecision, SupplyEvent, answer,
    no_cut_window,
};
use citygate_domain::{Command, Decision, Event, Rejection, decide};

use super::plant::Plant;
use crate::words::read;

/// What a point was told in the last hour before it went to another contract.
pub(super) fn before_it_moved(ledger: &Ledger, honest: Answer, now: DateTime<Utc>) -> Answer {
    let held = ledger.assignments(&honest.point);
    let came = held.iter().map(|one| ledger.clock().start(one.first_gas_day)).max();
    match came.filter(|came| held.len() > 1 && *came <= now) {
        None => honest,
        Some(came) => {
            let then = answer(ledger, &honest.point, came - TimeDelta::hours(1));
            if !matches!(then.decision, SupplyDecision::Stop { .. } | SupplyDecision::Limit { .. })
            {
                return honest;
            }
            Answer { position: honest.position, epoch_position: honest.epoch_position, ..then }
        }
    }
}

/// As if a procedure went on until its end is recorded; its order does not stand, so nobody is cut off.
pub(super) fn as_recorded(ledger: &Ledger, honest: Answer) -> Answer {
    let contract = holder(ledger, &honest.point).and_then(|contract| {
        ledger.contract(&contract).map(|contract| contract.supply.procedure())
    });
    let Some(procedure) =
        contract.filter(|it| honest.stage.is_some_and(|stage| stage != it.stage()))
    else {
        return honest;
    };
    let order = procedure.order().map(|order| order.issued.order.clone());
    let decision = if order.is_some() { SupplyDecision::Keep } else { honest.decision.clone() };
    Answer { stage: Some(procedure.stage()), decision, order, ..honest }
}

pub(super) fn holder(ledger: &Ledger, point: &PointId) -> Option<ContractId> {
    ledger.assignments(point).last().map(|held| held.contract.clone())
}

/// What a bug makes of a decision.
pub(super) fn planted(
    plant: Plant,
    ledger: &Ledger,
    command: &Command,
    context: &Context<'_>,
    decided: Result<Decision, Rejection>,
) -> Result<Decision, Rejection> {
    match (plant, command, decided) {
        (Plant::ForgetsPayment, Command::RecordMoney(_), Ok(mut decision)) => {
            decision.events.retain(|event| !is_lifting(event));
            Ok(decision)
        }
        (Plant::LosesAPart, Command::Supply(SupplyCommand::IssueOrder(_)), Ok(mut decision)) => {
            decision.events.iter_mut().for_each(lose_a_part);
            Ok(decision)
        }
        (Plant::OpensFromAfar, Command::Supply(SupplyCommand::ReportValve(report)), _) => {
            let mut seen = report.clone();
            seen.seen = Seen::OnSite;
            let command = Command::Supply(SupplyCommand::ReportValve(seen));
            let mut decision = decide(ledger, &command, context)?;
            for event in &mut decision.events {
                if let Event::Supply(event) = event
                    && let SupplyEvent::ValveReported(event) = &mut **event
                {
                    event.seen = report.seen;
                }
            }
            Ok(decision)
        }
        (Plant::LooksADayAhead, Command::Supply(SupplyCommand::ReviewSupply(_)), Ok(_)) => {
            decide(ledger, command, &Context { now: context.now + TimeDelta::days(1), ..*context })
        }
        (plant, Command::Supply(asked), Err(refusal)) => {
            match around(plant, ledger, asked, context, refusal.code()) {
                Some(decided) => decided,
                None => Err(refusal),
            }
        }
        (_, _, decided) => decided,
    }
}

/// What a bug decides where the core refuses.
fn around(
    plant: Plant,
    ledger: &Ledger,
    asked: &SupplyCommand,
    context: &Context<'_>,
    code: &str,
) -> Option<Result<Decision, Rejection>> {
    let command = Command::Supply(asked.clone());
    if plant == Plant::ProposerApproves && code == "maker_is_approver" {
        let other = Actor { person: read("somebody.else"), ..context.actor.clone() };
        let contract = ledger.contract(asked.contract())?;
        let proposer = contract.supply.procedure().proposal()?.proposed.by.clone();
        // Without a role nobody else could either; where roles count, another approver's is borrowed.
        let holder = |person: &str| Actor { person: read(person), ..other.clone() };
        let mut decided =
            ["wang.fang", "li.na", "somebody.else"].into_iter().find_map(|person| {
                decide(ledger, &command, &Context { actor: &holder(person), ..*context }).ok()
            })?;
        for event in &mut decided.events {
            if let Event::Supply(event) = event
                && let SupplyEvent::OrderApproved(event) = &mut **event
            {
                event.by = proposer.clone();
            }
        }
        return Some(Ok(decided));
    }
    if plant == Plant::OldApprovalsHold && code == "changed_since_shown" {
        let contract = ledger.contract(asked.contract())?;
        let proposal = contract.supply.procedure().proposal()?;
        let mut shown = proposal.proposed.clone();
        shown.revision = contract.supply.revision() + 1;
        let approved = proposal.approved_by.iter().map(|by| {
            SupplyEvent::OrderApproved(OrderApproved {
                by: by.clone(),
                contract: contract.id().clone(),
                on: shown.on,
                order: shown.order.clone(),
                revision: shown.revision,
            })
        });
        let events = [SupplyEvent::OrderProposed(shown.clone())].into_iter().chain(approved);
        let events = events.map(|event| Event::Supply(Box::new(event)));
        return Some(decide(&with(ledger, events, context.now), &command, context));
    }
    if plant == Plant::OneApprover && code == "approvals_missing" {
        let SupplyCommand::IssueOrder(issue) = asked else { return None };
        let proposal = ledger.contract(&issue.contract)?.supply.procedure().proposal()?;
        let suspends = proposal.proposed.measure.kind() == MeasureKind::Suspend;
        if !suspends || proposal.approved_by.len() != 1 {
            return None;
        }
        let approved = SupplyEvent::OrderApproved(OrderApproved {
            by: read("somebody.else"),
            contract: issue.contract.clone(),
            on: ledger.clock().civil_day(context.now),
            order: issue.order.clone(),
            revision: 0,
        });
        let believed = with(ledger, [Event::Supply(Box::new(approved))], context.now);
        return Some(decide(&believed, &command, context));
    }
    let (believed, now) = as_if(plant, code, ledger, asked.contract(), context.now)?;
    let mut decided = decide(&believed, &command, &Context { now, ..*context });
    if let (Plant::CutsToNothing, Ok(decision)) = (plant, &mut decided) {
        decision.events.iter_mut().for_each(cut_to_nothing);
    }
    Some(decided)
}

/// What a bug takes the ledger and the time to be, where the core refuses with a code.
pub(super) fn as_if(
    plant: Plant,
    code: &str,
    ledger: &Ledger,
    contract: &ContractId,
    now: DateTime<Utc>,
) -> Option<(Ledger, DateTime<Utc>)> {
    let state = ledger.contract(contract)?;
    match (plant, code) {
        (Plant::NoticeOneMinuteEarly, "notice_period_running") => {
            Some((ledger.clone(), now + TimeDelta::minutes(1)))
        }
        (Plant::StopsProtected, "class_protected" | "class_unknown") => {
            let registered = CustomerRegistered {
                class: CustomerClass::Industrial,
                customer: state.customer().clone(),
                name_digest: "0".repeat(64),
            };
            Some((with(ledger, [Event::CustomerRegistered(registered)], now), now))
        }
        // As if something were protected; what is issued is nothing all the same.
        (Plant::CutsToNothing, "limit_of_nothing") => {
            let registered = CustomerRegistered {
                class: CustomerClass::Key,
                customer: state.customer().clone(),
                name_digest: "0".repeat(64),
            };
            Some((with(ledger, [Event::CustomerRegistered(registered)], now), now))
        }
        // As if it were the next hour outside of every window.
        (Plant::CutsInTheNight, "no_cut_window") => {
            let windows = state.newest_terms().payment.no_cut.as_ref()?;
            let mut hours = (1..72).map(|hours| now + TimeDelta::hours(hours));
            let outside =
                |at: &DateTime<Utc>| no_cut_window(windows, ledger.clock().local(*at)).is_none();
            Some((ledger.clone(), hours.find(outside)?))
        }
        (Plant::StopsOnStaleReadings, "readings_stale") => {
            let day = ledger.clock().gas_day(now).previous();
            let points = state.points_on(day).iter();
            let reading = |point: &citygate_domain::contract::DeliveryPoint| {
                Event::DeliveryRecorded(DeliveryRecorded {
                    contract: contract.clone(),
                    gas_day: day,
                    gcv_mj_per_m3: None,
                    month: state.month_of(day),
                    point: point.id.clone(),
                    quantity: read("30"),
                    reason: None,
                    source: Source::Telemetry,
                    volume_m3: read("30"),
                })
            };
            Some((with(ledger, points.map(reading), now), now))
        }
        // As if the order had been issued by the terms of now.
        (Plant::OtherTermsArmAgain, "not_short" | "no_cut_window" | "readings_stale") => {
            let order = state.supply.procedure().order()?;
            let mut issued = (*order.issued).clone();
            issued.issued_at = now;
            let terms = &state.terms_at(ledger.clock().gas_day(now)).payment;
            issued.evidence.threshold = match issued.measure.kind() {
                MeasureKind::Reduce => terms.reduce_below,
                MeasureKind::Suspend => terms.suspend_below,
            };
            let issued = Event::Supply(Box::new(SupplyEvent::OrderIssued(Box::new(issued))));
            Some((with(ledger, [issued], now), now))
        }
        _ => None,
    }
}

fn with(ledger: &Ledger, events: impl IntoIterator<Item = Event>, now: DateTime<Utc>) -> Ledger {
    let mut believed = ledger.clone();
    for event in events {
        let position = believed.position().next();
        believed.evolve(&Recorded { position, recorded_at: now, event });
    }
    believed
}

fn is_lifting(event: &Event) -> bool {
    matches!(event, Event::Supply(event) if matches!(**event, SupplyEvent::SupplyLifted(_)))
}

fn cut_to_nothing(event: &mut Event) {
    use citygate_domain::supply::Measure;
    if let Event::Supply(event) = event
        && let SupplyEvent::OrderIssued(event) = &mut **event
        && let Measure::Reduce { limits, daily_maximum } = &mut event.measure
    {
        *daily_maximum = read("0");
        limits.iter_mut().for_each(|limit| limit.daily_maximum = read("0"));
    }
}

fn lose_a_part(event: &mut Event) {
    use citygate_domain::supply::Measure;
    if let Event::Supply(event) = event
        && let SupplyEvent::OrderIssued(event) = &mut **event
    {
        match &mut event.measure {
            Measure::Reduce { limits, .. } if limits.len() > 1 => drop(limits.pop()),
            Measure::Suspend { points, .. } if points.len() > 1 => drop(points.pop()),
            Measure::Reduce { .. } | Measure::Suspend { .. } => {}
        }
    }
}
