//! What must hold of a history.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use citygate_store::StoredEvent;

use super::{Answered, Call, Ended, What};

/// What does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The log has a hole, or a position twice.
    NotDense(u64),
    /// A stream has a hole, or a version twice.
    NotDenseIn(String, u64),
    /// What was acknowledged is not in the log where it was said to be.
    Lost(String),
    /// What was wanted once is there more than once.
    Twice(String),
    /// A call returned before another began, and stands behind it.
    Swapped(String, String),
    /// One key was answered in two ways.
    OtherAnswer(String),
    /// A conflict names a version that the stream had at no moment of the call.
    NeverHad(String, u64),
    /// What was appended did not find the version that it expected.
    Misplaced(String),
    /// A reader saw something that was never a beginning of the log.
    NoPrefix(u64),
    /// A reader saw less than was acknowledged before it began.
    Stale(u64),
    /// Something stands in the log that nobody wanted.
    Invented(u64),
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

/// Checks a history against the log that it ended with.
///
/// # Errors
/// The first flaw that was found.
pub fn check(calls: &[Call], ended: &Ended) -> Result<(), Flaw> {
    dense(&ended.log)?;
    let placed = placed(calls, &ended.log)?;
    acknowledged(calls, ended, &placed)?;
    kept(ended, &placed)?;
    in_order(calls)?;
    // Before conflicts: those are judged by what readers saw.
    reads(calls, &ended.log)?;
    conflicts(calls, &ended.log)
}

fn dense(log: &[StoredEvent]) -> Result<(), Flaw> {
    let mut versions: HashMap<&str, u64> = HashMap::new();
    for (position, event) in (1..).zip(log) {
        if event.position != position {
            return Err(Flaw::NotDense(position));
        }
        let version = versions.entry(event.stream.as_str()).or_insert(0);
        *version += 1;
        if event.version != *version {
            return Err(Flaw::NotDenseIn(event.stream.to_string(), *version));
        }
    }
    Ok(())
}

/// The key of a payload, its place among the key's payloads and their number, and what was expected.
type Wanted<'a> = (&'a str, usize, &'a (String, u64), usize);

/// Where each key's payloads stand. Payloads are as unique as their keys.
type Placed<'a> = BTreeMap<&'a str, (u64, u64)>;

fn placed<'a>(calls: &'a [Call], log: &[StoredEvent]) -> Result<Placed<'a>, Flaw> {
    let mut wanted: HashMap<&str, Wanted<'a>> = HashMap::new();
    for call in calls {
        let What::Append { key, expected, payloads, .. } = &call.what else { continue };
        for (place, payload) in payloads.iter().enumerate() {
            wanted.insert(payload, (key, place, expected, payloads.len()));
        }
    }
    let mut placed: Placed<'a> = BTreeMap::new();
    for event in log {
        let Some((key, place, expected, count)) = wanted.get(event.payload.as_str()) else {
            return Err(Flaw::Invented(event.position));
        };
        let (place, count) = (*place as u64, *count as u64);
        if place == 0 {
            let last = event.position + count - 1;
            if placed.insert(key, (event.position, last)).is_some() {
                return Err(Flaw::Twice((*key).to_owned()));
            }
            if event.stream.as_str() == expected.0 && event.version != expected.1 + 1 {
                return Err(Flaw::Misplaced((*key).to_owned()));
            }
        } else if placed.get(key).is_none_or(|(first, _)| first + place != event.position) {
            return Err(Flaw::Twice((*key).to_owned()));
        }
    }
    let end = log.len() as u64;
    match placed.iter().find(|(_, (_, last))| *last > end) {
        Some((key, _)) => Err(Flaw::Lost((*key).to_owned())),
        None => Ok(placed),
    }
}

/// What was acknowledged stands where it was said to be, each time that it was said.
fn acknowledged(calls: &[Call], ended: &Ended, placed: &Placed<'_>) -> Result<(), Flaw> {
    let mut said: HashMap<&str, (u64, u64)> = HashMap::new();
    for call in calls {
        let What::Append { key, answer: Answered::Committed { first, last }, .. } = &call.what
        else {
            continue;
        };
        let before = *said.entry(key).or_insert((*first, *last));
        if before != (*first, *last) {
            return Err(Flaw::OtherAnswer(key.clone()));
        }
        match placed.get(key.as_str()) {
            None => return Err(Flaw::Lost(key.clone())),
            Some(stands) if *stands != (*first, *last) => {
                return Err(Flaw::OtherAnswer(key.clone()));
            }
            Some(_) if *last > ended.log.len() as u64 => return Err(Flaw::Lost(key.clone())),
            Some(_) => {}
        }
    }
    Ok(())
}

/// A key is kept exactly where its events are, and answers with their positions.
fn kept(ended: &Ended, placed: &Placed<'_>) -> Result<(), Flaw> {
    for (key, record) in &ended.keys {
        let kept = record.as_ref().and_then(|it| it.first_position.zip(it.last_position));
        if kept != placed.get(key.as_str()).copied() {
            return Err(Flaw::OtherAnswer(key.clone()));
        }
    }
    Ok(())
}

/// Real time: who returned before another began stands before it. The first answer of a key counts;
/// a later call of the same key only repeats it.
fn in_order(calls: &[Call]) -> Result<(), Flaw> {
    let mut first: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    for call in calls {
        let What::Append { key, answer, .. } = &call.what else { continue };
        // A call that did not learn its outcome may have been done at any later moment.
        let Answered::Committed { first: position, .. } = answer else { continue };
        let span = first.entry(key).or_insert((call.began, call.returned, *position));
        span.1 = span.1.min(call.returned);
    }
    // An earlier call of the same key, whose outcome nobody knew, may have done it.
    for call in calls {
        let What::Append { key, .. } = &call.what else { continue };
        if let Some(span) = first.get_mut(key.as_str()) {
            span.0 = span.0.min(call.began);
        }
    }
    let mut by_end: Vec<(&str, (u64, u64, u64))> = first.into_iter().collect();
    by_end.sort_unstable_by_key(|(_, (_, returned, _))| *returned);
    let mut by_begin = by_end.clone();
    by_begin.sort_unstable_by_key(|(_, (began, ..))| *began);
    let (mut ends, mut furthest) = (by_end.into_iter().peekable(), None::<(&str, u64)>);
    for (key, (began, _, position)) in by_begin {
        while let Some((ended, (_, _, at))) =
            ends.next_if(|(_, (_, returned, _))| *returned < began)
        {
            if furthest.is_none_or(|(_, known)| at > known) {
                furthest = Some((ended, at));
            }
        }
        if let Some((before, at)) = furthest
            && at > position
        {
            return Err(Flaw::Swapped(before.to_owned(), key.to_owned()));
        }
    }
    Ok(())
}

/// When an event was first known to stand, and when it can have been there at the earliest, by what
/// was acknowledged.
fn known_by(calls: &[Call], moment: u64) -> u64 {
    let acknowledged = calls.iter().filter_map(|call| match &call.what {
        What::Append { answer: Answered::Committed { last, .. }, .. } => {
            (call.returned < moment).then_some(*last)
        }
        What::Append { .. } => None,
        What::Read { payloads } => (call.returned < moment).then_some(payloads.len() as u64),
    });
    acknowledged.max().unwrap_or(0)
}

/// The end of the log that nobody can have seen before `moment`: what began later stands behind.
fn possible_by(calls: &[Call], moment: u64, end: u64) -> u64 {
    let mut first: HashMap<&str, (u64, Option<u64>)> = HashMap::new();
    for call in calls {
        let What::Append { key, answer, .. } = &call.what else { continue };
        let span = first.entry(key).or_insert((call.began, None));
        span.0 = span.0.min(call.began);
        if let Answered::Committed { first, .. } = answer {
            span.1 = Some(*first);
        }
    }
    let later = first.values().filter_map(|(began, at)| at.filter(|_| *began > moment));
    later.min().map_or(end, |position| position - 1)
}

fn version_at(log: &[StoredEvent], stream: &str, position: u64) -> u64 {
    let until = usize::try_from(position).unwrap_or(usize::MAX).min(log.len());
    log[..until].iter().filter(|event| event.stream.as_str() == stream).count() as u64
}

fn conflicts(calls: &[Call], log: &[StoredEvent]) -> Result<(), Flaw> {
    for call in calls {
        let What::Append { expected: (stream, expected), answer, .. } = &call.what else {
            continue;
        };
        let Answered::Conflict { actual } = answer else { continue };
        let lowest = version_at(log, stream, known_by(calls, call.began));
        let highest = version_at(log, stream, possible_by(calls, call.returned, log.len() as u64));
        if actual == expected || !(lowest..=highest).contains(actual) {
            return Err(Flaw::NeverHad(stream.clone(), *actual));
        }
    }
    Ok(())
}

fn reads(calls: &[Call], log: &[StoredEvent]) -> Result<(), Flaw> {
    for call in calls {
        let What::Read { payloads } = &call.what else { continue };
        let seen = payloads.len() as u64;
        let same = payloads.iter().zip(log).all(|(seen, event)| *seen == event.payload);
        if payloads.len() > log.len() || !same {
            return Err(Flaw::NoPrefix(seen));
        }
        if seen < known_by(calls, call.began) {
            return Err(Flaw::Stale(seen));
        }
        if seen > possible_by(calls, call.returned, log.len() as u64) {
            return Err(Flaw::NoPrefix(seen));
        }
    }
    Ok(())
}
