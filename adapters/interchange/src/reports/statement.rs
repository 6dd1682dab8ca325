//! `account-statement` (对账单): money and documents with a running balance.

use citygate_domain::quantities::{ContractId, GasDay};
use citygate_projections::statement::Statements;

use crate::table::Table;

/// that is not assigned yet.
#[must_use]
pub fn statement(
    statements: &Statements,
    only: Option<&ContractId>,
    as_of: Option<GasDay>,
) -> Table {
    let mut table =
        Table::new(&["contract", "date", "kind", "reference", "amount", "balance", "position"]);
    let wanted = |account: &Option<&ContractId>| only.is_none_or(|only| *account == Some(only));
    for account in statements.accounts().filter(wanted) {
        for (entry, balance) in statements.of(account, as_of) {
            table.push([
                account.map_or_else(String::new, ToString::to_string),
                entry.date.to_string(),
                entry.kind.word().to_owned(),
                entry.reference,
                entry.amount.to_string(),
                balance.to_string(),
                entry.position.to_string(),
            ]);
        }
    }
    table
}
