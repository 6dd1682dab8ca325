//! E4: the windows in which nobody is cut off.

use chrono::{DateTime, Datelike, FixedOffset, NaiveTime, Weekday};

use crate::contract::NoCut;
use crate::quantities::CivilDay;

/// The window of the terms in which a moment of the ledger's zone lies, as agreed; none outside of
/// all. Hours are half-open and may pass midnight; `00:00-00:00` is the whole day. Hours, weekdays and
/// dates each suffice by themselves. Hours that cannot be read are a window: nobody is cut off on a
/// guess.
#[must_use]
pub fn no_cut_window(windows: &NoCut, moment: DateTime<FixedOffset>) -> Option<String> {
    let (time, date) = (moment.time(), moment.date_naive());
    let hours = windows.hours.iter().find(|hours| contains(hours, time)).cloned();
    let today = word(date.weekday());
    let weekday = || windows.weekdays.iter().find(|day| *day == today).cloned();
    let date = || {
        let same = |day: &&CivilDay| day.date() == date;
        windows.dates.iter().find(same).map(ToString::to_string)
    };
    hours.or_else(weekday).or_else(date)
}

fn contains(hours: &str, time: NaiveTime) -> bool {
    let read = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let Some((from, to)) = hours.split_once('-') else { return true };
    match (read(from), read(to)) {
        (Some(from), Some(to)) if from < to => from <= time && time < to,
        (Some(from), Some(to)) => from <= time || time < to,
        (None, _) | (_, None) => true,
    }
}

/// The word of the terms for a weekday.
fn word(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}
