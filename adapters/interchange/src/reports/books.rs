//! `journal`, `trial-balance`: the books (A4).

use citygate_domain::quantities::{ContractId, GasDay};
use citygate_projections::books::{Amount, Books, Posting};

use crate::table::Table;

/// `journal` (记账凭证): a row a posting, in log order.
#[must_use]
pub fn journal(books: &Books, only: Option<&ContractId>, as_of: Option<GasDay>) -> Table {
    let mut table = Table::new(&[
        "contract",
        "date",
        "month",
        "fact",
        "reference",
        "account",
        "debit",
        "credit",
        "unit",
        "position",
    ]);
    for commit in books.journal(only, as_of) {
        for posting in &commit.postings {
            let (debit, credit) = sides(posting);
            table.push([
                commit.contract.as_ref().map_or_else(String::new, ToString::to_string),
                commit.date.to_string(),
                commit.month.to_string(),
                commit.fact.to_owned(),
                commit.reference.clone(),
                posting.account.word().to_owned(),
                debit,
                credit,
                posting.amount.unit().to_owned(),
                commit.position.to_string(),
            ]);
        }
    }
    table
}

fn sides(posting: &Posting) -> (String, String) {
    let text = posting.amount.abs().text();
    if posting.amount.is_credit() { (String::new(), text) } else { (text, String::new()) }
}

/// `trial-balance` (试算平衡表): a row an account and unit, then a total for each unit. A prepaid
/// account below zero is the buyer's debt and stands as `receivable`.
#[must_use]
pub fn trial_balance(books: &Books, only: Option<&ContractId>, as_of: Option<GasDay>) -> Table {
    let balance = books.trial_balance(only, as_of);
    let mut table = Table::new(&["account", "unit", "debit", "credit"]);
    let mut push = |word: &str, debit: Amount, credit: Amount| {
        table.push([word.to_owned(), debit.unit().to_owned(), debit.text(), credit.text()]);
    };
    for row in &balance.rows {
        push(row.word(), row.debit, row.credit);
    }
    for (debit, credit) in &balance.totals {
        push("total", *debit, *credit);
    }
    table
}
