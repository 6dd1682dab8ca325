//! Settlement months and contract years (T2, T3).

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{GasDay, GasDays};

/// A settlement month, named by the calendar month in which it ends (T2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettlementMonth {
    /// Months since year 0: ordering and counting are plain arithmetic.
    ordinal: i32,
}

/// Why a text is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a month of the form 2025-01")]
pub struct NotAMonth(pub String);

impl SettlementMonth {
    /// The calendar month in which a date lies.
    #[must_use]
    pub fn containing(date: NaiveDate) -> Self {
        Self { ordinal: date.year() * 12 + date.month0() as i32 }
    }

    /// The month `months` later (earlier when negative).
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self { ordinal: self.ordinal + months }
    }

    /// How many months lie between `first` and this month.
    #[must_use]
    pub fn since(self, first: Self) -> i32 {
        self.ordinal - first.ordinal
    }

    /// Year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.ordinal.div_euclid(12)
    }

    /// Month of the year, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.ordinal.rem_euclid(12) as u32 + 1
    }

    /// A date of the calendar month of the same name; `day` is 1 to 28.
    #[must_use]
    pub fn date(self, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year(), self.month(), day).unwrap_or(NaiveDate::MAX)
    }

    /// The months from this one to `last`, both included.
    pub fn through(self, last: Self) -> impl DoubleEndedIterator<Item = Self> {
        (self.ordinal..=last.ordinal).map(|ordinal| Self { ordinal })
    }
}

impl FromStr for SettlementMonth {
    type Err = NotAMonth;
    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let day = (text.len() == 7).then(|| format!("{text}-01"));
        day.and_then(|day| super::gas_day::parse_date(&day).ok())
            .map(Self::containing)
            .ok_or_else(|| NotAMonth(text.to_owned()))
    }
}

impl fmt::Display for SettlementMonth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{:04}-{:02}", self.year(), self.month()))
    }
}

super::serde_as_text!(SettlementMonth);

/// The term `month_ends_on`: settlement months are calendar months, or end on a day from 1 to 28.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Option<u8>", into = "Option<u8>")]
pub struct MonthEnd(Option<u8>);

/// The day is not 1 to 28.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("month_ends_on is {0}; it is a day from 1 to 28, or null for calendar months")]
pub struct NoSuchMonthEnd(pub u8);

impl TryFrom<Option<u8>> for MonthEnd {
    type Error = NoSuchMonthEnd;
    fn try_from(day: Option<u8>) -> Result<Self, NoSuchMonthEnd> {
        match day {
            Some(day) if !(1..=28).contains(&day) => Err(NoSuchMonthEnd(day)),
            known => Ok(Self(known)),
        }
    }
}

impl From<MonthEnd> for Option<u8> {
    fn from(end: MonthEnd) -> Self {
        end.0
    }
}

impl MonthEnd {
    /// The settlement month of a gas day.
    #[must_use]
    pub fn month_of(self, day: GasDay) -> SettlementMonth {
        let calendar = SettlementMonth::containing(day.date());
        match self.0 {
            Some(last) if day.date().day() > u32::from(last) => calendar.plus(1),
            Some(_) | None => calendar,
        }
    }

    /// The gas days of a settlement month. It starts on the day after the one before it ends, so
    /// months are half-open and leave no gap, also around a short February.
    #[must_use]
    pub fn days_of(self, month: SettlementMonth) -> GasDays {
        match self.0 {
            Some(last) => GasDays {
                first: GasDay::new(month.plus(-1).date(u32::from(last))).plus(1),
                last: GasDay::new(month.date(u32::from(last))),
            },
            None => GasDays {
                first: GasDay::new(month.date(1)),
                last: GasDay::new(month.plus(1).date(1)).previous(),
            },
        }
    }
}
