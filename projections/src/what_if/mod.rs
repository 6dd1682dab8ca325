//! What if: the past replayed under changed terms, old and new side by side. Nothing is recorded.
//!
//! Old is what the rules give from today's facts under the terms as they are; new is what they give
//! under the patched terms. Both sides come from the functions that issue documents
//! ([`citygate_domain::trial`]): settlements of months (P4–P7), deviations of netting periods
//! (D1–D7) with the relief as it is granted, take-or-pay of contract years (Y). Only what lies
//! wholly inside the months asked about is compared: a netting period or a contract year that
//! reaches beyond them is left out, and named.

mod side;
mod summary;

use citygate_domain::Rejection;
use citygate_domain::books::DocumentName;
use citygate_domain::contract::ContractState;
use citygate_domain::contract::patch::{self, TermsPatch};
use citygate_domain::deviation::Stage;
use citygate_domain::market::IndexBook;
use citygate_domain::quantities::{ContractId, GasDays, Money, SettlementMonth};
use citygate_domain::rules::period::Period;
use citygate_domain::trial::{Changed, Trial};

use side::{Side, compared_pieces};

pub use summary::{Standing, Summary, Total};

/// What is asked: which terms change, in which settlement months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    patch: TermsPatch,
    months: Period,
}

impl Question {
    /// A patch and the first and last month. Refused where the patch changes terms by which
    /// readings, months and years are counted (1206), or the months are none (1207).
    pub fn try_new(
        patch: TermsPatch,
        first: SettlementMonth,
        last: SettlementMonth,
    ) -> Result<Self, patch::Rejection> {
        let months = patch.asked_of(first, last)?;
        Ok(Self { patch, months })
    }

    /// The months asked about.
    #[must_use]
    pub fn months(&self) -> Period {
        self.months
    }
}

/// A contract before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The contract.
    pub contract: ContractId,
    /// What the patch does to its terms.
    pub effect: Effect,
    /// Its documents: months, deviations, then years, each in order.
    pub rows: Vec<Row>,
    /// Documents that could not be compared.
    pub left_out: Vec<LeftOut>,
}

/// What a patch does to the terms of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// They change.
    Changed,
    /// They say already what the patch says.
    Same,
    /// They have not the group of terms that the patch changes a part of.
    NotApplicable(&'static str),
    /// The changed terms are refused; nothing of the contract is compared.
    Refused(Box<Rejection>),
}

/// A document before and after, with tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which document.
    pub document: DocumentName,
    /// Under the terms as they are; none where they make no such document.
    pub old: Option<Money>,
    /// Under the changed terms; none where they make no such document.
    pub new: Option<Money>,
    /// What to know about the old number.
    pub notes: Vec<Note>,
}

impl Row {
    /// New − old: above zero, the buyer would pay more.
    #[must_use]
    pub fn difference(&self) -> Money {
        self.new.unwrap_or(Money::ZERO) - self.old.unwrap_or(Money::ZERO)
    }
}

/// What to know about an old number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// There is no issued document of it yet.
    NotIssued,
    /// The newest issued document says this; facts have changed since.
    DiffersFromIssued(Money),
    /// D9: the charge was waived; it counts as assessed.
    Waived,
    /// Y5: charged under-takes of the year that are not posted yet count as posted.
    CountedAsPosted,
}

/// A document that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which document.
    pub document: DocumentName,
    /// Why.
    pub why: Why,
}

/// Why a document could not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Its months reach beyond those asked about.
    Beyond(Period),
    /// It could not be made.
    Refused(Box<Rejection>),
    /// Something of the same months is left out on the other side.
    OtherSide,
    /// Y5: an under-take of these months was waived, and periods are counted otherwise now.
    WaivedBefore(Period),
}

/// A contract under its own terms and under changed ones; none when no month of its term is asked
/// about.
#[must_use]
pub fn what_if(
    contract: &ContractState,
    indices: &IndexBook,
    question: &Question,
) -> Option<Compared> {
    let asked = question.months;
    let inside = |month: &SettlementMonth| asked.first <= *month && *month <= asked.last;
    let months: Vec<SettlementMonth> = contract.months().filter(inside).collect();
    let (first, last) = (*months.first()?, *months.last()?);
    let days = GasDays { first: contract.days_of(first).first, last: contract.days_of(last).last };
    let id = contract.id().clone();
    let (effect, new) = match Trial::patched(contract, indices, &question.patch, days) {
        Ok(Changed::Trial(trial)) => (Effect::Changed, Some(Side::of(*trial, &months, asked))),
        Ok(Changed::Same) => (Effect::Same, None),
        Ok(Changed::Without(group)) => (Effect::NotApplicable(group), None),
        Err(rejection) => {
            let effect = Effect::Refused(Box::new(rejection));
            return Some(Compared { contract: id, effect, rows: Vec::new(), left_out: Vec::new() });
        }
    };
    let old = Side::of(Trial::of(contract, indices), &months, asked);
    let new = new.unwrap_or_else(|| old.clone());
    let (mut rows, left_out) = compared_pieces(old, new);
    for row in &mut rows {
        row.notes = notes(contract, row);
    }
    Some(Compared { contract: id, effect, rows, left_out })
}

/// How an old number stands to what is issued.
fn notes(contract: &ContractState, row: &Row) -> Vec<Note> {
    let Some(old) = row.old else { return Vec::new() };
    let issued = match row.document {
        DocumentName::Settlement { month } => {
            contract.settlement(month).map(|issued| issued.document.gross)
        }
        DocumentName::Deviation { month } => {
            contract.deviation(month).map(|issued| issued.document.charge)
        }
        DocumentName::TakeOrPay { year } => {
            contract.settled_year(year).map(|issued| issued.document.gross)
        }
    };
    let mut notes = Vec::new();
    match issued {
        None => notes.push(Note::NotIssued),
        Some(issued) if issued != old => notes.push(Note::DiffersFromIssued(issued)),
        Some(_) => {}
    }
    match row.document {
        DocumentName::Settlement { .. } => {}
        DocumentName::Deviation { month } => {
            let stage = contract.cases.get(&month).map(|case| &case.stage);
            notes.extend((stage == Some(&Stage::Waived)).then_some(Note::Waived));
        }
        DocumentName::TakeOrPay { year } => {
            notes.extend(has_open_case(contract, year).then_some(Note::CountedAsPosted));
        }
    }
    notes
}

/// Y5: whether a charge of the year may still be posted, and would reduce its deficiency.
fn has_open_case(contract: &ContractState, year: i64) -> bool {
    let Some(period) = contract.contract_year(year) else { return false };
    let credits = contract.take_or_pay(period).is_some_and(|terms| terms.credit_deviation);
    let mut cases = contract.cases.range(period.first..=period.last);
    credits
        && cases.any(|(_, case)| {
            !matches!(case.stage, Stage::Posted(..) | Stage::Waived | Stage::NoCharge)
        })
}
