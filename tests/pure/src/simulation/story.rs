//! A counterexample as a story that the ledger can be told (`tests/data/scenarios`). What a story has no
//! words for stands in it as a remark.

use citygate_domain::Command;
use citygate_domain::delivery::RecordDelivery;
use citygate_domain::quantities::GasDay;

use super::agreed::Agreed;
use super::core::Core;
use super::draw::History;
use super::invariants::Broken;
use super::play::{Entry, told};
use super::statements::{as_story, instant, reading, statement};
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
        lines.push(line(agreed, &entry));
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

fn now_line(now: chrono::DateTime<chrono::Utc>) -> String {
    format!("now {}", instant(now))
}

fn line(agreed: &Agreed, entry: &Entry) -> String {
    match entry {
        Entry::Now(now) => now_line(*now),
        Entry::Ask(point) => format!("ask answer {point}"),
        Entry::Tick => "tick".to_owned(),
        Entry::Remark(text) => format!("# {text}"),
        Entry::Command(who, command) => match statement(agreed, command) {
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
