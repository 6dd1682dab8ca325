//! P7, S2: the settlement of a month, running or complete, by the same function.

use std::rc::Rc;

use super::fill::{Fill, LotFacts, NextPart, tolerance_band};
use super::lines::{Line, Segment, excess_line, lot_line};
use super::pricer::{PlanPrices, Pricer, excess_price};
use super::tax::{self, Taxed};
use super::{PriceReferenceMissing, RuleError};
use crate::contract::{ChargeKind, Terms};
use crate::log::Position;
use crate::market::IndexBook;
use crate::quantities::{
    GasDay, GasDays, Money, Percent, PointId, Price, Quantity, SettlementMonth, Unit,
};
use crate::trace::{Trace, Traced, Value};

/// What a month's settlement is computed from.
#[derive(Debug, Clone)]
pub struct MonthFacts<'a> {
    /// Which month.
    pub month: SettlementMonth,
    /// Its gas days inside the term, the first ones when the month is still running, in order.
    pub days: Vec<DayFacts<'a>>,
    /// C (P4), with the transfers that made it.
    pub contract_quantity: Traced<Quantity>,
    /// The month's lots by trade time, then reference.
    pub lots: Vec<LotFacts>,
    /// The terms of the month's last gas day: quantities and tolerances (P4).
    pub terms: &'a Terms,
    /// Published index values.
    pub indices: &'a IndexBook,
}

/// One gas day of a month.
#[derive(Debug, Clone)]
pub struct DayFacts<'a> {
    /// The day.
    pub gas_day: GasDay,
    /// Q4: what its points took, in billing units.
    pub taken: Quantity,
    /// The readings it rests on.
    pub readings: Vec<Position>,
    /// Points without a reading.
    pub unmetered: Vec<PointId>,
    /// The terms of the day: prices (P4).
    pub terms: &'a Terms,
}

/// A gas day whose gas has no price yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpriced {
    /// The day.
    pub gas_day: GasDay,
    /// What is missing.
    pub missing: PriceReferenceMissing,
}

/// A settlement: of the month to date, or of the whole month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Which month.
    pub month: SettlementMonth,
    /// The billing unit.
    pub unit: Unit,
    /// C (P4).
    pub contract_quantity: Quantity,
    /// All gas of the days (D1 calls it *taken*).
    pub quantity: Quantity,
    /// In the order of P5.
    pub lines: Vec<Line>,
    /// Sums of the lines, and their tax (M3).
    pub total: Taxed,
    /// The rate of the last gas day.
    pub tax_percent: Percent,
    /// Gas days and points without a reading.
    pub unmetered: Vec<(GasDay, PointId)>,
    /// Days left out because a price is missing (A2); empty in an issued document (S2).
    pub unpriced: Vec<Unpriced>,
    /// Where the next unit would go (G2).
    pub next: NextPart,
    /// How the gross total came to be.
    pub trace: Trace,
}

/// P4–P7, M2, M3: settles the days of `facts`.
///
/// Gas that cannot be priced is left out and named in `unpriced`; days without a reading count
/// nothing and are named in `unmetered`. Issuing refuses both (S2); a running value shows them.
pub fn settle(facts: &MonthFacts<'_>) -> Result<Settlement, RuleError> {
    settle_at(facts, &mut Pricer::new(facts.indices))
}

/// The same, at prices that were computed for another month or day already.
pub fn settle_at<'a>(
    facts: &MonthFacts<'a>,
    pricer: &mut Pricer<'a>,
) -> Result<Settlement, RuleError> {
    let unit = facts.terms.unit;
    let tolerance = facts.terms.deviation.as_ref().map(|terms| terms.upper_tolerance);
    let band = tolerance_band(facts.contract_quantity.value, tolerance, unit)?;
    let mut month = Pouring::new(facts, pricer, band.value);
    for day in &facts.days {
        month.add(day)?;
    }
    let lines = month.lines(unit)?;
    let gross: Money = lines.iter().map(|line| line.value.amount).sum();
    let last = facts.days.last().map_or(facts.terms.first_gas_day, |day| day.gas_day);
    let tax_terms = facts.days.last().map_or(facts.terms, |day| day.terms);
    let rate = tax_terms.tax_on(ChargeKind::Gas, last).ok_or(RuleError::NoTaxRate(last))?;
    let taxed = tax::split(gross, rate)?;
    let quantity: Quantity = facts.days.iter().map(|day| day.taken).sum();
    let trace = Trace::new("P7", "gross", Value::Money(gross))
        .with("month", Value::Month(facts.month))
        .with_steps(lines.iter().map(|line| line.trace.clone()))
        .with_step(poured_trace(facts, &month, quantity, unit))
        .with_step(facts.contract_quantity.trace.clone())
        .with_step(band.trace)
        .with_step(taxed.trace);
    Ok(Settlement {
        month: facts.month,
        unit,
        contract_quantity: facts.contract_quantity.value.shown_in(unit),
        quantity: quantity.shown_in(unit),
        lines: lines.into_iter().map(|line| line.value).collect(),
        total: taxed.value,
        tax_percent: rate,
        unmetered: unmetered(&facts.days),
        unpriced: month.unpriced,
        next: month.fill.next(),
        trace,
    })
}

fn unmetered(days: &[DayFacts<'_>]) -> Vec<(GasDay, PointId)> {
    let of_day = |day: &DayFacts<'_>| {
        let gas_day = day.gas_day;
        day.unmetered.clone().into_iter().map(move |point| (gas_day, point))
    };
    days.iter().flat_map(of_day).collect()
}

fn poured_trace(
    facts: &MonthFacts<'_>,
    month: &Pouring<'_, '_>,
    quantity: Quantity,
    unit: Unit,
) -> Trace {
    let readings = facts.days.iter().flat_map(|day| day.readings.iter().copied()).collect();
    let lots: Quantity = month.lots.iter().copied().sum();
    let excess: Quantity = month.excess.iter().map(|(_, quantity)| *quantity).sum();
    Trace::new("P4", "taken", Value::Quantity(quantity.shown_in(unit), unit))
        .with_events("readings", Value::Count(month.metered), readings)
        .with("fills_contract_quantity", Value::Quantity(month.contract, unit))
        .with("fills_lots", Value::Quantity(lots, unit))
        .with("fills_tolerance_band", Value::Quantity(month.band, unit))
        .with("excess", Value::Quantity(excess, unit))
}

/// The month while its days are poured in.
struct Pouring<'f, 'a> {
    facts: &'f MonthFacts<'a>,
    fill: Fill,
    pricer: &'f mut Pricer<'a>,
    segments: Vec<Segment<'a>>,
    /// Gas without a price stands behind the last segment: no later day continues it.
    parted: bool,
    contract: Quantity,
    lots: Vec<Quantity>,
    band: Quantity,
    excess: Vec<(Traced<Price>, Quantity)>,
    unpriced: Vec<Unpriced>,
    metered: u64,
}

impl<'f, 'a> Pouring<'f, 'a> {
    fn new(facts: &'f MonthFacts<'a>, pricer: &'f mut Pricer<'a>, band: Quantity) -> Self {
        Self {
            facts,
            fill: Fill::new(facts.contract_quantity.value, &facts.lots, band),
            pricer,
            segments: Vec::new(),
            parted: false,
            contract: Quantity::ZERO,
            lots: vec![Quantity::ZERO; facts.lots.len()],
            band: Quantity::ZERO,
            excess: Vec::new(),
            unpriced: Vec::new(),
            metered: 0,
        }
    }

    fn add(&mut self, day: &DayFacts<'a>) -> Result<(), RuleError> {
        let poured = self.fill.pour(day.taken);
        self.metered += day.readings.len() as u64;
        self.contract = self.contract + poured.contract;
        self.band = self.band + poured.band;
        for (place, used) in &poured.lots {
            if let Some(lot) = self.lots.get_mut(*place) {
                *lot = *lot + *used;
            }
        }
        let prices = self.pricer.prices(day.terms, day.gas_day);
        self.add_base(day, poured.base(), &prices)?;
        if !poured.excess.is_zero() {
            self.add_excess(day, poured.excess, prices)?;
        }
        Ok(())
    }

    fn add_base(
        &mut self,
        day: &DayFacts<'a>,
        quantity: Quantity,
        prices: &Result<PlanPrices<'a>, RuleError>,
    ) -> Result<(), RuleError> {
        let before = self.segments.last_mut().filter(|_| !self.parted);
        match prices {
            Ok((plan, prices)) => match before {
                Some(segment) if segment.continues(plan, prices) => {
                    segment.days.last = day.gas_day;
                    segment.quantity = segment.quantity + quantity;
                }
                Some(_) | None => {
                    self.parted = false;
                    self.segments.push(Segment {
                        days: GasDays { first: day.gas_day, last: day.gas_day },
                        plan,
                        prices: Rc::clone(prices),
                        quantity,
                    });
                }
            },
            Err(RuleError::PriceReferenceMissing(missing)) => {
                if !quantity.is_zero() {
                    self.parted = true;
                    let missing = missing.clone();
                    self.unpriced.push(Unpriced { gas_day: day.gas_day, missing });
                } else if let Some(segment) = before {
                    segment.days.last = day.gas_day;
                }
            }
            Err(error) => return Err(error.clone()),
        }
        Ok(())
    }

    fn add_excess(
        &mut self,
        day: &DayFacts<'a>,
        quantity: Quantity,
        prices: Result<PlanPrices<'a>, RuleError>,
    ) -> Result<(), RuleError> {
        match excess_price(day.terms, day.gas_day, self.facts.indices, prices) {
            Ok(price) => {
                let known = self.excess.iter_mut().find(|(known, _)| known.value == price.value);
                match known {
                    Some((_, sum)) => *sum = *sum + quantity,
                    None => self.excess.push((price, quantity)),
                }
                Ok(())
            }
            Err(RuleError::PriceReferenceMissing(missing)) => {
                self.unpriced.push(Unpriced { gas_day: day.gas_day, missing });
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// P5: segments by first day with their tranches, then lots, then excess.
    fn lines(&self, unit: Unit) -> Result<Vec<Traced<Line>>, RuleError> {
        let mut lines = Vec::new();
        for segment in &self.segments {
            lines.extend(segment.lines(unit)?);
        }
        for (lot, used) in self.facts.lots.iter().zip(&self.lots) {
            if !used.is_zero() {
                lines.push(lot_line(lot, *used, unit)?);
            }
        }
        for (price, quantity) in &self.excess {
            lines.push(excess_line(price, *quantity, unit)?);
        }
        Ok(lines)
    }
}
