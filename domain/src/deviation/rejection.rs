use crate::quantities::{CivilDay, ClaimId, ContractId, GasDay, Quantity, SettlementMonth, Unit};
use crate::rejection::rejections;

/// Prints a list of months.
fn list(months: &[SettlementMonth]) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

rejections! {
    /// Refusals about claims and assessments.
    pub enum Rejection {
        501 "unknown_contract" "Import the contract first, or correct its id."
        /// The claim names no contract of the ledger.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        502 "duplicate_reference" "Give the new claim its own id; a decision is taken once."
        /// The id stands for another claim, or the claim is already decided otherwise.
        #[error("claim {claim} is already recorded with other content")]
        DuplicateReference {
            /// The claim.
            claim: ClaimId,
        },

        503 "malformed" "Let the claim end on or after the gas day on which it begins."
        /// The claim has no gas day.
        #[error("a claim cannot run from {first} to {last}")]
        NoGasDay {
            /// First gas day.
            first: GasDay,
            /// Last gas day.
            last: GasDay,
        },

        504 "negative_quantity" "Enter a claimed quantity above zero and a granted one not below."
        /// A claim claims something.
        #[error("{claimed} claimed and {granted} granted are not possible")]
        NegativeQuantity {
            /// Billing units claimed.
            claimed: Quantity,
            /// Billing units granted.
            granted: Quantity,
        },

        505 "too_many_decimals" "Round the quantities to the unit's decimals."
        /// Q3.
        #[error("{claimed} or {granted} {unit} have more decimals than are billed")]
        TooManyDecimals {
            /// Billing units claimed.
            claimed: Quantity,
            /// Billing units granted.
            granted: Quantity,
            /// The contract's unit.
            unit: Unit,
        },

        506 "outside_term" "Claim only gas days of the contract's term."
        /// A gas day of the claim lies outside the term.
        #[error("gas day {day} of the claim is outside the term {first} to {last}")]
        OutsideTerm {
            /// The gas day.
            day: GasDay,
            /// First gas day of the contract.
            first: GasDay,
            /// Last gas day of the contract.
            last: GasDay,
        },

        507 "granted_above_claimed" "Grant at most what was claimed."
        /// D9.
        #[error("{granted} granted exceed {claimed} claimed")]
        GrantedAboveClaimed {
            /// Billing units granted.
            granted: Quantity,
            /// Billing units claimed.
            claimed: Quantity,
        },

        508 "claim_too_late" "The contract fixes the deadline; the claim cannot be recorded."
        /// D9.
        #[error("received on {received_on}, after the deadline {deadline}")]
        ClaimTooLate {
            /// When it was received.
            received_on: CivilDay,
            /// The last day in time.
            deadline: CivilDay,
        },

        509 "decision_inconsistent" "Set the decision to granted, or the granted quantity to 0."
        /// A quantity is granted without the decision `granted`.
        #[error("{granted} granted without the decision granted")]
        DecisionInconsistent {
            /// Billing units granted.
            granted: Quantity,
        },

        521 "no_deviation_terms" "Amend the contract if deviations are to be settled."
        /// D: the contract knows no deviation settlement.
        #[error("contract {contract} has no deviation terms in {month}")]
        NoDeviationTerms {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        522 "not_last_of_period" "Assess the last month of the netting period."
        /// D7.
        #[error("{month} is not the last month of its netting period; {last} is")]
        NotLastOfPeriod {
            /// As asked.
            month: SettlementMonth,
            /// The period's last month.
            last: SettlementMonth,
        },

        523 "months_not_issued" "Close the months that are listed first."
        /// D7: every month of the period is issued.
        #[error("not issued yet: {}", list(months))]
        MonthsNotIssued {
            /// The months.
            months: Box<[SettlementMonth]>,
        },
    }
}
