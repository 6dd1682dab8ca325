//! What becomes of contracts: terms amended, terms ended early, points moved.

use citygate_domain::Command;
use citygate_domain::contract::life::{AmendContract, LifeCommand, MovePoint, TerminateContract};
use citygate_domain::contract::{AnnualQuantity, SignContract, Terms};
use citygate_domain::quantities::{GasDay, Quantity};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::contracts::{plans, rule};
use super::dice::Dice;
use super::facts::some_day;
use crate::words::read;

/// One life in three has something in it; some of it is refused.
pub(super) fn life(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let mut commands = Vec::new();
    for contract in contracts {
        if dice.one_in(3) {
            amend(dice, contract, &mut commands);
        }
        if dice.one_in(4) {
            commands.push(moved(dice, contract, contracts));
        }
        if dice.one_in(10) {
            commands.push(told(LifeCommand::Terminate(TerminateContract {
                contract: contract.contract.clone(),
                last_gas_day: GasDay::new(some_day(dice, contract)),
                last_month_quantity: None,
                reason: "the works are closed".to_owned(),
                signed_on: read("2025-11-01"),
            })));
        }
    }
    commands
}

fn told(command: LifeCommand) -> Command {
    Command::Life(Box::new(command))
}

/// One or two amendments, the later one from a later day.
fn amend(dice: &mut Dice, contract: &SignContract, commands: &mut Vec<Command>) {
    let mut days = vec![some_day(dice, contract)];
    if dice.one_in(3) {
        days.push(some_day(dice, contract));
    }
    days.sort();
    for day in days {
        let from = GasDay::new(day);
        commands.push(told(LifeCommand::Amend(AmendContract {
            contract: contract.contract.clone(),
            from,
            patch: patch(dice, &contract.terms, from),
            reason: "as agreed anew".to_owned(),
            signed_on: read("2025-11-01"),
        })));
    }
}

fn patch(dice: &mut Dice, terms: &Terms, from: GasDay) -> Value {
    match dice.below(7) {
        0 => json!({"price_plans": plans(dice, terms.price_decimals)}),
        1 => json!({"excess_price": rule(dice)}),
        2 => json!({"payment": {"reference_days": dice.between(1, 60)}}),
        3 => json!({"tax_percent": dice.word(&["9", "13", "6"])}),
        4 if terms.deviation.is_some() => {
            json!({"deviation": {"lower_tolerance": dice.decimal(12, 2).to_string(),
                                 "upper_tolerance": dice.decimal(12, 2).to_string()}})
        }
        5 if terms.deviation.is_some() => {
            json!({"deviation": {"netting": dice.word(&["month", "quarter", "contract_year"])}})
        }
        _ => quantity(dice, terms, from),
    }
}

/// Another quantity of a month, and of its contract year.
fn quantity(dice: &mut Dice, terms: &Terms, from: GasDay) -> Value {
    let first = terms.month_ends_on.month_of(from);
    let months: Vec<_> = terms.monthly_quantities.range(first..).collect();
    let (month, was) = *dice.of(&months);
    let places = terms.unit.decimals();
    let wanted = was.value() * Decimal::from(dice.between(50, 150)) / Decimal::ONE_HUNDRED;
    let wanted = Quantity::new(wanted.trunc_with_scale(places));
    let changed = |annual: Quantity| (annual - *was + wanted).to_string();
    let annual = match &terms.annual_quantity {
        AnnualQuantity::One(annual) => json!(changed(*annual)),
        AnnualQuantity::ByYear(years) => {
            let year = years.range(..=*month).next_back();
            let mut all: serde_json::Map<String, Value> =
                years.iter().map(|(year, it)| (year.to_string(), json!(it.to_string()))).collect();
            if let Some((year, annual)) = year {
                all.insert(year.to_string(), json!(changed(*annual)));
            }
            Value::Object(all)
        }
    };
    json!({"monthly_quantities": {month.to_string(): wanted.to_string()}, "annual_quantity": annual})
}

/// A point of a contract goes to another one, or to itself.
fn moved(dice: &mut Dice, contract: &SignContract, contracts: &[SignContract]) -> Command {
    told(LifeCommand::MovePoint(MovePoint {
        point: dice.of(&contract.delivery_points).id.clone(),
        from: contract.contract.clone(),
        to: dice.of(contracts).contract.clone(),
        on: GasDay::new(some_day(dice, contract)),
        reason: "the pipe was laid anew".to_owned(),
    }))
}
