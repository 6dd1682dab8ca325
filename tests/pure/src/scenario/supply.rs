//! Supply in a story: what is told, and what is asked.

use std::fmt::Write;

use citygate_domain::approval::SCHEDULER;
use citygate_domain::context::Actor;
use citygate_domain::passage::{STEPS, is_not_yet};
use citygate_domain::supply::{DisputeOutcome, Seen, SupplyDecision, ValveState, answer};
use citygate_projections::board::board;
use citygate_projections::procedure::procedure;

use crate::supply_words::{
    demand_disputed, demand_served, demand_withdrawn, dispute_ended, notice_served, order_approved,
    order_issued, order_withdrawn, reduction_proposed, site_confirmed, supply_reviewed,
    suspension_proposed, valve_reported,
};
use crate::told::Told;
use crate::words::read;
use crate::world::World;

/// The fact of a statement about supply; none when it is about something else.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    Some(match words {
        ["demand", contract, id, amount, "at", at] => {
            demand_served(amount, at).demand(id).of(contract)
        }
        ["dispute", contract, demand, "because", reason @ ..] => {
            demand_disputed(&reason.join(" ")).demand(demand).of(contract)
        }
        ["resolve", contract, demand, how] => {
            dispute_ended(outcome(how)?).demand(demand).of(contract)
        }
        ["notice", contract, id, "on", demand, "at", at] => {
            notice_served(at).demand(demand).notice(id).of(contract)
        }
        ["confirm", "site", contract, "at", at] => site_confirmed(at).of(contract),
        ["order", contract, id, "reduce"] => reduction_proposed().order(id).of(contract),
        ["order", contract, id, "suspend"] => suspension_proposed().order(id).of(contract),
        ["approve", "order", contract, id, "revision", shown] => {
            order_approved(shown.parse().ok()?).order(id).of(contract)
        }
        ["withdraw", "demand", contract, id, "because", reason @ ..] => {
            demand_withdrawn(&reason.join(" ")).demand(id).of(contract)
        }
        ["withdraw", "order", contract, id, "because", reason @ ..] => {
            order_withdrawn(&reason.join(" ")).order(id).of(contract)
        }
        ["issue", contract, id] => order_issued().order(id).of(contract),
        ["valve", contract, point, state, "at", at, more @ ..] => {
            let seen = if more.first() == Some(&"seen") { Seen::OnSite } else { Seen::Remotely };
            valve_reported(point, valve(state)?, seen, at).of(contract)
        }
        ["review", contract] => supply_reviewed().of(contract),
        _ => return None,
    })
}

fn outcome(word: &str) -> Option<DisputeOutcome> {
    serde_json::from_value(word.into()).ok()
}

fn valve(word: &str) -> Option<ValveState> {
    serde_json::from_value(word.into()).ok()
}

/// T6: a round of the scheduler: what it recorded, and what was refused to it.
pub(super) fn tick(world: &mut World) -> String {
    let channel = SCHEDULER.to_owned();
    let actor = Actor { authenticated: false, channel, person: read("scheduler") };
    let before = world.log.len();
    let mut out = String::new();
    for step in STEPS {
        for (contract, command) in step(&world.ledger, world.now) {
            if let Err(refusal) = world.tell_as(&actor, &command)
                && !is_not_yet(&refusal)
            {
                writeln!(out, "tick: {contract}: {}: {refusal}", refusal.code()).expect("text");
            }
        }
    }
    for recorded in world.log.iter().skip(before) {
        writeln!(out, "tick: {}", told_of(&recorded.event)).expect("text");
    }
    if out.is_empty() { "tick: nothing\n".to_owned() } else { out }
}

fn told_of(event: &citygate_domain::Event) -> String {
    use citygate_domain::Event;
    if let Event::TimePassed(passed) = event {
        return format!("{} {} {}", passed.contract, passed.kind.word(), passed.subject);
    }
    if let Event::StageCrossed(crossed) = event {
        let days = crossed.days.map_or_else(|| "-".to_owned(), |days| days.to_string());
        let (contract, from, to) = (&crossed.contract, crossed.from, crossed.to);
        return format!(
            "{contract} {from} -> {to} at {days} days ({})",
            crossed.reasons.join(", ")
        );
    }
    format!("{} {}", event.stream(), event.type_name())
}

/// E: where the procedure of a contract stands.
pub(super) fn card(world: &World, id: &str) -> String {
    let card = procedure(&world.ledger, world.contract(id), world.now);
    let clock = world.ledger.clock();
    let mut out = format!("supply {id}: {}, revision {}\n", card.stage, card.revision);
    for row in card.rows.iter().filter(|row| row.part != "stage") {
        write!(out, "  {} {}: {}", row.part, row.name, row.state).expect("text");
        if let Some(at) = row.at {
            write!(out, ", {}", clock.local(at).format("%m-%d %H:%M")).expect("text");
        }
        if let Some(until) = row.until {
            write!(out, ", until {}", clock.local(until).format("%m-%d %H:%M")).expect("text");
        }
        for more in [&row.by, &row.detail].into_iter().filter(|more| !more.is_empty()) {
            write!(out, ", {more}").expect("text");
        }
        out.push('\n');
    }
    out
}

/// E7: what the valve of a point is to do.
pub(super) fn about(world: &World, point: &str) -> String {
    let answer = answer(&world.ledger, &read(point), world.now);
    let decision = match &answer.decision {
        SupplyDecision::Limit { daily_maximum } => format!("limit to {daily_maximum} m3 a gas day"),
        SupplyDecision::Stop { class } => format!("stop ({class})"),
        SupplyDecision::Allow | SupplyDecision::Keep => answer.decision.word().to_owned(),
    };
    let reasons = answer.reasons.join(", ");
    format!("answer {point}: {decision} ({reasons}) for {} s\n", answer.valid_seconds.value)
}

/// E2, E3: the stage that is recommended and the one in effect, of every contract.
pub(super) fn stages(world: &World) -> String {
    let today = world.ledger.clock().gas_day(world.now);
    let board = board(&world.ledger, today).unwrap_or_else(|error| panic!("{error}"));
    let mut out = String::new();
    for row in board.rows {
        let (recommended, effective) = (row.recommended.stage, row.effective);
        let reasons = row.recommended.reasons.join(", ");
        writeln!(out, "stage {}: {effective}, recommended {recommended} ({reasons})", row.contract)
            .expect("text");
    }
    out
}
