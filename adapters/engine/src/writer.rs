//! The writer: decides a batch while the batch before it is being stored.
//!
//! Decisions run ahead of the log: a batch is decided against the state with the batches before it
//! already taken in. Each request carries the exact versions of the streams it rests on, so when
//! another process was faster the log refuses what rested on an older version; then the world is
//! read again and what was refused is decided again.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use chrono::{DateTime, Utc};
use citygate_domain::context::{Actor, Context};
use citygate_domain::log::{Position, Recorded};
use citygate_domain::{Decision, Rejection, decide};
use citygate_store::{AppendRequest, Committed, EventStore, Outcome, StoreError, canonical_json};
use tokio::sync::RwLockWriteGuard;

use crate::append::{self, bad};
use crate::elect::Mandate;
use crate::engine::{Answer, Request};
use crate::error::EngineError;
use crate::sources::Sources;
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
        let now = (self.sources.now)();
        let mut appends = Vec::new();
        let mut decided = Vec::with_capacity(requests.len());
        for (request, repeated) in requests.iter().zip(repeated) {
            decided.push(match repeated {
                Some(answer) => Decided::Found(answer),
                None => self.decide(request, now, &mut appends)?,
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

    /// Waits for the oldest batch. What the log took goes to the read models; what it refused is
    /// decided again on a world read anew.
    async fn settle_oldest(&mut self) -> Result<Vec<Told>, EngineError> {
        let Some(batch) = self.waiting.pop_front() else { return Ok(Vec::new()) };
        let Batch { requests, decided, appending, attempt, mut shaken } = batch;
        let outcomes = match appending.await {
            Ok(outcomes) if !self.dry && rests_on_others(&decided, &outcomes) => {
                self.store.confirm().await.map(|()| outcomes)
            }
            told => told,
        };
        let mut outcomes = match outcomes {
            Ok(outcomes) => outcomes.into_iter(),
            Err(error) => return Err(self.lose(error)),
        };
        let mut answers = Vec::with_capacity(requests.len());
        let (mut again, mut moved) = (Vec::new(), false);
        for (request, decided) in requests.into_iter().zip(decided) {
            let place = answers.len();
            answers.push(match decided {
                Decided::Found(answer) => Ok(answer),
                Decided::Answered(answer) => {
                    if shaken {
                        again.push((place, request));
                    }
                    Ok(answer)
                }
                Decided::Appended(recorded, refusal) => match outcomes.next() {
                    Some(Outcome::Conflict(_)) => {
                        (self.stale, shaken) = (true, true);
                        again.push((place, request));
                        Ok(Answer::Known)
                    }
                    Some(outcome) => {
                        let committed = matches!(outcome, Outcome::Committed(_));
                        (moved, shaken) = (moved | committed, shaken | !committed);
                        let answer = self.taken(outcome, recorded);
                        answer.map(|answer| refusal.map_or(answer, Answer::Refused))
                    }
                    None => return Err(bad("append", &"the log answered fewer requests")),
                },
            });
        }
        if !again.is_empty() {
            // Attempts count while nothing of a batch gets through: whoever goes on comes to an end.
            let attempt = if moved { 1 } else { attempt };
            self.decide_again(again, attempt, &mut answers).await;
        }
        Ok(answers)
    }

    /// What the log did with this batch and those behind it is not known. The error is told as it is:
    /// a second one, of reading the log, could say that nothing was recorded.
    fn lose(&mut self, error: StoreError) -> EngineError {
        self.waiting.clear();
        self.lost = true;
        self.world.ahead = true;
        error.into()
    }

    fn taken(&mut self, outcome: Outcome, recorded: Vec<Recorded>) -> Result<Answer, EngineError> {
        match outcome {
            Outcome::Committed(committed) => {
                let first = committed.first_position.map(Position::new);
                if recorded.first().map(|event| event.position) != first {
                    self.stale = true;
                }
                if !self.stale {
                    for mut event in recorded {
                        event.recorded_at = committed.recorded_at;
                        self.world.show(&event);
                    }
                }
                Ok(answer_at(committed.first_position, committed.last_position))
            }
            Outcome::Repeated(repeated) => {
                self.stale = true;
                Ok(answer_at(repeated.first_position, repeated.last_position))
            }
            Outcome::KeyReused => {
                self.stale = true;
                Ok(Answer::KeyReused)
            }
            Outcome::Refused(refused) => {
                self.stale = true;
                let (code, sentence) = (refused.code.to_owned(), refused.sentence);
                Err(EngineError::BadData { code, sentence })
            }
            Outcome::Conflict(_) => unreachable!("conflicts are decided again"),
        }
    }

    /// Another process moved a stream. Everything in flight is awaited first, so that the world
    /// that is read knows it. What cannot be decided again has an error for an answer; its neighbours
    /// keep theirs.
    async fn decide_again(
        &mut self,
        again: Vec<(usize, Request)>,
        attempt: u32,
        answers: &mut [Told],
    ) {
        let (places, requests): (Vec<_>, Vec<_>) = again.into_iter().unzip();
        let mut told = match self.again(requests, attempt).await {
            Ok(redone) => redone,
            Err(error) => places.iter().map(|_| Err(error.clone())).collect(),
        };
        for (place, answer) in places.into_iter().zip(told.drain(..)) {
            if let Some(slot) = answers.get_mut(place) {
                *slot = answer;
            }
        }
    }

    async fn again(
        &mut self,
        requests: Vec<Request>,
        attempt: u32,
    ) -> Result<Vec<Told>, EngineError> {
        if attempt >= ATTEMPTS {
            let streams = "streams of this command".to_owned();
            return Err(EngineError::Contended { attempts: attempt, streams });
        }
        let mut behind = VecDeque::new();
        while let Some(mut batch) = self.waiting.pop_front() {
            let result = batch.appending.as_mut().await;
            batch.appending = Box::pin(async move { result });
            batch.shaken = true;
            behind.push_back(batch);
        }
        let redone = self.redone(requests, attempt + 1).await;
        if redone.is_err() {
            self.lost = true;
            self.world.ahead = true;
        }
        // What the world was read with is known to the read models; batches behind bring nothing
        // new to them.
        self.behind = !behind.is_empty();
        self.stale = self.behind || self.lost;
        self.waiting = behind;
        redone
    }

    async fn redone(
        &mut self,
        requests: Vec<Request>,
        attempt: u32,
    ) -> Result<Vec<Told>, EngineError> {
        self.reload().await?;
        self.send(requests, attempt).await?;
        Box::pin(self.settle_oldest()).await
    }

    async fn reload(&mut self) -> Result<(), EngineError> {
        *self.world = self.world.renewed(&self.store).await?;
        (self.stale, self.lost) = (false, false);
        Ok(())
    }
}

/// Whether something is answered from what was read, with no commit of this batch behind the reading.
/// Such an answer must be as durable as a new one: the commit of whoever recorded it may have stopped
/// waiting for its standby. A commit of this batch waits for both.
fn rests_on_others(decided: &[Decided], outcomes: &[Outcome]) -> bool {
    let waited = |it: &Outcome| matches!(it, Outcome::Committed(_) | Outcome::Repeated(_));
    let rests = decided.iter().any(|it| match it {
        Decided::Found(_) | Decided::Answered(Answer::Known) => true,
        Decided::Answered(_) | Decided::Appended(..) => false,
    });
    rests && !outcomes.iter().any(waited)
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
