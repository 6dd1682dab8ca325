//! The writer: decides a batch while the batch before it is being stored.
//!
//! Decisions run ahead of the log: a batch is decided against the state with the batches before it
//! already taken in. Each request carries the exact versions of the streams it rests on, so when
//! another process was faster the log refuses what rested on an older version; then the world is
//! read again and what was refused is decided again.

mod settle;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use chrono::{DateTime, Utc};
use citygate_domain::context::{Actor, Context};
use citygate_domain::log::{Position, Recorded};
use citygate_domain::{Command, Decision, Rejection, decide};
use citygate_store::{AppendRequest, Committed, EventStore, Outcome, StoreError, canonical_json};
use tokio::sync::RwLockWriteGuard;

use crate::append::{self, bad};
use crate::elect::Mandate;
use crate::engine::{Answer, Request};
use crate::error::EngineError;
use crate::sources::Sources;
use crate::tick::clocks_of;
use crate::told::{Told, all};
use crate::world::World;

/// Batches that may wait for the log while the next one is decided.
const IN_FLIGHT: usize = 2;
/// How often a command is decided against a moving log before its caller is told.
const ATTEMPTS: u32 = 8;

type Appending<'a> = Pin<Box<dyn Future<Output = Result<Vec<Outcome>, StoreError>> + Send + 'a>>;

/// Exclusive right to write through one engine.
pub struct Writer<'a> {
    store: Arc<dyn EventStore>,
    sources: &'a Sources,
    mandate: Option<&'a Mandate>,
    world: RwLockWriteGuard<'a, World>,
    actor: Actor,
    actor_text: String,
    waiting: VecDeque<Batch>,
    /// Whether the state has run ahead of what the log took, and must be read again.
    stale: bool,
    /// Whether the log failed, so that nothing may be decided before it is read again.
    lost: bool,
    /// Whether batches wait whose decisions rest on one that was decided again.
    behind: bool,
    /// Whether nothing is sent to the log.
    dry: bool,
}

/// A batch on its way to the log.
struct Batch {
    requests: Vec<Request>,
    /// By request: what is known already, or what the log must say.
    decided: Vec<Decided>,
    appending: Appending<'static>,
    attempt: u32,
    /// Whether it was decided on a state that the log did not take.
    shaken: bool,
}

enum Decided {
    /// What is kept under the request's key.
    Found(Answer),
    /// What follows from the state as it was then.
    Answered(Answer),
    /// The events as they would be recorded, with their payloads counted into the heads; and the
    /// refusal that stands all the same, where they only keep what is refused.
    Appended(Vec<Recorded>, Option<Rejection>),
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        store: Arc<dyn EventStore>,
        sources: &'a Sources,
        mandate: Option<&'a Mandate>,
        world: RwLockWriteGuard<'a, World>,
        actor: Actor,
    ) -> Result<Self, EngineError> {
        let value = serde_json::to_value(&actor).map_err(|error| bad("actor", &error))?;
        let actor_text = canonical_json(&value).map_err(|error| bad("actor", &error))?;
        let waiting = VecDeque::new();
        let (stale, lost, behind, dry) = (false, false, false, false);
        Ok(Self {
            store,
            sources,
            mandate,
            world,
            actor,
            actor_text,
            waiting,
            stale,
            lost,
            behind,
            dry,
        })
    }

    /// The same, but nothing is sent to the log, and what was decided is forgotten at the end.
    pub(crate) fn dry(self) -> Self {
        Self { dry: true, ..self }
    }

    /// The state with everything taken in that was submitted so far.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Decides requests in order and sends their events to the log. Returns the answers of batches
    /// submitted earlier that the log has taken by now, oldest first.
    ///
    /// # Errors
    /// The first of them that has no answer.
    pub async fn submit(&mut self, requests: Vec<Request>) -> Result<Vec<Answer>, EngineError> {
        all(self.submit_each(requests).await?)
    }

    async fn submit_each(&mut self, requests: Vec<Request>) -> Result<Vec<Told>, EngineError> {
        let mut answers = Vec::new();
        if self.lost {
            while !self.waiting.is_empty() {
                answers.extend(self.settle_oldest().await?);
            }
            self.reload().await?;
        }
        self.send(requests, 1).await?;
        // What waits behind a batch that was decided again comes before anything new: that would
        // else be decided on a world without it.
        while self.waiting.len() > IN_FLIGHT || (self.behind && !self.waiting.is_empty()) {
            answers.extend(self.settle_oldest().await?);
        }
        self.behind = false;
        Ok(answers)
    }

    /// Waits until everything submitted is durable, and returns the remaining answers.
    ///
    /// # Errors
    /// As for [`Writer::submit`].
    pub async fn finish(self) -> Result<Vec<Answer>, EngineError> {
        all(self.finish_each().await?)
    }

    async fn finish_each(mut self) -> Result<Vec<Told>, EngineError> {
        let mut answers = Vec::new();
        while !self.waiting.is_empty() {
            answers.extend(self.settle_oldest().await?);
        }
        if self.dry {
            self.reload().await?;
        } else if (self.stale || self.lost) && self.reload().await.is_err() {
            // What was answered stands. Whoever writes or follows next reads the log anew, or says
            // why it cannot be read.
            return Ok(answers);
        }
        self.world.ahead = false;
        Ok(answers)
    }

    /// One batch of requests, each with its own answer.
    pub(crate) async fn each(mut self, requests: Vec<Request>) -> Result<Vec<Told>, EngineError> {
        let mut told = self.submit_each(requests).await?;
        told.extend(self.finish_each().await?);
        Ok(told)
    }

    async fn send(&mut self, requests: Vec<Request>, attempt: u32) -> Result<(), EngineError> {
        let repeated = look_up(&self.store, &requests).await?;
        let clocks = check_clocks(&self.store, self.sources, &requests).await?;
        let now = (self.sources.now)();
        let mut appends = Vec::new();
        let mut decided = Vec::with_capacity(requests.len());
        for (request, repeated) in requests.iter().zip(repeated) {
            decided.push(match repeated {
                Some(answer) => Decided::Found(answer),
                None => match &clocks {
                    Err(disagree) if rests_on_time(request) => {
                        Decided::Answered(Answer::Refused(disagree.clone()))
                    }
                    Err(_) | Ok(()) => self.decide(request, now, &mut appends)?,
                },
            });
        }
        let store = Arc::clone(&self.store);
        let dry = self.dry;
        let mut appending: Appending<'static> = Box::pin(async move {
            if appends.is_empty() {
                Ok(Vec::new())
            } else if dry {
                Ok(appends.iter().map(|_| unrecorded(now)).collect())
            } else {
                store.append(appends).await
            }
        });
        // The first poll hands the batch to the log, in order; the answer is fetched later.
        let mut early = None;
        poll_fn(|context| {
            if let Poll::Ready(result) = appending.as_mut().poll(context) {
                early = Some(result);
            }
            Poll::Ready(())
        })
        .await;
        if let Some(result) = early {
            appending = Box::pin(async move { result });
        }
        self.waiting.push_back(Batch { requests, decided, appending, attempt, shaken: false });
        Ok(())
    }

    fn decide(
        &mut self,
        request: &Request,
        now: DateTime<Utc>,
        appends: &mut Vec<AppendRequest>,
    ) -> Result<Decided, EngineError> {
        if let Some(Err(replaced)) = self.mandate.map(|mandate| mandate.check(&self.world)) {
            return Ok(Decided::Answered(Answer::Refused(replaced)));
        }
        let context = Context {
            now,
            actor: &self.actor,
            salt: self.sources.salt.as_ref(),
            heads: &self.world.heads,
        };
        let mut decision = match decide(&self.world.ledger, &request.command, &context) {
            Err(rejection) => return Ok(Decided::Answered(Answer::Refused(rejection))),
            Ok(decision) if decision.events.is_empty() && request.key.is_none() => {
                return Ok(Decided::Answered(Answer::Known));
            }
            Ok(decision) => decision,
        };
        let mut append = append::request(
            request,
            &decision,
            &self.world.heads,
            self.sources,
            &self.actor_text,
            &self.world.run,
        )?;
        if let Some(mandate) = self.mandate {
            append.expectations.push(mandate.expectation()?);
        }
        if let Err(rejection) = append::check_lengths(&decision, &append) {
            return Ok(Decided::Answered(Answer::Refused(rejection)));
        }
        let refusal = decision.refusal.take();
        let recorded = self.take_in(decision, now, &append);
        appends.push(append);
        Ok(Decided::Appended(recorded, refusal))
    }

    /// Runs the state ahead of the log by the events of one decision.
    fn take_in(
        &mut self,
        decision: Decision,
        now: DateTime<Utc>,
        append: &AppendRequest,
    ) -> Vec<Recorded> {
        let mut all = Vec::with_capacity(decision.events.len());
        for (event, stored) in decision.events.into_iter().zip(&append.events) {
            let position = self.world.position.next();
            self.world.ahead = true;
            let recorded = Recorded { position, recorded_at: now, event };
            self.world.position = position;
            self.world.heads.advance(stored.stream.as_str(), &stored.payload);
            self.world.ledger.evolve(&recorded);
            all.push(recorded);
        }
        all
    }

    async fn reload(&mut self) -> Result<(), EngineError> {
        *self.world = self.world.renewed(&self.store).await?;
        (self.stale, self.lost) = (false, false);
        Ok(())
    }
}

/// C5: a key is looked up before deciding; the log looks again in the transaction.
async fn look_up(
    store: &Arc<dyn EventStore>,
    requests: &[Request],
) -> Result<Vec<Option<Answer>>, EngineError> {
    let keys: Vec<String> = (requests.iter())
        .filter_map(|request| request.key.as_ref().map(|(key, _)| key.clone()))
        .collect();
    if keys.is_empty() {
        return Ok(vec![None; requests.len()]);
    }
    let mut records = store.lookup_keys(&keys).await?.into_iter();
    let found = requests.iter().map(|request| {
        let (_, hash) = request.key.as_ref()?;
        let record = records.next().flatten()?;
        if record.request_hash != *hash {
            return Some(Answer::KeyReused);
        }
        Some(answer_at(record.first_position, record.last_position))
    });
    Ok(found.collect())
}

/// What a dry writer says of a request that would be recorded.
fn unrecorded(now: DateTime<Utc>) -> Outcome {
    let (first_position, last_position) = (Some(0), Some(0));
    Outcome::Committed(Committed { first_position, last_position, recorded_at: now })
}

fn answer_at(first: Option<u64>, last: Option<u64>) -> Answer {
    match (first, last) {
        (Some(first), Some(last)) => {
            Answer::Recorded { first: Position::new(first), last: Position::new(last) }
        }
        _ => Answer::Known,
    }
}

/// T6: whether the clocks agree, where a request rests on it.
async fn check_clocks(
    store: &Arc<dyn EventStore>,
    sources: &Sources,
    requests: &[Request],
) -> Result<Result<(), Rejection>, EngineError> {
    if !requests.iter().any(rests_on_time) {
        return Ok(Ok(()));
    }
    let clocks = clocks_of(store.as_ref(), sources, None).await?;
    Ok(clocks.check().map_err(Rejection::from))
}

fn rests_on_time(request: &Request) -> bool {
    matches!(&request.command, Command::Supply(command) if command.rests_on_time())
}
