//! The books (A4): double entry in money, and beside it in gas, as a fold over the log.
//!
//! **Guarantee.** Every event that posts makes one [`Commit`] whose postings sum to zero, in yuan
//! and in each billing unit alone. Nothing is posted that is not in the log: running values are
//! not. A later revision of a document posts the difference to the newest before it, column by
//! column (M4).
//!
//! Read in this order: `accounts` names what is posted to, `commit` what a posting is, `matrix`
//! which event posts what, `trial_balance` adds it up,
//! `assertion` compares it with the accounts.

mod accounts;

mod commit;

mod matrix;

mod trial_balance;
mod year;

mod assertion;

use std::collections::BTreeMap;

use citygate_domain::Event;
use citygate_domain::books::DocumentName;
use citygate_domain::log::Recorded;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, MonthEnd, SettlementMonth};

pub use accounts::{Account, GasAccount, MoneyAccount};
pub use assertion::Assertion;
pub use commit::{Amount, Commit, Posting};
pub use trial_balance::{TrialBalance, TrialBalanceRow};

use matrix::Posted;

/// Everything that was posted, in log order.
#[derive(Debug, Clone, Default)]
pub struct Books {
    commits: Vec<Commit>,
    /// How each contract's settlement months end, for the month of money.
    month_ends: BTreeMap<ContractId, MonthEnd>,
    /// What each document that is posted when it is issued comes to, by its newest revision.
    documents: BTreeMap<(ContractId, DocumentName), Vec<Posting>>,
}

impl Books {
    /// Takes an event in. Total: what posts nothing changes nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        if let Event::ContractSigned(signed) = &recorded.event {
            self.month_ends.insert(signed.contract.clone(), signed.terms.month_ends_on);
        }
        let Some(posted) = matrix::posted(&recorded.event) else { return };
        let Posted { contract, date, month, reference, mut postings } = posted;
        if let Some(document) = document(&recorded.event) {
            let before = self.documents.insert(document, postings.clone());
            postings = before.map_or(postings.clone(), |before| difference(postings, &before));
        }
        // A later revision may say something else at the same price.
        if postings.is_empty() {
            return;
        }
        let month = month.unwrap_or_else(|| self.month_of(contract.as_ref(), date));
        let fact = recorded.event.type_name();
        let position = recorded.position;
        let effective = recorded.event.effective().unwrap_or(date);
        let commit =
            Commit { position, fact, date, effective, month, contract, reference, postings };
        debug_assert!(commit.sums_to_zero(), "{commit:?}");
        self.commits.push(commit);
    }

    /// T2: the settlement month of a civil day; without a contract the calendar month.
    fn month_of(&self, contract: Option<&ContractId>, date: CivilDay) -> SettlementMonth {
        let ends = contract.and_then(|id| self.month_ends.get(id)).copied().unwrap_or_default();
        ends.month_of(GasDay::new(date.date()))
    }

    /// The journal: every commit in log order, up to a posting date and of one contract or of all.
    pub fn journal(
        &self,
        only: Option<&ContractId>,
        as_of: Option<GasDay>,
    ) -> impl Iterator<Item = &Commit> {
        let wanted = move |commit: &&Commit| {
            only.is_none_or(|only| commit.contract.as_ref() == Some(only))
                && as_of.is_none_or(|day| day.includes(commit.date))
        };
        self.commits.iter().filter(wanted)
    }

    /// The trial balance as of a day of the books, of one contract or of all.
    #[must_use]
    pub fn trial_balance(&self, only: Option<&ContractId>, as_of: Option<GasDay>) -> TrialBalance {
        TrialBalance::of(self.journal(only, as_of))
    }
}

/// The document that an event issues and that is posted with it; every revision has the same name.
/// A deviation is posted by an event of its own, which carries the difference.
fn document(event: &Event) -> Option<(ContractId, DocumentName)> {
    if let Event::SettlementIssued(issued) = event {
        Some((issued.contract.clone(), DocumentName::Settlement { month: issued.month }))
    } else if let Event::TakeOrPaySettled(settled) = event {
        Some((settled.contract.clone(), DocumentName::TakeOrPay { year: settled.year }))
    } else {
        None
    }
}

/// M4: account by account, what a later revision adds to the one before it.
fn difference(now: Vec<Posting>, before: &[Posting]) -> Vec<Posting> {
    let mut sums: Vec<Posting> = Vec::new();
    let negated = before.iter().map(|posting| Posting { amount: -posting.amount, ..*posting });
    for posting in now.into_iter().chain(negated) {
        match sums.iter_mut().find(|sum| sum.is_alike(&posting)) {
            Some(sum) => sum.amount = sum.amount.plus(posting.amount),
            None => sums.push(posting),
        }
    }
    sums.retain(|posting| !posting.amount.is_zero());
    sums
}
