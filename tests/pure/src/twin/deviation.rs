//! D1–D8, D10: the deviation of a netting period.

use citygate_domain::contract::{
    DeviationTerms, MeasuredFrom, Netting, Rate, Terms, Tier, Tiering,
};
use num_traits::{Signed, Zero};

use super::calendar::{Month, days};
use super::facts::{ContractFacts, Facts};
use super::fill::places;
use super::number::{R, half_up, least, most, of, percent, sum, whole};
use super::price::composite;
use super::settlement::{Settled, rate_on, settle};

/// A charged tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargedTier {
    /// Billing units.
    pub quantity: R,
    /// Yuan per unit.
    pub rate: R,
    /// Yuan.
    pub amount: R,
}

/// The deviation of a period.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// L.
    pub planned: R,
    /// Relief.
    pub relief: R,
    /// B.
    pub base: R,
    /// All gas.
    pub taken: R,
    /// `under`, `over`, or nothing.
    pub side: Option<&'static str>,
    /// Outside the tolerance.
    pub quantity: R,
    /// Tiers.
    pub tiers: Vec<ChargedTier>,
    /// D5.
    pub reference_price: R,
    /// Σ tiers.
    pub charge: R,
    /// Without tax.
    pub net: R,
    /// D10.
    pub flagged: bool,
}

/// No price on the gas day whose composite would have to be the reference price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceMissing;

/// The months that a month is assessed with; empty when it is not the last of its period.
#[must_use]
pub fn period(contract: &ContractFacts, month: Month, netting: Netting) -> Vec<Month> {
    let months = contract.months();
    let length = match netting {
        Netting::Month => 1,
        Netting::Quarter => 3,
        Netting::ContractYear => 12,
    };
    let mut period: Vec<Month> = Vec::new();
    for (place, of) in months.iter().enumerate() {
        // A period begins every so many months, and wherever the netting was agreed anew.
        if place % length == 0 || netting_of(contract, *of) != Some(netting) {
            period.clear();
        }
        if netting_of(contract, *of) == Some(netting) {
            period.push(*of);
        }
        if *of == month {
            let next = months.get(place + 1);
            let goes_on = next.is_some_and(|next| netting_of(contract, *next) == Some(netting));
            let ends = (place + 1) % length == 0 || !goes_on;
            return if ends { period } else { Vec::new() };
        }
    }
    Vec::new()
}

/// The netting in the terms of a month's last gas day.
fn netting_of(contract: &ContractFacts, month: Month) -> Option<Netting> {
    let last = *contract.days_of(month).last()?;
    contract.on(last).0.deviation.as_ref().map(|terms| terms.netting)
}

/// D1: the relief of a month, day by day.
pub(super) fn relief(contract: &ContractFacts, month: Month) -> R {
    let mut total = whole(0);
    for day in contract.days_of(month) {
        let mut largest = whole(0);
        for claim in &contract.claims {
            if claim.first <= day && day <= claim.last {
                let length = days(claim.first, claim.last).len() as i64;
                largest = most(largest, of(claim.granted) / whole(length));
            }
        }
        total += largest;
    }
    least(total, contract.contract_quantity(month))
}

/// The assessment made in the last month of a netting period.
///
/// # Panics
/// Without deviation terms, or when the period does not end with the month.
pub fn assess(
    facts: &Facts,
    contract: &ContractFacts,
    month: Month,
) -> Result<Assessed, PriceMissing> {
    let last_day = *contract.days_of(month).last().expect("a month of the term");
    let terms = &contract.on(last_day).0;
    let rules = terms.deviation.as_ref().expect("deviation terms");
    let months = period(contract, month, rules.netting);
    let settled: Vec<Settled> =
        months.iter().map(|month| settle(facts, contract, *month, last_day)).collect();
    let planned = sum(settled.iter().map(|month| &month.contract_quantity + &month.firm_lots));
    let relief = sum(months.iter().map(|month| relief(contract, *month)));
    let taken = sum(settled.iter().map(|month| month.quantity.clone()));
    let base = &planned - &relief;
    let in_last_month = settled.last().expect("a period has months");
    let reference_price = reference_price(in_last_month, terms)
        .or_else(|| composite(facts, contract, last_day))
        .ok_or(PriceMissing)?;
    let (side, quantity) = outside(rules, &base, &planned, &taken, places(terms.unit));
    let of_what = if side == Some("under") { &base } else { &planned };
    let tiers = match side {
        None => Vec::new(),
        Some("under") => charge(rules, &rules.under, &quantity, of_what, &reference_price, terms),
        Some(_) => charge(rules, &rules.over, &quantity, of_what, &reference_price, terms),
    };
    let charge = sum(tiers.iter().map(|tier| tier.amount.clone()));
    let own_rate = terms.charge_tax_percent.as_ref().and_then(|tax| tax.deviation.as_ref());
    let rate = rate_on(own_rate.unwrap_or(&terms.tax_percent), last_day);
    let limit = &quantity * &reference_price * whole(30) / whole(100);
    Ok(Assessed {
        net: half_up(&(&charge / (whole(1) + rate)), 2),
        flagged: charge > limit,
        planned,
        relief,
        base,
        taken,
        side,
        quantity,
        tiers,
        reference_price,
        charge,
    })
}

/// D2, D3.
fn outside(
    rules: &DeviationTerms,
    base: &R,
    planned: &R,
    taken: &R,
    places: usize,
) -> (Option<&'static str>, R) {
    let lower = base * (whole(1) - percent(rules.lower_tolerance.value()));
    let upper = planned * (whole(1) + percent(rules.upper_tolerance.value()));
    let from_edge = rules.measured_from == MeasuredFrom::Edge;
    let (side, exact) = if *taken < lower {
        ("under", if from_edge { lower - taken } else { base - taken })
    } else if *taken > upper {
        ("over", if from_edge { taken - upper } else { taken - planned })
    } else {
        return (None, whole(0));
    };
    let quantity = half_up(&exact, places);
    if quantity.is_zero() { (None, quantity) } else { (Some(side), quantity) }
}

/// D4–D6: what each tier holds, and what it costs.
fn charge(
    rules: &DeviationTerms,
    tiers: &[Tier],
    quantity: &R,
    of_what: &R,
    reference_price: &R,
    terms: &Terms,
) -> Vec<ChargedTier> {
    let mut charged = Vec::new();
    let mut low = whole(0);
    for tier in tiers {
        let limit = tier.up_to.map(|limit| percent(limit.value()) * of_what);
        let high = limit.map(|exact| half_up(&exact, places(terms.unit)));
        let inside = high.as_ref().is_none_or(|high| quantity <= high);
        let top = high.map_or_else(|| quantity.clone(), |high| least(high, quantity.clone()));
        let held = match rules.tiering {
            Tiering::Marginal => most(&top - &low, whole(0)),
            // The first band that holds the quantity has all of it.
            Tiering::Cliff if inside && *quantity > low => quantity.clone(),
            Tiering::Cliff => whole(0),
        };
        low = if rules.tiering == Tiering::Cliff && inside {
            quantity.clone()
        } else {
            most(low, top)
        };
        if held.is_positive() {
            let rate = match &tier.rate {
                Rate::PerUnit(price) => of(price.value()),
                Rate::PercentOfPrice(share) => half_up(
                    &(percent(share.value()) * reference_price),
                    terms.price_decimals as usize,
                ),
            };
            let amount = half_up(&(&held * &rate), 2);
            charged.push(ChargedTier { quantity: held, rate, amount });
        }
    }
    charged
}

/// D5: base-line amounts ÷ base-line quantity; none without base gas.
fn reference_price(settled: &Settled, terms: &Terms) -> Option<R> {
    let base = || settled.lines.iter().filter(|line| line.kind == "base");
    let quantity = sum(base().map(|line| line.quantity.clone()));
    if quantity.is_zero() {
        return None;
    }
    let amounts = sum(base().map(|line| line.amount.clone()));
    Some(half_up(&(amounts / quantity), terms.price_decimals as usize))
}
