//! The checker is checked: a planted mistake is noticed, and shrunk to what shows it.

use citygate_domain::Command;
use citygate_domain::payment::MoneyKind;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::history::{History, history, shrunk};
use citygate_tests_pure::twin::facts::Facts;
use rust_decimal::Decimal;

use super::{Told, compare, told};

/// A mistake, and whether there was anything to make it with.
type Mistake = fn(&mut Facts) -> bool;

const MISTAKES: [(&str, Mistake); 6] = [
    ("a reading is a litre off", |facts| {
        let contracts = facts.contracts.iter_mut();
        let reading = contracts.flat_map(|one| one.readings.values_mut().flatten()).next_back();
        reading.map(|reading| reading.volume += Decimal::new(1, 3)).is_some()
    }),
    ("a payment is a fen off", |facts| {
        let payment = facts.contracts.iter_mut().flat_map(|one| &mut one.money).next();
        payment.map(|(_, amount)| *amount += Decimal::new(1, 2)).is_some()
    }),
    ("a lot is firm that is not", |facts| {
        let lot = facts.contracts.iter_mut().flat_map(|one| &mut one.lots).next();
        lot.map(|lot| lot.firm = !lot.firm).is_some()
    }),
    ("a lot is a little dearer", |facts| {
        let lot = facts.contracts.iter_mut().flat_map(|one| &mut one.lots).next();
        lot.map(|lot| lot.price += Decimal::new(1, 6)).is_some()
    }),
    ("a guarantee is a day longer", |facts| {
        let guarantee = facts.contracts.iter_mut().flat_map(|one| &mut one.guarantees).next();
        guarantee.map(|(from, _, _)| *from = from.pred_opt().unwrap_or(*from)).is_some()
    }),
    ("a month's quantity moves by a transfer nobody agreed", |facts| {
        let contract = facts.contracts.first_mut();
        contract.map(|one| one.transfers.push((one.months()[0], Decimal::ONE))).is_some()
    }),
];

fn differs(seed: u64, told: &mut Told) -> bool {
    let asked = compare::days_asked(&mut Dice::new(seed), &told.facts);
    let answers = compare::answers(&told.world, &asked).unwrap();
    let accounts = compare::accounts(&told.facts, &asked, &answers);
    accounts.is_err()
        || compare::closed_months(told).is_err()
        || compare::assessed_months(told).is_err()
}

#[test]
fn a_planted_mistake_is_noticed() {
    for (name, plant) in MISTAKES {
        let (mut planted, mut noticed) = (0, 0);
        for seed in 0..24 {
            if noticed == 2 {
                break;
            }
            let mut told = told(&history(seed)).unwrap();
            if plant(&mut told.facts) {
                planted += 1;
                noticed += u32::from(differs(seed, &mut told));
            }
        }
        assert!(noticed == 2, "{name}: noticed {noticed} of {planted}");
    }
}

#[test]
fn a_failing_history_is_shrunk_to_what_fails() {
    let is_refund = |command: &Command| matches!(command, Command::RecordMoney(money) if money.kind == MoneyKind::Refund);
    let fails = |history: &History| history.commands.iter().any(is_refund);
    let found = (0..50).map(history).find(fails).unwrap();
    let smallest = shrunk(&found, fails);
    assert_eq!(smallest.commands.len(), 1, "of {} commands", found.commands.len());
}
