//! Q2, Q3: from the meter's cubic metres to the contract's billing unit.

use rust_decimal::Decimal;

use crate::quantities::exact::{half_up, product, quotient_half_up};
use crate::quantities::{CalorificValue, Energy, Exact, Overflow, Quantity, Unit, Volume};

/// MJ in one kWh.
const MJ_PER_KWH: Decimal = Decimal::from_parts(36, 0, 0, false, 1);
/// MJ in one GJ.
const MJ_PER_GJ: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);
/// MJ in one MMBtu: 1 055.05585262 (105505585262 × 10⁻⁸).
const MJ_PER_MMBTU: Decimal = Decimal::from_parts(2_426_370_158, 24, 0, false, 8);
/// 10¹⁵: what is read has at most 15 digits before the point.
const ABOVE_ANY_QUANTITY: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
/// Decimals of an energy in MJ (Q2).
const ENERGY_DECIMALS: u32 = 3;

/// Q2: volume × gross calorific value, half-up to 3 decimals, once per point and gas day.
pub fn energy(volume: Volume, gross: CalorificValue) -> Result<Energy, Overflow> {
    product(volume.value(), gross.value()).map(|mj| Energy::new(half_up(mj, ENERGY_DECIMALS)))
}

/// Q3: the megajoules of one billing unit; none for cubic metres.
fn megajoules_in(unit: Unit) -> Option<Decimal> {
    match unit {
        Unit::CubicMetre => None,
        Unit::Megajoule => Some(Decimal::ONE),
        Unit::Gigajoule => Some(MJ_PER_GJ),
        Unit::KilowattHour => Some(MJ_PER_KWH),
        Unit::MillionBtu => Some(MJ_PER_MMBTU),
    }
}

/// E6, E7: the cubic metres of a quantity, exact; none where the unit is one of energy and no
/// calorific value above zero is known.
#[must_use]
pub fn cubic_metres(quantity: &Exact, unit: Unit, gross: Option<CalorificValue>) -> Option<Exact> {
    let Some(per_unit) = megajoules_in(unit) else { return Some(quantity.clone()) };
    let gross = Exact::from(gross?.value());
    if !gross.is_positive() {
        return None;
    }
    Some(quantity.clone() * Exact::from(per_unit) / gross)
}

/// Q3: megajoules in a billing unit, half-up to the unit's decimals.
///
/// # Panics
/// For cubic metres, which no energy converts into.
pub fn billed_energy(energy: Energy, unit: Unit) -> Result<Quantity, Overflow> {
    let Some(per_unit) = megajoules_in(unit) else {
        unreachable!("a contract billed in m3 reads no energy")
    };
    let billed = quotient_half_up(energy.value(), per_unit, unit.decimals())?;
    // As many digits before the point as a quantity that is read, so that days add up exactly.
    if billed.abs() < ABOVE_ANY_QUANTITY { Ok(Quantity::new(billed)) } else { Err(Overflow) }
}

/// Q3: a reading in the contract's billing unit; `None` where the unit needs a calorific value and
/// the reading has none.
pub fn billed(
    volume: Volume,
    gross: Option<CalorificValue>,
    unit: Unit,
) -> Result<Option<Quantity>, Overflow> {
    match (unit, gross) {
        (Unit::CubicMetre, _) => Ok(Some(Quantity::new(volume.value()))),
        (_, Some(gross)) => billed_energy(energy(volume, gross)?, unit).map(Some),
        (_, None) => Ok(None),
    }
}
