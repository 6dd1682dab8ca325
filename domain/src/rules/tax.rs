//! M3: tax included in a gross total.

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
