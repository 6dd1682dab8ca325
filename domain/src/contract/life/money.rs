use chrono::NaiveDate;

use crate::contract::ContractState;
use crate::market::IndexBook;
use crate::payment::balance_as_of;
use crate::quantities::{CivilDay, GasDay, Money};
use crate::rules::RuleError;

/// C4: the balance of a contract whose months are settled: as of a civil day, and over all facts.
pub fn settled_balance(
    contract: &ContractState,
    indices: &IndexBook,
    on: CivilDay,
) -> Result<(Money, Money), RuleError> {
    let of = |day| balance_as_of(contract, indices, day).map(|held| held.balance.value);
    Ok((of(GasDay::new(on.date()))?, of(GasDay::new(NaiveDate::MAX))?))
}
