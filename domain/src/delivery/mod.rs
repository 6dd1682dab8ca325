//! Readings of delivery points (Q1–Q6).

mod behind;
mod decide;
mod park;
mod rejection;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::log::Position;
use crate::quantities::{
    CalorificValue, ContractId, GasDay, PointId, Quantity, SettlementMonth, Volume,
};

pub use behind::{GasBehind, gas_behind};
pub use decide::{check_values, record};
pub use park::{Parked, ReadingParked};
pub(crate) use park::{Taking, replayed};
pub use rejection::Rejection;

/// Records the reading of a point for a gas day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordDelivery {
    /// Which point.
    pub point: PointId,
    /// Which gas day.
    pub gas_day: GasDay,
    /// Q1.
    pub volume: Volume,
    /// Q2; needed where the contract bills energy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<CalorificValue>,
    /// Where it comes from.
    pub source: Source,
    /// Why it replaces another; required of a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a reading comes from (Q5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The meter's own transmission.
    Telemetry,
    /// Read by a person.
    Manual,
    /// Not read, estimated.
    Estimate,
    /// Replaces anything, with a reason; an actual.
    Correction,
}

/// The text is no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not telemetry, manual, estimate or correction")]
pub struct UnknownSource(pub String);

impl Source {
    /// Q5: telemetry and manual readings are one source, *actual*; so is a correction.
    #[must_use]
    pub fn is_actual(self) -> bool {
        match self {
            Self::Telemetry | Self::Manual | Self::Correction => true,
            Self::Estimate => false,
        }
    }

    /// The word files use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Telemetry => "telemetry",
            Self::Manual => "manual",
            Self::Estimate => "estimate",
            Self::Correction => "correction",
        }
    }
}

impl FromStr for Source {
    type Err = UnknownSource;
    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        [Self::Telemetry, Self::Manual, Self::Estimate, Self::Correction]
            .into_iter()
            .find(|source| source.word() == text)
            .ok_or_else(|| UnknownSource(text.to_owned()))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// A reading was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRecorded {
    /// The contract that holds the point on the gas day.
    pub contract: ContractId,
    /// The gas day.
    pub gas_day: GasDay,
    /// Q2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gcv_mj_per_m3: Option<CalorificValue>,
    /// The settlement month, stored and never derived again (T2).
    pub month: SettlementMonth,
    /// The point.
    pub point: PointId,
    /// Q3: the reading in the contract's billing unit.
    pub quantity: Quantity,
    /// Why it replaces another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it comes from.
    pub source: Source,
    /// Q1.
    pub volume_m3: Volume,
}

/// What is known of a point's gas day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointDay {
    /// The value in force.
    pub current: Reading,
    /// The values that it replaced, oldest first.
    pub superseded: Vec<Reading>,
}

/// One value of a point's gas day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Q1.
    pub volume: Volume,
    /// Q2.
    pub calorific_value: Option<CalorificValue>,
    /// Where it comes from.
    pub source: Source,
    /// Q3: in the contract's billing unit.
    pub quantity: Quantity,
    /// Why it replaced another.
    pub reason: Option<Box<str>>,
    /// The event that recorded it.
    pub position: Position,
}

impl PointDay {
    pub(crate) fn first(event: &DeliveryRecorded, position: Position) -> Self {
        Self { current: Reading::of(event, position), superseded: Vec::new() }
    }

    pub(crate) fn replace(&mut self, event: &DeliveryRecorded, position: Position) {
        let before = std::mem::replace(&mut self.current, Reading::of(event, position));
        self.superseded.push(before);
    }

    /// Whether the fact was seen before, current or superseded (formats.md): value, kind, and for a
    /// correction its reason.
    #[must_use]
    pub fn has_seen(&self, command: &RecordDelivery) -> bool {
        std::iter::once(&self.current).chain(&self.superseded).any(|seen| seen.is(command))
    }
}

impl Reading {
    pub(crate) fn of(event: &DeliveryRecorded, position: Position) -> Self {
        Self {
            volume: event.volume_m3,
            calorific_value: event.gcv_mj_per_m3,
            source: event.source,
            quantity: event.quantity,
            reason: event.reason.as_deref().map(Into::into),
            position,
        }
    }

    fn is(&self, command: &RecordDelivery) -> bool {
        let correction = |source| source == Source::Correction;
        let reason = |of: Source, text: Option<&str>| {
            if correction(of) { text.map(str::to_owned) } else { None }
        };
        self.has_value(command)
            && self.source.is_actual() == command.source.is_actual()
            && correction(self.source) == correction(command.source)
            && reason(self.source, self.reason.as_deref())
                == reason(command.source, command.reason.as_deref())
    }

    /// Q5: volume and calorific value together.
    #[must_use]
    pub fn has_value(&self, command: &RecordDelivery) -> bool {
        self.volume == command.volume && self.calorific_value == command.calorific_value
    }
}
