use chrono::{DateTime, FixedOffset};

use super::{MeasureKind, Waiting};
use crate::customer::CustomerClass;
use crate::quantities::{
    CivilDay, ContractId, DaysOfGas, DemandId, GasDay, Money, NoticeId, Percent, PointId, Volume,
};
use crate::rejection::rejections;

rejections! {
    /// Refusals about the supply of a contract (E3–E8). Those from `class_protected` to
    /// `site_not_confirmed` are the conditions of E4 in the order in which they are asked.
    pub enum Rejection {
        1001 "unknown_contract" "Sign the contract first."
        /// The contract is not known.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// As sent.
            contract: ContractId,
        },

        1003 "in_the_future" "Record it once it has happened."
        /// T6: what is told has happened already.
        #[error("{at} has not come yet; it is {now}")]
        InTheFuture {
            /// As sent.
            at: DateTime<FixedOffset>,
            /// The current time.
            now: DateTime<FixedOffset>,
        },

        1010 "outside_term" "Look at the term of the contract."
        /// C1: supply is curtailed in the term only.
        #[error("gas day {day} is outside the term {first} to {last} of {contract}")]
        OutsideTerm {
            /// Whose supply.
            contract: ContractId,
            /// The gas day of the moment.
            day: GasDay,
            /// First gas day of the contract.
            first: GasDay,
            /// Last gas day of the contract.
            last: GasDay,
        },

        1014 "reason_missing" "Say why."
        /// E3: a dispute, a proposal and a withdrawal say why.
        #[error("a reason is missing")]
        ReasonMissing {},

        1029 "unknown_delivery_point" "Name a point of the contract."
        /// E8: the point is not one of the contract.
        #[error("{point} is no delivery point of {contract}")]
        UnknownPoint {
            /// As sent.
            point: PointId,
            /// Whose supply.
            contract: ContractId,
        },

        1030 "capacity_missing" "Agree on a daily capacity of each point, or curtail by hand."
        /// E6: a limit is split over the points by their capacity.
        #[error("{point} has no daily capacity to split the limit of {contract} by")]
        CapacityMissing {
            /// The first point without one.
            point: PointId,
            /// Whose supply.
            contract: ContractId,
        },

        1031 "calorific_value_missing" "Record a reading with its calorific value."
        /// E6: a limit is in m³, the contract is billed in energy.
        #[error("{contract} has no reading with a calorific value to count its limit in m3 with")]
        CalorificValueMissing {
            /// Whose supply.
            contract: ContractId,
        },

        1041 "class_protected" "Reduce to the protected quantity instead."
        /// E4: a protected class is never suspended.
        #[error("the customer of {contract} is {class}, a protected class, and is never suspended")]
        ClassProtected {
            /// Whose supply.
            contract: ContractId,
            /// The customer's class.
            class: CustomerClass,
        },

        1042 "class_unknown" "Register the customer with its class."
        /// E4: an unknown class counts as protected.
        #[error("the class of the customer of {contract} is not known, and counts as protected")]
        ClassUnknown {
            /// Whose supply.
            contract: ContractId,
        },

        1043 "demand_not_served" "Serve a demand first."
        /// E4: an order rests on a demand.
        #[error("no demand is running for {contract}")]
        DemandNotServed {
            /// Whose supply.
            contract: ContractId,
        },

        1044 "demand_period_running" "Wait until its days have passed."
        /// E4: the days of a demand run fully; the day it was served on is not counted.
        #[error("demand {demand} of {served} runs {days} days, through {last}; it is {today}")]
        DemandPeriodRunning {
            /// Which demand.
            demand: DemandId,
            /// When it was served.
            served: CivilDay,
            /// The term `demand_days`.
            days: u32,
            /// The last civil day that it runs.
            last: CivilDay,
            /// The civil day of the moment.
            today: CivilDay,
        },

        1045 "notice_not_served" "Serve a suspension notice first."
        /// E4: an order rests on a suspension notice.
        #[error("no suspension notice is running for {contract}")]
        NoticeNotServed {
            /// Whose supply.
            contract: ContractId,
        },

        1046 "notice_period_running" "Wait until its hours have passed."
        /// E4: the hours of a notice run fully.
        #[error("notice {notice} runs {hours} hours, until {until}; it is {now}")]
        NoticePeriodRunning {
            /// Which notice.
            notice: NoticeId,
            /// The term `notice_hours`.
            hours: u32,
            /// When they have run.
            until: DateTime<FixedOffset>,
            /// The moment.
            now: DateTime<FixedOffset>,
        },

        1047 "notice_lapsed" "Serve a new notice."
        /// E4: a notice lapses.
        #[error("notice {notice} of {served} lapsed after {last}; it is {today}")]
        NoticeLapsed {
            /// Which notice.
            notice: NoticeId,
            /// When it was served.
            served: CivilDay,
            /// The last civil day on which an order may rest on it.
            last: CivilDay,
            /// The civil day of the moment.
            today: CivilDay,
        },

        1048 "not_short" "Nothing is to be done: the money lasts."
        /// E4: the days are below the stage's threshold.
        #[error("{days} days of gas as of {as_of} are not below {threshold} to {measure}, with {available} available")]
        NotShort {
            /// G3.
            days: String,
            /// As of which gas day.
            as_of: GasDay,
            /// The term of the stage.
            threshold: DaysOfGas,
            /// What is asked for.
            measure: MeasureKind,
            /// A3.
            available: Money,
        },

        1049 "not_short" "Publish the missing price first."
        /// E4: without a price nobody knows how long the money lasts.
        #[error("the days of gas as of {as_of} are not known because a price is missing")]
        NotKnownShort {
            /// As of which gas day.
            as_of: GasDay,
        },

        1050 "readings_stale" "Read the meters first."
        /// E4: every point has an actual reading that is young enough.
        #[error("the newest actual reading of {point} {}; readings are stale at {hours} hours", match newest { Some(day) => format!("is of gas day {day}, {age_hours} hours old"), None => "is missing".to_owned() })]
        ReadingsStale {
            /// The point.
            point: PointId,
            /// Its newest gas day with an actual reading.
            newest: Option<GasDay>,
            /// Whole hours since the end of that gas day.
            age_hours: i64,
            /// The term `reading_max_age_hours`.
            hours: u32,
        },

        1051 "demand_paid" "Nothing is to be done: the demand is paid."
        /// E4, E5: the demanded amount has been received.
        #[error("{received} of the demanded {amount} of {demand} has been received")]
        DemandPaid {
            /// Which demand.
            demand: DemandId,
            /// Demanded.
            amount: Money,
            /// Received.
            received: Money,
        },

        1052 "demand_disputed" "Resolve the dispute first."
        /// E4: an open dispute blocks an order where the term says so.
        #[error("demand {demand} is disputed since {on}")]
        DemandDisputed {
            /// Which demand.
            demand: DemandId,
            /// Since when.
            on: CivilDay,
        },

        1053 "correction_waiting" "Decide what is waiting first."
        /// E4: what waits could be in the buyer's favour.
        #[error("{waiting} is waiting and could be in the buyer's favour")]
        CorrectionWaiting {
            /// What.
            waiting: Waiting,
        },

        1054 "no_cut_window" "Wait until the window is over."
        /// E4: nobody is cut off in a window of the terms.
        #[error("{now} lies in the no-cut window {window}")]
        NoCutWindow {
            /// The moment.
            now: DateTime<FixedOffset>,
            /// The window as agreed.
            window: String,
        },

        1055 "approvals_missing" "Ask further persons to approve."
        /// F: an order has its approvals.
        #[error("order to {measure} has {given} of {needed} approvals")]
        ApprovalsMissing {
            /// What is asked for.
            measure: MeasureKind,
            /// Approvals so far.
            given: usize,
            /// Approvals that it needs.
            needed: usize,
        },

        1056 "site_not_confirmed" "Send somebody to the site, and record what they found."
        /// E4: a continuous process is stopped only after somebody on site has confirmed.
        #[error("{contract} runs a continuous process, and nobody on site has confirmed that it may stop")]
        SiteNotConfirmed {
            /// Whose supply.
            contract: ContractId,
        },

        1141 "limit_of_nothing" "Agree on a higher protected_daily_quantity or reduce_to_percent; what is to be stopped is suspended, by its own procedure."
        /// E4, E6: a limit lets something through at every point; nobody is stopped by it.
        #[error("on gas day {day} a limit of {contract} would be {daily_maximum} m3, and nothing for {point}: {percent} % of {contract_daily} m3, with {protected} m3 protected")]
        LimitOfNothing {
            /// Whose supply.
            contract: ContractId,
            /// The gas day of the moment.
            day: GasDay,
            /// E6: m³ per gas day of the whole contract.
            daily_maximum: Volume,
            /// The first point that would get nothing.
            point: PointId,
            /// The term `reduce_to_percent`.
            percent: Percent,
            /// G1's contract daily quantity in m³, rounded up.
            contract_daily: Volume,
            /// E4: what is protected, in m³ per gas day, rounded up.
            protected: Volume,
        },

        1151 "soft_time_out_of_bounds" "Give the gateway a soft time within the bounds."
        /// E7: a gateway raises its alarm neither all the time nor too late.
        #[error("a soft time of {soft_seconds} s is outside {shortest} to {longest} s")]
        SoftTimeOutOfBounds {
            /// As sent.
            soft_seconds: u64,
            /// The shortest.
            shortest: u64,
            /// The longest.
            longest: u64,
        },
    }
}
