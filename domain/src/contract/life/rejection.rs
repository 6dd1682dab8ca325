use crate::customer::CustomerClass;
use crate::quantities::{ContractId, GasDay, PointId, Quantity, SettlementMonth, Unit};
use crate::rejection::rejections;

rejections! {
    /// Refusals about the life of a contract: amended, ended, its points moved, handed over.
    pub enum Rejection {
        1101 "unknown_contract" "Import the contract first, or correct its id."
        /// Nobody signed the contract.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        1102 "outside_term" "Name a gas day of the contract's term."
        /// C1: terms and points change inside a term.
        #[error("gas day {day} is outside the term {first} to {last} of contract {contract}")]
        OutsideTerm {
            /// The contract.
            contract: ContractId,
            /// The day.
            day: GasDay,
            /// Its first gas day.
            first: GasDay,
            /// Its last gas day.
            last: GasDay,
        },

        1103 "reason_missing" "Say why."
        /// F: who reads it later wants to know.
        #[error("a reason is missing")]
        ReasonMissing {},

        1105 "month_already_issued" "Choose a gas day of a month that is not closed yet."
        /// C1: a change takes effect in an open month at the earliest.
        #[error("the settlement of {month} of contract {contract} is issued; a change from {day} \
                 would reach into it")]
        MonthAlreadyIssued {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// The first gas day that would change.
            day: GasDay,
        },

        1106 "year_already_settled" "Choose a gas day of a contract year that is not settled."
        /// Y13: a settled contract year does not become another one.
        #[error("contract year {year} of contract {contract} is settled; a change from {day} \
                 would belong to it")]
        YearAlreadySettled {
            /// The contract.
            contract: ContractId,
            /// The contract year.
            year: i64,
            /// The first gas day that would change.
            day: GasDay,
        },

        1107 "amendments_overlap" "Amend from the day of the known amendment, or from a later one."
        /// C2: terms of one contract do not overlap.
        #[error("contract {contract} is amended from {known} already; an amendment from {from} \
                 would lie under it")]
        AmendmentsOverlap {
            /// The contract.
            contract: ContractId,
            /// From when it would count.
            from: GasDay,
            /// From when the known one counts.
            known: GasDay,
        },

        1108 "nothing_amended" "Name the terms that are to be otherwise."
        /// C1: an amendment changes something.
        #[error("the terms of contract {contract} on {from} say so already")]
        NothingAmended {
            /// The contract.
            contract: ContractId,
            /// The day.
            from: GasDay,
        },

        1109 "terms_incomplete" "Give the whole group of terms; docs/formats.md lists them."
        /// C1: a group of terms that the contract has not is agreed as a whole.
        #[error("contract {contract} has no {group} terms on {from}, and the amendment does not \
                 give them whole")]
        TermsIncomplete {
            /// The contract.
            contract: ContractId,
            /// The day.
            from: GasDay,
            /// Which group.
            group: &'static str,
        },

        1110 "month_quantity_fixed" "Leave the quantities of the months before as they are."
        /// C2: the quantity of a month that is over for the amendment, or issued, stays.
        #[error("the quantity of {month} is {was} and cannot become {wanted}: the month is issued \
                 or ends before {from}")]
        MonthQuantityFixed {
            /// The month.
            month: SettlementMonth,
            /// As it is.
            was: Quantity,
            /// As it would be.
            wanted: Quantity,
            /// The first gas day that changes.
            from: GasDay,
        },

        1111 "quantity_below_zero" "Leave the month at least what it has transferred away."
        /// C3: C never falls below 0.
        #[error("{month} would have {quantity} and has transferred {transferred} away")]
        QuantityBelowZero {
            /// The month.
            month: SettlementMonth,
            /// Its monthly quantity as it would be.
            quantity: Quantity,
            /// What it gave, less what it received.
            transferred: Quantity,
        },

        1112 "contract_terminated" "Sign a contract with an id of its own."
        /// C1: an ended contract is not ended again, and not renewed.
        #[error("contract {contract} was terminated with gas day {last}")]
        ContractTerminated {
            /// The contract.
            contract: ContractId,
            /// Its last gas day.
            last: GasDay,
        },

        1113 "nothing_ended" "Name a gas day before the last one of the term."
        /// C1: an early end is earlier.
        #[error("the term of contract {contract} ends with {last} anyway; {day} is not earlier")]
        NothingEnded {
            /// The contract.
            contract: ContractId,
            /// The day asked for.
            day: GasDay,
            /// Its last gas day.
            last: GasDay,
        },

        1114 "readings_behind" "Choose a later day, or correct the readings to the right days."
        /// C1, Q4: gas that was read belongs to the contract that held the point.
        #[error("contract {contract} has {count} readings from {day} on, the first of {first}")]
        ReadingsBehind {
            /// The contract.
            contract: ContractId,
            /// The first gas day that would change.
            day: GasDay,
            /// How many readings.
            count: usize,
            /// The gas day of the first.
            first: GasDay,
        },

        1115 "quantity_behind" "Transfer the quantity back, or choose a later day."
        /// C1, C3, P4: lots and transfers of later months would hang in the air.
        #[error("contract {contract} has a lot or a transfer in {month}, behind {last}")]
        QuantityBehind {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// The last gas day that would remain.
            last: GasDay,
        },

        1116 "same_contract" "Name two different contracts."
        /// Q4, C4: a move goes from one contract to another.
        #[error("contract {contract} cannot follow itself")]
        SameContract {
            /// The contract.
            contract: ContractId,
        },

        1117 "point_not_held" "Name the contract that holds the point on that day."
        /// Q4: only what a contract holds can be moved; a point is moved once.
        #[error("contract {contract} does not hold point {point} on {day}; {holder} does")]
        PointNotHeld {
            /// The point.
            point: PointId,
            /// The contract.
            contract: ContractId,
            /// The day.
            day: GasDay,
            /// Who holds it.
            holder: String,
        },

        1118 "point_taken" "End the other contract's hold on the point first."
        /// Q4: a point belongs to one contract at a time.
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

        1119 "units_differ" "Move points only between contracts billed in the same unit."
        /// Q3: what a point needs to be billed differs by unit.
        #[error("the contracts are billed in {from} and {to}")]
        UnitsDiffer {
            /// The unit of the contract that gives.
            from: Unit,
            /// The unit of the contract that takes.
            to: Unit,
        },

        1120 "capacity_missing" "Sign the point with its daily capacity first."
        /// Q6, E7: a gateway needs the capacity of every point of its contract.
        #[error("point {point} has no daily capacity, and the points of contract {contract} have")]
        CapacityMissing {
            /// The point.
            point: PointId,
            /// The contract that would take it.
            contract: ContractId,
        },

        1121 "class_differs" "Hand over to a contract of a customer of the same class."
        /// C4, E4: protection goes with the class.
        #[error("contract {from} is of class {from_class}, contract {to} of class {to_class}")]
        ClassDiffers {
            /// The contract that gives.
            from: ContractId,
            /// Its customer's class.
            from_class: CustomerClass,
            /// The contract that takes.
            to: ContractId,
            /// Its customer's class.
            to_class: CustomerClass,
        },

        1137 "nothing_handed_over" "Nothing is left to hand over; close the account instead."
        /// C4: a hand-over ends a term or brings a point.
        #[error("contract {contract} has no point on {day} that contract {to} does not hold \
                 already, and its term is over")]
        NothingHandedOver {
            /// The contract that gives.
            contract: ContractId,
            /// The contract that takes.
            to: ContractId,
            /// The day.
            day: GasDay,
        },

        1138 "outside_term" "Hand the point over to the contract that follows, then send it again."
        /// C1, C2: a contract that was ended early is not renewed, so that nothing waits for it.
        #[error("contract {contract} was terminated with gas day {last}; nobody holds point \
                 {point} on {day}")]
        ReadingBehindEnd {
            /// The contract that held the point last.
            contract: ContractId,
            /// Its last gas day.
            last: GasDay,
            /// The point.
            point: PointId,
            /// The gas day of the reading.
            day: GasDay,
        },
    }
}
