//! `account-statement` (对账单): money and documents with a running balance.

use citygate_domain::quantities::{ContractId, GasDay, Money};
use citygate_projections::statement::{StatementEntry, Statements};

use crate::table::Table;

/// Which part of the statements is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatementPart<'a> {
    /// Only this contract.
    pub only: Option<&'a ContractId>,
    /// Entries from this day on; those before it make the opening balance.
    pub from: Option<GasDay>,
    /// Entries up to this day.
    pub as_of: Option<GasDay>,
}

/// `account-statement`: by account the opening balance, money and documents with the balance after
/// each, the closing balance; an empty contract is money that is not assigned yet.
#[must_use]
pub fn statement(statements: &Statements, part: StatementPart<'_>) -> Table {
    let mut table =
        Table::new(&["contract", "date", "kind", "reference", "amount", "balance", "position"]);
    let wanted =
        |account: &Option<&ContractId>| part.only.is_none_or(|only| *account == Some(only));
    for account in statements.accounts().filter(wanted) {
        let contract = account.map_or_else(String::new, ToString::to_string);
        let entries = statements.of(account, part.as_of);
        let before = |(entry, _): &(StatementEntry, Money)| {
            part.from.is_some_and(|from| entry.date < from.civil())
        };
        let (before, shown): (Vec<_>, Vec<_>) = entries.into_iter().partition(before);
        let opening = before.last().map_or(Money::ZERO, |(_, balance)| *balance);
        let closing = shown.last().map_or(opening, |(_, balance)| *balance);
        table.push(edge(&contract, "opening", part.from, opening));
        for (entry, balance) in shown {
            table.push([
                contract.clone(),
                entry.date.to_string(),
                entry.kind.word().to_owned(),
                entry.reference,
                entry.amount.to_string(),
                balance.to_string(),
                entry.position.to_string(),
            ]);
        }
        table.push(edge(&contract, "closing", part.as_of, closing));
    }
    table
}

/// The opening or the closing balance of an account; without a day that was asked for it has none.
fn edge(contract: &str, kind: &str, day: Option<GasDay>, balance: Money) -> [String; 7] {
    [
        contract.to_owned(),
        day.map_or_else(String::new, |day| day.to_string()),
        kind.to_owned(),
        String::new(),
        String::new(),
        balance.to_string(),
        String::new(),
    ]
}
