//! Histories of several contract years, with take-or-pay terms of every kind.

use chrono::{Days, NaiveDate};
use citygate_domain::Command;
use citygate_domain::contract::SignContract;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::market::{IndexNumber, PublishIndex};
use citygate_domain::quantities::{CivilDay, GasDay, Volume};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::dice::Dice;
use super::{History, facts};
use crate::template::Template;
use crate::words::{instant, read};

/// Years of one contract: every gas day is read and every price is known, so that each year can be
/// settled; some years are short, some long, some relieved.
#[must_use]
pub fn years(seed: u64) -> History {
    let mut dice = Dice::new(seed ^ 0x7EA5);
    let contract = contract(&mut dice);
    let contracts = [contract];
    let mut commands = prices(&mut dice, &contracts[0]);
    commands.push(Command::SignContract(Box::new(contracts[0].clone())));
    commands.extend(facts::lots(&mut dice, &contracts));
    commands.extend(facts::claims(&mut dice, &contracts));
    commands.extend(readings(&mut dice, &contracts[0]));
    History { commands, now: instant("2035-01-01T00:00:00+08:00") }
}

fn contract(dice: &mut Dice) -> SignContract {
    let first: NaiveDate = "2025-11-10".parse().expect("a date");
    let first = first + Days::new(dice.below(90));
    let last = first + Days::new(dice.between(500, 1_300));
    let ends_on = if dice.one_in(2) { dice.between(1, 28).to_string() } else { "null".to_owned() };
    let unit = if dice.one_in(3) { "GJ" } else { "m3" };
    let decimals = dice.between(1, 6).to_string();
    let mut told = Template::new("LG-1")
        .term("month_ends_on", &ends_on)
        .term("unit", unit)
        .term("price_decimals", &decimals)
        .term("tax_percent", dice.word(&["9", "0", "13", "8.5"]))
        .term_of(&first.to_string(), &last.to_string())
        .every_month(dice.word(&["1000", "900.5", "1234.567"]))
        .priced(&[("a", "37.5", price(dice)), ("b", "62.5", price(dice))])
        .term("take_or_pay", &terms(dice).to_string());
    if dice.one_in(2) {
        told = told.term("excess_price", &price(dice).to_string());
    }
    if dice.one_in(2) {
        told = told.term("charge_tax_percent", &json!({"take_or_pay": "6"}).to_string());
    }
    // Deviations cannot be posted here, so that none is credited.
    if dice.one_in(2) { told.without("deviation") } else { told }.command()
}

fn price(dice: &mut Dice) -> Value {
    json!({
        "constant": dice.decimal(2, 4).to_string(),
        "indices": [{"code": "GATE", "coefficient": dice.decimal(2, 4).to_string()}],
    })
}

fn terms(dice: &mut Dice) -> Value {
    let percent = |dice: &mut Dice| dice.decimal(100, 2).to_string();
    let make_up_price = match dice.below(4) {
        0 => json!({"kind": "free"}),
        1 => json!({"kind": "fixed", "price": dice.decimal(3, 6).to_string()}),
        2 => json!({"kind": "percent", "percent": percent(dice)}),
        _ => json!({"kind": "difference"}),
    };
    let price = match dice.below(2) {
        0 => json!({"kind": "weighted_average"}),
        _ => json!({"kind": "fixed", "price": dice.decimal(4, 6).to_string()}),
    };
    let end = dice.word(&["forfeit", "refund"]);
    let mut terms = json!({
        "percent": dice.between(70, 101).to_string(), "credit_deviation": false,
        "lots_count": dice.one_in(2), "price": price,
        "make_up": {
            "years": dice.below(4), "price": make_up_price,
            "order": dice.word(&["after_adjusted", "after_take_or_pay", "first"]),
        },
        "end_of_term": {"kind": end},
    });
    if !dice.one_in(4) {
        terms["carry_forward"] = json!({
            "years": dice.below(4), "base": dice.word(&["adjusted", "take_or_pay"]),
            "cap_percent": percent(dice),
        });
    }
    if !dice.one_in(3) {
        terms["seller_shortfall_rate"] = dice.decimal(2, 6).to_string().into();
    }
    terms
}

fn prices(dice: &mut Dice, contract: &SignContract) -> Vec<Command> {
    let mut day = contract.terms.first_gas_day.date() - Days::new(30);
    let mut commands = Vec::new();
    while day <= contract.terms.last_gas_day.date() {
        commands.push(Command::PublishIndex(PublishIndex {
            code: read("GATE"),
            effective_day: CivilDay::new(day),
            value: IndexNumber(dice.decimal(3, 4)),
            valid_through: None,
            reason: None,
        }));
        day = day + Days::new(dice.between(20, 200));
    }
    commands
}

/// A contract year takes between nothing and half as much again as agreed.
fn readings(dice: &mut Dice, contract: &SignContract) -> Vec<Command> {
    let first = contract.terms.first_gas_day.date();
    let mut level = 30;
    let mut commands = Vec::new();
    for (gas_day, place) in contract.terms.days().iter().zip(0..) {
        if place % 365 == 0 {
            level = if dice.one_in(12) { 0 } else { dice.between(15, 48) };
        }
        debug_assert!(first <= gas_day.date(), "readings lie inside the term");
        let scatter = Decimal::from(dice.below(2_000)) / Decimal::from(1_000);
        let volume = if level == 0 { Decimal::ZERO } else { Decimal::from(level) + scatter };
        commands.push(reading(contract, gas_day, volume));
    }
    commands
}

fn reading(contract: &SignContract, gas_day: GasDay, volume: Decimal) -> Command {
    let needed = contract.terms.unit.needs_calorific_value();
    let point = contract.delivery_points.first().map(|point| point.id.clone());
    Command::RecordDelivery(RecordDelivery {
        point: point.expect("a contract has a point"),
        gas_day,
        volume: Volume::new(volume),
        calorific_value: needed.then(|| read("1000.5")),
        source: Source::Telemetry,
        reason: None,
    })
}
