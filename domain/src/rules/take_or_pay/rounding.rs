use crate::quantities::{Exact, Money, Overflow, Price, Quantity, Unit};
use crate::trace::{Trace, Traced, Value};

/// How the steps of Y are rounded (Y, before Y1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Nothing is: `calculate` shows every step exactly, in units that it does not know.
    Exact,
    /// In the ledger: quantities half-up to the unit's decimals when they are computed, so that
    /// later steps use the rounded value, and money to 0.01 (M2).
    Unit(Unit),
}

impl Rounding {
    /// A quantity that a step has computed.
    pub fn quantity(self, exact: Exact) -> Result<Exact, Overflow> {
        match self {
            Self::Exact => Ok(exact),
            Self::Unit(unit) => exact.round(unit.decimals()).map(Exact::from),
        }
    }

    /// An amount that a step has computed (M2).
    pub fn money(self, exact: Exact) -> Result<Exact, Overflow> {
        match self {
            Self::Exact => Ok(exact),
            Self::Unit(_) => exact.round(2).map(Exact::from),
        }
    }

    /// A quantity that was given, as a trace without inputs.
    #[must_use]
    pub fn given(self, rule: &'static str, name: &'static str, value: Exact) -> Traced<Exact> {
        let trace = Trace::new(rule, name, self.quantity_value(&value));
        Traced { value, trace }
    }

    /// A price that was given, as a trace without inputs.
    #[must_use]
    pub fn given_price(self, name: &'static str, value: Price) -> Traced<Price> {
        let trace = Trace::new("Y7", name, self.price_value(value));
        Traced { value, trace }
    }

    /// A quantity as a trace shows it: with the unit's decimals where it has no more.
    #[must_use]
    pub fn quantity_value(self, exact: &Exact) -> Value {
        match self {
            Self::Exact => Value::Text(exact.to_string()),
            Self::Unit(unit) => match Quantity::round(exact, unit) {
                Ok(rounded) if rounded.exact() == *exact => Value::Quantity(rounded, unit),
                Ok(_) | Err(Overflow) => Value::ExactQuantity(exact.clone(), unit),
            },
        }
    }

    /// An amount as a trace shows it.
    #[must_use]
    pub fn money_value(self, exact: &Exact) -> Value {
        match (self, Money::round(exact)) {
            (Self::Unit(_), Ok(money)) if Exact::from(money.value()) == *exact => {
                Value::Money(money)
            }
            (Self::Unit(_) | Self::Exact, _) => Value::Text(exact.to_string()),
        }
    }

    /// A price as a trace shows it.
    #[must_use]
    pub fn price_value(self, price: Price) -> Value {
        match self {
            Self::Exact => Value::Number(price.value()),
            Self::Unit(unit) => Value::Price(price, unit),
        }
    }
}
