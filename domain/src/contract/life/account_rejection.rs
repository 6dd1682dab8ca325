use crate::quantities::{CivilDay, ContractId, GasDay, Money, PointId, SettlementMonth, Volume};
use crate::rejection::rejections;
use crate::rules::stage::Stage;

/// Prints a list.
fn list<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

rejections! {
    /// Refusals about the account of a contract: what still stands open, its balance, its closing (C4).
    pub enum AccountRejection {
        1104 "account_closed" "Record it for the contract that follows; money as unallocated."
        /// C4: a closed account does not change any more.
        #[error("the account of contract {contract} was closed on {on}")]
        AccountClosed {
            /// The contract.
            contract: ContractId,
            /// When.
            on: CivilDay,
        },

        1122 "supply_running" "Lift the order or let it be withdrawn first."
        /// C4, E: what is done about supply stays with the contract it is done about.
        #[error("the supply of contract {contract} is {stage}")]
        SupplyRunning {
            /// The contract.
            contract: ContractId,
            /// The stage in effect.
            stage: Stage,
        },

        1123 "term_not_over" "Wait until the term is over, or end it early."
        /// C4: final readings are those of the last gas day.
        #[error("the term of contract {contract} runs to gas day {last}, which is not over")]
        TermNotOver {
            /// The contract.
            contract: ContractId,
            /// Its last gas day.
            last: GasDay,
        },

        1124 "readings_missing" "Record the readings, or an estimate for each."
        /// C4: every gas day of the term has a reading at every point.
        #[error("contract {contract} lacks {count} readings, the first of {first} at {point}")]
        ReadingsMissing {
            /// The contract.
            contract: ContractId,
            /// How many.
            count: usize,
            /// The gas day of the first.
            first: GasDay,
            /// The point of the first.
            point: PointId,
        },

        1125 "months_not_issued" "Close the months."
        /// C4: all months are settled.
        #[error("contract {contract} has months without a settlement: {}", list(months))]
        MonthsNotIssued {
            /// The contract.
            contract: ContractId,
            /// Which months.
            months: Box<[SettlementMonth]>,
        },

        1126 "case_open" "Post the deviations, or waive them."
        /// C4: no case is open.
        #[error("contract {contract} has open deviation cases: {}", list(months))]
        CaseOpen {
            /// The contract.
            contract: ContractId,
            /// The last months of their periods.
            months: Box<[SettlementMonth]>,
        },

        1127 "sheet_disputed" "Resolve the dispute."
        /// C4: no sheet is disputed.
        #[error("contract {contract} disputes the sheets of {}", list(months))]
        SheetDisputed {
            /// The contract.
            contract: ContractId,
            /// The last months of their periods.
            months: Box<[SettlementMonth]>,
        },

        1128 "claim_undecided" "Decide the claims."
        /// C4: no claim waits.
        #[error("contract {contract} has claims without a decision: {}", claims.join(" "))]
        ClaimUndecided {
            /// The contract.
            contract: ContractId,
            /// Which claims.
            claims: Box<[String]>,
        },

        1129 "years_not_settled" "Settle the contract years of take-or-pay."
        /// C4: every year with take-or-pay is settled.
        #[error("contract {contract} has contract years that are not settled: {}", list(years))]
        YearsNotSettled {
            /// The contract.
            contract: ContractId,
            /// Which years.
            years: Box<[i64]>,
        },

        1130 "approval_pending" "Approve or withdraw what waits."
        /// C4: nothing about the contract waits for a second person.
        #[error("proposals about contract {contract} wait: {}", subjects.join(" "))]
        ApprovalsPending {
            /// The contract.
            contract: ContractId,
            /// What they are about.
            subjects: Box<[String]>,
        },

        1131 "money_unassigned" "Assign what is left of the payments, or refund it."
        /// C4: of money that was assigned to the contract nothing lies about.
        #[error("{left} yuan of payments that were assigned to contract {contract} in part are \
                 nobody's: {}", references.join(" "))]
        MoneyUnassigned {
            /// The contract.
            contract: ContractId,
            /// How much is left of them.
            left: Money,
            /// Bank and reference of each.
            references: Box<[String]>,
        },

        1132 "restatement_outstanding" "Run restatements for the contract first."
        /// C4, S4: no document would come out otherwise.
        #[error(
            "documents of contract {contract} would come out otherwise: {}",
            documents.join(" ")
        )]
        RestatementOutstanding {
            /// The contract.
            contract: ContractId,
            /// Which ones.
            documents: Box<[String]>,
        },

        1133 "balance_owed"
            "Let the debt be paid first; hand it over only with the seller's consent."
        /// C4: an account in debt is not closed; a debt moves only when that was said.
        #[error("contract {contract} owes {owed} yuan")]
        BalanceOwed {
            /// The contract.
            contract: ContractId,
            /// Yuan, above zero.
            owed: Money,
        },

        1134 "balance_left" "Say where the balance goes: to a bank, or to another contract."
        /// C4: an account is closed at zero.
        #[error("the account of contract {contract} holds {balance} yuan")]
        BalanceLeft {
            /// The contract.
            contract: ContractId,
            /// Yuan.
            balance: Money,
        },

        1135 "closing_too_early" "Close the account on a later day."
        /// C4: the balance goes once, after everything that moves it.
        #[error("on {on} contract {contract} has {balance} yuan, later {later}: facts of later \
                 days are recorded")]
        ClosingTooEarly {
            /// The contract.
            contract: ContractId,
            /// The closing day.
            on: CivilDay,
            /// The balance as of it.
            balance: Money,
            /// The balance over all facts.
            later: Money,
        },

        1136 "day_not_over" "Close the account today, or on a day that is over."
        /// C4: money does not go on a day to come.
        #[error("{on} lies behind today, {today}")]
        DayAhead {
            /// The closing day.
            on: CivilDay,
            /// Today.
            today: CivilDay,
        },

        1161 "readings_parked" "Renew it, or sign who takes the gas; correct to 0 what was none."
        /// C2, C4: gas of days behind the term waits until somebody holds its point.
        #[error("behind the term of contract {contract} {count} parked readings of gas wait, the \
                 first of {first} at {point} with {volume} m3")]
        ReadingsParked {
            /// The contract that held the points last.
            contract: ContractId,
            /// How many gas days of a point.
            count: usize,
            /// The first gas day.
            first: GasDay,
            /// The point of the first.
            point: PointId,
            /// The volume of the first, in m³.
            volume: Volume,
        },
    }
}
