//! `journal`, `trial-balance`, `debts`, `invoices`: the books (A4–A6).

use citygate_domain::books::debts_as_of;
use citygate_domain::payment::{MoneyFact, Way};
use citygate_domain::quantities::{ContractId, GasDay, Money};
use citygate_domain::state::Ledger;
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

/// Payments that are not assigned wholly, with what is left of each.
#[must_use]
pub fn unallocated(ledger: &Ledger) -> Table {
    let mut table = Table::new(&["bank", "bank_reference", "value_date", "amount", "left"]);
    for fact in ledger.unallocated() {
        let moved = &fact.moved;
        let named = ledger.money(&moved.bank, &moved.bank_reference);
        let open = |one: &MoneyFact| {
            one.position == fact.position && one.way == (Way::Payment { reversed: false })
        };
        if !named.iter().any(open) {
            continue;
        }
        let assigned = ledger.books().assigned(&moved.bank, &moved.bank_reference);
        let left = moved.amount - assigned.iter().map(|one| one.amount).sum();
        if left > Money::ZERO {
            table.push([
                moved.bank.to_string(),
                moved.bank_reference.to_string(),
                moved.value_date.to_string(),
                moved.amount.to_string(),
                left.to_string(),
            ]);
        }
    }
    table
}

/// `invoices` (发票): a row an invoice, by number.
#[must_use]
pub fn invoices(ledger: &Ledger) -> Table {
    let mut table = Table::new(&[
        "contract", "document", "revision", "number", "date", "colour", "gross", "net", "tax",
    ]);
    for invoice in ledger.books().invoices() {
        table.push([
            invoice.contract.to_string(),
            invoice.document.to_string(),
            invoice.revision.to_string(),
            invoice.number.to_string(),
            invoice.date.to_string(),
            invoice.colour.word().to_owned(),
            invoice.gross.to_string(),
            invoice.net.to_string(),
            invoice.tax.to_string(),
        ]);
    }
    table
}

/// `debts` (应收): what each posted document came to, its late fees, and what is still owed.
#[must_use]
pub fn debts(ledger: &Ledger, as_of: GasDay) -> Table {
    let mut table = Table::new(&[
        "contract",
        "document",
        "due",
        "principal",
        "late_fees",
        "open_late_fees",
        "open_principal",
    ]);
    for contract in ledger.contracts() {
        for debt in debts_as_of(contract, as_of.civil()) {
            let open = debt.open();
            table.push([
                contract.id().to_string(),
                debt.document.to_string(),
                debt.due.to_string(),
                debt.principal.to_string(),
                debt.interest.to_string(),
                open.interest.to_string(),
                open.principal.to_string(),
            ]);
        }
    }
    table
}
