//! The shares of the facts between two answers are their difference, whatever happened.

use citygate_domain::books::DocumentName;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::deviation::{AssessDeviation, ReassessDeviation};
use citygate_domain::log::Recorded;
use citygate_domain::payment::available_as_of;
use citygate_domain::quantities::{GasDay, Money};
use citygate_domain::settlement::{IssueSettlement, RestateSettlement};
use citygate_domain::state::Ledger;
use citygate_domain::take_or_pay::{RestateYear, SettleYear};
use citygate_domain::{Command, Event};
use citygate_projections::change::Change;
use citygate_projections::restatement;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::history::years;
use citygate_tests_pure::world::World;

use super::{histories, taken};
use crate::asked::{account, between};

/// Every document that can be issued, and then every one that can be issued again.
fn documents(world: &mut World, again: bool) {
    let mut commands = Vec::new();
    for contract in world.ledger.contracts() {
        let id = || contract.id().clone();
        for month in contract.months() {
            let contract = id();
            commands.push(match again {
                false => Command::IssueSettlement(IssueSettlement { contract, month }),
                true => Command::RestateSettlement(RestateSettlement { contract, month }),
            });
            let contract = id();
            commands.push(match again {
                false => Command::AssessDeviation(AssessDeviation { contract, month }),
                true => Command::ReassessDeviation(ReassessDeviation { contract, month }),
            });
        }
        let (first, last) = (contract.first_month(), contract.last_month());
        for year in contract.year_of(first)..=contract.year_of(last) {
            let contract = id();
            commands.push(match again {
                false => Command::SettleYear(SettleYear { contract, year }),
                true => Command::RestateYear(RestateYear { contract, year }),
            });
        }
    }
    for command in &commands {
        // What cannot be issued is for other tests.
        let _ = world.tell(command);
    }
}

/// Some readings again, with other volumes.
fn corrections(dice: &mut Dice, log: &[Recorded]) -> Vec<Command> {
    let mut commands = Vec::new();
    for recorded in log {
        let Event::DeliveryRecorded(reading) = &recorded.event else { continue };
        if !dice.one_in(40) {
            continue;
        }
        let volume = dice.decimal(100, 2).to_string().parse().unwrap();
        commands.push(Command::RecordDelivery(RecordDelivery {
            point: reading.point.clone(),
            gas_day: reading.gas_day,
            volume,
            calorific_value: reading.gcv_mj_per_m3,
            source: Source::Correction,
            reason: Some(format!("after {}", recorded.position)),
        }));
    }
    commands
}

/// A world whose documents were issued, corrected and issued again, twice.
fn restated(seed: u64, mut world: World) -> World {
    let mut dice = Dice::new(seed ^ 0xD1FF);
    documents(&mut world, false);
    for _ in 0..2 {
        for command in corrections(&mut dice, &world.log.clone()) {
            let _ = world.tell(&command);
        }
        documents(&mut world, true);
    }
    world
}

/// Every later revision beside every earlier one; how many there were, by kind.
fn revisions_agree(seed: u64, world: &World, seen: &mut [usize; 3]) {
    for contract in world.ledger.contracts() {
        let id = contract.id().as_str();
        for key in restatement::documents(contract) {
            let revisions = restatement::revisions(contract, key);
            for to in 2..=revisions.len() {
                for from in 1..to {
                    let change = between(world, id, key, from, to);
                    let (before, after) = (&revisions[from - 1].0, &revisions[to - 1].0);
                    assert!(change.agrees, "seed {seed} {id} {key:?} {from} to {to}: {change:?}");
                    let sum = change.steps.iter().fold(before.columns(), |sum, s| sum + s.share);
                    assert_eq!(sum, after.columns(), "seed {seed} {id} {key:?}");
                    seen[match key {
                        DocumentName::Settlement { .. } => 0,
                        DocumentName::Deviation { .. } => 1,
                        DocumentName::TakeOrPay { .. } => 2,
                    }] += 1;
                }
            }
        }
    }
}

#[test]
fn the_shares_between_any_two_revisions_sum_to_their_difference() {
    let mut seen = [0; 3];
    for (seed, history) in histories().take(20) {
        revisions_agree(seed, &restated(seed, taken(&history).0), &mut seen);
    }
    for seed in 0..2 {
        let history = years(seed);
        revisions_agree(seed, &restated(seed, taken(&history).0), &mut seen);
    }
    assert!(seen[0] > 50 && seen[1] > 20 && seen[2] > 3, "{seen:?} revisions");
}

/// A3 of the whole log up to a position.
fn available(world: &World, id: &str, day: GasDay, known: usize) -> Option<Money> {
    let mut ledger = Ledger::default();
    world.log.iter().take(known).for_each(|recorded| ledger.evolve(recorded));
    let contract = ledger.contract(&id.parse().unwrap())?;
    Some(available_as_of(contract, ledger.indices(), day).unwrap().value)
}

fn sums(change: &Change<Money>) -> Money {
    change.steps.iter().map(|step| step.share).sum()
}

#[test]
fn the_shares_between_any_two_answers_about_an_account_sum_to_their_difference() {
    let mut steps = 0;
    for (seed, history) in histories().take(10) {
        let world = restated(seed, taken(&history).0);
        let mut dice = Dice::new(seed ^ 0xACC0);
        let total = world.log.len() as u64;
        for contract in world.ledger.contracts() {
            let id = contract.id().as_str();
            let days = contract.days_of(contract.first_month());
            let first = days.first.plus(dice.below(40));
            let last = first.plus(dice.below(120));
            let known = dice.below(total + 1) as usize;
            let later = known + dice.below(total - known as u64 + 1) as usize;
            let (from, to) = (first.to_string(), last.to_string());
            let change = account(&world, id, (&from, known), (&to, later));
            let (Some(before), Some(after)) =
                (available(&world, id, first, known), available(&world, id, last, later))
            else {
                assert!(change.is_err(), "seed {seed} {id} {from} {known}");
                continue;
            };
            let change = change.unwrap();
            assert_eq!((change.before, change.after), (before, after), "seed {seed} {id}");
            assert_eq!(sums(&change), after - before, "seed {seed} {id}");
            assert!(change.agrees, "seed {seed} {id} {from}@{known} {to}@{later}: {change:?}");
            steps += change.steps.len();
        }
    }
    assert!(steps > 200, "{steps} steps");
}
