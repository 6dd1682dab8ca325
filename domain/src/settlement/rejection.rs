use chrono::{DateTime, FixedOffset};

use crate::quantities::{ContractId, GasDay, PointId, SettlementMonth};
use crate::rejection::rejections;
use crate::rules::PriceReferenceMissing;

/// How many entries of a list a sentence shows; the rest are counted. A month of three points fits.
const SHOWN: usize = 100;

fn list<T>(all: &[T], print: impl Fn(&T) -> String) -> String {
    let shown = all.iter().take(SHOWN).map(print).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

rejections! {
    /// Refusals of closing a month.
    pub enum Rejection {
        601 "unknown_contract" "Check the contract's id."
        /// There is no such contract.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        602 "outside_term" "Name a settlement month of the contract's term."
        /// The month has no gas day of the term.
        #[error("month {month} is outside the term {first} to {last}")]
        OutsideTerm {
            /// The month.
            month: SettlementMonth,
            /// First gas day of the contract.
            first: GasDay,
            /// Last gas day of the contract.
            last: GasDay,
        },

        603 "month_not_over" "Close the month when its last gas day has ended."
        /// S1.
        #[error("month {month} ends with gas day {last}, at {}", ends.to_rfc3339())]
        MonthNotOver {
            /// The month.
            month: SettlementMonth,
            /// Its last gas day.
            last: GasDay,
            /// When it ends, in the ledger's zone.
            ends: DateTime<FixedOffset>,
        },

        604 "readings_missing" "Import the readings that are listed, or estimates of them."
        /// S2: every point has a reading on every gas day.
        #[error("{} readings are missing: {}", missing.len(), list(missing, |(day, point)| {
            format!("{point} on {day}")
        }))]
        ReadingsMissing {
            /// Gas days and points.
            missing: Box<[(GasDay, PointId)]>,
        },

        605 "price_reference_missing" "Import the index values that are listed."
        /// S2, P3: every filled day has a price.
        #[error("index values are missing: {}", list(missing, |one| {
            format!("{} for {}", one.code, one.day)
        }))]
        PriceReferenceMissing {
            /// Indices and days.
            missing: Box<[PriceReferenceMissing]>,
        },

        691 "settlement_too_large" "Agree fewer tranches, or prices that change less often: each \
            tranche has a line for each run of days at one price."
        /// The document does not fit into one event.
        #[error(
            "the settlement of {contract} for {month} has {lines} lines and would take {bytes} \
             bytes of the log; a document has at most {limit}"
        )]
        TooLarge {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// Lines of the document.
            lines: usize,
            /// Bytes that it would take, at most.
            bytes: usize,
            /// Bytes that it may take.
            limit: usize,
        },

        606 "not_issued" "Close the month first; only what is issued is restated."
        /// S4.
        #[error("month {month} of {contract} is not issued")]
        NotIssued {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },
    }
}
