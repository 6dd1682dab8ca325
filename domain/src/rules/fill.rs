//! P4: in which order the gas of a settlement month fills what was agreed.

use super::price::percent_of;
use crate::log::Position;
use crate::quantities::{Overflow, Percent, Price, Quantity, TradeReference, Unit};
use crate::trace::{Trace, Traced, Value};

/// An online-trade lot as P4 uses it: in order of trade time, then reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotFacts {
    /// Its trade reference, the tag of its line.
    pub reference: TradeReference,
    /// Billing units.
    pub quantity: Quantity,
    /// As agreed.
    pub unit_price: Price,
    /// Whether it counts as planned (D1).
    pub firm: bool,
    /// The event that recorded it.
    pub position: Position,
}

/// P4 (3): the tolerance band, C × upper tolerance, half-up to the unit's decimals; 0 without a
/// `deviation` term.
pub fn tolerance_band(
    contract_quantity: Quantity,
    upper_tolerance: Option<Percent>,
    unit: Unit,
) -> Result<Traced<Quantity>, Overflow> {
    let Some(tolerance) = upper_tolerance else {
        let trace = Trace::new("P4", "tolerance_band", Value::Quantity(Quantity::ZERO, unit));
        return Ok(Traced { value: Quantity::ZERO, trace });
    };
    let exact = percent_of(&contract_quantity.exact(), tolerance);
    let value = Quantity::round(&exact, unit)?;
    let trace = Trace::new("P4", "tolerance_band", Value::Quantity(value, unit))
        .with("contract_quantity", Value::Quantity(contract_quantity, unit))
        .with("upper_tolerance", Value::Percent(tolerance))
        .with_exact(exact);
    Ok(Traced { value, trace })
}

/// What is still open in each part while the month's gas is poured in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    contract: Quantity,
    lots: Vec<Quantity>,
    band: Quantity,
}

/// What one pouring filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poured {
    /// Part (1): the contract quantity.
    pub contract: Quantity,
    /// Part (2): by lot, as (place in the list, quantity).
    pub lots: Vec<(usize, Quantity)>,
    /// Part (3): the tolerance band.
    pub band: Quantity,
    /// Part (4).
    pub excess: Quantity,
}

impl Poured {
    /// Parts (1) and (3), which base lines bill together (P5).
    #[must_use]
    pub fn base(&self) -> Quantity {
        self.contract + self.band
    }
}

/// The part that the next unit would fill (G2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPart {
    /// Parts (1) and (3): the composite price.
    Base,
    /// Part (2): the lot at this place.
    Lot(usize),
    /// Part (4).
    Excess,
}

impl Fill {
    /// The parts as agreed, nothing poured yet.
    #[must_use]
    pub fn new(contract_quantity: Quantity, lots: &[LotFacts], band: Quantity) -> Self {
        let lots = lots.iter().map(|lot| lot.quantity).collect();
        Self { contract: contract_quantity, lots, band }
    }

    /// Pours gas in; a day on which a boundary falls is split.
    pub fn pour(&mut self, quantity: Quantity) -> Poured {
        let mut left = quantity;
        let mut take = |open: &mut Quantity| {
            let part = left.min(*open);
            *open = *open - part;
            left = left - part;
            part
        };
        let contract = take(&mut self.contract);
        let lots = self.lots.iter_mut().map(&mut take).enumerate();
        let lots = lots.filter(|(_, part)| !part.is_zero()).collect();
        let band = take(&mut self.band);
        Poured { contract, lots, band, excess: left }
    }

    /// Where the next unit would go.
    #[must_use]
    pub fn next(&self) -> NextPart {
        if !self.contract.is_zero() {
            return NextPart::Base;
        }
        let open = self.lots.iter().position(|open| !open.is_zero());
        match open {
            Some(place) => NextPart::Lot(place),
            None if !self.band.is_zero() => NextPart::Base,
            None => NextPart::Excess,
        }
    }
}
