//! Exact arithmetic (rules, "Arithmetic").
//!
//! **Guarantee.** No function here rounds unless its name says so, and rounding is half-up: ties
//! move away from zero. A result that does not fit is [`Overflow`], never an approximation.
//!
//! **Two kinds of number.** A `Decimal` is a number somebody wrote down or a rule has rounded. An
//! [`Exact`] is a rational between two roundings: a rule that divides or averages keeps one until
//! the rule itself rounds. `rust_decimal` alone would round half-even at 28 digits, which puts a
//! delivery standing exactly on a tolerance edge outside of it.
//!
//! ```
//! use citygate_domain::quantities::exact::{Exact, half_up, parse_plain};
//! let third = Exact::from(parse_plain("1").unwrap()) / Exact::from(3);
//! assert_eq!(third.round(4).unwrap().to_string(), "0.3333");
//! assert_eq!((third * Exact::from(3)).to_string(), "1");
//! assert_eq!(half_up(parse_plain("0.00005").unwrap(), 4).to_string(), "0.0001");
//! ```

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::{Decimal, RoundingStrategy};

/// A number left the range the engine can hold exactly (28 significant digits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number has more than 28 significant digits")]
pub struct Overflow;

/// Why a text is not a number. The text itself is repeated by whoever read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Something other than `-`, digits and one point with digits on both sides.
    #[error("not a plain decimal number")]
    NotPlain,
    /// More than [`MAX_WHOLE_DIGITS`] digits before the point, or more than 12 behind it.
    #[error("more than {MAX_WHOLE_DIGITS} digits before the point or 12 behind it")]
    TooLong,
}

/// Digits that may stand before the point of a number that is read: sums of thousands of such
/// numbers with six decimals stay exact.
pub const MAX_WHOLE_DIGITS: usize = 15;
const MAX_FRACTION_DIGITS: usize = 12;
const MAX_SCALE: u32 = 28;
/// Decimal digits that surely fit into a machine word.
const WORD_DIGITS: u32 = 18;
const MAX_MANTISSA: i128 = (1 << 96) - 1;

/// Reads a plain decimal: an optional `-`, digits, and optionally a point with more digits.
/// Exponents, signs, blanks, separators and a bare point are refused.
pub fn parse_plain(text: &str) -> Result<Decimal, NumberError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(NumberError::NotPlain),
        None => (digits, ""),
    };
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return Err(NumberError::NotPlain);
    }
    let leading_zeros = whole.len() - whole.trim_start_matches('0').len();
    if whole.len() - leading_zeros > MAX_WHOLE_DIGITS || fraction.len() > MAX_FRACTION_DIGITS {
        return Err(NumberError::TooLong);
    }
    // Up to 27 digits: two machine words, of which the first nearly always suffices.
    let digits = whole.bytes().chain(fraction.bytes());
    let (mut high, mut low, mut count) = (0_u64, 0_u64, 0_u32);
    for digit in digits {
        if count == WORD_DIGITS {
            (high, low, count) = (low, 0, 0);
        }
        low = low * 10 + u64::from(digit - b'0');
        count += 1;
    }
    let mantissa = i128::from(high) * i128::from(10_u64.pow(count)) + i128::from(low);
    let signed = if negative { -mantissa } else { mantissa };
    Decimal::try_from_i128_with_scale(signed, fraction.len() as u32)
        .map_err(|_| NumberError::TooLong)
}

/// `value` rounded half-up to `decimals` places, and printed with that many.
#[must_use]
pub fn half_up(value: Decimal, decimals: u32) -> Decimal {
    let mut rounded =
        value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(decimals);
    rounded
}

/// How many decimals `value` needs: 1.2300 needs two.
#[must_use]
pub fn decimals_by_value(value: Decimal) -> u32 {
    value.normalize().scale()
}

/// The exact product, or [`Overflow`]; `Decimal`'s own `*` may round without saying so.
pub fn product(left: Decimal, right: Decimal) -> Result<Decimal, Overflow> {
    let mantissa = left.mantissa().checked_mul(right.mantissa()).ok_or(Overflow)?;
    decimal(mantissa, left.scale() + right.scale())
}

fn decimal(mut mantissa: i128, mut scale: u32) -> Result<Decimal, Overflow> {
    while scale > 0 && (scale > MAX_SCALE || mantissa.abs() > MAX_MANTISSA) && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| Overflow)
}

/// `numerator ÷ denominator`, rounded half-up once to `decimals`.
///
/// The one division on the path of every reading, so it stays in machine integers where they
/// suffice and goes through [`Exact`] where not. A zero denominator is [`Overflow`].
pub fn quotient_half_up(
    numerator: Decimal,
    denominator: Decimal,
    decimals: u32,
) -> Result<Decimal, Overflow> {
    if denominator.is_zero() {
        return Err(Overflow);
    }
    let up = i64::from(decimals) + i64::from(denominator.scale()) - i64::from(numerator.scale());
    let scaled = |value: i128, power: i64| {
        10_i128.checked_pow(u32::try_from(power).ok()?).and_then(|ten| value.checked_mul(ten))
    };
    let fast = scaled(numerator.mantissa(), up.max(0))
        .zip(scaled(denominator.mantissa(), (-up).max(0)))
        .and_then(|(over, under)| {
            let half = under.checked_abs()?.checked_div(2)?;
            let magnitude = over.checked_abs()?.checked_add(half)? / under.checked_abs()?;
            // An odd denominator has no exact half; adding the floor of it rounds the same way.
            Some(if (over < 0) == (under < 0) { magnitude } else { -magnitude })
        });
    match fast {
        Some(mantissa) => decimal(mantissa, decimals).map(|value| half_up(value, decimals)),
        None => (Exact::from(numerator) / Exact::from(denominator)).round(decimals),
    }
}

/// A rational number without bounds: what a rule holds between two roundings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(BigRational);

impl Exact {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// Rounded half-up to `decimals`; [`Overflow`] when the result has too many digits.
    pub fn round(&self, decimals: u32) -> Result<Decimal, Overflow> {
        let (numerator, denominator) = self.scaled(decimals);
        let two = BigInt::from(2);
        let magnitude = (numerator * &two + denominator) / (denominator * &two);
        self.with_sign(magnitude, decimals)
    }

    /// Cut (towards zero) after `decimals` places, as G3 asks.
    pub fn truncate(&self, decimals: u32) -> Result<Decimal, Overflow> {
        let (numerator, denominator) = self.scaled(decimals);
        self.with_sign(numerator / denominator, decimals)
    }

    /// The magnitude × 10^decimals as a fraction that need not be in lowest terms.
    fn scaled(&self, decimals: u32) -> (BigInt, &BigInt) {
        (self.0.numer().abs() * power_of_ten(decimals), self.0.denom())
    }

    fn with_sign(&self, magnitude: BigInt, decimals: u32) -> Result<Decimal, Overflow> {
        let mantissa = magnitude.to_i128().ok_or(Overflow)?;
        let signed = if self.0.is_negative() { -mantissa } else { mantissa };
        Decimal::try_from_i128_with_scale(signed, decimals).map_err(|_| Overflow)
    }

    /// Whether the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether the number is above zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.0.is_positive()
    }

    /// The smallest whole number not below this one.
    #[must_use]
    pub fn ceil(&self) -> Self {
        Self(self.0.ceil())
    }
}

fn power_of_ten(decimals: u32) -> BigInt {
    match 10_u64.checked_pow(decimals) {
        Some(power) => BigInt::from(power),
        None => BigInt::from(10).pow(decimals),
    }
}

impl From<Decimal> for Exact {
    /// In lowest terms at once: a power of ten has no other factors than 2 and 5.
    fn from(value: Decimal) -> Self {
        let scale = value.scale();
        let Ok(mut mantissa) = i64::try_from(value.mantissa()) else {
            let numerator = BigInt::from(value.mantissa());
            return Self(BigRational::new(numerator, power_of_ten(scale)));
        };
        if mantissa == 0 {
            return Self::zero();
        }
        let twos = mantissa.trailing_zeros().min(scale);
        mantissa >>= twos;
        let mut fives = 0;
        while fives < scale && mantissa % 5 == 0 {
            mantissa /= 5;
            fives += 1;
        }
        // At most 10^28.
        let denominator = 5_u128.pow(scale - fives) << (scale - twos);
        Self(BigRational::new_raw(BigInt::from(mantissa), BigInt::from(denominator)))
    }
}

impl Default for Exact {
    fn default() -> Self {
        Self::zero()
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Self(BigRational::from_integer(BigInt::from(value)))
    }
}

/// The parts of a fraction, if both are machine words: most are, and then no big number is needed.
fn words(of: &BigRational) -> Option<(i128, i128)> {
    Some((of.numer().to_i64()?.into(), of.denom().to_i64()?.into()))
}

/// A fraction of machine words in lowest terms; the denominator is above zero.
fn reduced(numerator: i128, denominator: i128) -> BigRational {
    let divisor = common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs()).max(1);
    let part = |of: u128| BigInt::from(of / divisor);
    let magnitude = part(numerator.unsigned_abs());
    let signed = if numerator < 0 { -magnitude } else { magnitude };
    BigRational::new_raw(signed, part(denominator.unsigned_abs()))
}

fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        // Where both fit, the machine divides them itself.
        let rest = match (u64::try_from(one), u64::try_from(other)) {
            (Ok(one), Ok(other)) => u128::from(one % other),
            (Err(_), _) | (_, Err(_)) => one % other,
        };
        (one, other) = (other, rest);
    }
    one
}

macro_rules! exact_operator {
    ($($trait:ident $method:ident $small:expr),+) => { $(
        impl<'a> $trait<&'a Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &'a Exact) -> Exact {
                let small: fn((i128, i128), (i128, i128)) -> Option<(i128, i128)> = $small;
                let parts = words(&self.0).zip(words(&other.0));
                match parts.and_then(|(one, other)| small(one, other)) {
                    Some((numerator, denominator)) => Exact(reduced(numerator, denominator)),
                    None => Exact((&self.0).$method(&other.0)),
                }
            }
        }
        impl $trait for Exact {
            type Output = Self;
            fn $method(self, other: Self) -> Self { (&self).$method(&other) }
        }
    )+ };
}
exact_operator!(
    Add add |(a, b), (c, d)| Some(((a * d).checked_add(c * b)?, b * d)),
    Sub sub |(a, b), (c, d)| Some(((a * d).checked_sub(c * b)?, b * d)),
    Mul mul |(a, b), (c, d)| Some((a * c, b * d))
);

impl Div for Exact {
    type Output = Self;
    /// # Panics
    /// On a zero divisor: every rule that divides asks first.
    fn div(self, other: Self) -> Self {
        assert!(!other.is_zero(), "a rule divides only by numbers it has found not to be zero");
        match words(&self.0).zip(words(&other.0)) {
            Some(((a, b), (c, d))) => Self(reduced(a * d * c.signum(), b * c.abs())),
            None => Self(self.0 / other.0),
        }
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::zero(), |sum, next| sum + next)
    }
}

/// A finite decimal prints in full without trailing zeros; anything else as a fraction.
impl fmt::Display for Exact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for decimals in 0..=MAX_SCALE {
            let Ok(value) = self.truncate(decimals) else { break };
            let all = Self::from(value);
            if all == *self {
                return write!(formatter, "{value}");
            }
        }
        write!(formatter, "{}/{}", self.0.numer(), self.0.denom())
    }
}
