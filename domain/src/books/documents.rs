use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contract::{ContractState, Issued, PaymentMode};
use crate::deviation::Case;
use crate::quantities::{CivilDay, GasDay, Percent, SettlementMonth};
use crate::rules::tax::Taxed;
use crate::take_or_pay::TakeOrPaySettled;

/// A document of a contract, by the period that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DocumentName {
    /// The settlement of a month.
    Settlement {
        /// Which month.
        month: SettlementMonth,
    },
    /// The deviation of a netting period.
    Deviation {
        /// Its last month.
        month: SettlementMonth,
    },
    /// Take-or-pay of a contract year.
    TakeOrPay {
        /// The calendar year in which it begins.
        year: i64,
    },
}

impl DocumentName {
    /// The word by which people name its kind, in reports and on the command line.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Settlement { .. } => "settlement",
            Self::Deviation { .. } => "deviation",
            Self::TakeOrPay { .. } => "take-or-pay",
        }
    }

    /// Its month or its year.
    #[must_use]
    pub fn period(self) -> String {
        match self {
            Self::Settlement { month } | Self::Deviation { month } => month.to_string(),
            Self::TakeOrPay { year } => year.to_string(),
        }
    }
}

impl fmt::Display for DocumentName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settlement { month } => write!(formatter, "settlement {month}"),
            Self::Deviation { month } => write!(formatter, "deviation {month}"),
            Self::TakeOrPay { year } => write!(formatter, "take_or_pay {year}"),
        }
    }
}

/// What a revision of a document has posted: for a later one the difference (M4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedDocument {
    /// Which document.
    pub document: DocumentName,
    /// Which revision.
    pub revision: u32,
    /// What it posted; below zero it is the buyer's.
    pub amount: Taxed,
    /// The day of its posting.
    pub posted_on: CivilDay,
    /// A: when it is to be paid.
    pub due: CivilDay,
    /// A6, where the terms of its last gas day charge late fees.
    pub late_fee: Option<Percent>,
}

/// Everything that a contract's documents have posted, settlements first, each by its period and
/// revision.
#[must_use]
pub fn posted_documents(contract: &ContractState) -> Vec<PostedDocument> {
    let mut posted = Vec::new();
    for (month, revisions) in &contract.settlements {
        let mut before = Taxed::ZERO;
        for issued in revisions {
            let document = &issued.document;
            let now = document.total();
            let posted_on = document.posting_date();
            let name = DocumentName::Settlement { month: *month };
            let (due, late_fee) = terms(contract, document.last_gas_day, posted_on);
            let amount = now - before;
            let revision = document.revision;
            let document = name;
            posted.push(PostedDocument { document, revision, amount, posted_on, due, late_fee });
            before = now;
        }
    }
    posted
        .extend(contract.cases.iter().flat_map(|(month, case)| deviations(contract, *month, case)));
    posted.extend(
        contract.years.iter().flat_map(|(year, revisions)| years(contract, *year, revisions)),
    );
    posted
}

/// D9: what a deviation case has posted; each posting is a difference already.
fn deviations(
    contract: &ContractState,
    month: SettlementMonth,
    case: &Case,
) -> Vec<PostedDocument> {
    let posted = case.posted.iter().map(|one| {
        let (due, late_fee) = terms(contract, one.last_gas_day, one.posted_on);
        PostedDocument {
            document: DocumentName::Deviation { month },
            revision: one.revision,
            amount: one.total(),
            posted_on: one.posted_on,
            due,
            late_fee,
        }
    });
    posted.collect()
}

/// Y: what settled contract years have posted, each by its revisions.
fn years(
    contract: &ContractState,
    year: i64,
    revisions: &[Issued<TakeOrPaySettled>],
) -> Vec<PostedDocument> {
    let mut before = Taxed::ZERO;
    let mut posted = Vec::new();
    for issued in revisions {
        let TakeOrPaySettled { posted_on, revision, .. } = *issued.document;
        let now = issued.document.total();
        let document = DocumentName::TakeOrPay { year };
        let (due, late_fee) = terms(contract, issued.document.last_gas_day, posted_on);
        let amount = now - before;
        posted.push(PostedDocument { document, revision, amount, posted_on, due, late_fee });
        before = now;
    }
    posted
}

/// A, A6: when a document of these terms is due, and what its delay costs. A prepaid contract owes
/// at once and without a late fee.
fn terms(
    contract: &ContractState,
    last_gas_day: GasDay,
    posted_on: CivilDay,
) -> (CivilDay, Option<Percent>) {
    let terms = contract.terms_at(last_gas_day);
    match terms.payment.mode {
        PaymentMode::Prepaid => (posted_on, None),
        PaymentMode::Postpaid => {
            let days = terms.payment.due_days.unwrap_or(0);
            (posted_on.plus(days.into()), terms.payment.late_fee_percent_per_day)
        }
    }
}
