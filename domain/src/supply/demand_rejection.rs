use chrono::{DateTime, FixedOffset};

use crate::quantities::{
    CivilDay, ContractId, DaysOfGas, DemandId, GasDay, Money, NoticeId, OrderId,
};
use crate::rejection::rejections;

rejections! {
    /// Refusals about demands, their disputes and the notices that rest on them (E3).
    pub enum DemandRejection {
        1002 "not_positive" "State what is demanded as a number above zero."
        /// E3: a demand names an amount.
        #[error("the demanded amount {amount} is not above zero")]
        NotPositive {
            /// As sent.
            amount: Money,
        },

        1004 "demand_running" "Wait until the running demand is paid, or resolve its dispute."
        /// E3: one demand at a time.
        #[error("demand {known} of {amount} is running already")]
        DemandRunning {
            /// The demand that is running.
            known: DemandId,
            /// Its amount.
            amount: Money,
        },

        1005 "duplicate_reference" "Give the demand another name."
        /// The name is in use for another demand of the contract.
        #[error("demand {demand} was served on {known} with other content")]
        DuplicateDemand {
            /// Its name.
            demand: DemandId,
            /// When the known one was served.
            known: CivilDay,
        },

        1006 "duplicate_reference" "Give the notice another name."
        /// The name is in use for another notice of the contract.
        #[error("notice {notice} was served on {known} with other content")]
        DuplicateNotice {
            /// Its name.
            notice: NoticeId,
            /// When the known one was served.
            known: CivilDay,
        },

        1008 "nothing_to_demand" "Wait until the days of gas are below restore_above; E5 would cancel the demand."
        /// E5: a demand is cancelled while the days are not below `restore_above`.
        #[error("{days} days of gas as of {as_of} are not below restore_above {restore_above}: a demand would be cancelled at once")]
        NothingToDemand {
            /// G3.
            days: String,
            /// As of which gas day.
            as_of: GasDay,
            /// The term.
            restore_above: DaysOfGas,
        },

        1009 "supply_restoring" "Let somebody on site open the valves and report them."
        /// E5: a lifted suspension ends with the reports from the site.
        #[error("the suspension {order} is lifted and its valves are not reported open yet")]
        SupplyRestoring {
            /// The order that is over.
            order: OrderId,
        },

        1011 "unknown_demand" "Name the demand that is running."
        /// E3: the demand is not running.
        #[error("demand {demand} of {contract} is not running")]
        UnknownDemand {
            /// Whose supply.
            contract: ContractId,
            /// As sent.
            demand: DemandId,
        },

        1012 "dispute_open" "Resolve the open dispute first."
        /// E4: one dispute at a time.
        #[error("demand {demand} is disputed since {on}")]
        DisputeOpen {
            /// Which demand.
            demand: DemandId,
            /// Since when.
            on: CivilDay,
        },

        1013 "no_dispute_open" "Look at the procedure."
        /// E4: nothing to resolve.
        #[error("demand {demand} is not disputed")]
        NoDisputeOpen {
            /// Which demand.
            demand: DemandId,
        },

        1015 "notice_running" "Use the notice that is running; a new one may follow when it has lapsed."
        /// E3: one notice at a time.
        #[error("notice {notice} is running and lapses after {last}")]
        NoticeRunning {
            /// The notice that is running.
            notice: NoticeId,
            /// The last civil day on which an order may rest on it.
            last: CivilDay,
        },

        1016 "notice_before_demand" "Serve the notice after the demand."
        /// E3: a notice rests on a demand that was served.
        #[error("the notice was served at {notice}, before the demand at {demand}")]
        NoticeBeforeDemand {
            /// As sent.
            notice: DateTime<FixedOffset>,
            /// When the demand was.
            demand: DateTime<FixedOffset>,
        },

        1017 "confirmed_before_notice" "Go to the site after the notice was served."
        /// E4: a confirmation from the site belongs to the notice.
        #[error("the site was confirmed at {at}, before the notice of {notice}")]
        ConfirmedBeforeNotice {
            /// As sent.
            at: DateTime<FixedOffset>,
            /// When the notice was served.
            notice: DateTime<FixedOffset>,
        },
    }
}
