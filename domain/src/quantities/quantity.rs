//! Quantities of gas (Q1–Q3).
//!
//! Three types that cannot be confused: [`Volume`] is what a meter measures, in m³ at 20 °C and
//! 101.325 kPa; [`Energy`] is in MJ; [`Quantity`] is what a contract bills, in *its* billing
//! [`Unit`]. The unit is a term of the contract and stands once in the terms, in the input of every
//! rule and on every document; two quantities meet only inside one contract, except in a transfer,
//! which asks for the units first (C3).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::exact::{Exact, NumberError, Overflow, decimals_by_value, half_up, parse_plain};

/// The unit in which a contract bills (Q3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Cubic metres at 20 °C and 101.325 kPa.
    #[serde(rename = "m3")]
    CubicMetre,
    /// Megajoules, gross calorific value.
    #[serde(rename = "MJ")]
    Megajoule,
    /// Gigajoules.
    #[serde(rename = "GJ")]
    Gigajoule,
    /// Kilowatt-hours; 1 kWh is 3.6 MJ.
    #[serde(rename = "kWh")]
    KilowattHour,
    /// Million British thermal units; 1 MMBtu is 1 055.05585262 MJ.
    #[serde(rename = "MMBtu")]
    MillionBtu,
}

impl Unit {
    /// Every unit, in the order of the rules.
    pub const ALL: [Self; 5] =
        [Self::CubicMetre, Self::Megajoule, Self::Gigajoule, Self::KilowattHour, Self::MillionBtu];

    /// Places that a quantity in this unit is rounded to and printed with (Q3).
    #[must_use]
    pub fn decimals(self) -> u32 {
        match self {
            Self::CubicMetre | Self::Megajoule | Self::KilowattHour => 3,
            Self::Gigajoule | Self::MillionBtu => 6,
        }
    }

    /// Whether billing needs the gross calorific value of each reading.
    #[must_use]
    pub fn needs_calorific_value(self) -> bool {
        self != Self::CubicMetre
    }

    /// The unit as contracts and reports write it.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::CubicMetre => "m3",
            Self::Megajoule => "MJ",
            Self::Gigajoule => "GJ",
            Self::KilowattHour => "kWh",
            Self::MillionBtu => "MMBtu",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.symbol())
    }
}

/// A number of billing units. Adding cannot overflow: what is read has at most 15 digits before
/// the point and what is computed is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(Decimal);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// A whole number of units.
    #[must_use]
    pub const fn of_parts(units: u32) -> Self {
        Self(Decimal::from_parts(units, 0, 0, false, 0))
    }

    /// A number of billing units.
    #[must_use]
    pub fn new(value: Decimal) -> Self {
        Self(value)
    }

    /// An exact number of units, half-up to the unit's decimals.
    pub fn round(exact: &Exact, unit: Unit) -> Result<Self, Overflow> {
        exact.round(unit.decimals()).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> Decimal {
        self.0
    }

    /// The number as an exact rational.
    #[must_use]
    pub fn exact(self) -> Exact {
        Exact::from(self.0)
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The same quantity printed with the unit's decimals.
    #[must_use]
    pub fn shown_in(self, unit: Unit) -> Self {
        Self(half_up(self.0, unit.decimals()))
    }

    /// Whether the quantity has no more decimals than its unit.
    #[must_use]
    pub fn fits(self, unit: Unit) -> bool {
        decimals_by_value(self.0) <= unit.decimals()
    }
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

macro_rules! plain_number {
    ($($(#[$doc:meta])* $name:ident;)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// Wraps the number; whether it is allowed is for the rule to say (Q6).
            #[must_use]
            pub fn new(value: Decimal) -> Self { Self(value) }

            /// The number.
            #[must_use]
            pub fn value(self) -> Decimal { self.0 }

            /// Decimals by value: 1.2300 has two.
            #[must_use]
            pub fn decimals(self) -> u32 { decimals_by_value(self.0) }
        }
    )+ };
}
plain_number! {
    /// Cubic metres at 20 °C and 101.325 kPa (Q1).
    Volume;
    /// Megajoules (Q2).
    Energy;
    /// Gross calorific value in MJ/m³ (Q2).
    CalorificValue;
    /// What an index is multiplied with (P2).
    Coefficient;
    /// A number of days of gas, as thresholds name it (E1).
    DaysOfGas;
}

macro_rules! text_number {
    ($($name:ident),+) => { $(
        impl FromStr for $name {
            type Err = NumberError;
            fn from_str(text: &str) -> Result<Self, NumberError> {
                parse_plain(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        super::serde_as_text!($name);
    )+ };
}
text_number!(Quantity, Volume, Energy, CalorificValue, Coefficient, DaysOfGas);
