//! What is asked of the pure core, and the bugs that can be planted around it: the core itself is never
//! changed, so what is planted is what a mistake in it would look like from outside.

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

use super::faults::Fault;
use crate::words::read;

/// A bug that the simulation must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// An order is issued a minute before the notice has run.
    NoticeOneMinuteEarly,
    /// One approval is enough for a suspension.
    OneApprover,
    /// Readings are taken to be fresh however old they are.
    StopsOnStaleReadings,
    /// What lifts a procedure is not recorded with a payment.
    ForgetsPayment,
    /// A protected customer is treated as industry.
    StopsProtected,
    /// Whoever proposed an order may approve it.
    ProposerApproves,
    /// Windows in which nobody is cut off are not looked at.
    CutsInTheNight,
    /// A limit may come out as nothing.
    CutsToNothing,
    /// The parts of a limit do not sum to it.
    LosesAPart,
    /// What is reported from afar opens as if somebody had been on site.
    OpensFromAfar,
    /// A decision on an old state is taken though its streams have moved.
    ReorderedOrder,
    /// A command that comes again with its key is decided again, and its events recorded again.
    ForgetsTheKey,
    /// A paused node without the store answers from what it knows.
    StaleNodeAnswers,
    /// A gateway carries out an older word than it has heard.
    ActsOnOlderWord,
    /// A gateway takes the first word of a slot for its only one.
    OneWordASlot,
    /// A node asks no clock but its own.
    TrustsItsClock,
    /// A gateway carries out a command that has expired.
    ActsAfterExpiry,
    /// A gateway closes when its lease has run out.
    ExpiryCloses,
}

impl Plant {
    /// All of them, with the names by which they are asked for.
    pub const ALL: [(&'static str, Self); 18] = [
        ("notice-one-minute-early", Self::NoticeOneMinuteEarly),
        ("one-approver", Self::OneApprover),
        ("stops-on-stale-readings", Self::StopsOnStaleReadings),
        ("forgets-payment", Self::ForgetsPayment),
        ("stops-protected", Self::StopsProtected),
        ("proposer-approves", Self::ProposerApproves),
        ("cuts-in-the-night", Self::CutsInTheNight),
        ("cuts-to-nothing", Self::CutsToNothing),
        ("loses-a-part", Self::LosesAPart),
        ("opens-from-afar", Self::OpensFromAfar),
        ("reordered-order", Self::ReorderedOrder),
        ("forgets-the-key", Self::ForgetsTheKey),
        ("stale-node-answers", Self::StaleNodeAnswers),
        ("acts-on-older-word", Self::ActsOnOlderWord),
        ("one-word-a-slot", Self::OneWordASlot),
        ("trusts-its-clock", Self::TrustsItsClock),
        ("acts-after-expiry", Self::ActsAfterExpiry),
        ("expiry-closes", Self::ExpiryCloses),
    ];

    /// The kind of fault without which it does not show.
    #[must_use]
    pub fn shows_with(self) -> Option<Fault> {
        match self {
            Self::ReorderedOrder => Some(Fault::StaleCommand),
            Self::ForgetsTheKey => Some(Fault::LostAnswer),
            Self::StaleNodeAnswers => Some(Fault::Paused),
            Self::ActsOnOlderWord => Some(Fault::LeaseOvertaken),
            Self::OneWordASlot => Some(Fault::TakenBack),
            Self::TrustsItsClock => Some(Fault::ClockJump),
            Self::ActsAfterExpiry => Some(Fault::SlowValve),
            Self::ExpiryCloses => Some(Fault::Silence),
            Self::NoticeOneMinuteEarly
            | Self::OneApprover
            | Self::StopsOnStaleReadings
            | Self::ForgetsPayment
            | Self::StopsProtected
            | Self::ProposerApproves
            | Self::CutsInTheNight
            | Self::CutsToNothing
            | Self::LosesAPart
            | Self::OpensFromAfar => None,
        }
    }

    /// The bug of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, plant)| plant)
    }
}

/// The core, as the simulation sees it.
#[derive(Debug, Clone, Copy)]
pub struct Core(pub Option<Plant>);

impl Core {
    /// Whether this bug is planted.
    #[must_use]
    pub fn has(self, plant: Plant) -> bool {
        self.0 == Some(plant)
    }

    /// Decides a command.
    pub fn decide(
        self,
        ledger: &Ledger,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Decision, Rejection> {
        let decided = decide(ledger, command, context);
        match self.0 {
            None => decided,
            Some(plant) => planted(plant, ledger, command, context, decided),
        }
    }

    /// E7: the answer about a point.
    #[must_use]
    pub fn answer(self, ledger: &Ledger, point: &PointId, now: DateTime<Utc>) -> Answer {
        let honest = answer(ledger, point, now);
        let Some(plant) = self.0.filter(|_| matches!(honest.decision, SupplyDecision::Keep)) else {
            return honest;
        };
        let Some(contract) = holder(ledger, point) else { return honest };
        let code = honest.reasons.first().copied().unwrap_or_default();
        let again = match as_if(plant, code, ledger, &contract, now) {
            None => return honest,
            Some((ledger, now)) => answer(&ledger, point, now),
        };
        Answer { position: honest.position, epoch_position: honest.epoch_position, ..again }
    }
}

fn holder(ledger: &Ledger, point: &PointId) -> Option<ContractId> {
    ledger.assignments(point).last().map(|held| held.contract.clone())
}

/// What a bug makes of a decision.
fn planted(
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
fn as_if(
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
        && let Measure::Reduce { limits, .. } = &mut event.measure
        && limits.len() > 1
    {
        limits.pop();
    }
}
