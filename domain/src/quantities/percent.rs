//! Percentages: shares, tolerances, tax rates.

use super::exact::{Exact, NumberError, parse_plain};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A number of hundredths, as agreed: `Percent` 9 is a rate of 0.09.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

impl Percent {
    /// A percentage.
    #[must_use]
    pub fn new(value: Decimal) -> Self {
        Self(value)
    }

    /// The number in front of the sign: 9 for 9 %.
    #[must_use]
    pub fn value(self) -> Decimal {
        self.0
    }

    /// The exact fraction: 9 % is 9/100.
    #[must_use]
    pub fn fraction(self) -> Exact {
        Exact::from(self.0) / Exact::from(100)
    }
}

impl FromStr for Percent {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse_plain(text).map(Self)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

super::serde_as_text!(Percent);
