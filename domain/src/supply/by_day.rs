//! What supply is decided by, day by day. One question leads to many about the same days: each of them
//! is computed once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use super::over::{Over, over};
use crate::contract::ContractState;
use crate::market::IndexBook;
use crate::payment::{Accounts, Remaining};
use crate::quantities::GasDay;
use crate::rules::RuleError;

/// One contract, asked about as of any number of gas days (T5).
pub(super) struct ByDay<'a> {
    contract: &'a ContractState,
    indices: &'a IndexBook,
    accounts: RefCell<Accounts<'a>>,
    remaining: RefCell<BTreeMap<GasDay, Result<Remaining, RuleError>>>,
    over: RefCell<BTreeMap<GasDay, Option<Over>>>,
}

impl<'a> ByDay<'a> {
    /// Nothing is computed before it is asked for.
    pub(super) fn new(contract: &'a ContractState, indices: &'a IndexBook) -> Self {
        Self {
            contract,
            indices,
            accounts: RefCell::new(Accounts::new(contract, indices)),
            remaining: RefCell::default(),
            over: RefCell::default(),
        }
    }

    /// Whose supply.
    pub(super) fn contract(&self) -> &'a ContractState {
        self.contract
    }

    /// Published values.
    pub(super) fn indices(&self) -> &'a IndexBook {
        self.indices
    }

    /// A3, G2, G3 as of a gas day.
    pub(super) fn remaining(&self, as_of: GasDay) -> Result<Remaining, RuleError> {
        let compute = || self.accounts.borrow_mut().remaining(as_of);
        self.remaining.borrow_mut().entry(as_of).or_insert_with(compute).clone()
    }

    /// E5: that the running procedure is over as of a gas day.
    pub(super) fn over(&self, as_of: GasDay) -> Option<Over> {
        self.over.borrow_mut().entry(as_of).or_insert_with(|| over(self, as_of)).clone()
    }
}

impl fmt::Debug for ByDay<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ByDay").field(self.contract.id()).finish()
    }
}
