//! P5–P7, M2, M3: a month's settlement.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use citygate_domain::contract::{DatedPercent, PricePlan};
use num_traits::{Signed, Zero};

use super::calendar::Month;
use super::facts::{ContractFacts, Facts};
use super::fill::{Part, Poured, parts, places, pour, unread};
use super::number::{R, half_up, least, of, percent, sum, whole};
use super::price::{composite, excess, plan_on, tranche_prices};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `base`, `lot` or `excess`.
    pub kind: &'static str,
    /// Tranche or trade.
    pub tag: String,
    /// First and last gas day, of base lines.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Billing units.
    pub quantity: R,
    /// Yuan per unit.
    pub price: R,
    /// Yuan.
    pub amount: R,
}

/// A month, or the part of it up to a day.
#[derive(Debug, Clone)]
pub struct Settled {
    /// In the order of P5.
    pub lines: Vec<Line>,
    /// All gas.
    pub quantity: R,
    /// Σ lines.
    pub gross: R,
    /// Without tax.
    pub net: R,
    /// C.
    pub contract_quantity: R,
    /// Firm lots.
    pub firm_lots: R,
    /// Days of which some gas has no price.
    pub unpriced: BTreeSet<NaiveDate>,
    /// Days and points without a reading.
    pub unread: Vec<(NaiveDate, String)>,
    /// G2 on the last of its days.
    pub next_price: Option<R>,
}

/// A run of days with one plan and one set of prices.
struct Run<'a> {
    first: NaiveDate,
    last: NaiveDate,
    plan: &'a PricePlan,
    prices: Vec<R>,
    quantity: R,
}

/// The settlement of a month up to a gas day; its days up to there are at least one.
///
/// # Panics
/// When the month has no gas day of the term up to that day.
#[must_use]
pub fn settle(
    facts: &Facts,
    contract: &ContractFacts,
    month: Month,
    through: NaiveDate,
) -> Settled {
    let days: Vec<NaiveDate> =
        contract.days_of(month).into_iter().filter(|day| *day <= through).collect();
    let last = *days.last().expect("a gas day of the month");
    let parts = parts(contract, month);
    let poured = pour(contract, &parts, &days);
    let mut unpriced = BTreeSet::new();
    let runs = runs(facts, contract, &poured, &mut unpriced);
    let places = places(contract.terms[0].0.unit);
    let mut lines: Vec<Line> = runs.iter().flat_map(|run| run_lines(run, places)).collect();
    lines.extend(lot_lines(&parts, &poured));
    lines.extend(excess_lines(facts, contract, &poured, &mut unpriced));
    let gross = sum(lines.iter().map(|line| line.amount.clone()));
    let rate = rate_on(&contract.on(last).0.tax_percent, last);
    let firm = contract.lots.iter().filter(|lot| lot.month == month && lot.firm);
    Settled {
        lines,
        quantity: sum(days.iter().map(|day| super::fill::taken(contract, *day))),
        net: half_up(&(&gross / (whole(1) + rate)), 2),
        gross,
        contract_quantity: contract.contract_quantity(month),
        firm_lots: sum(firm.map(|lot| of(lot.quantity))),
        unpriced,
        unread: days.iter().flat_map(|day| unread(contract, *day)).collect(),
        next_price: next_price(facts, contract, &parts, &poured, last),
    }
}

/// Consecutive days with the same plan and prices; a day without price and without base gas stays
/// with the run before it, one with gas ends it and is left out.
fn runs<'a>(
    facts: &Facts,
    contract: &'a ContractFacts,
    poured: &[Poured<'_>],
    unpriced: &mut BTreeSet<NaiveDate>,
) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut open = false;
    for Poured { day, base, .. } in poured {
        let terms = &contract.on(*day).0;
        let Some(prices) = tranche_prices(facts, contract, *day) else {
            if base.is_positive() {
                unpriced.insert(*day);
                open = false;
            } else if let Some(run) = runs.last_mut().filter(|_| open) {
                run.last = *day;
            }
            continue;
        };
        let plan = plan_on(terms, *day);
        match runs.last_mut().filter(|run| open && run.plan == plan && run.prices == prices) {
            Some(run) => {
                run.last = *day;
                run.quantity += base;
            }
            None => {
                runs.push(Run { first: *day, last: *day, plan, prices, quantity: base.clone() });
            }
        }
        open = true;
    }
    runs
}

fn lot_lines(parts: &[super::fill::Interval<'_>], poured: &[Poured<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    for (_, _, part) in parts {
        let Part::Lot(lot) = part else { continue };
        let of_lot = poured.iter().flat_map(|day| &day.lots);
        let of_lot = of_lot.filter(|(used, _)| used.reference == lot.reference);
        let used = sum(of_lot.map(|(_, quantity)| quantity.clone()));
        if used.is_positive() {
            lines.push(line("lot", &lot.reference, None, &used, &of(lot.price)));
        }
    }
    lines
}

fn excess_lines(
    facts: &Facts,
    contract: &ContractFacts,
    poured: &[Poured<'_>],
    unpriced: &mut BTreeSet<NaiveDate>,
) -> Vec<Line> {
    let mut by_price: Vec<(R, R)> = Vec::new();
    for Poured { day, excess: over, .. } in poured.iter().filter(|day| day.excess.is_positive()) {
        let Some(price) = excess(facts, contract, *day) else {
            unpriced.insert(*day);
            continue;
        };
        match by_price.iter_mut().find(|(known, _)| *known == price) {
            Some((_, quantity)) => *quantity += over,
            None => by_price.push((price, over.clone())),
        }
    }
    by_price.iter().map(|(price, quantity)| line("excess", "", None, quantity, price)).collect()
}

/// G2: the price of the interval in which the next unit falls.
fn next_price(
    facts: &Facts,
    contract: &ContractFacts,
    parts: &[super::fill::Interval<'_>],
    poured: &[Poured<'_>],
    day: NaiveDate,
) -> Option<R> {
    let taken = sum(poured.iter().map(|day| super::fill::taken(contract, day.day)));
    let open = parts.iter().find(|(_, end, _)| end.as_ref().is_none_or(|end| taken < *end));
    match open {
        Some((_, _, Part::Base)) => composite(facts, contract, day),
        Some((_, _, Part::Lot(lot))) => Some(of(lot.price)),
        Some((_, _, Part::Excess)) | None => excess(facts, contract, day),
    }
}

fn line(
    kind: &'static str,
    tag: &str,
    days: Option<(NaiveDate, NaiveDate)>,
    quantity: &R,
    price: &R,
) -> Line {
    let (quantity, price) = (quantity.clone(), price.clone());
    let amount = half_up(&(&quantity * &price), 2);
    Line { kind, tag: tag.to_owned(), days, quantity, price, amount }
}

fn run_lines(run: &Run<'_>, places: usize) -> Vec<Line> {
    if run.quantity.is_zero() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut given = whole(0);
    for (place, (tranche, price)) in run.plan.tranches.iter().zip(&run.prices).enumerate() {
        let left = &run.quantity - &given;
        let share = half_up(&(&run.quantity * percent(tranche.share.value())), places);
        let is_last = place + 1 == run.plan.tranches.len();
        let quantity = if is_last { left } else { least(share, left) };
        given += &quantity;
        lines.push(line(
            "base",
            tranche.tag.as_str(),
            Some((run.first, run.last)),
            &quantity,
            price,
        ));
    }
    lines
}

/// The rate of a dated list on a day.
///
/// # Panics
/// When none holds.
#[must_use]
pub fn rate_on(list: &DatedPercent, day: NaiveDate) -> R {
    match list {
        DatedPercent::Always(rate) => percent(rate.value()),
        DatedPercent::From(entries) => {
            let mut entries: Vec<_> =
                entries.iter().filter(|entry| entry.from.date() <= day).collect();
            entries.sort_by_key(|entry| entry.from);
            percent(entries.last().expect("a rate on every day").percent.value())
        }
    }
}
