//! Months and years of random work on a ledger, beside a small model of the rules.
//!
//! `moves` is what clerks may try; `reference` is the model, written from `docs/rules.md` in whole
//! cubic metres and fen, without the domain; `office` does the same on a ledger; `invariants` is
//! what must hold after every move, and `years` counts documents once more. A failure shrinks to
//! the fewest moves that show it. `PROPTEST_CASES` asks for more or fewer histories.

mod invariants;
mod moves;
mod office;
mod reference;
mod years;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use moves::Move;
use office::Office;
use reference::Reference;

/// The two contracts: three months more than a contract year, and those three months.
const CONTRACTS: [&str; 2] = ["LG-1", "LG-2"];
/// C of every month, in whole cubic metres.
const MONTHLY: u32 = 900;
/// Settlement months of the story, counted from January 2024.
const MONTHS: usize = 15;
/// The month in which the second contract begins.
const SECOND_BEGINS: usize = 12;
/// Who works here.
const PERSONS: [&str; 3] = ["li.wei", "zhang.min", "wang.fang"];

struct YearsOfWork;

impl StateMachineTest for YearsOfWork {
    type SystemUnderTest = Office;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Office {
        Office::begun(reference)
    }

    fn apply(mut office: Office, reference: &Reference, wanted: Move) -> Office {
        office.does(&wanted, reference);
        office
    }

    fn check_invariants(office: &Office, reference: &Reference) {
        invariants::check(office, reference);
    }

    fn teardown(office: Office, _: Reference) {
        REACHED.with_borrow_mut(|reached| office.tally(reached));
        invariants::check_whole_replay(&office);
    }
}

/// Enough to come to everything in [`WANTED`].
const DEFAULT_CASES: u32 = 40;

/// How many histories; a few by themselves, as many as wanted when asked.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    asked.unwrap_or(DEFAULT_CASES)
}

thread_local! {
    /// Which events came of the moves, and how often: a model that reaches nothing proves nothing.
    static REACHED: RefCell<BTreeMap<String, usize>> = const { RefCell::new(BTreeMap::new()) };
}

/// What the histories must come to.
const WANTED: [&str; 22] = [
    "act_approved",
    "act_withdrawn",
    "assignment_reversed",
    "books_closed",
    "deviation_posted",
    "deviation_posted again",
    "deviation_waived",
    "dispute_resolved",
    "late_fee_charged",
    "late_fee_waived",
    "lot_recorded",
    "money_assigned",
    "payment_received",
    "payment_reversed",
    "refund_paid",
    "settlement_issued",
    "settlement_issued again",
    "sheet_confirmed",
    "sheet_deemed_confirmed",
    "sheet_disputed",
    "take_or_pay_settled",
    "take_or_pay_settled again",
];

#[test]
fn years_of_any_work_lose_no_money_no_gas_and_no_document() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config =
        Config { cases: cases(), failure_persistence: None, fork: false, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let histories = Reference::sequential_strategy(30..90);
    let run = runner.run(&histories, |(reference, moves, seen)| {
        YearsOfWork::test_sequential(config.clone(), reference, moves, seen);
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
    if cases() >= DEFAULT_CASES {
        REACHED.with_borrow(|reached| {
            let missing = WANTED.iter().filter(|wanted| !reached.contains_key(**wanted));
            let missing: Vec<_> = missing.collect();
            assert!(
                missing.is_empty(),
                "no history comes to {missing:?}; they come to {reached:?}"
            );
        });
    }
}
