//! Who is waiting for which answers.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::{AppendRequest, Outcome, StoreError};

/// Where a call's answer goes.
pub(crate) type Answer = oneshot::Sender<Result<Vec<Outcome>, StoreError>>;

/// A request and whom to tell what became of it.
pub(crate) struct Queued {
    pub request: AppendRequest,
    /// Number of the call that brought it.
    pub call: u64,
    /// Its place in that call.
    pub index: usize,
}

/// How many requests and events at the front of what waits go into one transaction together: all
/// that is there of a call or, of one too large for that, as many as one takes.
pub(crate) fn together(
    backlog: &VecDeque<Queued>,
    most_requests: usize,
    most_events: usize,
) -> (usize, usize) {
    let (mut requests, mut events) = (0, 0);
    let first = backlog.front().map(|queued| queued.call);
    let of_call = backlog.iter().take_while(|queued| Some(queued.call) == first);
    for queued in of_call.take(most_requests) {
        let more = events + queued.request.events.len();
        if requests > 0 && more > most_events {
            break;
        }
        (requests, events) = (requests + 1, more);
    }
    (requests, events)
}

/// What became of one request.
pub(crate) type Decided = (Queued, Result<Outcome, StoreError>);

/// The calls that have not been answered.
#[derive(Default)]
pub(crate) struct Calls {
    next: u64,
    open: HashMap<u64, Call>,
}

struct Call {
    outcomes: Vec<Option<Outcome>>,
    left: usize,
    answer: Answer,
}

impl Calls {
    /// Takes a call with this many requests and gives its number.
    pub fn begin(&mut self, requests: usize, answer: Answer) -> u64 {
        let outcomes = (0..requests).map(|_| None).collect();
        self.next += 1;
        self.open.insert(self.next, Call { outcomes, left: requests, answer });
        self.next
    }

    /// Drops what is at the front of calls that failed: they were told so for all that was left of
    /// them. What rests on it is decided again.
    pub fn drop_failed(&self, backlog: &mut VecDeque<Queued>) {
        while backlog.front().is_some_and(|queued| !self.open.contains_key(&queued.call)) {
            if let Some(queued) = backlog.pop_front() {
                queued.request.run.break_off();
            }
        }
    }

    /// Notes the outcome of a request; the last one answers the call.
    pub fn settle(&mut self, number: u64, index: usize, outcome: Outcome) {
        let Some(call) = self.open.get_mut(&number) else { return };
        if let Some(place @ None) = call.outcomes.get_mut(index) {
            *place = Some(outcome);
            call.left -= 1;
        }
        if call.left > 0 {
            return;
        }
        if let Some(call) = self.open.remove(&number) {
            // A caller that went away needs no answer.
            let _ = call.answer.send(Ok(call.outcomes.into_iter().flatten().collect()));
        }
    }

    /// Answers the call of a request with an error; what is left of the call will not be done. What
    /// rests on the request is decided again.
    ///
    /// Other errors than one say that nothing was recorded: they are not told of a call of which a
    /// part is durable.
    pub fn fail(&mut self, queued: &Queued, error: &StoreError) {
        queued.request.run.break_off();
        let Some(call) = self.open.remove(&queued.call) else { return };
        let durable = |outcome: &Option<Outcome>| {
            matches!(outcome, Some(Outcome::Committed(_) | Outcome::Repeated(_)))
        };
        let in_part = call.outcomes.iter().any(durable);
        let told = if in_part && !matches!(error, StoreError::Unknown(_)) {
            StoreError::Unknown(Arc::new(error.clone()))
        } else {
            error.clone()
        };
        let _ = call.answer.send(Err(told));
    }

    /// Answers every call with an error.
    pub fn fail_all(&mut self, error: &StoreError) {
        for (_, call) in self.open.drain() {
            let _ = call.answer.send(Err(error.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::conformance::{event, request};

    fn queued(call: u64, index: usize, events: usize) -> Queued {
        let events = (0..events as u64).map(|number| event("a", number)).collect();
        Queued { request: request(&[], events), call, index }
    }

    #[test]
    fn a_call_goes_into_one_transaction_unless_it_is_too_large_for_any() {
        let backlog = |calls: &[(u64, usize)]| {
            calls.iter().map(|(call, events)| queued(*call, 0, *events)).collect()
        };
        assert_eq!(together(&VecDeque::new(), 4, 4), (0, 0));
        assert_eq!(together(&backlog(&[(1, 2), (1, 2), (2, 1)]), 4, 4), (2, 4));
        assert_eq!(together(&backlog(&[(1, 3), (1, 2), (2, 1)]), 4, 4), (1, 3));
        assert_eq!(together(&backlog(&[(1, 9), (1, 1)]), 4, 4), (1, 9));
        assert_eq!(together(&backlog(&[(1, 0), (1, 0), (1, 0)]), 2, 4), (2, 0));
    }

    #[tokio::test]
    async fn nobody_is_told_that_nothing_was_recorded_when_a_part_of_his_call_is_durable() {
        let at = chrono::DateTime::UNIX_EPOCH;
        let committed =
            crate::Committed { first_position: Some(1), last_position: Some(1), recorded_at: at };
        let outcomes = [Outcome::Committed(committed), Outcome::KeyReused];
        for (outcome, code) in outcomes.into_iter().zip(["outcome_unknown", "ledger_busy"]) {
            let (mut calls, (answer, told)) = (Calls::default(), oneshot::channel());
            let call = calls.begin(2, answer);
            calls.settle(call, 0, outcome);
            let failed = queued(call, 1, 1);
            calls.fail(&failed, &StoreError::Busy);
            assert_eq!(told.await.unwrap().unwrap_err().code(), code);
            assert!(failed.request.run.is_broken());
        }
    }
}
