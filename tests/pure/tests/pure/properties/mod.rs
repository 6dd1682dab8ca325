//! What holds whatever happened.

mod books;
mod cases;
mod closing;
mod commuting;
mod differences;
mod garbage;
mod late_fees;
mod numbers;
mod parts;
mod read_models;
mod repeating;
mod supply;
mod what_if;

use citygate_domain::Command;
use citygate_domain::deviation::assessed;
use citygate_domain::payment::account_as_of;
use citygate_domain::quantities::GasDay;
use citygate_domain::rules::settlement::settle;
use citygate_domain::state::Ledger;
use citygate_tests_pure::history::{History, history};
use citygate_tests_pure::world::World;

/// How many histories a property is asked of.
const HISTORIES: u64 = 40;

fn histories() -> impl Iterator<Item = (u64, History)> {
    (10_000..10_000 + HISTORIES).map(|seed| (seed, history(seed)))
}

/// The commands that are taken, and the world in which they were.
fn taken(history: &History) -> (World, Vec<Command>) {
    let mut world = World::at(history.now);
    let mut taken = Vec::new();
    for command in &history.commands {
        if world.tell(command).is_ok_and(|events| !events.is_empty()) {
            taken.push(command.clone());
        }
    }
    (world, taken)
}

/// Which answers two worlds are compared by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Numbers only: positions may differ.
    Numbers,
    /// Also how they came to be, with the positions of their events.
    Traces,
}

/// Every answer of a ledger about its contracts.
fn answers(ledger: &Ledger, shown: Shown) -> Vec<String> {
    let mut answers = Vec::new();
    for contract in ledger.contracts() {
        let (id, first, last) = (contract.id(), contract.first_gas_day(), contract.last_gas_day());
        let middle = GasDay::new(first.date() + (last.date() - first.date()) / 2);
        for day in [first, middle, last, last.plus(30)] {
            let mut account = account_as_of(contract, ledger.indices(), day).unwrap();
            if shown == Shown::Numbers {
                account.traces.clear();
            }
            answers.push(format!("{id} {day} {account:?}"));
        }
        for month in contract.months() {
            if let Some(facts) = contract.month_facts(month, last, ledger.indices()) {
                let mut settled = settle(&facts).unwrap();
                if shown == Shown::Numbers {
                    settled.trace.steps.clear();
                }
                answers.push(format!("{id} {month} {settled:?}"));
            }
            let assessed = assessed(contract, month, ledger.indices());
            let assessed = assessed.map(|found| (found.base, found.taken, found.total.gross));
            answers.push(format!("{id} {month} {assessed:?}"));
        }
    }
    answers
}

/// Two lists of answers, compared one by one.
fn assert_same(seed: u64, left: &[String], right: &[String]) {
    assert_eq!(left.len(), right.len(), "seed {seed}");
    for (left, right) in left.iter().zip(right) {
        assert_eq!(left, right, "seed {seed}");
    }
}
