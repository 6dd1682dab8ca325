//! A2, A3, G1–G3: the account as of a gas day, recounted from every fact.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use citygate_domain::contract::{Reference, Terms};
use num_traits::{Signed, Zero};

use super::calendar::{days, month_of};
use super::facts::{ContractFacts, Facts};
use super::fill::{taken, unread};
use super::number::{R, cut, most, of, sum, whole};
use super::settlement::settle;

/// What the account says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// A2.
    pub balance: R,
    /// Guarantees valid that day.
    pub guarantees: R,
    /// A3.
    pub available: R,
    /// G1.
    pub reference_quantity: R,
    /// G2.
    pub price: Option<R>,
    /// G3.
    pub days: Days,
    /// Gas days without a reading.
    pub unmetered_days: usize,
    /// Days left out because a price is missing.
    pub unpriced: BTreeSet<NaiveDate>,
}

/// G3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
    /// No price, no days.
    Unknown,
    /// Nothing is taken, or it costs nothing.
    Unlimited,
    /// Cut to one decimal.
    Number(R),
}

/// The account of a contract as of a gas day of its term or after it. Closed months are no matter.
#[must_use]
pub fn account(facts: &Facts, contract: &ContractFacts, as_of: NaiveDate) -> Account {
    let counted = contract.money.iter().filter(|(date, _)| *date <= as_of);
    let mut balance = sum(counted.map(|(_, amount)| of(*amount)));
    let mut unpriced = BTreeSet::new();
    for month in contract.months() {
        if contract.days_of(month)[0] <= as_of {
            let settled = settle(facts, contract, month, as_of);
            balance -= settled.gross;
            unpriced.extend(settled.unpriced);
        }
    }
    let valid = contract.guarantees.iter().filter(|(from, to, _)| *from <= as_of && as_of <= *to);
    let guarantees = sum(valid.map(|(_, _, amount)| of(*amount)));
    let available = &balance + &guarantees;
    let day = if as_of < contract.last_day() { as_of } else { contract.last_day() };
    let (terms, _) = contract.on(day);
    let reference_quantity = reference_quantity(contract, terms, day);
    let month = month_of(day, contract.ends_on());
    let price = settle(facts, contract, month, day).next_price;
    let past = days(contract.first_day(), day);
    Account {
        days: days_of_gas(&available, &reference_quantity, price.as_ref()),
        unmetered_days: past.iter().filter(|day| !unread(contract, **day).is_empty()).count(),
        balance,
        guarantees,
        available,
        reference_quantity,
        price,
        unpriced,
    }
}

fn reference_quantity(contract: &ContractFacts, terms: &Terms, day: NaiveDate) -> R {
    let month = month_of(day, contract.ends_on());
    let length = contract.days_of(month).len() as i64;
    let daily = contract.contract_quantity(month) / whole(length);
    let mut read = days(contract.first_day(), day);
    read.retain(|day| unread(contract, *day).is_empty());
    let newest = read.len().saturating_sub(terms.payment.reference_days as usize);
    let read = &read[newest..];
    let mean = (!read.is_empty())
        .then(|| sum(read.iter().map(|day| taken(contract, *day))) / whole(read.len() as i64));
    match (terms.payment.reference, mean) {
        (Reference::ContractDaily, _) | (_, None) => daily,
        (Reference::TrailingMean, Some(mean)) => mean,
        (Reference::LargerOfBoth, Some(mean)) => most(mean, daily),
    }
}

fn days_of_gas(available: &R, quantity: &R, price: Option<&R>) -> Days {
    let Some(price) = price else { return Days::Unknown };
    if !available.is_positive() {
        Days::Number(whole(0))
    } else if quantity.is_zero() || !price.is_positive() {
        // G3 says price 0; a price below zero uses nothing up either.
        Days::Unlimited
    } else {
        Days::Number(cut(&(available / (quantity * price)), 1))
    }
}
