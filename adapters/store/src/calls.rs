//! Who is waiting for which answers.

use std::collections::HashMap;

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

    /// Whether the call still waits; a call that failed does not.
    pub fn knows(&self, call: u64) -> bool {
        self.open.contains_key(&call)
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

    /// Answers a call with an error; what is left of it will not be done.
    pub fn fail(&mut self, number: u64, error: &StoreError) {
        if let Some(call) = self.open.remove(&number) {
            let _ = call.answer.send(Err(error.clone()));
        }
    }

    /// Answers every call with an error.
    pub fn fail_all(&mut self, error: &StoreError) {
        for (_, call) in self.open.drain() {
            let _ = call.answer.send(Err(error.clone()));
        }
    }
}
