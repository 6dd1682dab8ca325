//! T4: an answer as of a day does not depend on whether, when, or in which order months are closed.

use citygate_domain::Command;
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::settlement::IssueSettlement;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::world::World;

use super::{Shown, answers, assert_same, histories, taken};

/// Every closing and assessment that the contracts of a world could ask for.
fn closings(world: &World) -> Vec<Command> {
    let mut closings = Vec::new();
    for contract in world.ledger.contracts() {
        for month in contract.months() {
            let contract = contract.id().clone();
            let issue = IssueSettlement { contract: contract.clone(), month };
            closings.push(Command::IssueSettlement(issue));
            closings.push(Command::AssessDeviation(AssessDeviation { contract, month }));
        }
    }
    closings
}

fn accounts(world: &World) -> Vec<String> {
    let answers = answers(&world.ledger, Shown::Numbers);
    answers.into_iter().filter(|answer| answer.contains("AccountAsOf")).collect()
}

#[test]
fn an_account_as_of_a_day_does_not_know_what_is_closed() {
    let mut closed = 0;
    for (seed, history) in histories() {
        let (mut world, _) = taken(&history);
        let before = accounts(&world);
        let mut closings = closings(&world);
        Dice::new(seed).shuffle(&mut closings);
        for closing in &closings {
            closed += usize::from(world.tell(closing).is_ok_and(|events| !events.is_empty()));
        }
        assert_same(seed, &before, &accounts(&world));
    }
    assert!(closed > 100, "only {closed} documents");
}

#[test]
fn months_closed_in_another_order_are_the_same_months() {
    for (seed, history) in histories().take(30) {
        let (world, _) = taken(&history);
        let closed = |order: &[Command]| {
            let mut world = world.clone();
            for _ in 0..2 {
                for closing in order {
                    let _ = world.tell(closing);
                }
            }
            answers(&world.ledger, Shown::Numbers)
        };
        let mut closings = closings(&world);
        let in_order = closed(&closings);
        Dice::new(seed).shuffle(&mut closings);
        assert_same(seed, &in_order, &closed(&closings));
    }
}
