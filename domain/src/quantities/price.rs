//! Unit prices and rates: yuan per billing unit (M1, P2).
//!
//! A price *agreed as a number* is kept and printed as agreed (`0.0912`, `0.15`); a price
//! *computed* by a rule is rounded half-up once and printed with `price_decimals` places.

use super::exact::{Exact, NumberError, Overflow, decimals_by_value, half_up, parse_plain};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Yuan per billing unit; equal by value, printed as agreed or computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(Decimal);

impl Price {
    /// A price as agreed.
    #[must_use]
    pub fn agreed(value: Decimal) -> Self {
        Self(value)
    }

    /// A computed price: rounded half-up once to `decimals` (M1).
    pub fn computed(exact: &Exact, decimals: u32) -> Result<Self, Overflow> {
        exact.round(decimals).map(Self)
    }

    /// Yuan per unit.
    #[must_use]
    pub fn value(self) -> Decimal {
        self.0
    }

    /// The same price printed with `decimals` places; used for a price that a rule returns without
    /// computing it.
    #[must_use]
    pub fn shown_with(self, decimals: u32) -> Self {
        Self(half_up(self.0, decimals))
    }

    /// Whether M1 lets the price be agreed: at most six decimals.
    #[must_use]
    pub fn is_agreeable(self) -> bool {
        decimals_by_value(self.0) <= 6
    }
}

impl FromStr for Price {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse_plain(text).map(Self)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

super::serde_as_text!(Price);
