//! Rationals, and the two ways in which a rule may round.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// A rational number.
pub type R = BigRational;

/// A whole number.
#[must_use]
pub fn whole(number: i64) -> R {
    R::from_integer(BigInt::from(number))
}

/// The number that a decimal's text says.
///
/// # Panics
/// When the text is no plain decimal.
#[must_use]
pub fn read(text: &str) -> R {
    let (whole_part, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole_part}{fraction}").parse().expect("plain digits");
    let magnitude = R::new(digits, power_of_ten(fraction.len()));
    if text.starts_with('-') && magnitude.is_positive() { -magnitude } else { magnitude }
}

/// A decimal as a rational.
#[must_use]
pub fn of(value: Decimal) -> R {
    read(&value.to_string())
}

/// A percentage as a fraction.
#[must_use]
pub fn percent(value: Decimal) -> R {
    of(value) / whole(100)
}

fn power_of_ten(places: usize) -> BigInt {
    (0..places).fold(BigInt::from(1), |power, _| power * 10)
}

/// Half-up: ties move away from zero.
#[must_use]
pub fn half_up(value: &R, places: usize) -> R {
    let scale = R::from_integer(power_of_ten(places));
    let raised = value.abs() * &scale + R::new(BigInt::from(1), BigInt::from(2));
    let magnitude = raised.floor() / scale;
    if value.is_negative() { -magnitude } else { magnitude }
}

/// Cut after so many places.
#[must_use]
pub fn cut(value: &R, places: usize) -> R {
    let scale = R::from_integer(power_of_ten(places));
    (value * &scale).trunc() / scale
}

/// The smaller.
#[must_use]
pub fn least(left: R, right: R) -> R {
    if left < right { left } else { right }
}

/// The larger.
#[must_use]
pub fn most(left: R, right: R) -> R {
    if left > right { left } else { right }
}

/// A sum.
pub fn sum(numbers: impl IntoIterator<Item = R>) -> R {
    numbers.into_iter().fold(R::zero(), |sum, number| sum + number)
}
