//! A daily maximum that somebody is told (E6).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::quantities::Volume;

/// A daily maximum in m³ per gas day, as an answer or a valve command tells it.
///
/// **Guarantee.** It is above zero: a limit that lets nothing through would be a stop, and a stop has
/// its own procedure and its own value. Read from a text, zero and below are an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Volume", into = "Volume")]
pub struct DailyMaximum(Volume);

/// A limit that lets nothing through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a daily maximum of {0} m3 lets nothing through")]
pub struct Nothing(pub Volume);

impl DailyMaximum {
    /// So much a gas day; none for zero and below.
    #[must_use]
    pub fn of(volume: Volume) -> Option<Self> {
        (volume.value() > rust_decimal::Decimal::ZERO).then_some(Self(volume))
    }

    /// m³ per gas day.
    #[must_use]
    pub fn volume(self) -> Volume {
        self.0
    }
}

impl TryFrom<Volume> for DailyMaximum {
    type Error = Nothing;
    fn try_from(volume: Volume) -> Result<Self, Nothing> {
        Self::of(volume).ok_or(Nothing(volume))
    }
}

impl From<DailyMaximum> for Volume {
    fn from(maximum: DailyMaximum) -> Self {
        maximum.volume()
    }
}

impl fmt::Display for DailyMaximum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}
