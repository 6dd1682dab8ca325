//! A4: the books of any history are in balance, and agree with the statements.

use citygate_domain::Command;
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::quantities::{GasDay, Money, Quantity};
use citygate_domain::settlement::IssueSettlement;
use citygate_projections::ReadModels;
use citygate_projections::books::{Account, Amount, GasAccount, MoneyAccount};
use citygate_tests_pure::history::History;
use citygate_tests_pure::world::World;

use super::{histories, taken};

/// A history with every document that could be issued, and what people read of it.
fn closed(history: &History) -> (World, ReadModels) {
    let (mut world, _) = taken(history);
    let mut closings = Vec::new();
    for contract in world.ledger.contracts() {
        for month in contract.months() {
            let contract = contract.id().clone();
            let issue = IssueSettlement { contract: contract.clone(), month };
            closings.push(Command::IssueSettlement(issue));
            closings.push(Command::AssessDeviation(AssessDeviation { contract, month }));
        }
    }
    for closing in &closings {
        let _ = world.tell(closing);
    }
    let mut models = ReadModels::default();
    world.log.iter().for_each(|recorded| models.apply(recorded));
    (world, models)
}

#[test]
fn every_commit_and_every_trial_balance_sums_to_zero() {
    let mut commits = 0;
    for (seed, history) in histories() {
        let (world, models) = closed(&history);
        for commit in models.books.journal(None, None) {
            assert!(commit.sums_to_zero(), "seed {seed}: {commit:?}");
            assert!(!commit.postings.is_empty(), "seed {seed}: {commit:?}");
            commits += 1;
        }
        for day in ["2025-12-31", "2026-01-15", "2026-06-30", "2030-01-01"] {
            let as_of: GasDay = day.parse().unwrap();
            let balance = models.books.trial_balance(None, Some(as_of));
            assert!(balance.balances(), "seed {seed} {day}: {balance:?}");
            for contract in world.ledger.contracts() {
                let balance = models.books.trial_balance(Some(contract.id()), Some(as_of));
                assert!(balance.balances(), "seed {seed} {day} {}: {balance:?}", contract.id());
            }
        }
    }
    assert!(commits > 200, "{commits} commits");
}

#[test]
fn what_the_books_hold_for_a_contract_is_the_end_of_its_statement() {
    for (seed, history) in histories() {
        let (world, models) = closed(&history);
        for contract in world.ledger.contracts() {
            let mut held = Money::ZERO;
            for commit in models.books.journal(Some(contract.id()), None) {
                for posting in &commit.postings {
                    if let (Account::Money(MoneyAccount::Prepaid), Amount::Money(amount)) =
                        (posting.account, posting.amount)
                    {
                        held = held - amount;
                    }
                }
            }
            let statement = models.statements.of(Some(contract.id()), None);
            let stated = statement.last().map_or(Money::ZERO, |(_, balance)| *balance);
            assert_eq!(held, stated, "seed {seed} {}", contract.id());
        }
    }
}

#[test]
fn the_gas_that_is_sold_is_the_gas_of_the_settlements() {
    for (seed, history) in histories() {
        let (_, models) = closed(&history);
        let sold = |commit: &citygate_projections::books::Commit| {
            let sold = commit.postings.iter().filter_map(|posting| match posting.amount {
                Amount::Gas(quantity, _) if posting.account == Account::Gas(GasAccount::Sold) => {
                    Some(quantity)
                }
                Amount::Gas(..) | Amount::Money(_) => None,
            });
            sold.sum::<Quantity>()
        };
        for (issued, position) in models.settlements.newest() {
            let commit = models.books.journal(None, None).find(|one| one.position == position);
            let commit = commit.expect("a settlement posts");
            assert_eq!(sold(commit), issued.quantity, "seed {seed}");
            assert_eq!(commit.date, issued.last_gas_day.civil(), "seed {seed}");
            assert_eq!(commit.month, issued.month, "seed {seed}");
        }
    }
}
