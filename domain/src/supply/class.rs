//! Whom a suspension can be about (E4), and what an order asks for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::customer::CustomerClass;
use crate::quantities::{PointId, Volume};
use crate::rules::stage::Stage;

/// A class of customers that may be suspended (E4).
///
/// **Guarantee.** Whatever stops gas holds one of these: an order, its event, an answer, a lease. There
/// is no value of it for a protected class or for an unknown one, and it is made only by
/// [`UnprotectedClass::of`], so a stop of a protected customer cannot be expressed. Read from a text, a
/// protected class is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CustomerClass", into = "CustomerClass")]
pub struct UnprotectedClass(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Industrial,
    Commercial,
}

/// The class is protected, so nothing that stops gas can hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the class {0} is protected and cannot be suspended")]
pub struct Protected(pub CustomerClass);

impl UnprotectedClass {
    /// The class as one that may be suspended; none for a protected class, and none for a customer
    /// whose class is not known (E4).
    #[must_use]
    pub fn of(class: Option<CustomerClass>) -> Option<Self> {
        match class? {
            CustomerClass::Industrial => Some(Self(Kind::Industrial)),
            CustomerClass::Commercial => Some(Self(Kind::Commercial)),
            CustomerClass::Residential
            | CustomerClass::PublicService
            | CustomerClass::Key
            | CustomerClass::CityGas => None,
        }
    }

    /// The class of customers that it is.
    #[must_use]
    pub fn class(self) -> CustomerClass {
        match self.0 {
            Kind::Industrial => CustomerClass::Industrial,
            Kind::Commercial => CustomerClass::Commercial,
        }
    }
}

impl TryFrom<CustomerClass> for UnprotectedClass {
    type Error = Protected;
    fn try_from(class: CustomerClass) -> Result<Self, Protected> {
        Self::of(Some(class)).ok_or(Protected(class))
    }
}

impl From<UnprotectedClass> for CustomerClass {
    fn from(class: UnprotectedClass) -> Self {
        class.class()
    }
}

impl fmt::Display for UnprotectedClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.class(), formatter)
    }
}

/// What somebody wants of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// A daily maximum (E6).
    Reduce,
    /// No gas.
    Suspend,
}

impl MeasureKind {
    /// The stage that it leads to (E1).
    #[must_use]
    pub fn stage(self) -> Stage {
        match self {
            Self::Reduce => Stage::Reduced,
            Self::Suspend => Stage::Suspended,
        }
    }

    /// F: how many other persons approve it.
    #[must_use]
    pub fn approvers(self) -> usize {
        match self {
            Self::Reduce => 1,
            Self::Suspend => 2,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reduce => "reduce",
            Self::Suspend => "suspend",
        }
    }
}

impl fmt::Display for MeasureKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// What a proposed order asks for. A suspension holds whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposed {
    /// A daily maximum; it is computed when the order is issued.
    Reduce {},
    /// No gas.
    Suspend {
        /// The customer's class.
        class: UnprotectedClass,
    },
}

impl Proposed {
    /// What it wants.
    #[must_use]
    pub fn kind(&self) -> MeasureKind {
        match self {
            Self::Reduce {} => MeasureKind::Reduce,
            Self::Suspend { .. } => MeasureKind::Suspend,
        }
    }
}

/// What an issued order does, to which points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// A daily maximum, split over the points (E6).
    Reduce {
        /// m³ per gas day of the contract: the sum of its parts.
        daily_maximum: Volume,
        /// The parts, by point as the contract names them.
        limits: Vec<PointLimit>,
    },
    /// No gas.
    Suspend {
        /// Whom it is about.
        class: UnprotectedClass,
        /// The points, as the contract names them.
        points: Vec<PointId>,
    },
}

/// A point's part of a daily maximum (E6).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointLimit {
    /// m³ per gas day.
    pub daily_maximum: Volume,
    /// The point.
    pub point: PointId,
}

impl Measure {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> MeasureKind {
        match self {
            Self::Reduce { .. } => MeasureKind::Reduce,
            Self::Suspend { .. } => MeasureKind::Suspend,
        }
    }

    /// The points that it names.
    pub fn points(&self) -> impl Iterator<Item = &PointId> {
        let (limits, points) = match self {
            Self::Reduce { limits, .. } => (limits.as_slice(), [].as_slice()),
            Self::Suspend { points, .. } => ([].as_slice(), points.as_slice()),
        };
        limits.iter().map(|limit| &limit.point).chain(points)
    }
}
