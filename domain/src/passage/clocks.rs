//! T6: whether the passage of time may be recorded, by what the clocks show.

use chrono::{DateTime, TimeDelta, Utc};

use super::Rejection;

/// Seconds by which two clocks may differ.
pub const TOLERANCE_SECONDS: i64 = 5;

/// What the clocks show. The core reads none; whoever records the passage of time tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// The node's clock.
    pub now: DateTime<Utc>,
    /// When the newest event was recorded; none before the first.
    pub newest: Option<DateTime<Utc>>,
    /// The clock of the database, where it has one of its own.
    pub database: Option<DateTime<Utc>>,
    /// What went by since the round before, where there was one.
    pub elapsed: Option<Elapsed>,
}

/// What went by since the round before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed {
    /// What the node's clock showed then.
    pub then: DateTime<Utc>,
    /// What a clock that nobody sets has counted since.
    pub counted: TimeDelta,
}

impl Clocks {
    /// T6: time is recorded only while the clocks agree. A clock that is wrong for a moment must not
    /// leave a deadline in the log that has not come.
    pub fn check(&self) -> Result<(), Rejection> {
        let now = self.now;
        if let Some(newest) = self.newest.filter(|newest| now < *newest) {
            return Err(Rejection::ClockBehindLog { now, newest });
        }
        let tolerance = TimeDelta::seconds(TOLERANCE_SECONDS);
        if let Some(Elapsed { then, counted }) = self.elapsed {
            let shown = now - then;
            if (shown - counted).abs() > tolerance {
                let (shown_ms, counted_ms) = (shown.num_milliseconds(), counted.num_milliseconds());
                return Err(Rejection::ClockJumped { shown_ms, counted_ms });
            }
        }
        match self.database {
            Some(database) if (now - database).abs() > tolerance => {
                Err(Rejection::ClockDiffers { now, database })
            }
            Some(_) | None => Ok(()),
        }
    }
}
