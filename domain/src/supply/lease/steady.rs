//! For how long a command may wait: not beyond the moment at which it would not be given any more.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::Slot;
use super::slot::{ANSWER_SECONDS, SOFT_SECONDS};
use crate::passage::TOLERANCE_SECONDS;
use crate::state::Ledger;
use crate::supply::Answer;
use crate::supply::asking::Asking;

/// Whether a command stands as long as it may be carried out.
pub(super) enum Standing {
    /// It may be carried out so many seconds after its receipt.
    For(u64),
    /// What its point is told before the command could have been carried out.
    Ends(Box<Answer>),
}

/// When a lease of a slot has come at the latest: an answer is taken so long after its question, and
/// clocks that agree may differ so much (T6).
fn received(slot: Slot) -> DateTime<Utc> {
    slot.end() + TimeDelta::seconds(ANSWER_SECONDS.cast_signed() + TOLERANCE_SECONDS)
}

/// Whether two answers tell a valve the same by the same order.
pub(super) fn same(one: &Answer, two: &Answer) -> bool {
    one.decision == two.decision && one.order == two.order
}

/// E4, E7: how long what a point is told in a slot may be carried out, counted from the latest receipt:
/// the whole soft time, at most 15 minutes, or less where the passage of time alone ends it before.
pub(super) fn standing(log: &Asking<'_>, told: &Answer, slot: Slot, soft_until: u64) -> Standing {
    let longest = soft_until.min(SOFT_SECONDS);
    let last = received(slot) + TimeDelta::seconds(longest.cast_signed());
    let Some((at, answer)) = changes(log, told, slot, last) else {
        return Standing::For(longest);
    };
    // One second less: a gateway counts whole ones.
    match u64::try_from((at - received(slot)).num_seconds() - 1) {
        Ok(seconds) if seconds > 0 => Standing::For(seconds.min(longest)),
        Ok(_) | Err(_) => Standing::Ends(Box::new(answer)),
    }
}

/// Whether a command that was given in a slot would be given until its time is over, by a log that
/// knows more than the one that it was given by. Nothing, where it would.
pub(super) fn ends(
    log: &Asking<'_>,
    told: &Answer,
    slot: Slot,
    not_after_seconds: u64,
) -> Option<Answer> {
    let last = received(slot) + TimeDelta::seconds(not_after_seconds.cast_signed());
    changes(log, told, slot, last).map(|(_, answer)| answer)
}

/// The first moment behind the start of a slot at which a point is told something else by the passage
/// of time alone, and what.
fn changes(
    log: &Asking<'_>,
    told: &Answer,
    slot: Slot,
    last: DateTime<Utc>,
) -> Option<(DateTime<Utc>, Answer)> {
    let moments = moments(log.ledger(), told, slot, last).into_iter();
    let mut answers = moments.map(|at| (at, log.answer(&told.point, at)));
    answers.find(|(_, answer)| !same(told, answer))
}

/// When time alone may end what a point is told: days, gas days and ages of readings end on the hour,
/// and a no-cut window begins at the minute that the terms of any version name.
fn moments(ledger: &Ledger, told: &Answer, slot: Slot, last: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let held = ledger.assignments(&told.point).iter();
    let contracts = held.filter_map(|held| ledger.contract(&held.contract));
    let versions = contracts.flat_map(|contract| contract.versions());
    let windows = versions.filter_map(|version| version.terms.payment.no_cut.as_ref());
    let hours = windows.flat_map(|windows| &windows.hours);
    let begins: BTreeSet<&str> = hours.filter_map(|hours| Some(hours.split_once('-')?.0)).collect();
    let minute = TimeDelta::minutes(1);
    // A slot starts on a full minute.
    let minutes = std::iter::successors(Some(slot.start() + minute), |at| Some(*at + minute));
    let named = |at: &DateTime<Utc>| {
        let local = ledger.clock().local(*at);
        local.minute() == 0 || begins.contains(local.format("%H:%M").to_string().as_str())
    };
    minutes.take_while(|at| *at <= last).filter(named).collect()
}
