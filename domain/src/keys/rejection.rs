use chrono::{DateTime, Utc};

use super::KeyPurpose;
use crate::quantities::KeyId;
use crate::rejection::rejections;

rejections! {
    /// Refusals of keys (F).
    pub enum Rejection {
        1061 "key_unknown" "Look at the list of keys; make one with `citygate key new`."
        /// F: nobody granted the key.
        #[error("key {key} was never granted")]
        Unknown {
            /// Which key.
            key: KeyId,
        },

        1062 "key_revoked" "Make a new key and grant that one."
        /// F: a revoked key never comes back.
        #[error("key {key} was revoked and never comes back")]
        Revoked {
            /// Which key.
            key: KeyId,
        },

        1063 "key_has_other_purpose" "Make a key of its own for each purpose."
        /// F: what signs valve commands is held apart from what signs leases.
        #[error("key {key} is granted for {is}, not for {wanted}")]
        OtherPurpose {
            /// Which key.
            key: KeyId,
            /// What it may sign.
            is: KeyPurpose,
            /// What it should sign.
            wanted: KeyPurpose,
        },

        1064 "key_not_yet_valid" "Wait until it counts, or sign with the key before it."
        /// F: a key counts from a moment on.
        #[error("key {key} counts from {from}; it is {now}")]
        NotYetValid {
            /// Which key.
            key: KeyId,
            /// From when on.
            from: DateTime<Utc>,
            /// When it should sign.
            now: DateTime<Utc>,
        },
    }
}
