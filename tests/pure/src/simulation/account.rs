//! A2, A3, G a second time, in whole numbers: what is available, and for how many days it lasts.

use chrono::{Datelike, NaiveDate};
use citygate_domain::contract::Reference;

use super::agreed::Priced;
use super::facts::{ContractFacts, Date, Facts, date};
use super::terms::Life;

/// Days of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Tenths of a day.
    Tenths(i64),
    /// For ever.
    Unlimited,
    /// A price is missing.
    Unknown,
}

impl Lasting {
    /// Whether it is known to be less than so many tenths.
    #[must_use]
    pub fn is_below(self, tenths: i64) -> bool {
        matches!(self, Self::Tenths(lasting) if lasting < tenths)
    }

    /// Whether it is known to be at least so many tenths.
    #[must_use]
    pub fn reaches(self, tenths: i64) -> bool {
        match self {
            Self::Tenths(lasting) => lasting >= tenths,
            Self::Unlimited => true,
            Self::Unknown => false,
        }
    }
}

/// A contract's account as of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// A3, in fen.
    pub available: i64,
    /// G3.
    pub lasting: Lasting,
}

fn day(of: Date) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(of).unwrap_or_default()
}

/// The days of a month inside the term.
fn month_of(life: &Life, of: Date) -> (Date, Date) {
    let first = day(of).with_day(1).unwrap_or_default();
    let next = first.checked_add_months(chrono::Months::new(1)).unwrap_or_default();
    (date(first).max(life.first()), (date(next) - 1).min(life.last))
}

/// A month's gas, poured in.
struct Month {
    fen: i64,
    /// Whether what was taken had a price.
    priced: bool,
    left: i64,
}

impl Facts {
    /// Ten-thousandths of a yuan on a day, by the terms of the day.
    fn price(&self, life: &Life, on: Date) -> Option<i64> {
        match life.on(on)?.price {
            Priced::Fixed(price) => Some(price),
            Priced::Indexed(coefficient) => {
                let (_, value) = self.index.range(..=on).next_back()?;
                Some(value * coefficient)
            }
        }
    }

    /// P4, P5: the first days of a month: lines of days at one price, then what is above the month's
    /// quantity by price; each rounded once.
    fn month(&self, facts: &ContractFacts, first: Date, last: Date) -> Month {
        let life = &facts.life;
        let mut month = Month { fen: 0, priced: true, left: contract_daily(life, first).0 };
        // P5: at one price by one plan.
        let mut line: Option<((i64, Option<Priced>), i64)> = None;
        let mut excess: Vec<(i64, i64)> = Vec::new();
        let amount = |quantity: i64, price: i64| (quantity * price + 50) / 100;
        for on in first..=last {
            let read = facts.readings.get(&on);
            let taken: i64 = read.into_iter().flatten().map(|(_, reading)| reading.volume).sum();
            let base = taken.min(month.left);
            month.left -= base;
            let above = taken - base;
            match self.price(life, on) {
                Some(price) => {
                    let by = (price, life.on(on).map(|terms| terms.price));
                    line = match line {
                        Some((known, quantity)) if known == by => Some((known, quantity + base)),
                        before => {
                            month.fen += before.map_or(0, |((price, _), sum)| amount(sum, price));
                            Some((by, base))
                        }
                    };
                    if above > 0 {
                        match excess.iter_mut().find(|(known, _)| *known == price) {
                            Some((_, sum)) => *sum += above,
                            None => excess.push((price, above)),
                        }
                    }
                }
                None if taken > 0 => {
                    month.priced = false;
                    month.fen += line.take().map_or(0, |((price, _), sum)| amount(sum, price));
                }
                None => {}
            }
        }
        month.fen += line.map_or(0, |((price, _), sum)| amount(sum, price));
        month.fen += excess.iter().map(|(price, sum)| amount(*sum, *price)).sum::<i64>();
        month
    }

    /// The account of a contract as of a civil day.
    #[must_use]
    pub fn account(&self, contract: usize, as_of: Date) -> Account {
        let nothing = Account { available: 0, lasting: Lasting::Unknown };
        let Some(facts) = self.contracts.get(contract) else { return nothing };
        let (first, last) = (facts.life.first(), facts.life.last);
        let mut available: i64 =
            facts.money.iter().filter(|one| one.on <= as_of).map(|one| one.fen).sum();
        available += (facts.lent.iter())
            .filter(|(_, from, to)| *from <= as_of && as_of <= *to)
            .map(|(fen, _, _)| fen)
            .sum::<i64>();
        let mut begins = first;
        while begins <= as_of.min(last) {
            let (from, to) = month_of(&facts.life, begins);
            let name = (day(begins).year(), day(begins).month());
            available -= match facts.posted.get(&name).filter(|_| to <= as_of) {
                Some(posted) => *posted,
                None => self.month(facts, from, to.min(as_of)).fen,
            };
            begins = to + 1;
        }
        let on = as_of.min(last);
        let lasting = match self.price(&facts.life, on) {
            Some(price) => lasting(available, daily(facts, on), price),
            // G3: nothing lasts no day, but only a known price says so.
            None => Lasting::Unknown,
        };
        Account { available, lasting }
    }

    /// S4: whether a posted month comes out lower now.
    #[must_use]
    pub fn posted_too_much(&self, contract: usize) -> bool {
        let Some(facts) = self.contracts.get(contract) else { return false };
        facts.posted.iter().any(|((year, month), posted)| {
            let first = NaiveDate::from_ymd_opt(*year, *month, 1).unwrap_or_default();
            let (from, to) = month_of(&facts.life, date(first));
            let again = self.month(facts, from, to);
            again.priced && again.fen < *posted && (from..=to).all(|on| facts.is_read(on))
        })
    }
}

/// P4, G1: the contract quantity of a day's month, by the terms of its last day, and the days that it is
/// for.
#[must_use]
pub fn contract_daily(life: &Life, on: Date) -> (i64, i64) {
    let (from, to) = month_of(life, on);
    (life.on(to).map_or(0, |terms| terms.monthly), i64::from(to - from) + 1)
}

impl ContractFacts {
    /// Whether every point that was held on a day has a reading of it; none held lacks none.
    fn is_read(&self, on: Date) -> bool {
        let read = self.readings.get(&on);
        let is_there = |point| read.is_some_and(|day| day.iter().any(|(known, _)| *known == point));
        self.life.points_on(on).all(|held| is_there(held.point))
    }
}

/// G1 as a fraction.
fn daily(facts: &ContractFacts, on: Date) -> (i64, i64) {
    let agreed = contract_daily(&facts.life, on);
    let Some(terms) = facts.life.at(on) else { return agreed };
    let mut mean = (0, 0);
    // A day without points is a day of nothing; otherwise only a day that was told of counts.
    let days = (facts.life.first()..=on).rev();
    for on in days.filter(|on| facts.life.moved || facts.readings.contains_key(on)) {
        if mean.1 == terms.reference_days {
            break;
        }
        if facts.is_read(on) {
            let read = facts.readings.get(&on).into_iter().flatten();
            mean.0 += read.map(|(_, reading)| reading.volume).sum::<i64>();
            mean.1 += 1;
        }
    }
    match terms.reference {
        Reference::ContractDaily => agreed,
        Reference::TrailingMean | Reference::LargerOfBoth if mean.1 == 0 => agreed,
        Reference::TrailingMean => mean,
        Reference::LargerOfBoth if mean.0 * agreed.1 < agreed.0 * mean.1 => agreed,
        Reference::LargerOfBoth => mean,
    }
}

/// G3: fen ÷ (m³ a day × ten-thousandths of a yuan), in tenths, cut.
fn lasting(available: i64, (quantity, days): (i64, i64), price: i64) -> Lasting {
    if available <= 0 {
        return Lasting::Tenths(0);
    }
    let cost = i128::from(quantity) * i128::from(price);
    if cost <= 0 {
        return Lasting::Unlimited;
    }
    let tenths = i128::from(available) * i128::from(days) * 1_000 / cost;
    Lasting::Tenths(i64::try_from(tenths).unwrap_or(i64::MAX))
}
