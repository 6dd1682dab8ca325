//! Gas days, civil days and the clock that tells them apart (T1, T5).
//!
//! **Guarantee.** A [`GasDay`] is named by the date on which it starts and is stored, never derived
//! from an instant twice. [`GasDayClock`] is the one place where instants become days.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Why a text is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date of the form 2025-01-31")]
pub struct NotADate(pub String);

/// Reads an ISO 8601 calendar date: four, two and two digits.
pub fn parse_date(text: &str) -> Result<NaiveDate, NotADate> {
    let refused = || NotADate(text.to_owned());
    let bytes = text.as_bytes();
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return Err(refused()) };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
        })
    };
    let year = number(&[*y1, *y2, *y3, *y4]).filter(|year| *year >= 1900);
    let date = year.zip(number(&[*m1, *m2])).zip(number(&[*d1, *d2]));
    date.and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year as i32, month, day))
        .ok_or_else(refused)
}

macro_rules! day {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NaiveDate);

        impl $name {
            /// The day of this date.
            #[must_use]
            pub fn new(date: NaiveDate) -> Self { Self(date) }

            /// The date that names it.
            #[must_use]
            pub fn date(self) -> NaiveDate { self.0 }

            /// The day `days` later. The calendar ends far outside of any contract, and stays
            /// there.
            #[must_use]
            pub fn plus(self, days: u64) -> Self {
                Self(self.0.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
            }

            /// The day before.
            #[must_use]
            pub fn previous(self) -> Self {
                Self(self.0.pred_opt().unwrap_or(NaiveDate::MIN))
            }
        }

        impl FromStr for $name {
            type Err = NotADate;
            fn from_str(text: &str) -> Result<Self, NotADate> { parse_date(text).map(Self) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        super::serde_as_text!($name);
    };
}
day! {
    /// A gas day (T1), named by the date on which it starts.
    GasDay
}
day! {
    /// A civil day of the ledger's zone (T5): payments, guarantees, notices and deadlines.
    CivilDay
}

impl GasDay {
    /// As of a gas day, civil-day facts count when their date is not later (T5).
    #[must_use]
    pub fn includes(self, fact: CivilDay) -> bool {
        fact.0 <= self.0
    }

    /// The civil day of the same date.
    #[must_use]
    pub fn civil(self) -> CivilDay {
        CivilDay(self.0)
    }
}

/// A run of gas days, both ends included; empty when `last` is before `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GasDays {
    /// The first gas day.
    pub first: GasDay,
    /// The last gas day, inclusive.
    pub last: GasDay,
}

impl GasDays {
    /// The days of both runs.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
    }

    /// Whether `day` is one of them.
    #[must_use]
    pub fn contains(self, day: GasDay) -> bool {
        self.first <= day && day <= self.last
    }

    /// How many days.
    #[must_use]
    pub fn count(self) -> i64 {
        (self.last.0 - self.first.0).num_days().max(-1) + 1
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.last < self.first
    }

    /// The days in order.
    pub fn iter(self) -> impl Iterator<Item = GasDay> {
        let mut next = self.first;
        std::iter::from_fn(move || {
            let day = next;
            next = day.plus(1);
            (day <= self.last).then_some(day)
        })
    }
}

/// When a gas day starts, and where: settings of the ledger (T1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GasDayClock {
    zone: Tz,
    start_hour: u32,
}

/// Why a gas-day clock cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The zone is not in the IANA list.
    #[error("{0:?} is not an IANA time zone such as Asia/Shanghai")]
    UnknownZone(String),
    /// The hour is not 0 to 23.
    #[error("a gas day cannot start at hour {0}; hours are 0 to 23")]
    NoSuchHour(u32),
}

impl Default for GasDayClock {
    /// 08:00 in Shanghai.
    fn default() -> Self {
        Self { zone: Tz::Asia__Shanghai, start_hour: 8 }
    }
}

impl GasDayClock {
    /// A clock for an IANA zone and a start hour from 0 to 23.
    pub fn try_new(zone: &str, start_hour: u32) -> Result<Self, ClockError> {
        let zone = zone.parse().map_err(|_| ClockError::UnknownZone(zone.to_owned()))?;
        if start_hour > 23 {
            return Err(ClockError::NoSuchHour(start_hour));
        }
        Ok(Self { zone, start_hour })
    }

    /// The zone's IANA name.
    #[must_use]
    pub fn zone_name(self) -> &'static str {
        self.zone.name()
    }

    /// The hour at which a gas day starts.
    #[must_use]
    pub fn start_hour(self) -> u32 {
        self.start_hour
    }

    /// The gas day of an instant. `2024-03-01T07:59:59+08:00` is gas day 2024-02-29.
    #[must_use]
    pub fn gas_day(self, instant: DateTime<Utc>) -> GasDay {
        let today = GasDay(instant.with_timezone(&self.zone).date_naive());
        if instant < self.start(today) { today.previous() } else { today }
    }

    /// The civil day of an instant.
    #[must_use]
    pub fn civil_day(self, instant: DateTime<Utc>) -> CivilDay {
        CivilDay(instant.with_timezone(&self.zone).date_naive())
    }

    /// When the gas day starts. Where a change of the clock skips or repeats the start hour, the
    /// first instant that bears its name or comes after it.
    #[must_use]
    pub fn start(self, day: GasDay) -> DateTime<Utc> {
        self.first_instant(day.0, self.start_hour)
    }

    /// When the civil day begins: its first instant in the zone (T5).
    #[must_use]
    pub fn midnight(self, day: CivilDay) -> DateTime<Utc> {
        self.first_instant(day.0, 0)
    }

    fn first_instant(self, date: NaiveDate, hour: u32) -> DateTime<Utc> {
        let local = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(i64::from(hour));
        (0..=8)
            .find_map(|quarter| {
                let shifted = local + TimeDelta::minutes(15 * quarter);
                self.zone.from_local_datetime(&shifted).earliest()
            })
            .map_or_else(|| Utc.from_utc_datetime(&local), |start| start.with_timezone(&Utc))
    }

    /// When the gas day is over.
    #[must_use]
    pub fn end(self, day: GasDay) -> DateTime<Utc> {
        self.start(day.plus(1))
    }

    /// An instant as the zone's own clocks show it, with their offset: what people are told.
    #[must_use]
    pub fn local(self, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
        instant.with_timezone(&self.zone).fixed_offset()
    }

    /// Hours of the gas day: 24, or 23 and 25 where the clock changes.
    #[must_use]
    pub fn hours(self, day: GasDay) -> i64 {
        (self.end(day) - self.start(day)).num_hours()
    }
}
