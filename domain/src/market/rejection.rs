use crate::quantities::{
    CivilDay, ContractId, GasDay, IndexCode, Price, Quantity, SettlementMonth, TradeReference, Unit,
};
use crate::rejection::rejections;

use super::IndexNumber;

rejections! {
    /// Refusals about indices and lots.
    pub enum Rejection {
        201 "index_conflict" "Send the value with a reason if it corrects the published one."
        /// P3: a second value without a reason.
        #[error("index {code} has the value {known} on {effective_day}, not {sent}")]
        IndexConflict {
            /// The index.
            code: IndexCode,
            /// The day.
            effective_day: CivilDay,
            /// As published.
            known: IndexNumber,
            /// As sent.
            sent: IndexNumber,
        },

        211 "unknown_contract" "Import the contract first, or correct its id."
        /// The lot names no contract of the ledger.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        212 "duplicate_reference" "Give the new trade its own reference."
        /// The trade reference stands for another lot.
        #[error("trade {reference} is already recorded with other content")]
        DuplicateReference {
            /// The trade.
            reference: TradeReference,
        },

        213 "outside_term" "Name a settlement month of the contract's term."
        /// The month lies outside the term.
        #[error("month {month} is outside the term {first} to {last}")]
        OutsideTerm {
            /// The month.
            month: SettlementMonth,
            /// First gas day of the contract.
            first: GasDay,
            /// Last gas day of the contract.
            last: GasDay,
        },

        214 "negative_quantity" "Enter a quantity above zero and a price not below it."
        /// A lot moves gas, at a price.
        #[error("a lot of {quantity} at {unit_price} is not possible")]
        NegativeQuantity {
            /// Billing units.
            quantity: Quantity,
            /// As agreed.
            unit_price: Price,
        },

        215 "too_many_decimals" "Round the quantity to the unit's decimals, the price to six."
        /// Q3, M1.
        #[error("{quantity} {unit} at {unit_price} has more decimals than are billed")]
        TooManyDecimals {
            /// Billing units.
            quantity: Quantity,
            /// The contract's unit.
            unit: Unit,
            /// As agreed.
            unit_price: Price,
        },
    }
}
