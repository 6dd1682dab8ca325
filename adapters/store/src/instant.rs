//! Instants as text: one form, so that equal instants are equal bytes.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};

/// Number of bytes of an instant's text.
const LENGTH: usize = 27;

/// Cuts an instant to the microseconds that the log keeps.
pub(crate) fn to_microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

/// An instant as `2026-01-15T08:00:00.000000Z`.
#[must_use]
pub fn format_instant(instant: DateTime<Utc>) -> String {
    let (day, time) = (instant.date_naive(), instant.time());
    let mut text = String::with_capacity(LENGTH);
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let micros = (time.nanosecond() / 1_000).min(999_999);
    // Writing to a String cannot fail.
    let _ = write!(text, "{:04}-{:02}-{:02}T", day.year(), day.month(), day.day());
    let _ = write!(text, "{hour:02}:{minute:02}:{second:02}.{micros:06}Z");
    text
}

/// Reads back exactly what [`format_instant`] writes; every other text is `None`.
#[must_use]
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.')];
    let shaped = bytes.len() == LENGTH
        && bytes[LENGTH - 1] == b'Z'
        && separators.iter().all(|&(at, separator)| bytes[at] == separator);
    if !shaped {
        return None;
    }
    let year = i32::try_from(number(&bytes[0..4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..10])?)?;
    let (hour, minute) = (number(&bytes[11..13])?, number(&bytes[14..16])?);
    let (second, micros) = (number(&bytes[17..19])?, number(&bytes[20..26])?);
    Some(day.and_time(NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?).and_utc())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, &digit| {
        digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_exactly_one_text() {
        let text = "2026-01-15T08:09:10.000123Z";
        assert_eq!(format_instant(parse_instant(text).unwrap()), text);
        for other in [
            "2026-01-15T08:09:10.000123z",
            "2026-01-15t08:09:10.000123Z",
            "2026-01-15T08:09:10.00123Z",
            "2026-13-15T08:09:10.000123Z",
            "2026-01-15T08:09:10.000123+",
            "",
        ] {
            assert_eq!(parse_instant(other), None, "{other}");
        }
    }
}
