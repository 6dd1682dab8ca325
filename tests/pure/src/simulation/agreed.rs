//! What a history begins with: who may do what, and a few contracts with terms of every kind.
//!
//! Everything is a whole number of small things (cubic metres, fen, ten-thousandths of a yuan), so
//! that the twin can count with integers.

use std::sync::OnceLock;

use chrono::{Days, NaiveDate};
use citygate_domain::contract::{
    AnnualQuantity, DeliveryPoint, IndexPart, NoCut, PriceRule, Reference, SignContract,
};
use citygate_domain::customer::CustomerClass;
use citygate_domain::quantities::{
    CivilDay, Coefficient, DaysOfGas, GasDay, Percent, Price, Quantity, SettlementMonth, Volume,
};
use rust_decimal::Decimal;

use crate::history::dice::Dice;
use crate::template::Template;
use crate::words::read;

/// The index that prices rest on.
pub(super) const INDEX: &str = "GATE";
/// How a history's ledger begins.
#[derive(Debug, Clone)]
pub struct Agreed {
    /// F: whether acts of weight need a second person.
    pub four_eyes: bool,
    /// Whether roles were granted; without any, everybody may do a clerk's and an approver's work.
    pub roles: bool,
    /// Whether the log has a clock of its own, as a database has: a node's clock that is wrong is found.
    pub database_clock: bool,
    /// The contracts `LG-1`, `LG-2` …
    pub contracts: Vec<Contract>,
}

/// A contract with every term that supply reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The customer's class; none: the customer was never registered.
    pub class: Option<CustomerClass>,
    /// The capacities of its points `LG-1-1`, `LG-1-2` …, m³ per gas day; only a single one may lack it.
    pub capacities: Vec<Option<i64>>,
    /// m³ of every month.
    pub monthly: i64,
    /// Its price.
    pub price: Priced,
    /// First gas day.
    pub first: NaiveDate,
    /// Last gas day.
    pub last: NaiveDate,
    /// G1.
    pub reference: Reference,
    /// G1.
    pub reference_days: i64,
    /// E1, in tenths of a day: warn, notice, reduce, suspend, restore.
    pub thresholds: [i64; 5],
    /// E3.
    pub notice_hours: i64,
    /// E3.
    pub demand_days: Option<i64>,
    /// E4.
    pub notice_lapses_days: Option<i64>,
    /// E4.
    pub reading_max_age_hours: Option<i64>,
    /// E4.
    pub no_cut: Option<NoCut>,
    /// E4.
    pub dispute_blocks_order: Option<bool>,
    /// E4: somebody on site confirms before a stop.
    pub continuous_process: Option<bool>,
    /// E6, m³.
    pub protected: Option<i64>,
    /// E6.
    pub reduce_to_percent: i64,
    /// E7.
    pub lease_hours: i64,
    /// E3.
    pub automatic: bool,
}

/// The price of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priced {
    /// Ten-thousandths of a yuan per m³.
    Fixed(i64),
    /// A coefficient in hundredths, on the index.
    Indexed(i64),
}

impl Contract {
    /// E1, in tenths of a day.
    #[must_use]
    pub fn reduce_below(&self) -> i64 {
        self.thresholds[2]
    }

    /// E1, in tenths of a day.
    #[must_use]
    pub fn suspend_below(&self) -> i64 {
        self.thresholds[3]
    }

    /// E1, in tenths of a day.
    #[must_use]
    pub fn restore_above(&self) -> i64 {
        self.thresholds[4]
    }

    /// Whether its price rests on the index.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        match self.price {
            Priced::Indexed(_) => true,
            Priced::Fixed(_) => false,
        }
    }

    /// E4: whether the customer is never suspended.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        match self.class {
            Some(CustomerClass::Industrial | CustomerClass::Commercial) => false,
            Some(
                CustomerClass::Residential
                | CustomerClass::PublicService
                | CustomerClass::Key
                | CustomerClass::CityGas,
            )
            | None => true,
        }
    }
}

/// The name of a contract by its place.
#[must_use]
pub fn contract_name(place: usize) -> String {
    format!("LG-{}", place + 1)
}

/// The name of a point by its place in its contract.
#[must_use]
pub fn point_name(contract: usize, place: usize) -> String {
    format!("LG-{}-{}", contract + 1, place + 1)
}

/// Draws how a history begins.
#[must_use]
pub fn agreed(dice: &mut Dice) -> Agreed {
    let count = if dice.one_in(4) { dice.between(2, 3) } else { 1 };
    let contracts = (0..count).map(|_| contract(dice)).collect();
    let (four_eyes, roles) = (!dice.one_in(12), dice.one_in(2));
    Agreed { four_eyes, roles, database_clock: dice.one_in(2), contracts }
}

/// Draws the terms of a contract.
pub(super) fn contract(dice: &mut Dice) -> Contract {
    let first: NaiveDate = read("2026-03-06");
    let first = first + Days::new(dice.below(26));
    let reduce = dice.between(2, 60) as i64;
    let suspend = if dice.one_in(2) { 0 } else { dice.between(0, reduce as u64) as i64 };
    let notice = reduce + dice.below(50) as i64;
    let points = if dice.one_in(2) { 1 } else { dice.between(2, 3) };
    let capacity = |dice: &mut Dice| Some(dice.between(150, 900) as i64);
    let lone = points == 1 && dice.one_in(4);
    Contract {
        class: class(dice),
        capacities: (0..points).map(|_| if lone { None } else { capacity(dice) }).collect(),
        monthly: dice.between(900, 6_000) as i64,
        price: match dice.below(3) {
            0 => Priced::Indexed(dice.between(80, 160) as i64),
            _ => Priced::Fixed(dice.between(15_000, 40_000) as i64),
        },
        first,
        last: first + Days::new(dice.between(75, 140)),
        reference: *dice.of(&[
            Reference::TrailingMean,
            Reference::ContractDaily,
            Reference::LargerOfBoth,
        ]),
        reference_days: dice.between(1, 7) as i64,
        thresholds: [
            notice + dice.below(50) as i64,
            notice,
            reduce,
            suspend,
            notice + dice.below(60) as i64,
        ],
        notice_hours: *dice.of(&[0, 1, 12, 24, 48, 48, 72]),
        demand_days: *dice.of(&[None, Some(0), Some(1), Some(2), Some(5)]),
        notice_lapses_days: *dice.of(&[None, None, Some(3), Some(10), Some(30)]),
        reading_max_age_hours: *dice.of(&[None, None, Some(24), Some(48), Some(96)]),
        no_cut: no_cut(dice),
        dispute_blocks_order: *dice.of(&[None, None, Some(true), Some(false)]),
        continuous_process: *dice.of(&[None, None, None, Some(false), Some(true)]),
        protected: if dice.one_in(3) { Some(dice.below(150) as i64) } else { None },
        reduce_to_percent: *dice.of(&[0, 30, 50, 50, 75, 100]),
        lease_hours: dice.between(1, 24) as i64,
        automatic: dice.one_in(4),
    }
}

/// Half of the customers may be suspended; of the others every kind is there, and the unknown.
fn class(dice: &mut Dice) -> Option<CustomerClass> {
    match dice.below(10) {
        0..=4 => Some(CustomerClass::Industrial),
        5 | 6 => Some(CustomerClass::Commercial),
        7 | 8 => Some(*dice.of(&[
            CustomerClass::Residential,
            CustomerClass::PublicService,
            CustomerClass::Key,
            CustomerClass::CityGas,
        ])),
        _ => None,
    }
}

fn no_cut(dice: &mut Dice) -> Option<NoCut> {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    let hours = match dice.below(4) {
        0 => Vec::new(),
        1 => words(&["12:00-14:30"]),
        _ => words(&["18:00-09:00"]),
    };
    let weekdays = if dice.one_in(3) { words(&["sat", "sun"]) } else { Vec::new() };
    let date = CivilDay::new(read::<NaiveDate>("2026-04-01") + Days::new(dice.below(20)));
    let dates = if dice.one_in(4) { vec![date] } else { Vec::new() };
    dice.one_in(3).then_some(NoCut { hours, weekdays, dates })
}

/// The command that signs a contract.
#[must_use]
pub fn signing(place: usize, agreed: &Contract) -> SignContract {
    static BASE: OnceLock<SignContract> = OnceLock::new();
    let base = BASE.get_or_init(|| Template::new("LG-1").without("deviation").command());
    let mut signed = base.clone();
    signed.contract = read(&contract_name(place));
    signed.customer.id = read(&format!("C-LG-{}", place + 1));
    // One that was never registered is signed as another and then forgotten.
    signed.customer.class = agreed.class.unwrap_or(CustomerClass::Industrial);
    let point = |(number, capacity): (usize, &Option<i64>)| DeliveryPoint {
        daily_capacity: capacity.map(|capacity| Volume::new(capacity.into())),
        id: read(&point_name(place, number)),
    };
    signed.delivery_points = agreed.capacities.iter().enumerate().map(point).collect();
    let terms = &mut signed.terms;
    terms.first_gas_day = GasDay::new(agreed.first);
    terms.last_gas_day = GasDay::new(agreed.last);
    let months =
        SettlementMonth::containing(agreed.first).through(SettlementMonth::containing(agreed.last));
    let monthly = Quantity::new(agreed.monthly.into());
    terms.monthly_quantities = months.map(|month| (month, monthly)).collect();
    terms.annual_quantity = AnnualQuantity::One(terms.monthly_quantities.values().copied().sum());
    for tranche in terms.price_plans.iter_mut().flat_map(|plan| &mut plan.tranches) {
        tranche.price = price_rule(agreed.price);
    }
    pay(&mut signed, agreed);
    signed
}

fn price_rule(price: Priced) -> PriceRule {
    match price {
        Priced::Fixed(price) => {
            let constant = Some(Price::agreed(Decimal::new(price, 4)));
            PriceRule { constant, ..PriceRule::default() }
        }
        Priced::Indexed(coefficient) => {
            let part = IndexPart {
                code: read(INDEX),
                coefficient: Coefficient::new(Decimal::new(coefficient, 2)),
                mean_of_months: None,
                lag_months: None,
            };
            PriceRule { indices: vec![part], ..PriceRule::default() }
        }
    }
}

fn pay(signed: &mut SignContract, agreed: &Contract) {
    let days = |tenths: i64| DaysOfGas::new(Decimal::new(tenths, 1));
    let whole = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let terms = &mut signed.terms.payment;
    terms.reference = agreed.reference;
    terms.reference_days = whole(agreed.reference_days);
    let [warn, notice, reduce, suspend, restore] = agreed.thresholds;
    terms.warn_below = days(warn);
    terms.notice_below = days(notice);
    terms.reduce_below = days(reduce);
    terms.suspend_below = days(suspend);
    terms.restore_above = days(restore);
    terms.notice_hours = whole(agreed.notice_hours);
    terms.demand_days = agreed.demand_days.map(whole);
    terms.notice_lapses_days = agreed.notice_lapses_days.map(whole);
    terms.reading_max_age_hours = agreed.reading_max_age_hours.map(whole);
    terms.no_cut.clone_from(&agreed.no_cut);
    terms.dispute_blocks_order = agreed.dispute_blocks_order;
    terms.continuous_process = agreed.continuous_process;
    terms.protected_daily_quantity = agreed.protected.map(|volume| Volume::new(volume.into()));
    terms.reduce_to_percent = Percent::new(agreed.reduce_to_percent.into());
    terms.lease_hours = whole(agreed.lease_hours);
    terms.automatic = agreed.automatic;
}
