//! M3: tax included in a gross total.

use std::iter::Sum;
use std::ops::{Add, Sub};

use crate::quantities::{Exact, Money, Overflow, Percent};
use crate::trace::{Trace, Traced, Value};

/// A gross total and its parts; `net + tax = gross` always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    /// Prices include tax.
    pub gross: Money,
    /// round(gross ÷ (1 + rate)).
    pub net: Money,
    /// gross − net.
    pub tax: Money,
}

impl Taxed {
    /// Nothing.
    pub const ZERO: Self = Self { gross: Money::ZERO, net: Money::ZERO, tax: Money::ZERO };
}

impl Add for Taxed {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (gross, net, tax) = (self.gross, self.net, self.tax);
        Self { gross: gross + other.gross, net: net + other.net, tax: tax + other.tax }
    }
}

/// M4: a difference is taken column by column; its tax is not that of a total of its own.
impl Sub for Taxed {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        let (gross, net, tax) = (self.gross, self.net, self.tax);
        Self { gross: gross - other.gross, net: net - other.net, tax: tax - other.tax }
    }
}

impl Sum for Taxed {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// M3: splits a document's gross total once.
pub fn split(gross: Money, rate: Percent) -> Result<Traced<Taxed>, Overflow> {
    let exact = Exact::from(gross.value()) / (Exact::from(1) + rate.fraction());
    let net = Money::round(&exact)?;
    let value = Taxed { gross, net, tax: gross - net };
    let trace = Trace::new("M3", "net", Value::Money(net))
        .with("gross", Value::Money(gross))
        .with("tax_percent", Value::Percent(rate))
        .with_exact(exact);
    Ok(Traced { value, trace })
}
