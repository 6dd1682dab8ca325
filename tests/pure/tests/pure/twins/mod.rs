//! The clever core and its slow twins agree over random histories.
//!
//! `CITYGATE_HISTORIES=20000` throws more of them; a disagreement is shrunk before it is printed.

mod compare;
mod independence;
mod shown;

use citygate_domain::Command;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::history::{History, facts_of, held_points, history, shrunk};
use citygate_tests_pure::twin::facts::Facts;
use citygate_tests_pure::twin::journal::Journal;
use citygate_tests_pure::world::World;

use compare::Difference;

/// How many histories are thrown.
pub(crate) fn seeds() -> std::ops::Range<u64> {
    let wanted = std::env::var("CITYGATE_HISTORIES").ok().and_then(|text| text.parse().ok());
    0..wanted.unwrap_or(300)
}

/// What is known after a history: the world, and the facts that were taken.
struct Told {
    world: World,
    facts: Facts,
    now: chrono::DateTime<chrono::Utc>,
}

fn told(history: &History) -> Result<Told, Difference> {
    let mut world = World::at(history.now);
    let mut journal = Journal::default();
    let mut taken = Vec::new();
    for command in &history.commands {
        let expected = match command {
            Command::RecordDelivery(row) => Some(journal.told(row, history.now)),
            _ => None,
        };
        let answer = match world.tell(command) {
            Ok(events) if events.is_empty() => "known",
            Ok(_) => {
                taken.push(command.clone());
                if matches!(command, Command::SignContract(_)) {
                    journal.held = held_points(&taken);
                }
                "recorded"
            }
            Err(rejection) => rejection.code(),
        };
        if let Some(expected) = expected.filter(|expected| *expected != answer) {
            return Err(Difference::of(format!("{command:?}"), expected, answer));
        }
    }
    Ok(Told { world, facts: facts_of(&taken), now: history.now })
}

/// Everything compared: readings, accounts, settlements, deviations, accounts again.
fn compared(seed: u64, history: &History) -> Result<(), Difference> {
    let mut told = told(history)?;
    let mut dice = Dice::new(seed ^ 0x5EED);
    let asked = compare::days_asked(&mut dice, &told.facts);
    let before = compare::accounts(&told.world, &told.facts, &asked)?;
    compare::closed_months(&mut told)?;
    compare::assessed_months(&mut told)?;
    let after = compare::accounts(&told.world, &told.facts, &asked)?;
    if before == after {
        Ok(())
    } else {
        Err(Difference::of("accounts before and after closing", before, after))
    }
}

fn caught(seed: u64, history: &History) -> Result<(), Difference> {
    let attempt = std::panic::AssertUnwindSafe(|| compared(seed, history));
    std::panic::catch_unwind(attempt)
        .unwrap_or_else(|_| Err(Difference::of("", "an answer", "a panic")))
}

#[test]
fn the_core_and_its_slow_twins_agree_over_random_histories() {
    for seed in seeds() {
        let history = history(seed);
        if caught(seed, &history).is_ok() {
            continue;
        }
        let smallest = shrunk(&history, |history| caught(seed, history).is_err());
        let difference = compared(seed, &smallest).expect_err("a shrunk history still differs");
        panic!("seed {seed}: {difference}\n{}", shown::commands(&smallest));
    }
}

#[test]
fn the_histories_contain_what_they_should() {
    use std::collections::BTreeMap;
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for seed in seeds().take(300) {
        let mut told = told(&history(seed)).unwrap_or_else(|difference| panic!("{difference}"));
        compare::closed_months(&mut told).unwrap_or_else(|difference| panic!("{difference}"));
        compare::assessed_months(&mut told).unwrap_or_else(|difference| panic!("{difference}"));
        for recorded in &told.world.log {
            for seen in shown::seen_in(&recorded.event) {
                *found.entry(seen).or_default() += 1;
            }
        }
    }
    let rare: Vec<_> =
        shown::WANTED.iter().filter(|name| found.get(**name).copied().unwrap_or(0) < 10).collect();
    assert!(rare.is_empty(), "hardly ever thrown: {rare:?} of {found:?}");
}
