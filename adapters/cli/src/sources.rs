//! The only reader of the machine's clock and of random bytes (invariant 2).

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use citygate_engine::Sources;
use uuid::Uuid;

use crate::failure::Failure;

/// The machine's clock and random ids; `now` tells another time to a simulated ledger (T6).
#[expect(clippy::disallowed_methods, reason = "the one file where time and ids come from")]
pub fn sources(told: Option<DateTime<Utc>>) -> Sources {
    Sources {
        now: Arc::new(move || told.unwrap_or_else(Utc::now)),
        event_id: Arc::new(Uuid::now_v7),
        salt: Arc::new(|| Uuid::new_v4().into_bytes()),
    }
}

/// 32 random bytes: the seed of a key.
pub fn seed() -> Result<[u8; 32], Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Failure::world("random bytes", &error))?;
    Ok(seed)
}

/// Starts counting; the answer says how many milliseconds have passed.
#[expect(clippy::disallowed_methods, reason = "the one file where time comes from")]
pub fn stopwatch() -> impl Fn() -> u128 {
    let started = Instant::now();
    move || started.elapsed().as_millis()
}

/// What a clock that nobody sets has counted since this was first asked (T6).
#[expect(clippy::disallowed_methods, reason = "the one file where time and ids come from")]
pub fn counted() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}
