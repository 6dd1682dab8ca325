//! The facts as the twins read them: what was taken, in the order in which it was taken.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use citygate_domain::contract::Terms;
use rust_decimal::Decimal;

use super::calendar::{Month, days, month_of};
use super::number::{R, most, of, sum, whole};

/// All facts of a ledger.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Contracts.
    pub contracts: Vec<ContractFacts>,
    /// Published index values.
    pub indices: Vec<IndexFact>,
}

/// A published index value; a later one for the same day stands in its place.
#[derive(Debug, Clone)]
pub struct IndexFact {
    /// Which index.
    pub code: String,
    /// From this day on.
    pub day: NaiveDate,
    /// The value.
    pub value: Decimal,
    /// Until this day, if it lapses.
    pub valid_through: Option<NaiveDate>,
}

/// The facts of a contract.
#[derive(Debug, Clone, Default)]
pub struct ContractFacts {
    /// Its id.
    pub id: String,
    /// Terms with their delivery points, one after the other without gaps. Where something changes
    /// inside a term there are two, each with its own first and last gas day.
    pub terms: Vec<(Terms, Vec<String>)>,
    /// The last gas day of each term as it was signed.
    ends: Vec<NaiveDate>,
    /// Its gas days with their settlement months.
    pub calendar: Vec<(NaiveDate, Month)>,
    /// Readings by gas day; a later one for the same point stands in its place.
    pub readings: BTreeMap<NaiveDate, Vec<ReadingFact>>,
    /// Lots.
    pub lots: Vec<LotFact>,
    /// Transfers: month, and quantity with the sign of what it does to this contract.
    pub transfers: Vec<(Month, Decimal)>,
    /// Claims by id; a later decision stands in the place of the earlier one.
    pub claims: Vec<ClaimFact>,
    /// Money: value date, amount with its sign.
    pub money: Vec<(NaiveDate, Decimal)>,
    /// Guarantees: from, to, amount.
    pub guarantees: Vec<(NaiveDate, NaiveDate, Decimal)>,
    /// What days took, once it was computed; facts do not change while they are asked.
    pub(super) taken: RefCell<BTreeMap<NaiveDate, R>>,
    /// The prices of days, once they were computed.
    pub(super) prices: RefCell<BTreeMap<NaiveDate, Option<Vec<R>>>>,
}

/// A reading.
#[derive(Debug, Clone)]
pub struct ReadingFact {
    /// Which point.
    pub point: String,
    /// Which gas day.
    pub day: NaiveDate,
    /// m³.
    pub volume: Decimal,
    /// MJ/m³.
    pub gcv: Option<Decimal>,
}

/// A lot.
#[derive(Debug, Clone)]
pub struct LotFact {
    /// Its trade reference.
    pub reference: String,
    /// For which settlement month.
    pub month: Month,
    /// Billing units.
    pub quantity: Decimal,
    /// Yuan per unit.
    pub price: Decimal,
    /// Whether it is planned.
    pub firm: bool,
    /// When it was traded.
    pub traded_at: DateTime<Utc>,
}

/// A claim.
#[derive(Debug, Clone)]
pub struct ClaimFact {
    /// Its id.
    pub id: String,
    /// First gas day.
    pub first: NaiveDate,
    /// Last gas day.
    pub last: NaiveDate,
    /// Whether the seller could not deliver.
    pub of_seller: bool,
    /// Granted so far.
    pub granted: Decimal,
}

impl ContractFacts {
    /// A contract of which only the id is known.
    #[must_use]
    pub fn of(id: String) -> Self {
        Self { id, ..Self::default() }
    }

    /// Adds a term that follows the ones before it.
    pub fn sign(&mut self, terms: Terms, points: Vec<String>) {
        let ends_on = terms.month_ends_on.into();
        let all = days(terms.first_gas_day.date(), terms.last_gas_day.date());
        self.calendar.extend(all.into_iter().map(|day| (day, month_of(day, ends_on))));
        self.ends.push(terms.last_gas_day.date());
        self.terms.push((terms, points));
    }

    /// Other terms from a gas day to the end of its term.
    ///
    /// # Panics
    /// When no term holds the day.
    pub fn amend(&mut self, from: NaiveDate, wanted: &Terms) {
        self.part(from);
        let end = *self.ends.iter().find(|end| from <= **end).expect("a term holds the day");
        for (terms, _) in &mut self.terms {
            let (first, last) = (terms.first_gas_day, terms.last_gas_day);
            if from <= first.date() && last.date() <= end {
                *terms = Terms { first_gas_day: first, last_gas_day: last, ..wanted.clone() };
            }
        }
    }

    /// The contract ends with a gas day.
    pub fn end(&mut self, last: NaiveDate) {
        self.part(last + chrono::Duration::days(1));
        self.terms.retain(|(terms, _)| terms.last_gas_day.date() <= last);
        self.calendar.retain(|(day, _)| *day <= last);
        self.ends.retain(|end| *end < last);
        self.ends.push(last);
    }

    /// A point comes or goes with a gas day.
    pub fn move_point(&mut self, point: &str, on: NaiveDate, comes: bool) {
        self.part(on);
        let behind = self.terms.iter_mut().filter(|(terms, _)| on <= terms.first_gas_day.date());
        for (_, points) in behind {
            points.retain(|known| known != point);
            if comes {
                points.push(point.to_owned());
            }
        }
    }

    /// What holds on a day before and on this day stands apart.
    fn part(&mut self, day: NaiveDate) {
        let inside = |(terms, _): &(Terms, Vec<String>)| {
            terms.first_gas_day.date() < day && day <= terms.last_gas_day.date()
        };
        let Some(place) = self.terms.iter().position(inside) else { return };
        let mut behind = self.terms[place].clone();
        behind.0.first_gas_day = citygate_domain::quantities::GasDay::new(day);
        self.terms[place].0.last_gas_day = behind.0.first_gas_day.previous();
        self.terms.insert(place + 1, behind);
    }

    /// First gas day.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        self.terms[0].0.first_gas_day.date()
    }

    /// Last gas day.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.terms[self.terms.len() - 1].0.last_gas_day.date()
    }

    /// The terms and points of a gas day.
    ///
    /// # Panics
    /// When no term holds the day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> &(Terms, Vec<String>) {
        let holds =
            |terms: &Terms| terms.first_gas_day.date() <= day && day <= terms.last_gas_day.date();
        self.terms.iter().find(|(terms, _)| holds(terms)).expect("a term holds the day")
    }

    /// When settlement months end.
    #[must_use]
    pub fn ends_on(&self) -> Option<u8> {
        self.terms[0].0.month_ends_on.into()
    }

    /// The gas days of a settlement month inside the term.
    #[must_use]
    pub fn days_of(&self, month: Month) -> Vec<NaiveDate> {
        let of_month = self.calendar.iter().filter(|(_, of)| *of == month);
        of_month.map(|(day, _)| *day).collect()
    }

    /// Its settlement months, in order.
    #[must_use]
    pub fn months(&self) -> Vec<Month> {
        let mut months: Vec<Month> = self.calendar.iter().map(|(_, month)| *month).collect();
        months.dedup();
        months
    }

    /// The reading in force of a point on a gas day.
    #[must_use]
    pub fn reading(&self, point: &str, day: NaiveDate) -> Option<&ReadingFact> {
        self.readings.get(&day)?.iter().rev().find(|reading| reading.point == point)
    }

    /// C: the monthly quantity in the terms of the month's last gas day, and what was transferred.
    ///
    /// # Panics
    /// When the term has no such month.
    #[must_use]
    pub fn contract_quantity(&self, month: Month) -> R {
        let last = *self.days_of(month).last().expect("a month of the term");
        let (terms, _) = self.on(last);
        let agreed = terms.monthly_quantities.iter();
        let agreed = agreed
            .filter(|(key, _)| (key.year(), key.month()) == month)
            .map(|(_, quantity)| of(quantity.value()));
        let moved = self.transfers.iter().filter(|(of, _)| *of == month);
        let moved = moved.map(|(_, quantity)| of(*quantity));
        most(sum(agreed.chain(moved)), whole(0))
    }
}
