//! Contracts with terms of every kind.

use chrono::{Days, NaiveDate};
use citygate_domain::contract::SignContract;
use citygate_domain::quantities::Unit;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::dice::Dice;
use crate::template::Template;

/// Index codes that price rules name; the last is rarely published.
pub(super) const CODES: [&str; 4] = ["GATE", "CLD", "OIL", "RARE"];

/// One to three contracts, some renewed.
pub(super) fn contracts(dice: &mut Dice) -> Vec<SignContract> {
    let mut contracts = Vec::new();
    let alike = dice.one_in(3);
    for number in 1..=dice.between(1, 3) {
        let id = format!("LG-{number}");
        let unit = if alike { "m3" } else { dice.of(&Unit::ALL).symbol() };
        let length = if dice.one_in(30) { dice.between(330, 420) } else { dice.between(5, 100) };
        let first = day("2025-11-10") + Days::new(dice.below(90));
        let first = if dice.one_in(2) { first } else { first_of_month(first) };
        let ends_on =
            if dice.one_in(2) { dice.between(1, 28).to_string() } else { "null".to_owned() };
        let last = first + Days::new(length);
        let base = Template::new(&id).term("month_ends_on", &ends_on).term("unit", unit);
        contracts.push(term(dice, base.clone(), unit, &id, first, last).command());
        if dice.one_in(4) {
            let from = last + Days::new(1);
            let to = from + Days::new(dice.between(3, 60));
            let renewal = term(dice, base, unit, &id, from, to);
            contracts.push(with_years_of(&contracts[contracts.len() - 1], renewal));
        }
    }
    contracts
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn first_of_month(date: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    date.with_day(1).expect("every month has a first")
}

/// Years of a renewal are counted from the contract's first month.
fn with_years_of(before: &SignContract, renewal: Template) -> SignContract {
    let first = before.terms.first_month();
    let mut signed = renewal.command();
    let mut years = std::collections::BTreeMap::new();
    let mut begins = signed.terms.first_month();
    for (month, quantity) in &signed.terms.monthly_quantities {
        if month.since(first) % 12 == 0 {
            begins = *month;
        }
        let sum = years.entry(begins).or_insert(citygate_domain::quantities::Quantity::ZERO);
        *sum = *sum + *quantity;
    }
    signed.terms.annual_quantity = citygate_domain::contract::AnnualQuantity::ByYear(years);
    signed
}

fn term(
    dice: &mut Dice,
    base: Template,
    unit: &str,
    id: &str,
    first: NaiveDate,
    last: NaiveDate,
) -> Template {
    let capacity = ["-", "1000000", "250"];
    let points: Vec<(String, &str)> = (1..=dice.between(1, 3))
        .map(|point| (format!("{id}-{point}"), dice.word(&capacity)))
        .collect();
    let points: Vec<(&str, &str)> = points.iter().map(|(id, cap)| (id.as_str(), *cap)).collect();
    let references = ["trailing_mean", "contract_daily", "larger_of_both"];
    let decimals = dice.below(7).to_string();
    let mut told = base
        .term_of(&first.to_string(), &last.to_string())
        .points(&points)
        .term("price_decimals", &decimals)
        .term("payment.reference", dice.word(&references))
        .term("payment.reference_days", &dice.between(1, 60).to_string())
        .term("tax_percent", &tax(dice, first));
    if dice.one_in(3) {
        told = told.term("charge_tax_percent", &json!({"deviation": "6"}).to_string());
    }
    told = monthly(dice, told, unit);
    let decimals: u32 = decimals.parse().expect("a number");
    told = told.term("price_plans", &plans(dice, decimals).to_string());
    if dice.one_in(2) {
        told = told.term("excess_price", &rule(dice).to_string());
    }
    if dice.one_in(6) { told.without("deviation") } else { deviation(dice, told) }
}

fn tax(dice: &mut Dice, first: NaiveDate) -> String {
    if dice.one_in(3) {
        let later = first + Days::new(dice.below(80));
        let list =
            json!([{"from": later, "percent": "13"}, {"from": "2019-04-01", "percent": "9"}]);
        return list.to_string();
    }
    dice.word(&["9", "0", "13", "8.5", "6"]).to_owned()
}

/// Quantities of every size, in the unit's decimals; some months have none.
fn monthly(dice: &mut Dice, told: Template, unit: &str) -> Template {
    let places = if ["GJ", "MMBtu"].contains(&unit) { 6 } else { 3 };
    let size = 10_u64.pow(dice.between(1, 6) as u32);
    let quantity = |dice: &mut Dice| match dice.below(8) {
        0 => Decimal::ZERO,
        1 => dice.decimal(3, places),
        _ => dice.decimal(size, places),
    };
    let usual = quantity(dice).to_string();
    let mut told = told.every_month(&usual);
    for year in 2025..=2027 {
        for month in 1..=12 {
            if dice.one_in(2) {
                told = told.in_month(&format!("{year}-{month:02}"), &quantity(dice).to_string());
            }
        }
    }
    told
}

/// A price rule.
pub(super) fn rule(dice: &mut Dice) -> Value {
    let mut rule = json!({});
    if dice.one_in(2) {
        rule["constant"] = dice.decimal(4, 6).to_string().into();
    }
    let count = if rule.get("constant").is_some() { dice.below(3) } else { dice.between(1, 2) };
    let mut parts = Vec::new();
    for _ in 0..count {
        let sign = if dice.one_in(15) { "-" } else { "" };
        let code = if dice.one_in(30) { "RARE" } else { dice.word(&CODES[..3]) };
        let mut part =
            json!({"code": code, "coefficient": format!("{sign}{}", dice.decimal(2, 8))});
        if dice.one_in(3) {
            part["mean_of_months"] = dice.between(1, 6).into();
            if dice.one_in(2) {
                part["lag_months"] = dice.below(4).into();
            }
        }
        parts.push(part);
    }
    rule["indices"] = parts.into();
    let floor = dice.decimal(3, 4);
    if dice.one_in(4) {
        rule["floor"] = floor.to_string().into();
    }
    if dice.one_in(4) {
        rule["cap"] = (floor + dice.decimal(3, 4)).to_string().into();
    }
    rule
}

/// Seasons that partition the year, each with tranches that sum to 100.
pub(super) fn plans(dice: &mut Dice, decimals: u32) -> Value {
    let seasons = dice.between(1, 3);
    let mut months = vec![Vec::new(); seasons as usize];
    for month in 1..=12_u32 {
        months[dice.below(seasons) as usize].push(month);
    }
    months.retain(|months| !months.is_empty());
    let plan = |months: Vec<u32>, dice: &mut Dice| {
        let mut left = Decimal::ONE_HUNDRED;
        let mut tranches = Vec::new();
        let count = dice.between(1, 4);
        for place in 1..=count {
            let share = match dice.below(4) {
                _ if place == count => left,
                0 => Decimal::ZERO,
                1 => left.min(Decimal::from(dice.below(101))),
                _ => left.min(dice.decimal(60, 6)),
            };
            left -= share;
            tranches.push(json!({"tag": format!("t{place}"), "share": share.to_string(), "price": rule(dice)}));
        }
        json!({"months": months, "tranches": tranches})
    };
    debug_assert!(decimals <= 6, "prices have at most six decimals");
    months.into_iter().map(|months| plan(months, dice)).collect()
}

fn tiers(dice: &mut Dice) -> Value {
    let mut limit = Decimal::ZERO;
    let mut tiers = Vec::new();
    let count = dice.between(1, 4);
    for place in 1..=count {
        limit += dice.decimal(10, 3) + Decimal::new(1, 3);
        let up_to = (place < count).then(|| limit.to_string());
        let rate = if dice.one_in(2) {
            json!({"per_unit": dice.decimal(2, 6).to_string()})
        } else {
            json!({"percent_of_price": dice.decimal(150, 2).to_string()})
        };
        tiers.push(json!({"up_to": up_to, "rate": rate}));
    }
    tiers.into()
}

fn deviation(dice: &mut Dice, told: Template) -> Template {
    let tolerance = |dice: &mut Dice| match dice.below(4) {
        0 => "0".to_owned(),
        1 => dice.decimal(100, 4).to_string(),
        _ => dice.decimal(12, 2).to_string(),
    };
    let told = told
        .term("deviation.lower_tolerance", &tolerance(dice))
        .term("deviation.upper_tolerance", &tolerance(dice))
        .term("deviation.measured_from", dice.word(&["edge", "base"]))
        .term("deviation.tiering", dice.word(&["marginal", "cliff"]))
        .term("deviation.netting", dice.word(&["month", "month", "quarter", "contract_year"]))
        .term("deviation.under", &tiers(dice).to_string())
        .term("deviation.over", &tiers(dice).to_string());
    if dice.one_in(4) { told.term("deviation.claim_deadline_days", "20") } else { told }
}
