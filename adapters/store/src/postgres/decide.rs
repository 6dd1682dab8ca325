//! Deciding requests under the lock, and what to do when they cannot be written as they came.

use tokio::time::timeout;

use super::ahead::Ground;
use super::batch::Batch;
use super::faults::{fault, is_data_error, is_lost, is_missing_partition, is_taken, told};
use super::load::{Locked, question_of};
use super::transact::{Transactor, WRITING};
use crate::calls::{Decided, Queued};
use crate::{BadData, Outcome, StoreError};

/// What became of a batch in its transaction.
pub(super) enum Written {
    /// Durable, or there was nothing to be written.
    Done,
    /// What the server said about the data of one of the requests.
    BadData(String),
    /// A place in the log, or a key, is taken that is free by what was planned.
    Taken(StoreError),
    /// There is no partition for the positions up to this one.
    NoRoom(u64),
    /// The connection broke before a commit was asked for: nothing is durable.
    Lost(StoreError),
}

/// What became of requests that were tried together.
enum Together {
    Done(Vec<Outcome>, Option<Ground>),
    BadData(String),
    NoRoom(u64),
    Lost(StoreError),
}

/// Requests that wait, and what was done for them already.
struct Waiting {
    requests: Vec<Queued>,
    /// Room was made.
    roomy: bool,
    /// The connection was replaced.
    again: bool,
}

impl Transactor {
    /// Decides and writes requests under the lock. On a data error the requests are halved until
    /// the bad one stands alone; it is refused and its neighbours are not hurt. A connection that
    /// breaks before the commit is replaced once. Gives too what the next requests may be planned
    /// on, where this process has the log to itself.
    pub async fn decide(&mut self, requests: Vec<Queued>) -> (Vec<Decided>, Option<Ground>) {
        let mut decided = Vec::with_capacity(requests.len());
        let requests = match self.without_unactivated(&requests).await {
            Ok(refused) => refuse(requests, refused, &mut decided),
            Err(error) => return (failed(requests, &error), None),
        };
        let mut waiting = vec![Waiting { requests, roomy: false, again: false }];
        let mut ground = None;
        while let Some(mut next) = waiting.pop() {
            if next.requests.is_empty() {
                continue;
            }
            ground = None;
            match self.decide_together(&mut next.requests).await {
                Ok(Together::Done(outcomes, known)) => {
                    ground = known;
                    decided.extend(next.requests.into_iter().zip(outcomes.into_iter().map(Ok)));
                }
                Ok(Together::BadData(told)) if next.requests.len() < 2 => {
                    let refused = vec![Some(BadData::new("data_refused", told))];
                    refuse(next.requests, refused, &mut decided);
                }
                Ok(Together::BadData(_)) => {
                    let later = next.requests.split_off(next.requests.len() / 2);
                    waiting.push(Waiting { requests: later, ..next });
                    waiting.push(next);
                }
                Ok(Together::Lost(_)) if !next.again => {
                    waiting.push(Waiting { again: true, ..next });
                }
                Ok(Together::Lost(error)) | Err(error) => {
                    fail_rest(next.requests, &mut waiting, &error, &mut decided);
                }
                Ok(Together::NoRoom(position)) if next.roomy => {
                    let error = StoreError::NoPartition { position };
                    fail_rest(next.requests, &mut waiting, &error, &mut decided);
                }
                Ok(Together::NoRoom(position)) => match self.make_room(position).await {
                    // Whatever the server said, what helps is the same.
                    Ok(()) | Err(StoreError::Failed { .. }) => {
                        waiting.push(Waiting { roomy: true, ..next });
                    }
                    Err(error) => fail_rest(next.requests, &mut waiting, &error, &mut decided),
                },
            }
        }
        (decided, ground)
    }

    /// Per request the refusal when it holds a form of event that may not be written yet.
    async fn without_unactivated(
        &mut self,
        requests: &[Queued],
    ) -> Result<Vec<Option<BadData>>, StoreError> {
        if self.options.node.is_none() {
            return Ok(vec![None; requests.len()]);
        }
        let mut missing = self.missing(requests);
        if missing.iter().any(Option::is_some) {
            self.learn_activated().await?;
            missing = self.missing(requests);
        }
        Ok(missing)
    }

    fn missing(&self, requests: &[Queued]) -> Vec<Option<BadData>> {
        requests.iter().map(|queued| self.activated.missing(&queued.request)).collect()
    }

    async fn decide_together(
        &mut self,
        requests: &mut Vec<Queued>,
    ) -> Result<Together, StoreError> {
        let asked = question_of(requests.iter().map(|queued| &queued.request));
        let locked = self.lock(asked).await?;
        let (epoch, synchronous) = (locked.head.epoch, locked.head.synchronous);
        self.take_head(&locked).await?;
        // Another node's events, or keys in use, are likely to be followed by more of them.
        let alone = self.left == Some((locked.head.position, locked.head.chain));
        let alone = alone && locked.keys.is_empty();
        let mut heads = locked.heads(requests.iter().map(|queued| &queued.request));
        let mut batch = Batch::new(&heads, epoch);
        for queued in requests.drain(..) {
            batch.plan(&mut heads, queued, (self.clock)());
        }
        let written = self.write_batch(&batch, synchronous).await;
        let (back, outcomes) = batch.into_parts();
        *requests = back;
        match written? {
            Written::Done => {
                let ground = alone.then_some(Ground { heads, epoch });
                Ok(Together::Done(outcomes, ground))
            }
            Written::BadData(told) => Ok(Together::BadData(told)),
            Written::Taken(damaged) => Err(damaged),
            Written::NoRoom(position) => Ok(Together::NoRoom(position)),
            Written::Lost(error) => Ok(Together::Lost(error)),
        }
    }

    /// Takes in what the head tells of the server, under the lock.
    pub(super) async fn take_head(&mut self, locked: &Locked) -> Result<(), StoreError> {
        self.seen.take_synchronous(locked.head.synchronous);
        if let Err(superseded) = self.seen.take_epoch(&self.place, locked.head.epoch) {
            // Another connection of this process has been to a newer primary meanwhile.
            self.roll_back().await;
            self.give_up();
            return Err(superseded);
        }
        Ok(())
    }

    /// Writes what was planned and commits, under the lock. Whatever else comes of it, the
    /// transaction is over.
    pub(super) async fn write_batch(
        &mut self,
        batch: &Batch,
        synchronous: bool,
    ) -> Result<Written, StoreError> {
        self.left = None;
        // An answer that repeats an earlier one must be as durable as that was to be: its commit
        // may have stopped waiting for the standby. A commit after it waits for both.
        let writes = batch.writes() || (synchronous && batch.rests());
        if !writes {
            self.roll_back().await;
            self.left = Some(batch.end());
            return Ok(Written::Done);
        }
        if synchronous {
            match self.listen().await {
                Ok(()) => {}
                Err(error @ StoreError::Unreachable { .. }) => return Ok(Written::Lost(error)),
                Err(error) => return Err(error),
            }
        }
        let deadline = self.options.deadline;
        let connection = self.connection().await?;
        match timeout(deadline, batch.write(connection)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => {
                self.roll_back().await;
                return Err(StoreError::corrupt(0, "the head of the log moved under its lock"));
            }
            Ok(Err(error)) => {
                self.give_up_or_roll_back(&error).await;
                if is_missing_partition(&error) {
                    return Ok(Written::NoRoom(batch.end().0));
                }
                if is_data_error(&error) {
                    return Ok(Written::BadData(told(&error)));
                }
                let (taken, lost) = (is_taken(&error), is_lost(&error));
                return match fault(&self.place, WRITING, error) {
                    error if taken => Ok(Written::Taken(error)),
                    error if lost => Ok(Written::Lost(error)),
                    error => Err(error),
                };
            }
            Err(late) => {
                self.give_up();
                return Err(StoreError::failed(WRITING, late));
            }
        }
        self.commit().await?;
        self.left = Some(batch.end());
        Ok(Written::Done)
    }
}

fn refuse(
    requests: Vec<Queued>,
    refused: Vec<Option<BadData>>,
    decided: &mut Vec<Decided>,
) -> Vec<Queued> {
    let mut taken = Vec::with_capacity(requests.len());
    for (queued, refused) in requests.into_iter().zip(refused) {
        match refused {
            None => taken.push(queued),
            Some(bad) => {
                // What rests on it is decided again.
                queued.request.run.break_off();
                decided.push((queued, Ok(Outcome::Refused(bad))));
            }
        }
    }
    taken
}

/// Nothing is written behind what failed: it may be the rest of a call.
fn fail_rest(
    requests: Vec<Queued>,
    waiting: &mut Vec<Waiting>,
    error: &StoreError,
    decided: &mut Vec<Decided>,
) {
    decided.extend(failed(requests, error));
    while let Some(next) = waiting.pop() {
        decided.extend(failed(next.requests, error));
    }
}

fn failed(requests: Vec<Queued>, error: &StoreError) -> Vec<Decided> {
    requests.into_iter().map(|queued| (queued, Err(error.clone()))).collect()
}
