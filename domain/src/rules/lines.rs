//! P5, P6: the lines of a settlement.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::fill::LotFacts;
use super::price::percent_of;
use crate::contract::PricePlan;
use crate::quantities::{Exact, GasDay, GasDays, Money, Overflow, Price, Quantity, Unit};
use crate::trace::{Trace, Traced, Value};

/// What a line bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A tranche's share of a segment.
    Base,
    /// An online-trade lot.
    Lot,
    /// Excess gas at one price.
    Excess,
}

impl LineKind {
    /// The word reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Lot => "lot",
            Self::Excess => "excess",
        }
    }
}

/// One line of a settlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// quantity × unit price, half-up once (M2).
    pub amount: Money,
    /// First and last gas day of the segment; only base lines have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_gas_day: Option<GasDay>,
    /// What the line bills.
    pub kind: LineKind,
    /// See `first_gas_day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_gas_day: Option<GasDay>,
    /// Billing units.
    pub quantity: Quantity,
    /// A tranche's tag, a lot's trade reference, empty for excess.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// Computed or agreed.
    pub unit_price: Price,
}

/// The prices of a gas day: one per tranche of its plan, and their composite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPrices {
    /// In the plan's order.
    pub tranches: Vec<Traced<Price>>,
    /// P2.
    pub composite: Traced<Price>,
}

/// Consecutive gas days with the same plan and the same unit price in every tranche (P5).
#[derive(Debug, Clone)]
pub struct Segment<'a> {
    /// First and last gas day, filled or not.
    pub days: GasDays,
    /// The plan.
    pub plan: &'a PricePlan,
    /// The prices of its days.
    pub prices: Rc<DayPrices>,
    /// Parts (1) and (3) of its days.
    pub quantity: Quantity,
}

impl Segment<'_> {
    /// Whether a day with this plan and these prices continues the segment.
    #[must_use]
    pub fn continues(&self, plan: &PricePlan, prices: &Rc<DayPrices>) -> bool {
        let same_prices = Rc::ptr_eq(&self.prices, prices)
            || (self.prices.tranches.iter().map(|price| price.value))
                .eq(prices.tranches.iter().map(|price| price.value));
        same_prices && (std::ptr::eq(self.plan, plan) || self.plan == plan)
    }

    /// P5: one line per tranche, also at quantity zero; none if nothing was filled. Each tranche
    /// has its share, half-up to the unit's decimals but never more than what is left, and the
    /// last takes the remainder.
    pub fn lines(&self, unit: Unit) -> Result<Vec<Traced<Line>>, Overflow> {
        if self.quantity.is_zero() {
            return Ok(Vec::new());
        }
        let mut left = self.quantity;
        let last = self.plan.tranches.len().saturating_sub(1);
        let parts = self.plan.tranches.iter().zip(&self.prices.tranches).enumerate();
        parts
            .map(|(place, (tranche, price))| {
                let exact = percent_of(&self.quantity.exact(), tranche.share);
                let share = Quantity::round(&exact, unit)?.min(left);
                let quantity = if place == last { left } else { share };
                left = left - quantity;
                let trace = Trace::new("P5", "quantity", Value::Quantity(quantity, unit))
                    .with("segment", Value::GasDays(self.days))
                    .with("segment_quantity", Value::Quantity(self.quantity, unit))
                    .with("share", Value::Percent(tranche.share))
                    .with_exact(exact);
                let line = Line {
                    amount: Money::of(quantity, price.value)?,
                    first_gas_day: Some(self.days.first),
                    kind: LineKind::Base,
                    last_gas_day: Some(self.days.last),
                    quantity: quantity.shown_in(unit),
                    tag: tranche.tag.to_string(),
                    unit_price: price.value,
                };
                Ok(traced(line, unit, vec![trace, price.trace.clone()]))
            })
            .collect()
    }
}

/// P5: the line of a lot that was used.
pub fn lot_line(lot: &LotFacts, used: Quantity, unit: Unit) -> Result<Traced<Line>, Overflow> {
    let agreed = Trace::new("P4", "lot", Value::Text(lot.reference.to_string())).with_events(
        "lot_quantity",
        Value::Quantity(lot.quantity, unit),
        vec![lot.position],
    );
    let line = Line {
        amount: Money::of(used, lot.unit_price)?,
        first_gas_day: None,
        kind: LineKind::Lot,
        last_gas_day: None,
        quantity: used.shown_in(unit),
        tag: lot.reference.to_string(),
        unit_price: lot.unit_price,
    };
    Ok(traced(line, unit, vec![agreed]))
}

/// P5, P6: the line of the excess gas at one price.
pub fn excess_line(
    price: &Traced<Price>,
    quantity: Quantity,
    unit: Unit,
) -> Result<Traced<Line>, Overflow> {
    let line = Line {
        amount: Money::of(quantity, price.value)?,
        first_gas_day: None,
        kind: LineKind::Excess,
        last_gas_day: None,
        quantity: quantity.shown_in(unit),
        tag: String::new(),
        unit_price: price.value,
    };
    Ok(traced(line, unit, vec![price.trace.clone()]))
}

fn traced(line: Line, unit: Unit, steps: Vec<Trace>) -> Traced<Line> {
    let exact = line.quantity.exact() * Exact::from(line.unit_price.value());
    let trace = Trace::new("M2", "amount", Value::Money(line.amount))
        .with("line", Value::Text(format!("{} {}", line.kind.word(), line.tag).trim().to_owned()))
        .with("quantity", Value::Quantity(line.quantity, unit))
        .with("unit_price", Value::Price(line.unit_price, unit))
        .with_exact(exact)
        .with_steps(steps);
    Traced { value: line, trace }
}
