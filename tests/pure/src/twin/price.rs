//! P1–P3: index values and price rules, looked up day by day.

use chrono::{Datelike, NaiveDate};
use citygate_domain::contract::{PricePlan, PriceRule, Terms};

use super::calendar::{first_day, months_before};
use super::facts::{ContractFacts, Facts, IndexFact};
use super::number::{R, half_up, least, most, of, percent, sum, whole};

/// The published value of a day; none when there is none or it has lapsed.
fn published(facts: &Facts, code: &str, day: NaiveDate) -> Option<R> {
    let mut newest: Option<&IndexFact> = None;
    for fact in facts.indices.iter().filter(|fact| fact.code == code && fact.day <= day) {
        if newest.is_none_or(|known| fact.day >= known.day) {
            newest = Some(fact);
        }
    }
    let newest = newest?;
    match newest.valid_through {
        Some(last) if last < day => None,
        Some(_) | None => Some(of(newest.value)),
    }
}

/// The price of a rule on a day, unrounded parts and all; none when an index is missing.
#[must_use]
pub fn rule_price(facts: &Facts, rule: &PriceRule, day: NaiveDate, decimals: u32) -> Option<R> {
    let mut price = rule.constant.map_or(whole(0), |part| of(part.value()));
    for part in &rule.indices {
        let code = part.code.as_str();
        let value = match part.mean_of_months {
            None => published(facts, code, day)?,
            Some(count) => {
                let mut month =
                    months_before((day.year(), day.month()), part.lag_months.unwrap_or(0));
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(published(facts, code, first_day(month))?);
                    month = months_before(month, 1);
                }
                sum(values) / whole(i64::from(count))
            }
        };
        price += of(part.coefficient.value()) * value;
    }
    if let Some(floor) = rule.floor {
        price = most(price, of(floor.value()));
    }
    if let Some(cap) = rule.cap {
        price = least(price, of(cap.value()));
    }
    Some(half_up(&price, decimals as usize))
}

/// The plan of a day.
///
/// # Panics
/// When no plan names the calendar month.
#[must_use]
pub fn plan_on(terms: &Terms, day: NaiveDate) -> &PricePlan {
    let named = |plan: &&PricePlan| plan.months.contains(&day.month());
    terms.price_plans.iter().find(named).expect("a plan for every calendar month")
}

/// The unit price of every tranche of the day's plan.
#[must_use]
pub fn tranche_prices(facts: &Facts, contract: &ContractFacts, day: NaiveDate) -> Option<Vec<R>> {
    if let Some(known) = contract.prices.borrow().get(&day) {
        return known.clone();
    }
    let terms = &contract.on(day).0;
    let tranches = plan_on(terms, day).tranches.iter();
    let price = |rule| rule_price(facts, rule, day, terms.price_decimals);
    let found: Option<Vec<R>> = tranches.map(|tranche| price(&tranche.price)).collect();
    contract.prices.borrow_mut().insert(day, found.clone());
    found
}

/// The composite of a day.
#[must_use]
pub fn composite(facts: &Facts, contract: &ContractFacts, day: NaiveDate) -> Option<R> {
    let prices = tranche_prices(facts, contract, day)?;
    let terms = &contract.on(day).0;
    let tranches = plan_on(terms, day).tranches.iter().zip(prices);
    let exact = sum(tranches.map(|(tranche, price)| percent(tranche.share.value()) * price));
    Some(half_up(&exact, terms.price_decimals as usize))
}

/// What excess gas costs on a day.
#[must_use]
pub fn excess(facts: &Facts, contract: &ContractFacts, day: NaiveDate) -> Option<R> {
    let terms = &contract.on(day).0;
    match &terms.excess_price {
        Some(rule) => rule_price(facts, rule, day, terms.price_decimals),
        None => composite(facts, contract, day),
    }
}
