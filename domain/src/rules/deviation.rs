//! D2–D6, D10: the deviation charge of a period.

use serde::{Deserialize, Serialize};

use crate::contract::{DeviationTerms, MeasuredFrom, Rate, Tier, Tiering};
use crate::quantities::{Exact, Money, Overflow, Percent, Price, Quantity, Unit};
use crate::trace::{Trace, Traced, Value};

use super::price::base_price;

/// What a deviation is computed from.
#[derive(Debug, Clone)]
pub struct DeviationInput<'a> {
    /// The billing unit.
    pub unit: Unit,
    /// Places of a percentage rate (D5).
    pub price_decimals: u32,
    /// L, with the rules that made it.
    pub planned: Traced<Exact>,
    /// B = L − relief, with the rules that made it.
    pub base: Traced<Exact>,
    /// All gas of the period.
    pub taken: Quantity,
    /// D5: the price that percentage rates refer to.
    pub reference_price: Traced<Price>,
    /// The terms.
    pub terms: &'a DeviationTerms,
}

/// On which side of the tolerance a period ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Less than planned.
    Under,
    /// More than planned.
    Over,
}

impl Side {
    /// The word reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Under => "under",
            Self::Over => "over",
        }
    }
}

/// One charged tier, a line of the deviation document (D6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierLine {
    /// quantity × rate (M2).
    pub amount: Money,
    /// Billing units in the tier.
    pub quantity: Quantity,
    /// Yuan per unit.
    pub rate: Price,
    /// The tier's upper limit in percent; absent for the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Percent>,
}

/// The deviation of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// None inside the tolerance.
    pub side: Option<Side>,
    /// The deviating quantity (D3); zero inside.
    pub quantity: Quantity,
    /// The charged tiers.
    pub tiers: Vec<TierLine>,
    /// Σ tiers.
    pub charge: Money,
    /// D10: above 30 % of quantity × reference price.
    pub flagged: bool,
    /// How the charge came to be.
    pub trace: Trace,
}

/// D10: a charge above this share of the gas price is looked at twice.
const FLAG_PERCENT: i64 = 30;

/// D2–D6: measures and charges a period's deviation.
pub fn deviation(input: &DeviationInput<'_>) -> Result<Deviation, Overflow> {
    let (side, measured) = measure(input)?;
    let tiers = match side {
        None => Vec::new(),
        Some(side) => charge_tiers(input, side, measured.value)?,
    };
    let charge: Money = tiers.iter().map(|tier| tier.value.amount).sum();
    let full_price = measured.value.exact() * Exact::from(input.reference_price.value.value());
    let limit = full_price * Exact::from(FLAG_PERCENT) / Exact::from(100);
    let charged = Exact::from(charge.value());
    let flagged = charged > limit;
    let trace = Trace::new("D6", "charge", Value::Money(charge))
        .with_steps(tiers.iter().map(|tier| tier.trace.clone()))
        .with_step(measured.trace)
        .with_step(input.reference_price.trace.clone())
        .with_step(flag_trace(flagged, charge, &limit));
    let tiers = tiers.into_iter().map(|tier| tier.value).collect();
    Ok(Deviation { side, quantity: measured.value, tiers, charge, flagged, trace })
}

/// D10: whether the charge is looked at twice.
fn flag_trace(flagged: bool, charge: Money, limit: &Exact) -> Trace {
    let answer = if flagged { "flagged" } else { "not_flagged" };
    Trace::new("D10", "flag", Value::Text(answer.to_owned()))
        .with("charge", Value::Money(charge))
        .with("flag_above", Value::Text(limit.to_string()))
}

/// D2, D3: the side and the quantity outside the tolerance. Exactly on an edge is inside, and so is
/// a quantity that rounds to zero.
fn measure(input: &DeviationInput<'_>) -> Result<(Option<Side>, Traced<Quantity>), Overflow> {
    let (unit, terms) = (input.unit, input.terms);
    let (base, planned, taken) = (&input.base.value, &input.planned.value, input.taken.exact());
    let lower = base * &(Exact::from(1) - terms.lower_tolerance.fraction());
    let upper = planned * &(Exact::from(1) + terms.upper_tolerance.fraction());
    let (side, exact) = if taken < lower {
        let from = if terms.measured_from == MeasuredFrom::Edge { &lower } else { base };
        (Some(Side::Under), from - &taken)
    } else if taken > upper {
        let from = if terms.measured_from == MeasuredFrom::Edge { &upper } else { planned };
        (Some(Side::Over), &taken - from)
    } else {
        (None, Exact::zero())
    };
    let quantity = Quantity::round(&exact, unit)?;
    let side = side.filter(|_| !quantity.is_zero());
    let measured_from = match terms.measured_from {
        MeasuredFrom::Edge => "edge",
        MeasuredFrom::Base => "base",
    };
    let edges = Trace::new("D2", "lower_edge", Value::ExactQuantity(lower, unit))
        .with("upper_edge", Value::ExactQuantity(upper, unit))
        .with("lower_tolerance", Value::Percent(terms.lower_tolerance))
        .with("upper_tolerance", Value::Percent(terms.upper_tolerance))
        .with_step(input.base.trace.clone())
        .with_step(input.planned.trace.clone());
    let name = side.map_or("inside", Side::word);
    let trace = Trace::new("D3", name, Value::Quantity(quantity, unit))
        .with("taken", Value::Quantity(input.taken, unit))
        .with("measured_from", Value::Text(measured_from.to_owned()))
        .with_exact(exact)
        .with_step(edges);
    Ok((side, Traced { value: quantity, trace }))
}

/// D4: the tiers that the quantity reaches, each with its part of it.
fn charge_tiers(
    input: &DeviationInput<'_>,
    side: Side,
    quantity: Quantity,
) -> Result<Vec<Traced<TierLine>>, Overflow> {
    let (tiers, percent_of) = match side {
        Side::Under => (&input.terms.under, &input.base.value),
        Side::Over => (&input.terms.over, &input.planned.value),
    };
    let mut charged = Vec::new();
    let mut below = Quantity::ZERO;
    for tier in tiers {
        let limit = tier_limit(tier, percent_of, input.unit)?;
        let reached = limit.map_or(quantity, |limit| limit.min(quantity));
        let falls_in = limit.is_none_or(|limit| quantity <= limit);
        let part = match input.terms.tiering {
            Tiering::Marginal => reached - below.min(reached),
            Tiering::Cliff if falls_in => quantity,
            Tiering::Cliff => Quantity::ZERO,
        };
        below = below.max(reached);
        if !part.is_zero() {
            charged.push(tier_line(input, tier, part)?);
        }
        if falls_in {
            break;
        }
    }
    Ok(charged)
}

/// D4: a limit in units is rounded like a quantity.
fn tier_limit(tier: &Tier, percent_of: &Exact, unit: Unit) -> Result<Option<Quantity>, Overflow> {
    let limit = tier.up_to.map(|percent| percent_of * &percent.fraction());
    limit.map(|exact| Quantity::round(&exact, unit)).transpose()
}

/// D5, D6: one tier's line.
fn tier_line(
    input: &DeviationInput<'_>,
    tier: &Tier,
    quantity: Quantity,
) -> Result<Traced<TierLine>, Overflow> {
    let unit = input.unit;
    let rate = rate(&tier.rate, input.reference_price.value, input.price_decimals, unit)?;
    let amount = Money::of(quantity, rate.value)?;
    let quantity = quantity.shown_in(unit);
    let limit = tier.up_to.map_or(Value::Unlimited, Value::Percent);
    let trace = Trace::new("D4", "amount", Value::Money(amount))
        .with("tier_up_to", limit)
        .with("quantity", Value::Quantity(quantity, unit))
        .with_exact(quantity.exact() * Exact::from(rate.value.value()))
        .with_step(rate.trace);
    let line = TierLine { amount, quantity, rate: rate.value, up_to: tier.up_to };
    Ok(Traced { value: line, trace })
}

/// D5: an amount per unit as agreed, or a percentage of the reference price.
fn rate(
    rate: &Rate,
    reference: Price,
    decimals: u32,
    unit: Unit,
) -> Result<Traced<Price>, Overflow> {
    match rate {
        Rate::PerUnit(price) => {
            let trace = Trace::new("D5", "rate", Value::Price(*price, unit));
            Ok(Traced { value: *price, trace })
        }
        Rate::PercentOfPrice(percent) => {
            let exact = Exact::from(reference.value()) * percent.fraction();
            let value = Price::computed(&exact, decimals)?;
            let trace = Trace::new("D5", "rate", Value::Price(value, unit))
                .with("percent_of_price", Value::Percent(*percent))
                .with("reference_price", Value::Price(reference, unit))
                .with_exact(exact);
            Ok(Traced { value, trace })
        }
    }
}

/// D5: base-line amounts ÷ base-line quantity, rounded to `decimals`; `None` without any base-line
/// quantity, where the composite of the month's last gas day stands in.
pub fn reference_price(
    amounts: Money,
    quantity: Quantity,
    decimals: u32,
    unit: Unit,
) -> Result<Option<Traced<Price>>, Overflow> {
    base_price(("D5", "reference_price"), (amounts, quantity), decimals, unit)
}
