use chrono::{DateTime, Utc};

use crate::quantities::{ContractId, GasDay, SettlementMonth};
use crate::rejection::rejections;

/// Prints a list of months.
fn list(months: &[SettlementMonth]) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

rejections! {
    /// Refusals of settling a contract year.
    pub enum Rejection {
        701 "unknown_contract" "Check the contract's id."
        /// There is no such contract.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        702 "outside_term" "Name a contract year by the calendar year in which it begins."
        /// T3: the contract has no such year, and no extension with make-up in it.
        #[error("the contract years of {contract} begin in {first} to {last}, not in {year}")]
        OutsideTerm {
            /// The contract.
            contract: ContractId,
            /// As asked.
            year: i64,
            /// The first contract year.
            first: i64,
            /// The last contract year.
            last: i64,
        },

        703 "no_take_or_pay_terms" "Amend the contract if take-or-pay is to be settled."
        /// Y: the terms of the year's last gas day know no take-or-pay.
        #[error("contract {contract} has no take-or-pay terms in contract year {year}")]
        NoTakeOrPayTerms {
            /// The contract.
            contract: ContractId,
            /// The contract year.
            year: i64,
        },

        704 "months_not_issued" "Close the months that are listed first."
        /// Y: every month of the year is issued.
        #[error("not issued yet: {}", list(months))]
        MonthsNotIssued {
            /// The months.
            months: Box<[SettlementMonth]>,
        },

        705 "deviations_open" "Assess the deviations that are listed; post or waive under-takes."
        /// Y5: what is posted as deviation reduces the deficiency, so it must be known.
        #[error("neither posted nor waived as deviation yet: {}", list(months))]
        DeviationsOpen {
            /// The last months of their netting periods.
            months: Box<[SettlementMonth]>,
        },

        706 "year_before_open" "Settle the contract year before it first."
        /// Y3, Y6: the banks come from the year before.
        #[error("contract year {before} is not settled yet; {year} begins with its banks")]
        YearBeforeOpen {
            /// As asked.
            year: i64,
            /// The year that is open.
            before: i64,
        },

        707 "extension_not_over" "Settle the extension when its last gas day has ended."
        /// Y13: make-up can be drawn to the stated last gas day.
        #[error("the extension ends with gas day {last}, at {ends}")]
        ExtensionNotOver {
            /// The stated last gas day.
            last: GasDay,
            /// When it ends.
            ends: DateTime<Utc>,
        },

        708 "not_settled" "Settle the contract year first; only what is settled is restated."
        /// S4.
        #[error("contract year {year} of {contract} is not settled")]
        NotSettled {
            /// The contract.
            contract: ContractId,
            /// As asked.
            year: i64,
        },
    }
}
