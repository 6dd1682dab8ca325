//! Q2–Q4, P4: what was taken, and the intervals that it fills.

use chrono::NaiveDate;
use citygate_domain::quantities::Unit;

use super::calendar::Month;
use super::facts::{ContractFacts, LotFact};
use super::number::{R, half_up, least, most, of, percent, read, sum, whole};

/// Places of a quantity in a unit.
#[must_use]
pub fn places(unit: Unit) -> usize {
    match unit {
        Unit::CubicMetre | Unit::Megajoule | Unit::KilowattHour => 3,
        Unit::Gigajoule | Unit::MillionBtu => 6,
    }
}

/// What a point took on a day, in billing units.
fn billed(contract: &ContractFacts, point: &str, day: NaiveDate) -> Option<R> {
    let unit = contract.terms[0].0.unit;
    let reading = contract.reading(point, day)?;
    let volume = of(reading.volume);
    let mj_per_unit = match unit {
        Unit::CubicMetre => return Some(volume),
        Unit::Megajoule => whole(1),
        Unit::Gigajoule => whole(1000),
        Unit::KilowattHour => read("3.6"),
        Unit::MillionBtu => read("1055.05585262"),
    };
    let mj = half_up(&(volume * of(reading.gcv.expect("an energy contract has it"))), 3);
    Some(half_up(&(mj / mj_per_unit), places(unit)))
}

/// What all points took on a day; points without a reading count nothing.
#[must_use]
pub fn taken(contract: &ContractFacts, day: NaiveDate) -> R {
    if let Some(known) = contract.taken.borrow().get(&day) {
        return known.clone();
    }
    let points = &contract.on(day).1;
    let found = sum(points.iter().filter_map(|point| billed(contract, point, day)));
    contract.taken.borrow_mut().insert(day, found.clone());
    found
}

/// The points of a day that were not read.
#[must_use]
pub fn unread(contract: &ContractFacts, day: NaiveDate) -> Vec<(NaiveDate, String)> {
    let points = contract.on(day).1.iter();
    let missing = points.filter(|point| contract.reading(point, day).is_none());
    missing.map(|point| (day, point.clone())).collect()
}

/// What can be filled.
pub enum Part<'a> {
    /// Contract quantity and tolerance band, at the composite.
    Base,
    /// A lot.
    Lot(&'a LotFact),
    /// Everything else.
    Excess,
}

/// An interval of the month's gas, from a quantity to one, or without end.
pub type Interval<'a> = (R, Option<R>, Part<'a>);

/// The intervals of a month, one behind the other.
///
/// # Panics
/// When the term has no such month.
#[must_use]
pub fn parts(contract: &ContractFacts, month: Month) -> Vec<Interval<'_>> {
    let last = *contract.days_of(month).last().expect("a month of the term");
    let terms = &contract.on(last).0;
    let agreed = contract.contract_quantity(month);
    let tolerance = terms.deviation.as_ref().map(|deviation| deviation.upper_tolerance.value());
    let band = tolerance
        .map_or(whole(0), |upper| half_up(&(&agreed * percent(upper)), places(terms.unit)));
    let mut lots: Vec<&LotFact> = contract.lots.iter().filter(|lot| lot.month == month).collect();
    lots.sort_by_key(|lot| (lot.traded_at, lot.reference.clone()));
    let mut parts = vec![(whole(0), Some(agreed.clone()), Part::Base)];
    let mut end = agreed;
    for lot in lots {
        let begin = end.clone();
        end += of(lot.quantity);
        parts.push((begin, Some(end.clone()), Part::Lot(lot)));
    }
    parts.push((end.clone(), Some(&end + &band), Part::Base));
    parts.push((end + band, None, Part::Excess));
    parts
}

fn overlap(from: &R, to: &R, begin: &R, end: Option<&R>) -> R {
    let upper = end.map_or_else(|| to.clone(), |end| least(end.clone(), to.clone()));
    most(upper - most(begin.clone(), from.clone()), whole(0))
}

/// What a day filled.
pub struct Poured<'a> {
    /// The gas day.
    pub day: NaiveDate,
    /// Contract quantity and band.
    pub base: R,
    /// Lots.
    pub lots: Vec<(&'a LotFact, R)>,
    /// Excess.
    pub excess: R,
}

/// Pours days into intervals: each day is an interval itself, behind the days before it.
#[must_use]
pub fn pour<'a>(
    contract: &ContractFacts,
    parts: &[Interval<'a>],
    days: &[NaiveDate],
) -> Vec<Poured<'a>> {
    let mut from = whole(0);
    let mut all = Vec::new();
    for &day in days {
        let to = &from + taken(contract, day);
        let mut poured = Poured { day, base: whole(0), lots: Vec::new(), excess: whole(0) };
        for (begin, end, part) in parts {
            let filled = overlap(&from, &to, begin, end.as_ref());
            match part {
                Part::Base => poured.base += filled,
                Part::Lot(lot) => poured.lots.push((lot, filled)),
                Part::Excess => poured.excess += filled,
            }
        }
        from = to;
        all.push(poured);
    }
    all
}
