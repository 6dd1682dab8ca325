//! What became of a batch: answers where the log took it, another decision where it did not.

use std::collections::VecDeque;

use citygate_domain::log::{Position, Recorded};
use citygate_store::{Outcome, StoreError};

use super::{ATTEMPTS, Batch, Decided, Writer, answer_at};
use crate::append::bad;
use crate::engine::{Answer, Request};
use crate::error::EngineError;
use crate::told::Told;

impl Writer<'_> {
    /// Waits for the oldest batch. What the log took goes to the read models; what it refused is
    /// decided again on a world read anew.
    pub(super) async fn settle_oldest(&mut self) -> Result<Vec<Told>, EngineError> {
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
