//! A4: the books of any history are in balance, and agree with the statements.

use citygate_domain::Command;
use citygate_domain::books::{AssignMoney, BooksCommand, Share, SplitPayment, TakeBackAssignment};
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::payment::{MoneyKind, RecordMoney};
use citygate_domain::quantities::{ContractId, GasDay, Money, Quantity};
use citygate_domain::settlement::IssueSettlement;
use citygate_projections::ReadModels;
use citygate_projections::books::{Account, Amount, GasAccount, MoneyAccount};
use citygate_tests_pure::history::History;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::words::read;
use citygate_tests_pure::world::World;
use rust_decimal::Decimal;

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

/// Random doings of a clerk with the money of a world: assigned, taken back, split, returned.
fn moved_about(seed: u64, world: &mut World) -> [usize; 4] {
    let mut dice = Dice::new(seed);
    let contracts: Vec<ContractId> =
        world.ledger.contracts().map(|contract| contract.id().clone()).collect();
    let share = |dice: &mut Dice, whole: Money| {
        let half = (whole.value() / Decimal::TWO).trunc_with_scale(2);
        let amount = if dice.one_in(2) { whole } else { Money::try_new(half).unwrap() };
        Share { contract: dice.of(&contracts).clone(), amount }
    };
    let mut done = [0; 4];
    for number in 0..20 {
        let known: Vec<_> = world.ledger.unallocated().to_vec();
        let some = (!known.is_empty()).then(|| dice.of(&known).moved.clone());
        let kind = dice.below(4) as usize;
        let command = match (kind, some) {
            (0, Some(paid)) => {
                let shares = vec![share(&mut dice, paid.amount)];
                let (bank, bank_reference) = (paid.bank, paid.bank_reference);
                let assign = AssignMoney { bank, bank_reference, shares, value_date: None };
                Command::Books(BooksCommand::Assign(assign))
            }
            (1, Some(paid)) => Command::Books(BooksCommand::TakeBack(TakeBackAssignment {
                bank: paid.bank,
                bank_reference: paid.bank_reference,
                contract: dice.of(&contracts).clone(),
                value_date: None,
            })),
            (2, Some(paid)) => Command::RecordMoney(RecordMoney {
                contract: None,
                value_date: paid.value_date,
                amount: paid.amount,
                bank: paid.bank,
                bank_reference: read(&format!("RR-{number}")),
                kind: MoneyKind::Reversal { reverses: paid.bank_reference },
            }),
            (_, _) => {
                let amount = Money::try_new(Decimal::from(1_000 + dice.below(9_000))).unwrap();
                let shares = vec![share(&mut dice, amount)];
                let (bank, bank_reference) = (read("ABC"), read(&format!("SS-{number}")));
                let value_date = read("2026-01-20");
                let split = SplitPayment { value_date, amount, bank, bank_reference, shares };
                Command::Books(BooksCommand::Split(split))
            }
        };
        if world.tell(&command).is_ok_and(|events| !events.is_empty()) {
            done[kind] += 1;
        }
    }
    done
}

#[test]
fn money_that_is_assigned_taken_back_split_and_returned_is_never_lost() {
    let mut done = [0; 4];
    let far: GasDay = read("2035-01-01");
    for (seed, history) in histories() {
        let (mut world, _) = taken(&history);
        let moved = moved_about(seed, &mut world);
        done.iter_mut().zip(moved).for_each(|(all, some)| *all += some);
        let mut models = ReadModels::default();
        world.log.iter().for_each(|recorded| models.apply(recorded));
        let balance = models.books.trial_balance(None, None);
        assert!(balance.balances(), "seed {seed}: {balance:?}");
        let end = |contract: Option<&ContractId>| {
            let entries = models.statements.of(contract, None);
            entries.last().map_or(Money::ZERO, |(_, balance)| *balance)
        };
        assert_eq!(end(None), world.ledger.unallocated_as_of(far), "seed {seed}");
        let asserted = models.books.assertions(&world.ledger, None, Some(far)).unwrap();
        assert_eq!(asserted.len(), world.ledger.contracts().count() + 1, "seed {seed}");
        let mut held = Money::ZERO;
        for assertion in asserted {
            assert_eq!(assertion.held, end(assertion.contract.as_ref()), "seed {seed}");
            held = held + assertion.held;
        }
        let cash = balance.rows.iter().find(|row| row.word() == "cash");
        let cash = cash.map(|row| if row.debit.is_zero() { row.credit } else { row.debit });
        let issued = models.settlements.newest().map(|(issued, _)| issued.gross).sum::<Money>();
        if let Some(Amount::Money(cash)) = cash {
            assert_eq!(cash.abs(), (held + issued).abs(), "seed {seed}: cash is what is held");
        }
        let replayed = world.replayed();
        assert_eq!(replayed.unallocated_as_of(far), world.ledger.unallocated_as_of(far));
    }
    assert!(done.iter().all(|count| *count > 10), "{done:?}");
}
