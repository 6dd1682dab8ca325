use crate::quantities::{Bank, BankReference, CivilDay, ContractId, GuaranteeReference, Money};
use crate::rejection::rejections;

rejections! {
    /// Refusals about money and guarantees.
    pub enum Rejection {
        401 "unknown_contract" "Leave the contract empty to record the money as unallocated."
        /// The row names no contract of the ledger.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        402 "duplicate_reference" "Check the bank's reference; it names another movement of money."
        /// A1: bank and reference name one movement.
        #[error("{bank} {reference} is already recorded with {known} yuan of {value_date}")]
        DuplicateReference {
            /// The bank.
            bank: Bank,
            /// The reference.
            reference: BankReference,
            /// As recorded.
            known: Money,
            /// As recorded.
            value_date: CivilDay,
        },

        403 "negative_quantity" "Enter the amount above zero; the kind says which way it moved."
        /// A movement moves money.
        #[error("an amount of {amount} yuan is not above zero")]
        NotPositive {
            /// As sent.
            amount: Money,
        },

        404 "nothing_to_reverse" "Name a payment of the same contract, bank and amount."
        /// A1.
        #[error("{bank} has no payment {reverses} of {amount} yuan that could be reversed")]
        NothingToReverse {
            /// The bank.
            bank: Bank,
            /// The payment's reference.
            reverses: BankReference,
            /// As sent.
            amount: Money,
        },

        405 "refund_above_balance" "Refund at most the balance of the value date."
        /// A1: guarantees do not count.
        #[error("{amount} yuan exceed the balance of {balance} yuan on {value_date} by {excess}")]
        RefundAboveBalance {
            /// As sent.
            amount: Money,
            /// A2, of the value date.
            balance: Money,
            /// The value date.
            value_date: CivilDay,
            /// amount − balance.
            excess: Money,
        },

        411 "duplicate_reference" "Give the new guarantee its own reference."
        /// The reference stands for another guarantee.
        #[error("guarantee {reference} is already recorded with other content")]
        DuplicateGuarantee {
            /// The guarantee.
            reference: GuaranteeReference,
        },

        412 "malformed" "Let the guarantee end on or after the day on which it begins."
        /// The validity is empty.
        #[error("a guarantee cannot be valid from {valid_from} to {valid_to}")]
        EmptyValidity {
            /// First day.
            valid_from: CivilDay,
            /// Last day.
            valid_to: CivilDay,
        },
    }
}
