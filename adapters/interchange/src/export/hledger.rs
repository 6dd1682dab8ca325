use std::collections::BTreeSet;
use std::fmt::Write;

use citygate_projections::books::{Account, Amount, Commit, MoneyAccount};

use super::{Journal, plain};

/// The journal for hledger: `hledger check --strict` finds every account and commodity declared.
pub(super) fn text(journal: &Journal<'_>) -> String {
    let mut lines = vec!["; citygate: the journal of the books (A4)".to_owned(), String::new()];
    let (accounts, commodities) = used(journal);
    lines.extend(commodities.iter().map(|commodity| format!("commodity {commodity}")));
    lines.extend(accounts.iter().map(|account| format!("account {account}")));
    for commit in &journal.commits {
        lines.push(String::new());
        lines.extend(transaction(journal, commit));
    }
    for assertion in &journal.assertions {
        let kind = match assertion.contract {
            Some(_) => MoneyAccount::Prepaid,
            None => MoneyAccount::Unallocated,
        };
        let account = journal.names.account(Account::Money(kind), assertion.contract.as_ref());
        if !accounts.contains(&account) {
            continue;
        }
        let (on, owed) = (assertion.on, -assertion.held);
        lines.push(String::new());
        lines.push(format!("{on} * balance of the account  ; as report accounts tells it"));
        lines.push(format!("    {account}  0.00 CNY = {owed} CNY"));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn transaction(journal: &Journal<'_>, commit: &Commit) -> Vec<String> {
    let mut head = format!("{} * {} {}", commit.date, commit.fact, plain(&commit.reference));
    // Writing into a text cannot fail.
    let _ = write!(head, "  ; position:{}, month:{}", commit.position, commit.month);
    let mut lines = vec![head];
    for posting in &commit.postings {
        let account = journal.names.account(posting.account, commit.contract.as_ref());
        lines.push(format!("    {account}  {} {}", posting.amount.text(), symbol(posting.amount)));
    }
    lines
}

/// A commodity as hledger reads it: one with a digit stands in quotation marks.
fn symbol(amount: Amount) -> String {
    let unit = amount.unit();
    if unit.chars().all(char::is_alphabetic) { unit.to_owned() } else { format!("\"{unit}\"") }
}

/// The accounts and the commodities that are used; a commodity with the decimals of its unit.
fn used(journal: &Journal<'_>) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut accounts, mut commodities) = (BTreeSet::new(), BTreeSet::new());
    for commit in &journal.commits {
        for posting in &commit.postings {
            accounts.insert(journal.names.account(posting.account, commit.contract.as_ref()));
            let decimals = match posting.amount {
                Amount::Money(_) => 2,
                Amount::Gas(_, unit) => unit.decimals() as usize,
            };
            let zeros = "0".repeat(decimals);
            commodities.insert(format!("1000.{zeros} {}", symbol(posting.amount)));
        }
    }
    (accounts, commodities)
}
