//! The reports of formats.md as tables, a file for each kind of question.

mod documents;

mod years;

mod what_if;

mod accounts;

mod changes;

mod restatements;

mod statement;

mod books;

mod facts;

mod contract;

mod amendment;

mod approvals;

mod cases;

mod keys;

mod passage;

mod supply;

pub use accounts::{accounts, shown, stages};
pub use amendment::amendment;
pub use approvals::{approvals, roles};
pub use books::{debts, invoices, journal, trial_balance, unallocated};
pub use cases::{cases, claims};
pub use changes::{account_change, document_change};
pub use contract::{checklist, contract};
pub use documents::{deviations, lines, settlements};
pub use facts::{contracts, deliveries, parked};
pub use keys::keys;
pub use passage::{Happened, happened};
pub use restatements::restatements;
pub use statement::{StatementPart, statement};
pub use supply::{answer, procedure};
pub use what_if::{
    what_if_contracts, what_if_documents, what_if_left_out, what_if_standings, what_if_totals,
};
pub use years::take_or_pay;
