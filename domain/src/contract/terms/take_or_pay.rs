//! The terms of annual take-or-pay (Y).

use serde::{Deserialize, Serialize};

use crate::quantities::{GasDay, Percent, Price};

/// Y: annual take-or-pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeOrPayTerms {
    /// Y2.
    pub percent: Percent,
    /// Y5: under-takes posted as deviation reduce the deficiency.
    pub credit_deviation: bool,
    /// Y3: whether lot gas counts as taken; absent, it does.
    #[serde(default = "yes")]
    pub lots_count: bool,
    /// Y7.
    pub price: TakeOrPayPrice,
    /// Y3, Y8, Y11.
    pub make_up: MakeUpTerms,
    /// Y6, Y9; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carry_forward: Option<CarryForwardTerms>,
    /// Y13.
    pub end_of_term: EndOfTerm,
    /// Y12: yuan per unit that the seller did not deliver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_shortfall_rate: Option<Price>,
}

fn yes() -> bool {
    true
}

/// Y7: what a deficient unit costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TakeOrPayPrice {
    /// The year's base-line amounts ÷ quantity.
    WeightedAverage {},
    /// A fixed price.
    Fixed {
        /// Yuan per unit.
        price: Price,
    },
}

/// Y3, Y8, Y11: the right to take later what was paid and not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUpTerms {
    /// Y8: usable in so many following contract years; 0: no right.
    pub years: u32,
    /// Y3: when it is drawn.
    pub order: MakeUpOrder,
    /// Y11: what made-up gas costs.
    pub price: MakeUpPrice,
}

/// Y3: the threshold above which gas counts as made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MakeUpOrder {
    /// Above the adjusted quantity.
    AfterAdjusted,
    /// Above the take-or-pay quantity.
    AfterTakeOrPay,
    /// From the first unit.
    First,
}

/// Y11: the price of made-up gas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MakeUpPrice {
    /// Nothing more.
    Free {},
    /// A fixed price.
    Fixed {
        /// Yuan per unit.
        price: Price,
    },
    /// A percentage of the contract price.
    Percent {
        /// Of the contract price.
        percent: Percent,
    },
    /// The price now less the price paid, not below 0.
    Difference {},
}

/// Y6, Y9: over-takes carried forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryForwardTerms {
    /// Usable in so many following contract years.
    pub years: u32,
    /// Y9: above which quantity it is earned.
    pub base: CarryForwardBase,
    /// Y6: at most so much of a deficiency.
    pub cap_percent: Percent,
}

/// Y9: the quantity above which carry-forward is earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryForwardBase {
    /// AACQ.
    Adjusted,
    /// TOPQ.
    TakeOrPay,
}

/// Y13: what becomes of open make-up at the end of the term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EndOfTerm {
    /// It is lost.
    Forfeit {},
    /// Earlier entries are paid back.
    Refund {},
    /// The term goes on for make-up only.
    Extend {
        /// The stated last day.
        last_gas_day: GasDay,
    },
}
