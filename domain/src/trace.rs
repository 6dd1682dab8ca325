//! How an amount came to be (invariant 4).
//!
//! The function that makes an amount makes its [`Trace`]: the rule's address, the inputs with their
//! units, the exact value before rounding, the result, the steps it rests on and the events it
//! used. A trace holds values, not sentences; whoever prints it chooses the language.

use crate::log::Position;
use crate::quantities::{
    CivilDay, Exact, GasDay, GasDays, Money, Percent, Price, Quantity, SettlementMonth, Unit,
};
use rust_decimal::Decimal;

/// A value together with how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced<T> {
    /// The value.
    pub value: T,
    /// How it came to be.
    pub trace: Trace,
}

/// One application of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The rule's address, such as `D3`.
    pub rule: &'static str,
    /// What was computed: a word of the glossary.
    pub name: &'static str,
    /// What went in.
    pub inputs: Vec<Input>,
    /// The value before the rule rounded it, where it rounds.
    pub exact: Option<Exact>,
    /// What came out.
    pub result: Value,
    /// The rules whose results went in.
    pub steps: Vec<Trace>,
}

/// One input of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// A word of the glossary.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// The events that it rests on directly.
    pub events: Vec<Position>,
}

/// A value with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Billing units.
    Quantity(Quantity, Unit),
    /// Billing units, not rounded yet.
    ExactQuantity(Exact, Unit),
    /// Yuan.
    Money(Money),
    /// Yuan per unit.
    Price(Price, Unit),
    /// Hundredths.
    Percent(Percent),
    /// A number without a unit.
    Number(Decimal),
    /// A number without a unit, not rounded yet.
    Exact(Exact),
    /// A number of things.
    Count(u64),
    /// A gas day.
    GasDay(GasDay),
    /// A run of gas days.
    GasDays(GasDays),
    /// A civil day.
    CivilDay(CivilDay),
    /// A settlement month.
    Month(SettlementMonth),
    /// A name or a choice.
    Text(String),
    /// Known not to end.
    Unlimited,
    /// Not known.
    Missing,
}

impl Trace {
    /// A rule's result without inputs yet.
    #[must_use]
    pub fn new(rule: &'static str, name: &'static str, result: Value) -> Self {
        Self { rule, name, inputs: Vec::new(), exact: None, result, steps: Vec::new() }
    }

    /// Adds an input that was given.
    #[must_use]
    pub fn with(self, name: &'static str, value: Value) -> Self {
        self.with_events(name, value, Vec::new())
    }

    /// Adds an input that rests on events.
    #[must_use]
    pub fn with_events(mut self, name: &'static str, value: Value, events: Vec<Position>) -> Self {
        self.inputs.push(Input { name, value, events });
        self
    }

    /// Adds the value before rounding.
    #[must_use]
    pub fn with_exact(mut self, exact: Exact) -> Self {
        self.exact = Some(exact);
        self
    }

    /// Adds a rule whose result went in.
    #[must_use]
    pub fn with_step(mut self, step: Trace) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds rules whose results went in.
    #[must_use]
    pub fn with_steps(mut self, steps: impl IntoIterator<Item = Trace>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// Every event that the value rests on, in log order and once.
    #[must_use]
    pub fn events(&self) -> Vec<Position> {
        let mut all = Vec::new();
        self.collect_events(&mut all);
        all.sort_unstable();
        all.dedup();
        all
    }

    fn collect_events(&self, into: &mut Vec<Position>) {
        for input in &self.inputs {
            into.extend_from_slice(&input.events);
        }
        for step in &self.steps {
            step.collect_events(into);
        }
    }
}
