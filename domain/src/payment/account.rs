//! A2, A3, G: one contract's account as of a gas day.

use super::accounts::{Accounts, Lasting, Remaining};
use crate::contract::ContractState;
use crate::market::IndexBook;
use crate::quantities::{Exact, GasDay, GasDays, Money, Price};
use crate::rules::RuleError;
use crate::rules::account::available;
use crate::rules::days::DaysRemaining;
use crate::rules::settlement::{Settlement, Unpriced};
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
    /// What of it decides about supply.
    #[must_use]
    pub fn remaining(&self) -> Remaining {
        Remaining { available: self.available, price: self.price, days: self.days }
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
    let held = Accounts::new(contract, indices).held(as_of)?;
    let running = held.months.iter().map(|month| month.settled.clone()).collect();
    Ok(BalanceAsOf { balance: held.balance(), running, unpriced: held.unpriced() })
}

/// A3: what a contract has available as of a gas day, and how it came to be. Facts of a later day
/// never change it (T4).
pub fn available_as_of(
    contract: &ContractState,
    indices: &IndexBook,
    as_of: GasDay,
) -> Result<Traced<Money>, RuleError> {
    let held = Accounts::new(contract, indices).held(as_of)?;
    Ok(available(held.balance(), &held.guarantees, &held.emergency_credit))
}

/// A2, A3, G1–G3 of a contract as of a gas day of its term or after it.
pub fn account_as_of(
    contract: &ContractState,
    indices: &IndexBook,
    as_of: GasDay,
) -> Result<AccountAsOf, RuleError> {
    let mut accounts = Accounts::new(contract, indices);
    let held = accounts.held(as_of)?;
    let balance = held.balance();
    let (of_balance, unpriced) = (balance.value, held.unpriced());
    let available = available(balance, &held.guarantees, &held.emergency_credit);
    let Lasting { quantity, price, days } = accounts.lasting(&held, available.value)?;
    let mut traces = vec![available.trace];
    traces.extend(days.as_ref().map(|days| {
        let steps = [Some(quantity.trace), price.as_ref().map(|price| price.trace.clone())];
        days.trace.clone().with_steps(steps.into_iter().flatten())
    }));
    Ok(AccountAsOf {
        balance: of_balance,
        guarantees: held.guarantees.amount,
        emergency_credit: held.emergency_credit.amount,
        available: available.value,
        reference_quantity: quantity.value,
        price: price.map(|price| price.value),
        days: days.map(|days| days.value),
        unmetered_days: unmetered_days(contract, as_of),
        unpriced,
        traces,
    })
}

fn unmetered_days(contract: &ContractState, as_of: GasDay) -> u64 {
    let last = as_of.min(contract.last_gas_day());
    let days = contract.facts_of(GasDays { first: contract.first_gas_day(), last });
    days.iter().filter(|day| !day.unmetered.is_empty()).count() as u64
}
