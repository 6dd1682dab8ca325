//! What foreign programs are told to expect: numbers of the account, never sums of the postings.

use citygate_domain::contract::ContractState;
use citygate_domain::payment::balance_as_of;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, Money};
use citygate_domain::rules::RuleError;
use citygate_domain::state::Ledger;

use super::{Books, Commit};

/// What an account must hold at the end of a day, taken from the account itself (A2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Whose prepaid account; none for the money that is not assigned.
    pub contract: Option<ContractId>,
    /// At the end of this day.
    pub on: CivilDay,
    /// Yuan that the buyer holds; below zero he owes.
    pub held: Money,
}

impl Books {
    /// A2 for every account of the journal: its balance with the running values added back, which
    /// are never posted. An account of which the books and the effective days disagree on the day
    /// asked about (a document of an earlier day, posted later) has none.
    pub fn assertions(
        &self,
        ledger: &Ledger,
        only: Option<&ContractId>,
        as_of: Option<GasDay>,
    ) -> Result<Vec<Assertion>, RuleError> {
        let last = self.journal(only, None).map(|commit| commit.date.max(commit.effective)).max();
        let Some(day) = as_of.or(last.map(|day| GasDay::new(day.date()))) else {
            return Ok(Vec::new());
        };
        let agree = |contract: Option<&ContractId>| {
            let of_account =
                |commit: &&Commit| commit.contract.as_ref() == contract || contract.is_none();
            let mut commits = self.journal(only, None).filter(of_account);
            commits.all(|commit| day.includes(commit.date) == day.includes(commit.effective))
        };
        let mut assertions = Vec::new();
        let wanted = |one: &&ContractState| only.is_none_or(|only| one.id() == only);
        for contract in ledger.contracts().filter(wanted) {
            if contract.first_gas_day() <= day && agree(Some(contract.id())) {
                let held = balance_as_of(contract, ledger.indices(), day)?;
                let running = held.running.iter().map(|month| month.total.gross).sum();
                assertions.push(Assertion {
                    contract: Some(contract.id().clone()),
                    on: day.civil(),
                    held: held.balance.value + running,
                });
            }
        }
        if only.is_none() && agree(None) {
            let held = ledger.unallocated_as_of(day);
            assertions.push(Assertion { contract: None, on: day.civil(), held });
        }
        Ok(assertions)
    }
}
