use std::collections::BTreeSet;

use citygate_domain::quantities::CivilDay;
use citygate_projections::books::{Account, Amount, Commit, MoneyAccount};

use super::{Journal, plain};

/// The journal for beancount. Its `balance` counts at the beginning of a day, so what an account
/// holds at the end of one is asserted on the next; its usual tolerance, a whole fen, is narrowed.
pub(super) fn text(journal: &Journal<'_>) -> String {
    let mut lines = vec![
        "option \"title\" \"citygate: the journal of the books\"".to_owned(),
        "option \"operating_currency\" \"CNY\"".to_owned(),
    ];
    let accounts = accounts(journal);
    if let Some(first) = journal.commits.first().map(|commit| commit.date) {
        lines.push(String::new());
        lines.extend(accounts.iter().map(|account| format!("{first} open {account}")));
    }
    for commit in &journal.commits {
        lines.push(String::new());
        lines.extend(transaction(journal, commit));
    }
    lines.push(String::new());
    for assertion in &journal.assertions {
        let kind = match assertion.contract {
            Some(_) => MoneyAccount::Prepaid,
            None => MoneyAccount::Unallocated,
        };
        let account = journal.names.account(Account::Money(kind), assertion.contract.as_ref());
        if accounts.contains(&account) {
            let (on, owed): (CivilDay, _) = (assertion.on.plus(1), -assertion.held);
            lines.push(format!("{on} balance {account}  {owed} ~ 0.001 CNY"));
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn transaction(journal: &Journal<'_>, commit: &Commit) -> Vec<String> {
    let (date, fact) = (commit.date, commit.fact);
    let mut lines = vec![
        format!("{date} * \"{fact}\" \"{}\"", plain(&commit.reference)),
        format!("  position: {}", commit.position),
        format!("  month: \"{}\"", commit.month),
    ];
    if let Some(contract) = &commit.contract {
        lines.push(format!("  contract: \"{}\"", plain(contract.as_str())));
    }
    for posting in &commit.postings {
        let account = journal.names.account(posting.account, commit.contract.as_ref());
        lines.push(format!("  {account}  {} {}", posting.amount.text(), symbol(posting.amount)));
    }
    lines
}

/// A commodity as beancount reads it: in capitals.
fn symbol(amount: Amount) -> String {
    amount.unit().to_ascii_uppercase()
}

fn accounts(journal: &Journal<'_>) -> BTreeSet<String> {
    let names = journal.commits.iter().flat_map(|commit| {
        let account = |posting: &citygate_projections::books::Posting| {
            journal.names.account(posting.account, commit.contract.as_ref())
        };
        commit.postings.iter().map(account).collect::<Vec<_>>()
    });
    names.collect()
}
