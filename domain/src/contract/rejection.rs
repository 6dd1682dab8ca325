use crate::quantities::{
    ContractId, Exact, GasDay, PointId, Quantity, SettlementMonth, TransferReference, Unit,
};
use crate::rejection::rejections;

rejections! {
    /// Refusals about contracts and transfers.
    pub enum Rejection {
        101 "malformed" "Correct the field as the format of a contract describes it."
        /// A term contradicts its form or another term.
        #[error("{field}: {problem}")]
        Malformed {
            /// Where.
            field: String,
            /// What.
            problem: String,
        },

        102 "duplicate_reference" "Give the new contract an id of its own."
        /// The id stands for other content.
        #[error("contract {contract} is already signed with other content")]
        DuplicateReference {
            /// The contract.
            contract: ContractId,
        },

        103 "quantities_do_not_sum" "Correct the monthly quantities or the annual quantity."
        /// C2.
        #[error("the months of the contract year from {year} sum to {sum}, its annual quantity \
                 is {annual}: {difference} apart")]
        QuantitiesDoNotSum {
            /// The contract year's first month.
            year: SettlementMonth,
            /// Sum of the months.
            sum: Quantity,
            /// As agreed for the year.
            annual: Quantity,
            /// Sum − annual.
            difference: Quantity,
        },

        104 "shares_not_100" "Correct the shares of the season's tranches."
        /// P1.
        #[error("the shares of the plan for the months {months} sum to {sum}, not to 100")]
        SharesNot100 {
            /// The plan's calendar months.
            months: String,
            /// Their sum.
            sum: Exact,
        },

        105 "seasons_overlap_or_leave_gaps" "Let each calendar month stand in exactly one plan."
        /// P1.
        #[error("calendar month {month} stands in {plans} price plans, not in one")]
        Seasons {
            /// 1 to 12.
            month: u32,
            /// How many plans name it.
            plans: usize,
        },

        106 "terms_overlap" "Let the renewal begin on the day after the term it follows."
        /// C2.
        #[error("contract {contract} runs to {known_last}; a further term from {first} would \
                 overlap or leave a gap")]
        TermsOverlap {
            /// The contract.
            contract: ContractId,
            /// Its last gas day so far.
            known_last: GasDay,
            /// The further term's first.
            first: GasDay,
        },

        107 "point_taken" "End the other contract's hold on the point, or correct the point's id."
        /// Q4.
        #[error("point {point} belongs to contract {holder} from {first} to {last}")]
        PointTaken {
            /// The point.
            point: PointId,
            /// Who holds it.
            holder: ContractId,
            /// From.
            first: GasDay,
            /// To.
            last: GasDay,
        },

        108 "month_already_issued" "Let the terms begin in a month that is not closed yet."
        /// C1: terms take effect in an open month at the earliest.
        #[error("the settlement of {month} is issued; terms from {first} would change it")]
        MonthAlreadyIssued {
            /// The month.
            month: SettlementMonth,
            /// The further term's first gas day.
            first: GasDay,
        },

        109 "year_already_settled" "Let the terms begin in a contract year that is not settled."
        /// Y13: a settled contract year is not made longer; its banks are closed.
        #[error("contract year {year} is settled; terms from {first} would belong to it")]
        YearAlreadySettled {
            /// The contract year.
            year: i64,
            /// The further term's first gas day.
            first: GasDay,
        },

        121 "malformed" "Name two different contracts, or one and `-`."
        /// A transfer has two sides.
        #[error("a transfer goes from one contract to another; `-` stands for an outside party")]
        NoTwoSides {},

        122 "unknown_contract" "Import the contract first, or correct its id."
        /// A side names no contract of the ledger.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        123 "duplicate_reference" "Give the new transfer its own reference."
        /// The reference stands for another transfer.
        #[error("transfer {reference} is already recorded with other content")]
        DuplicateTransfer {
            /// The transfer.
            reference: TransferReference,
        },

        124 "outside_term" "Name a settlement month of the terms of both contracts."
        /// The month lies outside a term.
        #[error("month {month} is outside the term {first} to {last} of contract {contract}")]
        OutsideTerm {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// Its first gas day.
            first: GasDay,
            /// Its last gas day.
            last: GasDay,
        },

        125 "negative_quantity" "Enter a quantity above zero; swap the sides to move it back."
        /// A transfer moves something.
        #[error("a transfer of {quantity} moves nothing")]
        NegativeQuantity {
            /// Billing units.
            quantity: Quantity,
        },

        126 "too_many_decimals" "Round the quantity to the unit's decimals."
        /// Q3.
        #[error("{quantity} {unit} has more decimals than are billed")]
        TooManyDecimals {
            /// Billing units.
            quantity: Quantity,
            /// The contract's unit.
            unit: Unit,
        },

        127 "units_differ" "Transfer only between contracts billed in the same unit."
        /// C3 knows no conversion.
        #[error("the contracts are billed in {from} and {to}")]
        UnitsDiffer {
            /// The giver's unit.
            from: Unit,
            /// The receiver's unit.
            to: Unit,
        },

        128 "transfer_step" "Transfer whole steps of 10 000 m3 (1 万方)."
        /// C3.
        #[error("{quantity} m3 is not a whole number of steps of 10000 m3")]
        TransferStep {
            /// m³.
            quantity: Quantity,
        },

        129 "transfer_above_limit" "Transfer at most what the limit leaves in that month."
        /// C3.
        #[error("{quantity} m3 on top of {earlier} m3 exceeds the limit of {limit} m3 for {month}")]
        TransferAboveLimit {
            /// m³ asked for.
            quantity: Quantity,
            /// m³ transferred in that month before.
            earlier: Quantity,
            /// A tenth of the receiver's monthly quantity, in whole steps.
            limit: Exact,
            /// The month.
            month: SettlementMonth,
        },

        130 "quantity_below_zero" "Transfer at most what the month still has."
        /// C3: C never falls below 0.
        #[error("contract {contract} has {available} in {month}, less than {quantity}")]
        QuantityBelowZero {
            /// Who gives.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// Its C before.
            available: Quantity,
            /// Billing units asked for.
            quantity: Quantity,
        },
    }
}
