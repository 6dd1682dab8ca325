//! P1–P3, P6: the prices of gas days.

use std::rc::Rc;

use super::RuleError;
use super::lines::DayPrices;
use super::price::{IndexReading, composite, index_readings, price_on, unit_price};
use crate::contract::{PricePlan, Terms};
use crate::market::IndexBook;
use crate::quantities::{GasDay, Price};
use crate::trace::Traced;

/// P6: the price of excess gas on a gas day; without the term, the composite of the day.
pub fn excess_price(
    terms: &Terms,
    day: GasDay,
    indices: &IndexBook,
    prices: Result<PlanPrices<'_>, RuleError>,
) -> Result<Traced<Price>, RuleError> {
    match &terms.excess_price {
        Some(rule) => price_on(rule, day, indices, terms.price_decimals, terms.unit),
        None => prices.map(|(_, prices)| prices.composite.clone()),
    }
}

/// A gas day's plan and its prices.
pub type PlanPrices<'a> = (&'a PricePlan, Rc<DayPrices>);

/// Computes the prices of gas days, once for as long as neither the plan nor an index moves.
#[derive(Debug)]
pub struct Pricer<'a> {
    indices: &'a IndexBook,
    last: Option<Priced<'a>>,
}

/// What was computed last, and from what.
#[derive(Debug)]
struct Priced<'a> {
    terms: &'a Terms,
    plan: &'a PricePlan,
    readings: Vec<Vec<IndexReading>>,
    prices: Rc<DayPrices>,
}

impl<'a> Pricer<'a> {
    /// A pricer on published values.
    #[must_use]
    pub fn new(indices: &'a IndexBook) -> Self {
        Self { indices, last: None }
    }

    /// P1–P3: the plan of a gas day, its tranches' unit prices and their composite.
    pub fn prices(&mut self, terms: &'a Terms, day: GasDay) -> Result<PlanPrices<'a>, RuleError> {
        let plan = terms.plan_on(day).ok_or(RuleError::NoPlan(day))?;
        let readings = (plan.tranches.iter())
            .map(|tranche| index_readings(&tranche.price, day, self.indices))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = &self.last
            && std::ptr::eq(last.terms, terms)
            && std::ptr::eq(last.plan, plan)
            && last.readings == readings
        {
            return Ok((plan, Rc::clone(&last.prices)));
        }
        let (decimals, unit) = (terms.price_decimals, terms.unit);
        let tranches = (plan.tranches.iter().zip(&readings))
            .map(|(tranche, readings)| unit_price(&tranche.price, readings, decimals, unit))
            .collect::<Result<Vec<_>, _>>()?;
        let composite = composite(&plan.tranches, &tranches, decimals, unit)?;
        let prices = Rc::new(DayPrices { tranches, composite });
        self.last = Some(Priced { terms, plan, readings, prices: Rc::clone(&prices) });
        Ok((plan, prices))
    }
}
