//! When a lease is renewed, and how long it holds.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::quantities::PointId;
use crate::supply::Rejection;

/// Seconds of a renewal slot. Slots are counted from midnight UTC, so every node has the same.
pub const SLOT_SECONDS: i64 = 300;
/// How long a lease holds: one gas day. Then the valve is kept, and a person is sent.
pub const LONGEST_SECONDS: u64 = 86_400;
/// Seconds after which a gateway without news raises an alarm, where its profile is silent; and the
/// longest that a valve command may wait.
pub const SOFT_SECONDS: u64 = 900;
/// The soft times that a gateway may have, in seconds.
pub const SOFT_BOUNDS: [u64; 2] = [60, 3_600];
/// Seconds after its question within which a gateway takes an answer.
pub const ANSWER_SECONDS: u64 = 30;

/// A renewal slot: all leases of a point that are signed inside one are the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(DateTime<Utc>);

impl Slot {
    /// The slot that a moment lies in.
    #[must_use]
    pub fn of(now: DateTime<Utc>) -> Self {
        let into = TimeDelta::seconds(now.timestamp().rem_euclid(SLOT_SECONDS))
            + TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()));
        Self(now - into)
    }

    /// When it begins: the moment at which its leases are issued.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        self.0
    }

    /// When the next one begins.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        self.0 + TimeDelta::seconds(SLOT_SECONDS)
    }
}

/// What is known of the device that a lease is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayProfile {
    soft_seconds: u64,
}

impl GatewayProfile {
    /// A device that raises an alarm after so many seconds without news. Refused outside of
    /// [`SOFT_BOUNDS`]: a shorter time is one alarm after the other, a longer one is none.
    pub fn try_new(soft_seconds: u64) -> Result<Self, Rejection> {
        let [shortest, longest] = SOFT_BOUNDS;
        if !(shortest..=longest).contains(&soft_seconds) {
            return Err(Rejection::SoftTimeOutOfBounds { soft_seconds, shortest, longest });
        }
        Ok(Self { soft_seconds })
    }

    /// Seconds without news after which it raises an alarm.
    #[must_use]
    pub fn soft_seconds(self) -> u64 {
        self.soft_seconds
    }
}

impl Default for GatewayProfile {
    fn default() -> Self {
        Self { soft_seconds: SOFT_SECONDS }
    }
}

/// How long a lease holds, in whole seconds from its receipt: a gateway counts them on its own
/// monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When to ask again.
    pub renew_after: u64,
    /// When to raise an alarm, and go on.
    pub soft_until: u64,
    /// When to raise an alarm, keep the valve as it is, and send a person.
    pub hard_until: u64,
}

/// E7: the times of a point's lease in a slot. A gateway goes on without an alarm for the validity of
/// its answer, and at most for its own soft time; a person is sent only after a gas day. Gateways would all ask
/// at one moment, so each asks up to a quarter of the half time earlier or later, always the same for
/// the same point and slot.
#[must_use]
pub fn times(point: &PointId, slot: Slot, valid_seconds: u64, profile: GatewayProfile) -> Times {
    let hard_until = LONGEST_SECONDS;
    let soft_until = profile.soft_seconds.min(valid_seconds).min(hard_until);
    let half = soft_until / 2;
    let span = half / 4;
    let digest = Sha256::new()
        .chain_update(point.as_str())
        .chain_update([0])
        .chain_update(slot.start().timestamp().to_be_bytes())
        .finalize();
    let dice = digest.iter().take(4).fold(0, |dice, byte| dice << 8 | u64::from(*byte));
    Times { renew_after: half - span + dice % (2 * span + 1), soft_until, hard_until }
}
