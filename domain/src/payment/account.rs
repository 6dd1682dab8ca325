//! A2, A3, G: one contract's account as of a gas day.

use super::{MoneyFact, Way};
use crate::contract::{ContractState, PaymentTerms};
use crate::customer::CustomerClass;
use crate::market::IndexBook;
use crate::quantities::{Exact, GasDay, GasDays, Money, Price, SettlementMonth};
use crate::rules::RuleError;
use crate::rules::account::{AccountParts, Part, available, balance};
use crate::rules::days::{
    DaysRemaining, ReferenceFacts, days_remaining, next_unit_price, reference_quantity,
};
use crate::rules::settlement::{MonthFacts, Settlement, Unpriced, settle};
use crate::rules::stage::{Recommendation, Stage, StageInput, recommended};
use crate::trace::{Trace, Traced};

/// A2 as of a gas day.
#[derive(Debug, Clone)]
pub struct BalanceAsOf {
    /// A2.
    pub balance: Traced<Money>,
    /// Running values of the months not posted, oldest first (P7).
    pub running: Vec<Settlement>,
    /// Days left out of them because a price is missing.
    pub unpriced: Vec<Unpriced>,
}

/// Everything that the account report shows of a contract (A2, A3, G1–G3).
#[derive(Debug, Clone)]
pub struct AccountAsOf {
    /// A2.
    pub balance: Money,
    /// Guarantees valid that day.
    pub guarantees: Money,
    /// Emergency credit granted for that day.
    pub emergency_credit: Money,
    /// A3.
    pub available: Money,
    /// G1, unrounded.
    pub reference_quantity: Exact,
    /// G2; none while a price is missing.
    pub price: Option<Price>,
    /// G3; none while a price is missing.
    pub days: Option<DaysRemaining>,
    /// Gas days of the term up to the day on which a point has no reading.
    pub unmetered_days: u64,
    /// Days whose gas is not in the balance because a price is missing.
    pub unpriced: Vec<Unpriced>,
    /// How the available money, and the days, came to be.
    pub traces: Vec<Trace>,
}

impl AccountAsOf {
    /// E2: what this account recommends under these terms, while a stage is in effect.
    #[must_use]
    pub fn recommends(
        &self,
        terms: &PaymentTerms,
        class: CustomerClass,
        effective: Stage,
    ) -> Recommendation {
        let (days, available) = (self.days, self.available);
        recommended(&StageInput { days, available, terms, class, effective })
    }
}

/// A2: a contract's balance as of a gas day. Whether months have been closed makes no difference
/// (T4): an issued month counts from its last gas day with what the running month came to. A
/// settled year of take-or-pay counts from its last gas day.
pub fn balance_as_of(
    contract: &ContractState,
    indices: &IndexBook,
    as_of: GasDay,
) -> Result<BalanceAsOf, RuleError> {
    let mut parts = money_parts(&contract.money, as_of);
    parts.moved = moved(contract, as_of);
    parts.late_fees = late_fees(contract, as_of);
    let mut running = Vec::new();
    let mut unpriced = Vec::new();
    for month in contract.months() {
        let days = contract.days_of(month);
        if days.first > as_of {
            break;
        }
        match contract.settlement(month).filter(|_| days.last <= as_of) {
            Some(issued) => parts.posted.add(issued.document.gross, issued.position),
            None => {
                let Some(facts) = contract.month_facts(month, as_of, indices) else { continue };
                let settled = settle(&facts)?;
                parts.running.amount = parts.running.amount + settled.total.gross;
                unpriced.extend(settled.unpriced.iter().cloned());
                running.push(settled);
            }
        }
    }
    for issued in contract.years.values().filter_map(|revisions| revisions.last()) {
        if issued.document.last_gas_day <= as_of {
            parts.posted.add(issued.document.gross, issued.position);
        }
    }
    for posted in contract.cases.values().flat_map(|case| &case.posted) {
        if posted.last_gas_day <= as_of {
            parts.posted.add(posted.gross, posted.position);
        }
    }
    let mut balance = balance(&parts);
    balance.trace = balance.trace.with_steps(running.iter().map(|month| month.trace.clone()));
    Ok(BalanceAsOf { balance, running, unpriced })
}

/// A1: movements of money that count as of a gas day.
pub(crate) fn money_parts(money: &[MoneyFact], as_of: GasDay) -> AccountParts {
    let mut parts = AccountParts::default();
    for fact in money.iter().filter(|fact| as_of.includes(fact.moved.value_date)) {
        let part = match fact.way {
            Way::Payment { .. } | Way::Assigned => &mut parts.payments,
            Way::Reversal | Way::AssignmentReversed => &mut parts.reversals,
            Way::Refund => &mut parts.refunds,
        };
        part.add(fact.moved.amount, fact.position);
    }
    parts
}

/// A3: what a contract has available as of a gas day, and how it came to be. Facts of a later day
/// never change it (T4).
pub fn available_as_of(
    contract: &ContractState,
    indices: &IndexBook,
    as_of: GasDay,
) -> Result<Traced<Money>, RuleError> {
    let balance = balance_as_of(contract, indices, as_of)?.balance;
    Ok(available(balance, &guarantees(contract, as_of), &emergency_credit(contract, as_of)))
}

/// A2, A3, G1–G3 of a contract as of a gas day of its term or after it.
pub fn account_as_of(
    contract: &ContractState,
    indices: &IndexBook,
    as_of: GasDay,
) -> Result<AccountAsOf, RuleError> {
    let held = balance_as_of(contract, indices, as_of)?;
    let balance = held.balance.value;
    let guarantees = guarantees(contract, as_of);
    let credit = emergency_credit(contract, as_of);
    let available = available(held.balance, &guarantees, &credit);
    let day = as_of.min(contract.last_gas_day());
    let month = contract.month_of(day);
    let quantity = reference(contract, month, day);
    let price = priced(next_price(contract, indices, month, day))?;
    let days = price
        .as_ref()
        .map(|price| days_remaining(available.value, &quantity.value, price.value, contract.unit()))
        .transpose()?;
    let mut traces = vec![available.trace];
    traces.extend(days.as_ref().map(|days| {
        let steps = [Some(quantity.trace), price.as_ref().map(|price| price.trace.clone())];
        days.trace.clone().with_steps(steps.into_iter().flatten())
    }));
    Ok(AccountAsOf {
        balance,
        guarantees: guarantees.amount,
        emergency_credit: credit.amount,
        available: available.value,
        reference_quantity: quantity.value,
        price: price.map(|price| price.value),
        days: days.map(|days| days.value),
        unmetered_days: unmetered_days(contract, as_of),
        unpriced: held.unpriced,
        traces,
    })
}

fn guarantees(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for (guarantee, position) in &contract.guarantees {
        if as_of.includes(guarantee.valid_from) && as_of.civil() <= guarantee.valid_to {
            part.add(guarantee.amount, *position);
        }
    }
    part
}

fn emergency_credit(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for (credit, position) in &contract.credits {
        if as_of.includes(credit.from) && as_of.civil() <= credit.until {
            part.add(credit.amount, *position);
        }
    }
    part
}

/// C4: balances that came from other contracts by the day, less those that went there.
fn moved(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for (moved, position) in &contract.balances_moved {
        if as_of.includes(moved.value_date) {
            part.add(moved.signed_amount(), *position);
        }
    }
    part
}

/// A6: late fees charged by the day, less those waived by it.
fn late_fees(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for fee in contract.late_fees.iter() {
        if as_of.includes(fee.charged.posted_on) {
            part.add(fee.charged.fee, fee.position);
        }
        if let Some((waived, position)) = &fee.waived
            && as_of.includes(waived.posted_on)
        {
            part.add(-waived.fee, *position);
        }
    }
    part
}

/// A2 never waits for a missing price: the answer has none.
fn priced<T>(result: Result<T, RuleError>) -> Result<Option<T>, RuleError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(RuleError::PriceReferenceMissing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// G1 for a gas day of the term, by its own terms.
fn reference(contract: &ContractState, month: SettlementMonth, day: GasDay) -> Traced<Exact> {
    let terms = contract.terms_at(day);
    let facts = ReferenceFacts {
        metered_days: metered_days(contract, day, terms.payment.reference_days as usize),
        contract_quantity: contract.contract_quantity(month).unwrap_or_else(|| {
            unreachable!("every settlement month of a term has a monthly quantity (C2)")
        }),
        month_days: contract.days_of(month).count(),
        unit: contract.unit(),
    };
    reference_quantity(terms.payment.reference, &facts)
}

/// The newest gas days up to `last` on which every point has a reading.
fn metered_days(
    contract: &ContractState,
    last: GasDay,
    wanted: usize,
) -> Vec<(GasDay, crate::quantities::Quantity, Vec<crate::log::Position>)> {
    let mut newest = Vec::with_capacity(wanted);
    let mut day = last;
    while newest.len() < wanted && day >= contract.first_gas_day() {
        let facts = contract.facts_of(GasDays { first: day, last: day });
        let full = facts.into_iter().filter(|facts| facts.unmetered.is_empty());
        newest.extend(full.map(|facts| (facts.gas_day, facts.taken, facts.readings)));
        day = day.previous();
    }
    newest
}

/// G2 in the settlement month of the day.
fn next_price(
    contract: &ContractState,
    indices: &IndexBook,
    month: SettlementMonth,
    day: GasDay,
) -> Result<Traced<Price>, RuleError> {
    let facts: MonthFacts<'_> = contract
        .month_facts(month, day, indices)
        .unwrap_or_else(|| unreachable!("the day lies inside the month and the term"));
    let settled = settle(&facts)?;
    next_unit_price(&settled, &facts, day)
}

fn unmetered_days(contract: &ContractState, as_of: GasDay) -> u64 {
    let last = as_of.min(contract.last_gas_day());
    let days = contract.facts_of(GasDays { first: contract.first_gas_day(), last });
    days.iter().filter(|day| !day.unmetered.is_empty()).count() as u64
}
