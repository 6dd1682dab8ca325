//! The clever core and its slow twins agree over random histories.
//!
//! `CITYGATE_HISTORIES=20000` throws more of them; a disagreement is shrunk before it is printed.

mod compare;
mod independence;
mod planted;
mod restated;
mod shown;
mod years;

use std::collections::BTreeMap;

use citygate_domain::Command;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::history::{History, facts_of, held_points, history, shrunk};
use citygate_tests_pure::twin::facts::Facts;
use citygate_tests_pure::twin::journal::Journal;
use citygate_tests_pure::world::World;

use compare::Difference;

/// The seeds of a quarter of the histories; quarters run side by side.
pub(crate) fn quarter(number: u64) -> impl Iterator<Item = u64> {
    let wanted = std::env::var("CITYGATE_HISTORIES").ok().and_then(|text| text.parse().ok());
    (0..wanted.unwrap_or(300)).filter(move |seed| seed % 4 == number)
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
        let expected = if let Command::RecordDelivery(row) = command {
            Some(journal.told(row, history.now))
        } else {
            None
        };
        let answer = match world.tell(command) {
            Ok(events) if events.is_empty() => "known",
            Ok(_) => {
                taken.push(command.clone());
                if matches!(command, Command::SignContract(_) | Command::Life(_)) {
                    let parked = journal.held_now(held_points(&taken), history.now);
                    taken.extend(parked.into_iter().map(Command::RecordDelivery));
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
fn compared(seed: u64, history: &History) -> Result<World, Difference> {
    let mut told = told(history)?;
    let mut dice = Dice::new(seed ^ 0x5EED);
    let asked = compare::days_asked(&mut dice, &told.facts);
    let before = compare::answers(&told.world, &asked)?;
    compare::accounts(&told.facts, &asked, &before)?;
    compare::closed_months(&mut told)?;
    compare::assessed_months(&mut told)?;
    let after = compare::answers(&told.world, &asked)?;
    if before == after {
        Ok(told.world)
    } else {
        Err(Difference::of("accounts before and after closing", before, after))
    }
}

fn caught(seed: u64, history: &History) -> Result<World, Difference> {
    let attempt = std::panic::AssertUnwindSafe(|| compared(seed, history));
    std::panic::catch_unwind(attempt)
        .unwrap_or_else(|_| Err(Difference::of("", "an answer", "a panic")))
}

#[test]
fn the_core_and_its_twins_agree_over_a_first_quarter_of_random_histories() {
    agree(quarter(0));
}

#[test]
fn the_core_and_its_twins_agree_over_a_second_quarter() {
    agree(quarter(1));
}

#[test]
fn the_core_and_its_twins_agree_over_a_third_quarter() {
    agree(quarter(2));
}

#[test]
fn the_core_and_its_twins_agree_over_a_fourth_quarter() {
    agree(quarter(3));
}

fn agree(seeds: impl Iterator<Item = u64>) {
    let mut contained: BTreeMap<String, u32> = BTreeMap::new();
    let mut thrown = 0;
    for seed in seeds {
        let history = history(seed);
        let Ok(world) = caught(seed, &history) else { differs(seed, &history) };
        for seen in world.log.iter().flat_map(|recorded| shown::seen_in(&recorded.event)) {
            *contained.entry(seen).or_default() += 1;
        }
        thrown += 1;
    }
    let missing = shown::WANTED.iter().filter(|name| !contained.contains_key(**name));
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty() || thrown < 75, "never thrown: {missing:?} of {contained:?}");
}

/// Shrinks a history on which the twins differ, and says how.
fn differs(seed: u64, history: &History) -> ! {
    let smallest = shrunk(history, |history| caught(seed, history).is_err());
    let difference = compared(seed, &smallest).err().map(|difference| difference.to_string());
    panic!("seed {seed}: {}\n{}", difference.unwrap_or_default(), shown::commands(&smallest));
}
