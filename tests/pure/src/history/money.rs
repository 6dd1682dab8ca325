//! Payments, reversals, refunds, guarantees.

use chrono::Days;
use citygate_domain::Command;
use citygate_domain::contract::SignContract;
use citygate_domain::payment::{GiveGuarantee, MoneyKind, RecordMoney};
use citygate_domain::quantities::{CivilDay, Money};
use rust_decimal::Decimal;

use super::dice::Dice;
use super::facts::some_day;
use crate::words::read;

fn amount(dice: &mut Dice) -> Money {
    let size = 10_u64.pow(dice.between(1, 7) as u32);
    Money::try_new(dice.decimal(size, 2) + Decimal::new(1, 2)).expect("two decimals")
}

/// Payments, some returned, some paid again under the same reference, some refunded.
pub(super) fn money(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 0..dice.below(14) {
        let contract = dice.of(contracts);
        let nobodys = dice.one_in(12);
        let date = some_day(dice, contract) - Days::new(dice.below(30));
        let payment = RecordMoney {
            contract: (!nobodys).then(|| contract.contract.clone()),
            value_date: CivilDay::new(date),
            amount: amount(dice),
            bank: read(dice.word(&["ICBC", "ABC"])),
            bank_reference: read(&format!("B-{number}")),
            kind: MoneyKind::Payment,
        };
        commands.push(Command::RecordMoney(payment.clone()));
        if dice.one_in(4) {
            commands.push(Command::RecordMoney(RecordMoney {
                value_date: CivilDay::new(date + Days::new(dice.below(9))),
                bank_reference: read(&format!("R-{number}")),
                kind: MoneyKind::Reversal { reverses: payment.bank_reference.clone() },
                ..payment.clone()
            }));
            if dice.one_in(2) {
                let value_date = CivilDay::new(date + Days::new(20));
                commands.push(Command::RecordMoney(RecordMoney { value_date, ..payment.clone() }));
            }
        }
        if dice.one_in(5) {
            let half = Money::try_new((payment.amount.value() / Decimal::TWO).trunc_with_scale(2));
            commands.push(Command::RecordMoney(RecordMoney {
                value_date: CivilDay::new(date + Days::new(dice.below(5))),
                amount: half.expect("two decimals"),
                bank_reference: read(&format!("F-{number}")),
                kind: MoneyKind::Refund,
                ..payment
            }));
        }
    }
    commands
}

/// Guarantees around the term.
pub(super) fn guarantees(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 0..dice.below(4) {
        let contract = dice.of(contracts);
        let from = some_day(dice, contract) - Days::new(dice.below(10));
        commands.push(Command::GiveGuarantee(GiveGuarantee {
            contract: contract.contract.clone(),
            reference: read(&format!("G-{number}")),
            bank: read("ICBC"),
            amount: amount(dice),
            valid_from: CivilDay::new(from),
            valid_to: CivilDay::new(from + Days::new(dice.below(60))),
        }));
    }
    commands
}
