//! A5: which debts a payment pays (冲抵顺序).

use crate::quantities::{CivilDay, Money};
use crate::trace::{Trace, Traced, Value};

/// Something owed. No part of it is below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// What the caller calls it.
    pub id: String,
    /// When it is due.
    pub due: CivilDay,
    /// What is owed.
    pub parts: DebtParts,
}

/// The parts of a debt, in the order in which they are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebtParts {
    /// Costs of collecting it.
    pub costs: Money,
    /// Interest and late fees.
    pub interest: Money,
    /// The debt itself.
    pub principal: Money,
}

impl DebtParts {
    /// All parts together.
    #[must_use]
    pub fn sum(self) -> Money {
        self.costs + self.interest + self.principal
    }
}

/// What a payment does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    /// The debts with what was paid of each, the earliest due first.
    pub paid: Vec<(Debt, DebtParts)>,
    /// What no debt needed.
    pub left_over: Money,
}

/// A5: inside a debt costs, then interest, then principal; between debts the earliest due first,
/// and of equally due ones the first given.
///
/// This is the order where the payer designates nothing. What he designates is paid first, by a
/// call of its own with the debts that he names.
#[must_use]
pub fn allocate(amount: Money, debts: &[Debt]) -> Traced<Allocated> {
    let mut by_due: Vec<Debt> = debts.to_vec();
    by_due.sort_by_key(|debt| debt.due);
    let mut left = amount;
    let mut pay = |owed: Money| {
        let part = owed.min(left);
        left = left - part;
        part
    };
    let paid: Vec<(Debt, DebtParts)> = by_due
        .into_iter()
        .map(|debt| {
            let DebtParts { costs, interest, principal } = debt.parts;
            let costs = pay(costs);
            let interest = pay(interest);
            let principal = pay(principal);
            (debt, DebtParts { costs, interest, principal })
        })
        .collect();
    let trace = Trace::new("A5", "left_over", Value::Money(left))
        .with("payment", Value::Money(amount))
        .with_steps(paid.iter().map(|(debt, paid)| debt_trace(debt, *paid)));
    Traced { value: Allocated { paid, left_over: left }, trace }
}

fn debt_trace(debt: &Debt, paid: DebtParts) -> Trace {
    let open = debt.parts.sum() - paid.sum();
    let mut trace = Trace::new("A5", "paid", Value::Money(paid.sum()))
        .with("debt", Value::Text(debt.id.clone()))
        .with("due", Value::CivilDay(debt.due));
    for (name, part) in
        [("costs", paid.costs), ("interest", paid.interest), ("principal", paid.principal)]
    {
        trace = trace.with(name, Value::Money(part));
    }
    trace.with("still_owed", Value::Money(open))
}
