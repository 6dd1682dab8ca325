//! Money: yuan with exactly two decimals (M1).
//!
//! **Guarantee.** A [`Money`] always has two decimals and its magnitude is at most
//! 10²⁰ yuan, so adding amounts cannot overflow; only a product can, and says so.
//! **Rounding** happens in one place: [`Money::of`] (M2).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::exact::{
    Exact, NumberError, Overflow, decimals_by_value, half_up, parse_plain, product,
};
use super::{Price, Quantity};

/// An amount of yuan, possibly negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

/// Why a text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// It is not a number.
    #[error("{text:?} is not an amount: {reason}")]
    NotANumber {
        /// The text as it stood.
        text: String,
        /// What is wrong with it.
        reason: NumberError,
    },
    /// It has more than two decimals.
    #[error("{0} yuan has more than two decimals")]
    TooManyDecimals(Decimal),
}

/// 10²⁰ yuan: what is larger is refused, so that sums of amounts stay exact.
const LARGEST: Decimal = Decimal::from_parts(1_661_992_960, 1_808_227_885, 5, false, 0);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::from_parts(0, 0, 0, false, 2));

    /// An amount with at most two decimals by value.
    pub fn try_new(value: Decimal) -> Result<Self, MoneyError> {
        if decimals_by_value(value) > 2 {
            return Err(MoneyError::TooManyDecimals(value));
        }
        Ok(Self(half_up(value, 2)))
    }

    /// M2: quantity × unit price, half-up once to 0.01.
    pub fn of(quantity: Quantity, unit_price: Price) -> Result<Self, Overflow> {
        Self::computed(half_up(product(quantity.value(), unit_price.value())?, 2))
    }

    /// An exact number of yuan, half-up to 0.01.
    pub fn round(exact: &Exact) -> Result<Self, Overflow> {
        exact.round(2).and_then(Self::computed)
    }

    fn computed(amount: Decimal) -> Result<Self, Overflow> {
        if amount.abs() > LARGEST { Err(Overflow) } else { Ok(Self(amount)) }
    }

    /// Yuan.
    #[must_use]
    pub fn value(self) -> Decimal {
        self.0
    }

    /// The amount in fen (0.01 yuan), as read tables keep it.
    #[must_use]
    pub fn fen(self) -> i128 {
        self.0.mantissa()
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

impl Default for Money {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl FromStr for Money {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let value = parse_plain(text)
            .map_err(|reason| MoneyError::NotANumber { text: text.to_owned(), reason })?;
        Self::try_new(value)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A zero that came out of a subtraction may carry a sign; nobody wants to read "-0.00".
        let shown = if self.0.is_zero() { Self::ZERO.0 } else { self.0 };
        fmt::Display::fmt(&shown, formatter)
    }
}

super::serde_as_text!(Money);
