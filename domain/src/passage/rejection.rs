use chrono::{DateTime, Utc};

use crate::rejection::rejections;

rejections! {
    /// Refusals of the passage of time (T6).
    pub enum Rejection {
        1071 "clock_behind_log" "Set the machine's clock; then ask again."
        /// T6: what was recorded lies not ahead.
        #[error("the clock shows {now}, before the newest event of {newest}; nothing was recorded")]
        ClockBehindLog {
            /// The node's clock.
            now: DateTime<Utc>,
            /// When the newest event was recorded.
            newest: DateTime<Utc>,
        },

        1072 "clock_jumped" "Look after the machine's clock; the next round asks again."
        /// T6: the clock went on by as much as time did.
        #[error("the clock went on by {shown_ms} ms while {counted_ms} ms went by; nothing was recorded")]
        ClockJumped {
            /// Milliseconds by the node's clock.
            shown_ms: i64,
            /// Milliseconds by a clock that nobody sets.
            counted_ms: i64,
        },

        1073 "clock_differs" "Let both machines take their time from the same server."
        /// T6: node and database agree within 5 s.
        #[error("the clock shows {now}, that of the database {database}; nothing was recorded")]
        ClockDiffers {
            /// The node's clock.
            now: DateTime<Utc>,
            /// The database's.
            database: DateTime<Utc>,
        },
    }
}
