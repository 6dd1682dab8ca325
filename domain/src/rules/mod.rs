//! The formulas: one function per rule address, each returning its value and its trace.
//!
//! Nothing here decides or remembers. The running value, the issued document, the preview and the
//! explanation are calls of the same functions (invariant 3).

pub mod account;
pub mod allocation;
pub mod days;
pub mod deviation;
pub mod energy;
pub mod fill;
pub mod late_fee;
pub mod limit;
pub mod lines;
pub mod period;
pub mod price;
pub mod pricer;
pub mod relief;
pub mod settlement;
pub mod stage;
pub mod take_or_pay;
pub mod tax;
pub mod transfer;
pub mod validity;

use crate::quantities::{GasDay, Overflow};
pub use price::PriceReferenceMissing;

/// Why a rule has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A price cannot be computed (P3).
    #[error(transparent)]
    PriceReferenceMissing(#[from] PriceReferenceMissing),
    /// No plan holds in the calendar month of a gas day (P1).
    #[error("no price plan holds on {0}")]
    NoPlan(GasDay),
    /// No tax rate holds on a gas day (M3).
    #[error("no tax rate holds on {0}")]
    NoTaxRate(GasDay),
    /// A number does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}
