//! A counterexample as a story that the ledger can be told (`tests/data/scenarios`). What a story has no
//! words for stands in it as a remark.

use chrono::SecondsFormat;
use citygate_domain::Command;
use citygate_domain::approval::Act;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::market::PublishIndex;
use citygate_domain::payment::{MoneyKind, RecordMoney};
use citygate_domain::quantities::GasDay;
use citygate_domain::supply::{Seen, SupplyCommand};

use super::agreed::as_story;
use super::core::Core;
use super::draw::History;
use super::invariants::Broken;
use super::law::local;
use super::play::{Entry, told};
use super::step::{PERSONS, Who};

/// The story of a shrunk history.
#[must_use]
pub fn story(history: &History, core: Core, seed: u64, broken: &Broken) -> String {
    let mut lines = vec![format!("# Seed {seed}: {}.", broken.invariant.replace('_', " "))];
    lines.push(format!("# {}", broken.what.replace('\n', " ")));
    let agreed = &history.agreed;
    if !agreed.four_eyes {
        lines.push("# One person runs the ledger.".to_owned());
    }
    if agreed.roles {
        lines.push(format!("# {} has no role.", PERSONS.last().unwrap_or(&"nobody")));
    }
    let mut entries = told(history, core).into_iter().peekable();
    if let Some(Entry::Now(now)) = entries.peek() {
        lines.push(now_line(*now));
        entries.next();
    }
    for (place, terms) in agreed.contracts.iter().enumerate() {
        lines.extend(as_story(place, terms));
        if terms.class.is_none() {
            lines.push("# The customer's class is not known.".to_owned());
        }
    }
    let mut runs = Vec::new();
    for entry in entries {
        if let Entry::Command(who, command) = &entry
            && let Command::RecordDelivery(reading) = &**command
        {
            gather(&mut runs, *who, reading);
            continue;
        }
        lines.extend(runs.drain(..).map(Run::line));
        lines.push(line(&entry));
    }
    lines.extend(runs.drain(..).map(Run::line));
    lines.join("\n") + "\n"
}

/// The same reading of consecutive gas days.
struct Run {
    who: Who,
    first: RecordDelivery,
    last: GasDay,
}

fn gather(runs: &mut Vec<Run>, who: Who, reading: &RecordDelivery) {
    let continues = |run: &&mut Run| {
        run.who == who
            && run.last.plus(1) == reading.gas_day
            && RecordDelivery { gas_day: run.first.gas_day, ..reading.clone() } == run.first
    };
    match runs.iter_mut().find(continues) {
        Some(run) => run.last = reading.gas_day,
        None => runs.push(Run { who, first: reading.clone(), last: reading.gas_day }),
    }
}

impl Run {
    fn line(self) -> String {
        let Self { who, first, last } = self;
        let when = if first.gas_day == last {
            last.to_string()
        } else {
            format!("{}..{last}", first.gas_day)
        };
        by(who, &reading(&first, &when))
    }
}

fn reading(reading: &RecordDelivery, when: &str) -> String {
    let RecordDelivery { point, volume, source, reason, .. } = reading;
    let more = match (source, reason) {
        (Source::Estimate, _) => " estimated".to_owned(),
        (Source::Manual, _) => " by hand".to_owned(),
        (Source::Telemetry, _) | (Source::Correction, None) => String::new(),
        (Source::Correction, Some(reason)) => format!(" because {reason}"),
    };
    format!("deliver {point} {when} {volume}{more}")
}

fn now_line(now: chrono::DateTime<chrono::Utc>) -> String {
    format!("now {}", instant(now))
}

fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn line(entry: &Entry) -> String {
    match entry {
        Entry::Now(now) => now_line(*now),
        Entry::Ask(point) => format!("ask answer {point}"),
        Entry::Remark(text) => format!("# {text}"),
        Entry::Command(who, command) => match statement(command) {
            Some(statement) => by(*who, &statement),
            None => format!("# by {who:?}: {command:?}"),
        },
    }
}

fn by(who: Who, statement: &str) -> String {
    match who {
        Who::File => statement.to_owned(),
        Who::Person(place) => {
            format!("by {} {statement}", PERSONS.get(place).copied().unwrap_or("nobody"))
        }
        Who::Scheduler => format!("# by the scheduler: {statement}"),
    }
}

/// What a story says for a command; none where it has no words.
fn statement(command: &Command) -> Option<String> {
    Some(match command {
        Command::RecordDelivery(told) => reading(told, &told.gas_day.to_string()),
        Command::PublishIndex(told) => index(told),
        Command::RecordMoney(told) => money(told)?,
        Command::GiveGuarantee(told) => format!(
            "guarantee {} {} {} {}..{}",
            told.reference, told.contract, told.amount, told.valid_from, told.valid_to
        ),
        Command::RecordClaim(told) => claim(told),
        Command::IssueSettlement(told) => format!("close {} {}", told.contract, told.month),
        Command::RestateSettlement(told) => format!("restate {} {}", told.contract, told.month),
        // Only a value that was known is corrected; a story has no words for proposing the first.
        Command::Propose(told) if matches!(&told.act, Act::CorrectIndex(index) if index.reason.is_none()) =>
        {
            return None;
        }
        Command::Propose(told) => {
            format!("propose {} because {}", statement(&told.act.command())?, told.reason)
        }
        Command::Approve(told) => format!("approve {} revision {}", told.subject, told.revision),
        Command::Supply(told) => supply(told),
        Command::OpenLedger(_)
        | Command::ElectScheduler(_)
        | Command::Life(_)
        | Command::RecordPassage(_)
        | Command::SignContract(_)
        | Command::TransferQuantity(_)
        | Command::RecordLot(_)
        | Command::Books(_)
        | Command::AssessDeviation(_)
        | Command::ReassessDeviation(_)
        | Command::VerifyClaim(_)
        | Command::DecideClaim(_)
        | Command::AdvanceCase(_)
        | Command::WaiveDeviation(_)
        | Command::GrantRole(_)
        | Command::RevokeRole(_)
        | Command::GrantKey(_)
        | Command::RevokeKey(_)
        | Command::Withdraw(_)
        | Command::RestateYear(_)
        | Command::SettleYear(_) => return None,
    })
}

fn index(told: &PublishIndex) -> String {
    let reason = told.reason.as_ref().map_or(String::new(), |reason| format!(" because {reason}"));
    format!("index {} {} {}{reason}", told.code, told.effective_day, told.value)
}

fn money(told: &RecordMoney) -> Option<String> {
    let contract = told.contract.as_ref()?;
    let of = format!("{contract} {} {} as {}", told.value_date, told.amount, told.bank_reference);
    Some(match &told.kind {
        MoneyKind::Payment => format!("pay {of}"),
        MoneyKind::Reversal { reverses } => format!("return {of} of {reverses}"),
        MoneyKind::Refund => format!("refund {of}"),
    })
}

fn claim(told: &RecordClaim) -> String {
    let RecordClaim { claim, contract, quantity, received_on, granted_quantity, .. } = told;
    let kind = serde_json::to_value(told.kind).unwrap_or_default();
    let kind = kind.as_str().unwrap_or_default();
    let decision = match told.decision {
        ClaimDecision::Granted => format!("granted {granted_quantity}"),
        ClaimDecision::Rejected => "rejected".to_owned(),
        ClaimDecision::Pending => "pending".to_owned(),
    };
    let (first, last) = (told.first_gas_day, told.last_gas_day);
    format!(
        "claim {claim} {contract} {first}..{last} {quantity} {kind} received {received_on} {decision}"
    )
}

fn supply(told: &SupplyCommand) -> String {
    match told {
        SupplyCommand::ServeDemand(it) => {
            let at = instant(it.served_at);
            format!("demand {} {} {} at {at}", it.contract, it.demand, it.amount)
        }
        SupplyCommand::DisputeDemand(it) => {
            format!("dispute {} {} because {}", it.contract, it.demand, it.reason)
        }
        SupplyCommand::ResolveDispute(it) => {
            let how = serde_json::to_value(it.outcome).unwrap_or_default();
            let how = how.as_str().unwrap_or_default();
            format!("resolve {} {} {how}", it.contract, it.demand)
        }
        SupplyCommand::WithdrawDemand(it) => {
            format!("withdraw demand {} {} because {}", it.contract, it.demand, it.reason)
        }
        SupplyCommand::ServeNotice(it) => {
            let at = instant(it.served_at);
            format!("notice {} {} on {} at {at}", it.contract, it.notice, it.demand)
        }
        SupplyCommand::ConfirmSite(it) => {
            format!("confirm site {} at {}", it.contract, instant(it.at))
        }
        SupplyCommand::ProposeOrder(it) => {
            format!("order {} {} {}", it.contract, it.order, it.measure)
        }
        SupplyCommand::ApproveOrder(it) => {
            format!("approve order {} {} revision {}", it.contract, it.order, it.revision)
        }
        SupplyCommand::WithdrawOrder(it) => {
            format!("withdraw order {} {} because {}", it.contract, it.order, it.reason)
        }
        SupplyCommand::IssueOrder(it) => format!("issue {} {}", it.contract, it.order),
        SupplyCommand::ReportValve(it) => {
            let seen = match it.seen {
                Seen::OnSite => " seen",
                Seen::Remotely => "",
            };
            let (state, at) = (it.state.word(), instant(it.at));
            format!("valve {} {} {state} at {at}{seen}", it.contract, it.point)
        }
        SupplyCommand::ReviewSupply(it) => format!("review {}", it.contract),
    }
}
