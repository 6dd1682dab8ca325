//! A2, A3, G a second time, in whole numbers: what is available, and for how many days it lasts.

use chrono::{Datelike, NaiveDate};
use citygate_domain::contract::Reference;

use super::agreed::{Contract, Priced};
use super::facts::{ContractFacts, Date, Facts, date};

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
fn month_of(terms: &Contract, of: Date) -> (Date, Date) {
    let first = day(of).with_day(1).unwrap_or_default();
    let next = first.checked_add_months(chrono::Months::new(1)).unwrap_or_default();
    (date(first).max(date(terms.first)), (date(next) - 1).min(date(terms.last)))
}

/// A month's gas, poured in.
struct Month {
    fen: i64,
    whole: bool,
    left: i64,
}

impl Facts {
    /// Ten-thousandths of a yuan on a day.
    fn price(&self, terms: &Contract, on: Date) -> Option<i64> {
        match terms.price {
            Priced::Fixed(price) => Some(price),
            Priced::Indexed(coefficient) => {
                let (_, value) = self.index.range(..=on).next_back()?;
                Some(value * coefficient)
            }
        }
    }

    /// P4, P5: the first days of a month: lines of days at one price, then what is above the month's
    /// quantity by price; each rounded once.
    fn month(&self, terms: &Contract, facts: &ContractFacts, first: Date, last: Date) -> Month {
        let mut month = Month { fen: 0, whole: true, left: terms.monthly };
        let mut line: Option<(i64, i64)> = None;
        let mut excess: Vec<(i64, i64)> = Vec::new();
        let amount = |quantity: i64, price: i64| (quantity * price + 50) / 100;
        for on in first..=last {
            let read = facts.readings.get(&on);
            month.whole &= read.is_some_and(|day| day.iter().all(Option::is_some));
            let taken: i64 =
                read.into_iter().flatten().flatten().map(|reading| reading.volume).sum();
            let base = taken.min(month.left);
            month.left -= base;
            let above = taken - base;
            match self.price(terms, on) {
                Some(price) => {
                    line = match line {
                        Some((known, quantity)) if known == price => Some((known, quantity + base)),
                        before => {
                            month.fen += before.map_or(0, |(price, sum)| amount(sum, price));
                            Some((price, base))
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
                    month.whole = false;
                    month.fen += line.take().map_or(0, |(price, sum)| amount(sum, price));
                }
                None => {}
            }
        }
        month.fen += line.map_or(0, |(price, sum)| amount(sum, price));
        month.fen += excess.iter().map(|(price, sum)| amount(*sum, *price)).sum::<i64>();
        month
    }

    /// The account of a contract as of a civil day.
    #[must_use]
    pub fn account(&self, contract: usize, as_of: Date) -> Account {
        let nothing = Account { available: 0, lasting: Lasting::Unknown };
        let (Some(terms), Some(facts)) =
            (self.agreed.contracts.get(contract), self.contracts.get(contract))
        else {
            return nothing;
        };
        let (first, last) = (date(terms.first), date(terms.last));
        let mut available: i64 =
            facts.money.iter().filter(|one| one.on <= as_of).map(|one| one.fen).sum();
        available += (facts.lent.iter())
            .filter(|(_, from, to)| *from <= as_of && as_of <= *to)
            .map(|(fen, _, _)| fen)
            .sum::<i64>();
        let mut begins = first;
        while begins <= as_of.min(last) {
            let (from, to) = month_of(terms, begins);
            let name = (day(begins).year(), day(begins).month());
            available -= match facts.posted.get(&name).filter(|_| to <= as_of) {
                Some(posted) => *posted,
                None => self.month(terms, facts, from, to.min(as_of)).fen,
            };
            begins = to + 1;
        }
        let on = as_of.min(last);
        let lasting = match self.price(terms, on) {
            Some(price) => lasting(available, daily(terms, facts, on), price),
            // G3: nothing lasts no day, but only a known price says so.
            None => Lasting::Unknown,
        };
        Account { available, lasting }
    }

    /// S4: whether a posted month comes out lower now.
    #[must_use]
    pub fn posted_too_much(&self, contract: usize) -> bool {
        let (Some(terms), Some(facts)) =
            (self.agreed.contracts.get(contract), self.contracts.get(contract))
        else {
            return false;
        };
        facts.posted.iter().any(|((year, month), posted)| {
            let first = NaiveDate::from_ymd_opt(*year, *month, 1).unwrap_or_default();
            let (from, to) = month_of(terms, date(first));
            let again = self.month(terms, facts, from, to);
            again.whole && again.fen < *posted
        })
    }
}

/// C3, G1: the contract quantity of a day's month, and the days that it is for.
#[must_use]
pub fn contract_daily(terms: &Contract, on: Date) -> (i64, i64) {
    let (from, to) = month_of(terms, on);
    (terms.monthly, i64::from(to - from) + 1)
}

/// G1 as a fraction.
fn daily(terms: &Contract, facts: &ContractFacts, on: Date) -> (i64, i64) {
    let agreed = contract_daily(terms, on);
    let mut mean = (0, 0);
    for (_, read) in facts.readings.range(date(terms.first)..=on).rev() {
        if mean.1 == terms.reference_days {
            break;
        }
        if read.iter().all(Option::is_some) {
            mean.0 += read.iter().flatten().map(|reading| reading.volume).sum::<i64>();
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
