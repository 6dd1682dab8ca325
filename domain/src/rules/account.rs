//! A2, A3: what an account holds as of a gas day.

use crate::log::Position;
use crate::quantities::Money;
use crate::trace::{Trace, Traced, Value};

/// Sums of the facts that count as of the day, each with the events behind it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountParts {
    /// Payments received.
    pub payments: Part,
    /// Payments returned.
    pub reversals: Part,
    /// Money paid back.
    pub refunds: Part,
    /// C4: balances that came from other contracts, less those that went there.
    pub moved: Part,
    /// Documents posted: issuing a settlement posts it.
    pub posted: Part,
    /// Late fees.
    pub late_fees: Part,
    /// Running values (P7) of the months not yet posted.
    pub running: Part,
}

/// One of the sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Yuan.
    pub amount: Money,
    /// The events behind it.
    pub events: Vec<Position>,
}

impl Default for Part {
    fn default() -> Self {
        Self { amount: Money::ZERO, events: Vec::new() }
    }
}

impl Part {
    /// Adds one fact.
    pub fn add(&mut self, amount: Money, event: Position) {
        self.amount = self.amount + amount;
        self.events.push(event);
    }
}

/// A2: balance = payments − reversals − refunds + balances moved − posted documents − late fees −
/// running values.
#[must_use]
pub fn balance(parts: &AccountParts) -> Traced<Money> {
    let AccountParts { payments, reversals, refunds, moved, posted, late_fees, running } = parts;
    let value = payments.amount - reversals.amount - refunds.amount + moved.amount
        - posted.amount
        - late_fees.amount
        - running.amount;
    let mut trace = Trace::new("A2", "balance", Value::Money(value));
    for (name, part) in [
        ("payments", payments),
        ("reversals", reversals),
        ("refunds", refunds),
        ("posted", posted),
        ("late_fees", late_fees),
        ("running_value", running),
    ] {
        trace = trace.with_events(name, Value::Money(part.amount), part.events.clone());
    }
    // Few accounts ever have one.
    if !moved.events.is_empty() {
        let amount = Value::Money(moved.amount);
        trace = trace.with_events("balances_moved", amount, moved.events.clone());
    }
    Traced { value, trace }
}

/// A3: available = balance + guarantees valid that day + emergency credit.
#[must_use]
pub fn available(
    balance: Traced<Money>,
    guarantees: &Part,
    emergency_credit: &Part,
) -> Traced<Money> {
    let value = balance.value + guarantees.amount + emergency_credit.amount;
    let credit = Value::Money(emergency_credit.amount);
    let trace = Trace::new("A3", "available", Value::Money(value))
        .with_events("guarantees", Value::Money(guarantees.amount), guarantees.events.clone())
        .with_events("emergency_credit", credit, emergency_credit.events.clone())
        .with_step(balance.trace);
    Traced { value, trace }
}
