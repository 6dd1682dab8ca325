//! A4: the money behind the make-up bank. What was paid and not taken is owed until it is drawn,
//! expires, is forfeited or refunded; then exactly what was paid has left.

use serde::{Deserialize, Serialize};

use super::Entry;
use crate::quantities::{Money, Overflow, Price, Quantity, Unit};
use crate::trace::{Trace, Traced, Value};

/// Make-up that one contract year paid for, or a part of it, as documents keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUpEntry {
    /// What was paid for the quantity, in yuan with tax; the parts of an entry sum to its payment.
    pub amount: Money,
    /// The contract year that opened it.
    pub origin: i64,
    /// Y7: yuan per unit, when it was paid.
    pub price: Price,
    /// Billing units.
    pub quantity: Quantity,
    /// Y8: the last contract year in which it can be drawn.
    pub usable_until: i64,
}

/// Carry-forward that one contract year earned, or a part of it, as documents keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryForwardEntry {
    /// The contract year that earned it.
    pub origin: i64,
    /// Billing units.
    pub quantity: Quantity,
    /// Y9: the last contract year in which it can be applied.
    pub usable_until: i64,
}

impl MakeUpEntry {
    /// The entry as the rule draws on it.
    #[must_use]
    pub fn entry(&self) -> Entry<Price> {
        Entry {
            origin: self.origin,
            quantity: self.quantity.exact(),
            usable_until: self.usable_until,
            paid: self.price,
        }
    }
}

impl CarryForwardEntry {
    /// The entry as the rule draws on it.
    #[must_use]
    pub fn entry(&self) -> Entry<()> {
        Entry {
            origin: self.origin,
            quantity: self.quantity.exact(),
            usable_until: self.usable_until,
            paid: (),
        }
    }

    /// The rule's entry as documents keep it.
    pub fn of(entry: &Entry<()>, unit: Unit) -> Result<Self, Overflow> {
        let quantity = Quantity::round(&entry.quantity, unit)?;
        Ok(Self { origin: entry.origin, quantity, usable_until: entry.usable_until })
    }
}

/// The make-up of a contract with the money behind it, while a year is settled.
#[derive(Debug, Clone)]
pub struct Liability {
    open: Vec<MakeUpEntry>,
    unit: Unit,
}

impl Liability {
    /// What the year before left.
    #[must_use]
    pub fn new(open: Vec<MakeUpEntry>, unit: Unit) -> Self {
        Self { open, unit }
    }

    /// Y8: what a payment opened.
    pub fn pay(&mut self, entry: &Entry<Price>, amount: Money) -> Result<MakeUpEntry, Overflow> {
        let opened = MakeUpEntry {
            amount,
            origin: entry.origin,
            price: entry.paid,
            quantity: Quantity::round(&entry.quantity, self.unit)?,
            usable_until: entry.usable_until,
        };
        self.open.push(opened.clone());
        Ok(opened)
    }

    /// A4: takes parts out: each at the price paid, half-up (M2); the last part of an entry takes
    /// what is left of its amount.
    ///
    /// # Panics
    /// When a part is of no open entry: the rule draws from the same entries.
    pub fn take(&mut self, parts: &[Entry<Price>]) -> Result<Vec<MakeUpEntry>, Overflow> {
        let mut taken = Vec::with_capacity(parts.len());
        for part in parts {
            let quantity = Quantity::round(&part.quantity, self.unit)?;
            let Some(open) = self.open.iter_mut().find(|open| open.origin == part.origin) else {
                unreachable!("a part of {} was drawn from an entry that is not open", part.origin)
            };
            let amount = if quantity == open.quantity {
                open.amount
            } else {
                Money::of(quantity, open.price)?.min(open.amount)
            };
            open.quantity = open.quantity - quantity;
            open.amount = open.amount - amount;
            taken.push(MakeUpEntry { amount, quantity, ..open.clone() });
        }
        self.open.retain(|open| !open.quantity.is_zero());
        Ok(taken)
    }

    /// What is still owed, oldest first.
    #[must_use]
    pub fn left(self) -> Vec<MakeUpEntry> {
        self.open
    }
}

/// A4: what becomes income: make-up drawn, expired or forfeited at what was paid for it, and a
/// payment that gave no right.
#[must_use]
pub fn released(parts: &[&MakeUpEntry], without_right: Money) -> Traced<Money> {
    let value = parts.iter().map(|part| part.amount).sum::<Money>() + without_right;
    let trace = Trace::new("A4", "make_up_released", Value::Money(value));
    let trace = parts.iter().fold(trace, |trace, part| {
        trace
            .with("of_year", Value::Number(part.origin.into()))
            .with("amount", Value::Money(part.amount))
    });
    Traced { value, trace: trace.with("without_right", Value::Money(without_right)) }
}
