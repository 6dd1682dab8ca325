use chrono::{DateTime, FixedOffset};

use super::Source;
use crate::quantities::{CalorificValue, GasDay, PointId, Unit, Volume};
use crate::rejection::rejections;

rejections! {
    /// Refusals of a reading, in the order of Q6.
    pub enum Rejection {
        301 "unknown_delivery_point" "Import the contract that holds the point, or correct its id."
        /// No contract ever held the point.
        #[error("delivery point {point} is not known")]
        UnknownDeliveryPoint {
            /// The point.
            point: PointId,
        },

        302 "outside_term" "Correct the gas day, or renew the contract first."
        /// No contract holds the point on the gas day.
        #[error("gas day {gas_day} is outside the term {first} to {last} of point {point}")]
        OutsideTerm {
            /// The point.
            point: PointId,
            /// The gas day.
            gas_day: GasDay,
            /// First gas day on which a contract holds the point.
            first: GasDay,
            /// Last such gas day.
            last: GasDay,
        },

        303 "gas_day_not_over" "Record the reading when the gas day has ended."
        /// Q6.
        #[error("gas day {gas_day} ends at {}", ends.to_rfc3339())]
        GasDayNotOver {
            /// The gas day.
            gas_day: GasDay,
            /// When it ends, in the ledger's zone.
            ends: DateTime<FixedOffset>,
        },

        304 "negative_quantity" "Correct the volume; gas does not flow back."
        /// Q1.
        #[error("a volume of {volume} m3 is below zero")]
        NegativeQuantity {
            /// As sent.
            volume: Volume,
        },

        305 "too_many_decimals" "Round the volume to 3 decimals, the calorific value to 4."
        /// Q1, Q2.
        #[error("{value} has {decimals} decimals; at most {limit} are recorded")]
        TooManyDecimals {
            /// As sent.
            value: String,
            /// How many it has.
            decimals: u32,
            /// How many it may have.
            limit: u32,
        },

        306 "calorific_value_invalid" "Correct the calorific value; it is above zero."
        /// Q2.
        #[error("a calorific value of {value} MJ/m3 is not above zero")]
        CalorificValueInvalid {
            /// As sent.
            value: CalorificValue,
        },

        307 "over_capacity" "Check the meter; exactly the capacity is accepted."
        /// Q6.
        #[error("{volume} m3 exceeds the daily capacity {capacity} m3 of {point}")]
        OverCapacity {
            /// The point.
            point: PointId,
            /// As sent.
            volume: Volume,
            /// As agreed.
            capacity: Volume,
        },

        308 "calorific_value_missing" "Send the day's gross calorific value with the volume."
        /// Q3.
        #[error("the contract bills {unit}, and the reading has no calorific value")]
        CalorificValueMissing {
            /// The contract's unit.
            unit: Unit,
        },

        309 "reason_missing" "Say why the value is corrected."
        /// Q5.
        #[error("a correction needs a reason")]
        ReasonMissing {},

        310 "delivery_conflict" "Send the value as a correction with a reason if it is right."
        /// Q5.
        #[error("{point} on {gas_day} has {known} m3 ({known_source}), not {sent} m3 \
                 ({source_sent})")]
        Conflict {
            /// The point.
            point: PointId,
            /// The gas day.
            gas_day: GasDay,
            /// In force.
            known: Volume,
            /// Where it came from.
            known_source: Source,
            /// As sent.
            sent: Volume,
            /// Where that comes from.
            source_sent: Source,
        },

        311 "outside_term" "Renew the contract; the reading then counts by itself."
        /// C2: the day lies behind the term; the reading is kept.
        #[error(
            "gas day {gas_day} is behind the term of point {point}, which ends on {last}; the \
             reading is kept for a renewal"
        )]
        Parked {
            /// The point.
            point: PointId,
            /// The gas day.
            gas_day: GasDay,
            /// Last gas day on which a contract holds the point.
            last: GasDay,
        },
    }
}
