//! Y1–Y13: annual take-or-pay (照付不议), one contract year after the other.
//!
//! [`close_year`] is the whole rule. It takes the year's facts and the [`Banks`] that the years
//! before left behind, and gives the year's document and the banks for the next year. `calculate`
//! calls it with [`Rounding::Exact`], the ledger with [`Rounding::Unit`].
//!
//! Read in this order: `facts` says what goes in, `banks` how make-up and carry-forward are kept,
//! `year` is the clause order with its clauses in `owed` and `left`, `document` what comes out,
//! `billed` the walk-back of Y11, `liability` the money behind the make-up bank (A4).

mod banks;
mod billed;
mod document;
mod facts;
mod left;
mod liability;
mod owed;
mod rounding;
mod year;

use crate::quantities::{Exact, Overflow, Percent};

pub use banks::{Bank, Banks, Entry};
pub use billed::{BilledMonth, billed_at};
pub use document::{YearClosed, YearDocument};
pub use facts::{Billed, YearFacts, YearTerms, taken, weighted_average};
pub use liability::{CarryForwardEntry, Liability, MakeUpEntry, released};
pub use owed::{adjusted_quantity, least_quantity};
pub use rounding::Rounding;
pub use year::close_year;

/// Why a contract year cannot be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeOrPayError {
    /// Y1: more relief than there was to take.
    #[error("the relief {relief} of {year} is above its annual quantity {annual}")]
    ReliefAboveAnnual {
        /// The contract year.
        year: i64,
        /// Relief of the year.
        relief: Box<Exact>,
        /// ACQ.
        annual: Box<Exact>,
    },
    /// Y6: carry-forward cannot take the place of more than the whole deficiency.
    #[error("carry-forward may cover at most 100 % of a deficiency, not {cap} %")]
    CapAboveWhole {
        /// The term `cap_percent`.
        cap: Percent,
    },
    /// Y11: the year's documents bill less gas than was made up in it.
    #[error("{wanted} were made up, but the documents of the year bill only {billed}")]
    BilledTooLittle {
        /// Made up.
        wanted: Box<Exact>,
        /// Billed in all months together.
        billed: Box<Exact>,
    },
    /// A number does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}
