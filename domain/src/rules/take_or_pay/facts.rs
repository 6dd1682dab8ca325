use super::BilledMonth;
use crate::contract::{CarryForwardTerms, EndOfTerm, MakeUpTerms, TakeOrPayTerms};
use crate::quantities::{Exact, Money, Overflow, Percent, Price, Quantity, Unit};
use crate::rules::price::base_price;
use crate::trace::{Trace, Traced, Value};

/// The terms that the clause order reads.
#[derive(Debug, Clone, Copy)]
pub struct YearTerms<'a> {
    /// Y2.
    pub percent: Percent,
    /// Y5: under-takes posted as deviation reduce the deficiency.
    pub credit_deviation: bool,
    /// Y3, Y8, Y11.
    pub make_up: &'a MakeUpTerms,
    /// Y6, Y9; none: no carry-forward.
    pub carry_forward: Option<&'a CarryForwardTerms>,
    /// Y13.
    pub end_of_term: &'a EndOfTerm,
}

impl<'a> From<&'a TakeOrPayTerms> for YearTerms<'a> {
    fn from(terms: &'a TakeOrPayTerms) -> Self {
        Self {
            percent: terms.percent,
            credit_deviation: terms.credit_deviation,
            make_up: &terms.make_up,
            carry_forward: terms.carry_forward.as_ref(),
            end_of_term: &terms.end_of_term,
        }
    }
}

/// What a contract year is closed with, each with the rules that made it. No quantity or price is
/// below zero.
#[derive(Debug, Clone)]
pub struct YearFacts<'a> {
    /// The contract year, as documents name it; years follow one another without gaps.
    pub year: i64,
    /// Y8, Y13: whether it is the contract's last.
    pub is_last: bool,
    /// Y1: ACQ = Σ C of its months.
    pub annual_quantity: Traced<Exact>,
    /// Y1: relief by D1, each gas day once.
    pub relief: Traced<Exact>,
    /// Y3: [`taken`].
    pub taken: Traced<Exact>,
    /// Y5: under-take quantities posted as deviation.
    pub deviation_credited: Traced<Exact>,
    /// Y7: the agreed price, or [`weighted_average`].
    pub take_or_pay_price: Traced<Price>,
    /// Y11: what the year's gas was billed at.
    pub billed: Billed<'a>,
    /// Y12: `seller_shortfall` quantities granted, without D1's overlap and cap.
    pub seller_shortfall: Traced<Exact>,
    /// Y12; none: nothing is compensated.
    pub seller_shortfall_rate: Option<Price>,
}

/// Y11: what the gas of the year was billed at.
#[derive(Debug, Clone)]
pub enum Billed<'a> {
    /// Every unit at the contract price.
    At(Price),
    /// In the year's documents.
    Documents {
        /// The gross totals of the year's settlements.
        gross: Money,
        /// Their lines, the newest month first.
        months: &'a [BilledMonth<'a>],
    },
}

/// Y3: taken = quantity of the year, with or without lot gas by the term `lots_count`.
#[must_use]
pub fn taken(quantity: Quantity, lots: Quantity, lots_count: bool, unit: Unit) -> Traced<Exact> {
    let value = if lots_count { quantity } else { quantity - lots };
    let trace = Trace::new("Y3", "taken", Value::Quantity(value, unit))
        .with("quantity", Value::Quantity(quantity, unit))
        .with("lots", Value::Quantity(lots, unit))
        .with("lots_count", Value::Text(if lots_count { "yes" } else { "no" }.to_owned()));
    Traced { value: value.exact(), trace }
}

/// Y7: the year's base-line amounts ÷ base-line quantity, at `decimals`; `None` without any
/// base-line quantity, where the composite of the year's last gas day stands in.
pub fn weighted_average(
    amounts: Money,
    quantity: Quantity,
    decimals: u32,
    unit: Unit,
) -> Result<Option<Traced<Price>>, Overflow> {
    base_price(("Y7", "weighted_average"), (amounts, quantity), decimals, unit)
}
