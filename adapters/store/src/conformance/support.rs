//! Words in which the checks are written.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;
use uuid::Uuid;

use super::{Factory, Failure};
use crate::{
    AppendRequest, Clock, CommandKey, Committed, EventStore, Expectation, Metadata, NewEvent,
    Outcome, StreamExpectation, StreamName,
};

/// A clock that goes on by one microsecond each time it is read, and can be set.
#[derive(Debug, Clone)]
pub struct SteppingClock(Arc<AtomicI64>);

impl SteppingClock {
    /// A clock that stands at the morning of 2026-01-15.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_768_435_200_000_000)))
    }

    /// Moves the clock, forwards or backwards.
    pub fn shift(&self, microseconds: i64) {
        self.0.fetch_add(microseconds, Ordering::SeqCst);
    }

    /// The clock as a store takes it.
    #[must_use]
    pub fn as_clock(&self) -> Clock {
        let micros = Arc::clone(&self.0);
        Arc::new(move || {
            let now = micros.fetch_add(1, Ordering::SeqCst);
            DateTime::from_timestamp_micros(now).unwrap_or(DateTime::UNIX_EPOCH)
        })
    }
}

impl Default for SteppingClock {
    fn default() -> Self {
        Self::new()
    }
}

/// A new ledger.
pub(super) async fn ledger(factory: &Arc<dyn Factory>) -> Result<Arc<dyn EventStore>, Failure> {
    Ok(factory.create(SteppingClock::new().as_clock()).await?)
}

/// A stream's name; a bad one becomes a name that no check uses.
#[must_use]
pub fn stream(name: &str) -> StreamName {
    StreamName::try_new(name).unwrap_or_else(|bad| {
        let cut: String = bad.name.chars().filter(|c| !c.is_control()).take(50).collect();
        StreamName::try_new(&format!("bad-{cut}")).unwrap_or_else(|_| unreachable!("it is short"))
    })
}

/// An event of a stream with a number in its payload.
#[must_use]
pub fn event(name: &str, number: u64) -> NewEvent {
    NewEvent {
        stream: stream(name),
        event_type: "noted".into(),
        type_version: 1,
        event_id: Uuid::from_u128(u128::from(number) + 1),
        effective: None,
        payload: format!("{{\"number\":\"{number}\"}}"),
    }
}

/// A request with expectations and events, without a key.
#[must_use]
pub fn request(expectations: &[(&str, Expectation)], events: Vec<NewEvent>) -> AppendRequest {
    let expected = |&(name, expectation): &(&str, Expectation)| StreamExpectation {
        stream: stream(name),
        expectation,
    };
    AppendRequest {
        expectations: expectations.iter().map(expected).collect(),
        events,
        metadata: Metadata {
            actor: r#"{"authenticated":true,"channel":"test","person":"p1"}"#.to_owned(),
            reason: None,
            causation: None,
            correlation: None,
        },
        key: None,
        answer: None,
        personal: Vec::new(),
        attachments: Vec::new(),
        run: crate::Run::default(),
    }
}

/// The same request under a key whose body is told apart by `body`.
#[must_use]
pub fn keyed(mut request: AppendRequest, key: &str, body: u8) -> AppendRequest {
    request.answer = Some(format!("answer {body}"));
    request.key = Some(CommandKey { key: key.to_owned(), request_hash: [body; 32] });
    request
}

/// Appends one request.
pub(super) async fn one(
    store: &Arc<dyn EventStore>,
    request: AppendRequest,
) -> Result<Outcome, Failure> {
    let mut outcomes = store.append(vec![request]).await?;
    match (outcomes.pop(), outcomes.is_empty()) {
        (Some(outcome), true) => Ok(outcome),
        _ => Err(Failure("one request did not get exactly one outcome".to_owned())),
    }
}

/// Appends one request that must be committed.
pub(super) async fn commit(
    store: &Arc<dyn EventStore>,
    request: AppendRequest,
) -> Result<Committed, Failure> {
    committed(one(store, request).await?)
}

pub(super) fn committed(outcome: Outcome) -> Result<Committed, Failure> {
    match outcome {
        Outcome::Committed(committed) => Ok(committed),
        Outcome::Repeated(_) | Outcome::Conflict(_) | Outcome::KeyReused | Outcome::Refused(_) => {
            Err(Failure(format!("expected a commit, got {outcome:?}")))
        }
    }
}

/// Appends one request that must meet conflicts, and gives the streams with their versions.
pub(super) async fn conflict(
    store: &Arc<dyn EventStore>,
    request: AppendRequest,
) -> Result<Vec<(String, u64)>, Failure> {
    let outcome = one(store, request).await?;
    if let Outcome::Conflict(violations) = outcome {
        let told = violations.into_iter().map(|one| (one.stream.as_str().to_owned(), one.actual));
        return Ok(told.collect());
    }
    Err(Failure(format!("expected a conflict, got {outcome:?}")))
}

pub(super) fn same<T: PartialEq + Debug>(
    what: &str,
    actual: &T,
    expected: &T,
) -> Result<(), Failure> {
    if actual == expected {
        return Ok(());
    }
    Err(Failure(format!("{what}: {actual:?}, expected {expected:?}")))
}

pub(super) fn holds(what: &str, condition: bool) -> Result<(), Failure> {
    if condition { Ok(()) } else { Err(Failure(what.to_owned())) }
}
