//! Random histories: everything that files of the trade contain, and what they should not.

pub mod dice;

mod contracts;
mod deliveries;
mod facts;
mod life;
mod money;
mod years;

mod accepted;

use chrono::{DateTime, Utc};
use citygate_domain::Command;
use citygate_domain::contract::SignContract;

pub use accepted::{facts_of, held_points};
use dice::Dice;
pub use years::years;

use crate::words::instant;

/// A history: commands in the order in which they are told, at one moment.
#[derive(Debug, Clone)]
pub struct History {
    /// What is told, some of it wrong, some of it twice.
    pub commands: Vec<Command>,
    /// When it is told.
    pub now: DateTime<Utc>,
}

/// The history of a seed.
#[must_use]
pub fn history(seed: u64) -> History {
    let mut dice = Dice::new(seed);
    let contracts = contracts::contracts(&mut dice);
    let mut commands = facts::indices(&mut dice, &contracts);
    let signed = |contract: &SignContract| Command::SignContract(Box::new(contract.clone()));
    commands.extend(contracts.iter().map(signed));
    commands.extend(life::life(&mut dice, &contracts));
    let mut streams = vec![
        facts::lots(&mut dice, &contracts),
        facts::transfers(&mut dice, &contracts),
        facts::claims(&mut dice, &contracts),
        money::money(&mut dice, &contracts),
        money::guarantees(&mut dice, &contracts),
    ];
    for contract in &contracts {
        streams.push(deliveries::deliveries(&mut dice, contract));
    }
    commands.extend(dice.merge(streams));
    repeat_some(&mut dice, &mut commands);
    let now =
        if dice.one_in(8) { "2026-01-10T08:00:00+08:00" } else { "2030-01-01T00:00:00+08:00" };
    History { commands, now: instant(now) }
}

/// Files are sent twice: some commands come again, later.
fn repeat_some(dice: &mut Dice, commands: &mut Vec<Command>) {
    let again: Vec<Command> = commands.iter().filter(|_| dice.one_in(25)).cloned().collect();
    for command in again {
        let place = dice.below(commands.len() as u64 + 1) as usize;
        commands.insert(place, command);
    }
}

/// A history in which `fails` still fails, with as few commands as could be found.
#[must_use]
pub fn shrunk(history: &History, fails: impl Fn(&History) -> bool) -> History {
    let mut smallest = history.clone();
    let mut chunk = smallest.commands.len().div_ceil(2);
    while chunk > 0 {
        let mut from = 0;
        while from < smallest.commands.len() {
            let mut without = smallest.clone();
            let to = (from + chunk).min(without.commands.len());
            without.commands.drain(from..to);
            if fails(&without) {
                smallest = without;
            } else {
                from = to;
            }
        }
        chunk /= 2;
    }
    smallest
}
