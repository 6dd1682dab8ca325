//! Measurements, each beside a reference that runs in the same process on the same disk.

mod against_postgres;
mod append;
mod command;
mod data;
mod on_postgres;
pub mod postgres_rows;
mod reference;
mod whole;

use std::time::{Duration, Instant};

pub use append::{append_from_callers, append_in_bulk, new_store, replay};
pub use command::{commands_from_callers, peers_at_their_best};
pub use data::{replicate, thin};
pub use reference::{bare_inserts, scan_payloads};
pub use whole::{Whole, fill, rebuild};

pub use crate::ledger::Stopped;

#[allow(clippy::disallowed_methods, reason = "this file measures time")]
fn now() -> Instant {
    Instant::now()
}

/// The middle one of several durations.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Events a second.
#[must_use]
pub fn rate(count: u64, time: Duration) -> u128 {
    u128::from(count) * 1_000_000 / time.as_micros().max(1)
}

/// How many hundredths of `b` there are in `a`.
#[must_use]
pub fn percent(a: Duration, b: Duration) -> u128 {
    a.as_micros() * 100 / b.as_micros().max(1)
}

/// Hundredths as a number with two decimals.
#[must_use]
pub fn hundredths(percent: u128) -> String {
    format!("{}.{:02}", percent / 100, percent % 100)
}

/// A line `measure,ours,reference,reference_name,ratio` of two rates per second.
#[must_use]
pub fn line(measure: &str, count: u64, ours: Duration, reference: (&str, Duration)) -> String {
    let (name, reference) = reference;
    let (our_rate, its_rate) = (rate(count, ours), rate(count, reference));
    let ratio = hundredths(percent(reference, ours));
    format!("{measure},{our_rate}/s,{its_rate}/s,{name},{ratio}")
}

/// Says on standard error whether ours is fast enough: so many hundredths of the reference's rate.
pub fn at_least(measure: &str, events: u64, ours: Duration, reference: Duration, limit: u128) {
    let ratio = percent(reference, ours);
    let met = verdict(ratio >= limit);
    eprintln!(
        "{measure}: {events} events in {} ms, {}/s, {} of the reference, at least {}: {met}",
        ours.as_millis(),
        rate(events, ours),
        hundredths(ratio),
        hundredths(limit),
    );
}

/// Whether a limit is kept, in words.
#[must_use]
pub fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "NOT MET" }
}
