use crate::quantities::{CivilDay, ClaimId, Exact, GasDay, Quantity, SettlementMonth, Unit};
use crate::rejection::rejections;

rejections! {
    /// Refusals about claims (D9): filed, verified, decided.
    pub enum ClaimRejection {
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

        571 "unknown_claim" "File the claim first, or correct its id."
        /// D9: there is no such claim.
        #[error("claim {claim} is not known")]
        UnknownClaim {
            /// The claim.
            claim: ClaimId,
        },

        572 "claim_not_verified" "Verify the evidence of the claim first."
        /// D9: filed, verified, decided.
        #[error("claim {claim} is not verified")]
        ClaimNotVerified {
            /// The claim.
            claim: ClaimId,
        },

        573 "claim_already_decided" "A claim is decided once; file another one."
        /// D9: the decision stands.
        #[error("claim {claim} is decided already")]
        ClaimAlreadyDecided {
            /// The claim.
            claim: ClaimId,
        },

        574 "relief_above_quantity" "Grant at most what the month's contract quantity allows."
        /// D1: relief never exceeds the contract quantity of its month.
        #[error("{relief} of relief in {month} exceed the contract quantity {quantity}")]
        ReliefAboveQuantity {
            /// The month.
            month: SettlementMonth,
            /// All that would be granted for its gas days, exact.
            relief: Exact,
            /// C of the month.
            quantity: Quantity,
        },
    }
}
