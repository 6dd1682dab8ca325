//! Many callers at once: what waits is decided together and made durable together.
//!
//! The engine lets one writer in at a time. Alone, each caller would pay for a commit of its own; so
//! callers queue here, and one task, which nobody can cancel, takes all that waits.

use citygate_domain::context::Actor;
use tokio::sync::{mpsc, oneshot};

use crate::engine::{Answer, Engine, Request};
use crate::error::EngineError;
use crate::told::all;

/// Callers that may wait before one has to wait to be heard.
const WAITING: usize = 4096;
/// Requests that are decided together, beyond which nothing is added to them.
const TOGETHER: usize = 2048;

/// Where many callers hand in commands for one engine. Requests of a call stay together and in
/// their order; calls are taken in the order in which they come.
#[derive(Clone)]
pub struct Office {
    calls: mpsc::Sender<Call>,
}

struct Call {
    actor: Actor,
    requests: Vec<Request>,
    answer: oneshot::Sender<Result<Vec<Answer>, EngineError>>,
}

impl Office {
    /// Opens an office in front of an engine. It ends with the last of its copies.
    #[must_use]
    pub fn open(engine: Engine) -> Self {
        let (calls, waiting) = mpsc::channel(WAITING);
        tokio::spawn(Clerk { engine, waiting }.work());
        Self { calls }
    }

    /// As [`Engine::execute`], beside others. A caller that goes away leaves its requests there.
    pub async fn execute(
        &self,
        actor: Actor,
        requests: Vec<Request>,
    ) -> Result<Vec<Answer>, EngineError> {
        let gone = || EngineError::Stopped("the office is closed".to_owned());
        let (answer, answered) = oneshot::channel();
        let sent = self.calls.send(Call { actor, requests, answer }).await;
        sent.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

struct Clerk {
    engine: Engine,
    waiting: mpsc::Receiver<Call>,
}

impl Clerk {
    async fn work(mut self) {
        let mut next = None;
        loop {
            let first = match next.take() {
                Some(call) => call,
                None => match self.waiting.recv().await {
                    Some(call) => call,
                    None => return,
                },
            };
            let (actor, mut count) = (first.actor.clone(), first.requests.len());
            let mut together = vec![first];
            // Adds no delay. A writer acts for one person at a time.
            while count < TOGETHER && next.is_none() {
                let Ok(call) = self.waiting.try_recv() else { break };
                if call.actor == actor {
                    count += call.requests.len();
                    together.push(call);
                } else {
                    next = Some(call);
                }
            }
            self.serve(together).await;
            // The callers that were just answered come again and share a transaction.
            tokio::task::yield_now().await;
        }
    }

    /// Each call is told what became of its own requests. What was decided once is never decided
    /// again here: without a key a second answer would be another one.
    async fn serve(&self, calls: Vec<Call>) {
        let Some(actor) = calls.first().map(|call| call.actor.clone()) else { return };
        let requests = calls.iter().flat_map(|call| call.requests.iter().cloned()).collect();
        let mut told = match self.engine.execute_each(&actor, requests).await {
            Ok(told) => Ok(told.into_iter()),
            Err(error) => Err(error),
        };
        for Call { requests, answer, .. } in calls {
            let result = match &mut told {
                Ok(told) => all(told.by_ref().take(requests.len()).collect()),
                Err(error) => Err(error.clone()),
            };
            // Who asked may have gone away; what was asked is done all the same.
            let _ = answer.send(result);
        }
    }
}
