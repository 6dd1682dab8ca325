//! T2, T3: settlement months, found by walking from day to day.

use chrono::{Datelike, NaiveDate};

/// A month: year and number.
pub type Month = (i32, u32);

/// The day after.
///
/// # Panics
/// At the end of the calendar.
#[must_use]
pub fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().expect("a day after every day")
}

/// The settlement month of a gas day: that of the next day on which a month ends.
#[must_use]
pub fn month_of(day: NaiveDate, ends_on: Option<u8>) -> Month {
    let mut end = day;
    loop {
        let ends = match ends_on {
            Some(last) => end.day() == u32::from(last),
            None => next(end).day() == 1,
        };
        if ends {
            return (end.year(), end.month());
        }
        end = next(end);
    }
}

/// The month after.
#[must_use]
pub fn month_after((year, month): Month) -> Month {
    if month == 12 { (year + 1, 1) } else { (year, month + 1) }
}

/// The month so many months before.
#[must_use]
pub fn months_before(month: Month, count: u32) -> Month {
    (0..count).fold(
        month,
        |(year, month), _| {
            if month == 1 { (year - 1, 12) } else { (year, month - 1) }
        },
    )
}

/// The first day of a calendar month.
///
/// # Panics
/// When there is no such month.
#[must_use]
pub fn first_day((year, month): Month) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).expect("a month has a first day")
}

/// Every day of a run, both ends included.
#[must_use]
pub fn days(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut day = first;
    while day <= last {
        days.push(day);
        day = next(day);
    }
    days
}
