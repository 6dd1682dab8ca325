//! The twin's notes of a contract's life: which terms count on a day and which points it holds, read from
//! the recorded events; of an amendment what was told, not what the rules made of it.

use citygate_domain::contract::life::{ContractAmended, ContractTerminated, PointMoved};
use citygate_domain::contract::{ContractSigned, Direction, PriceRule, Terms};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::agreed::{Contract, Priced};
use super::facts::{ContractFacts, Date, Facts, contract_of, date, place_of, point_of};

/// A point by the contract after which it is named, and its place there.
pub type Point = (usize, usize);

/// The point of a name.
#[must_use]
pub fn point_named(name: &str) -> Option<Point> {
    Some((place_of(contract_of(name))?, point_of(name)?))
}

/// Terms that count from a gas day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From this day.
    pub from: Date,
    /// The terms; they end with their last day.
    pub terms: Contract,
}

/// A point that a contract holds for some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub point: Point,
    /// m³ per gas day.
    pub capacity: Option<i64>,
    /// From this day.
    pub first: Date,
    /// To this day.
    pub last: Date,
}

/// The terms of a contract by day, and its points.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Life {
    /// By the day from which they count; of two from one day the later told counts.
    versions: Vec<Version>,
    held: Vec<Held>,
    /// The last day of the contract.
    pub last: Date,
    /// Whether a point ever came or went.
    pub moved: bool,
}

impl Life {
    /// The first day of the contract.
    #[must_use]
    pub fn first(&self) -> Date {
        self.versions.first().map_or(Date::MAX, |version| version.from)
    }

    /// The terms of a day; none outside of the term.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&Contract> {
        let counts =
            |one: &&Version| one.from <= day && day <= self.last && day <= date(one.terms.last);
        self.versions.iter().rev().find(counts).map(|one| &one.terms)
    }

    /// The terms of a day; outside of the term the newest.
    #[must_use]
    pub fn at(&self, day: Date) -> Option<&Contract> {
        self.on(day).or_else(|| self.versions.last().map(|one| &one.terms))
    }

    /// Whether other terms begin on a day.
    #[must_use]
    pub fn begins_on(&self, day: Date) -> bool {
        self.versions.iter().any(|one| one.from == day)
    }

    /// The points of a day.
    pub fn points_on(&self, day: Date) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(move |one| one.first <= day && day <= one.last)
    }

    /// Signed, or renewed for a further term.
    pub fn signed(&mut self, terms: Contract) {
        let (first, last) = (date(terms.first), date(terms.last));
        self.last = last;
        self.agree(first, terms);
    }

    fn agree(&mut self, from: Date, terms: Contract) {
        let place = self.versions.partition_point(|known| known.from <= from);
        self.versions.insert(place, Version { from, terms });
    }

    /// C1: other terms from a day on.
    pub fn amended(&mut self, event: &ContractAmended) {
        let from = date(event.from.date());
        if let Some(terms) = self.on(from).map(|before| patched(before, &event.patch)) {
            self.agree(from, terms);
        }
    }

    /// C1: the term ends early; what was to begin later does not.
    pub fn terminated(&mut self, event: &ContractTerminated) {
        self.last = date(event.terms.last_gas_day.date());
        let last = self.last;
        self.versions.retain(|one| one.from <= last);
        self.held.retain(|one| one.first <= last);
        self.held.iter_mut().for_each(|one| one.last = one.last.min(last));
    }

    /// Q4: a point is held for some days.
    pub fn holds(&mut self, held: Held) {
        self.held.push(held);
    }

    /// Q4: a point came from another contract, or went to one.
    pub fn point_moved(&mut self, event: &PointMoved) {
        let Some(point) = point_named(event.delivery_point.id.as_str()) else { return };
        let (first, last) = (date(event.first_gas_day.date()), date(event.last_gas_day.date()));
        match event.direction {
            Direction::In => {
                let capacity = event.delivery_point.daily_capacity;
                let capacity = capacity.and_then(|volume| volume.value().to_i64());
                self.holds(Held { point, capacity, first, last });
            }
            Direction::Out => {
                let (gone, kept): (Vec<Held>, _) =
                    self.held.iter().partition(|one| one.point == point);
                self.held = kept;
                for one in gone {
                    let before = Held { last: one.last.min(first - 1), ..one };
                    let behind = Held { first: one.first.max(last + 1), ..one };
                    self.held.extend([before, behind].into_iter().filter(|it| it.first <= it.last));
                }
            }
        }
        self.moved = true;
    }
}

/// A renewal signs what was agreed first for a further term, with another quantity and price.
#[must_use]
pub fn renewed(agreed: &Contract, terms: &Terms) -> Contract {
    let monthly = terms.monthly_quantities.values().next();
    let monthly = monthly.and_then(|quantity| quantity.value().to_i64());
    let tranches = terms.price_plans.iter().flat_map(|plan| &plan.tranches);
    let price = tranches.map(|tranche| fixed(&tranche.price)).next().flatten();
    Contract {
        first: terms.first_gas_day.date(),
        last: terms.last_gas_day.date(),
        monthly: monthly.unwrap_or(agreed.monthly),
        price: price.unwrap_or(agreed.price),
        ..agreed.clone()
    }
}

fn fixed(price: &PriceRule) -> Option<Priced> {
    let constant = price.constant.filter(|_| price.indices.is_empty())?;
    Some(Priced::Fixed((constant.value() * Decimal::from(10_000)).to_i64()?))
}

/// Terms with what a patch says in place of what they said.
///
/// # Panics
/// When a history amends what the twin does not know.
fn patched(terms: &Contract, patch: &Value) -> Contract {
    let mut after = terms.clone();
    for (group, values) in patch.as_object().into_iter().flatten() {
        match group.as_str() {
            "price_plans" => {
                let constant = values.pointer("/0/tranches/0/price/constant");
                let constant = constant.map_or(Decimal::ZERO, number);
                let fixed = (constant * Decimal::from(10_000)).to_i64();
                after.price = Priced::Fixed(fixed.unwrap_or(0));
            }
            "payment" => {
                for (name, value) in values.as_object().into_iter().flatten() {
                    pay(&mut after, name, value);
                }
            }
            other => panic!("no history amends {other}"),
        }
    }
    after
}

fn pay(terms: &mut Contract, name: &str, value: &Value) {
    let whole = || value.as_i64().or_else(|| number(value).to_i64());
    let some = || (!value.is_null()).then(|| whole().unwrap_or(0));
    let tenths = || (number(value) * Decimal::TEN).to_i64().unwrap_or(0);
    let thresholds =
        ["warn_below", "notice_below", "reduce_below", "suspend_below", "restore_above"];
    if let Some(place) = thresholds.iter().position(|known| *known == name) {
        terms.thresholds[place] = tenths();
        return;
    }
    match name {
        "notice_hours" => terms.notice_hours = whole().unwrap_or(0),
        "demand_days" => terms.demand_days = some(),
        "notice_lapses_days" => terms.notice_lapses_days = some(),
        "reading_max_age_hours" => terms.reading_max_age_hours = some(),
        "no_cut" => terms.no_cut = serde_json::from_value(value.clone()).unwrap_or(None),
        "dispute_blocks_order" => terms.dispute_blocks_order = value.as_bool(),
        "continuous_process" => terms.continuous_process = value.as_bool(),
        "protected_daily_quantity" => terms.protected = some(),
        "reduce_to_percent" => terms.reduce_to_percent = whole().unwrap_or(0),
        "reference_days" => terms.reference_days = whole().unwrap_or(0),
        "automatic" => terms.automatic = value.as_bool().unwrap_or(false),
        other => panic!("no history amends {other}"),
    }
}

fn number(value: &Value) -> Decimal {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or(Decimal::ZERO)
}

impl Facts {
    /// The contract that holds a point on a day.
    #[must_use]
    pub fn holder(&self, point: Point, day: Date) -> Option<usize> {
        self.contracts.iter().position(|one| one.life.points_on(day).any(|it| it.point == point))
    }

    /// A contract is signed, or renewed.
    pub(super) fn signed(&mut self, event: &ContractSigned) {
        let Some(place) = place_of(event.contract.as_str()) else { return };
        let (Some(agreed), Some(contract)) =
            (self.agreed.contracts.get(place), self.contracts.get_mut(place))
        else {
            return;
        };
        let terms = renewed(agreed, &event.terms);
        let (first, last) = (date(terms.first), date(terms.last));
        for (number, capacity) in terms.capacities.iter().enumerate() {
            let point = (place, number);
            contract.life.holds(Held { point, capacity: *capacity, first, last });
        }
        contract.life.signed(terms);
        contract.changed();
    }
}

impl ContractFacts {
    /// F: what waits was shown and approved for other terms, or other points.
    pub(super) fn changed(&mut self) {
        for order in self.orders.values_mut().filter(|order| order.issued.is_none()) {
            order.outdated = true;
        }
    }
}
