//! Deciding requests under the lock, and what to do when they cannot be written as they came.

use tokio::time::timeout;

use super::batch::Batch;
use super::faults::{fault, is_data_error, is_missing_partition, told};
use super::load::Locked;
use super::transact::{Transactor, WRITING};
use crate::calls::{Decided, Queued};
use crate::{BadData, Outcome, StoreError};

/// What became of requests that were tried together.
enum Together {
    Done(Vec<Outcome>),
    /// What the server said about the data of one of them.
    BadData(String),
    /// There is no partition for the positions up to this one.
    NoRoom(u64),
}

impl Transactor {
    /// Decides and writes requests under the lock. On a data error the requests are halved until
    /// the bad one stands alone; it is refused and its neighbours are not hurt.
    pub async fn decide(&mut self, requests: Vec<Queued>) -> Vec<Decided> {
        let mut decided = Vec::with_capacity(requests.len());
        let requests = match self.without_unactivated(&requests).await {
            Ok(refused) => refuse(requests, refused, &mut decided),
            Err(error) => return failed(requests, &error),
        };
        // With whether room was made for them.
        let mut waiting = vec![(requests, false)];
        while let Some((mut requests, roomy)) = waiting.pop() {
            if requests.is_empty() {
                continue;
            }
            match self.decide_together(&requests).await {
                Ok(Together::Done(outcomes)) => {
                    decided.extend(requests.into_iter().zip(outcomes.into_iter().map(Ok)));
                }
                Ok(Together::BadData(told)) if requests.len() < 2 => {
                    let refused = BadData::new("data_refused", told);
                    let refuse = |queued| (queued, Ok(Outcome::Refused(refused.clone())));
                    decided.extend(requests.into_iter().map(refuse));
                }
                Ok(Together::BadData(_)) => {
                    let later = requests.split_off(requests.len() / 2);
                    waiting.push((later, roomy));
                    waiting.push((requests, roomy));
                }
                Ok(Together::NoRoom(position)) if roomy => {
                    decided.extend(failed(requests, &StoreError::NoPartition { position }));
                }
                Ok(Together::NoRoom(position)) => match self.make_room(position).await {
                    // Whatever the server said, what helps is the same.
                    Ok(()) | Err(StoreError::Failed { .. }) => waiting.push((requests, true)),
                    Err(error) => decided.extend(failed(requests, &error)),
                },
                Err(error) => decided.extend(failed(requests, &error)),
            }
        }
        decided
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

    async fn decide_together(&mut self, requests: &[Queued]) -> Result<Together, StoreError> {
        let Locked { mut heads, epoch, synchronous } = self.lock(requests).await?;
        self.seen.take_synchronous(synchronous);
        if let Err(superseded) = self.seen.take_epoch(&self.place, epoch) {
            // Another connection of this process has been to a newer primary meanwhile.
            self.roll_back().await;
            self.give_up();
            return Err(superseded);
        }
        let mut batch = Batch::new(&heads);
        for queued in requests {
            queued.request.run.meet(epoch);
            batch.plan(&mut heads, &queued.request, (self.clock)());
        }
        // An answer that repeats an earlier one must be as durable as that was to be: its commit
        // may have stopped waiting for the standby. A commit after it waits for both.
        let writes = batch.writes() || (synchronous && batch.rests());
        if !writes {
            self.roll_back().await;
            return Ok(Together::Done(batch.into_outcomes()));
        }
        if synchronous {
            self.listen().await?;
        }
        let deadline = self.options.deadline;
        let connection = self.connection().await?;
        match timeout(deadline, batch.write(requests, connection)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => {
                self.roll_back().await;
                return Err(StoreError::corrupt(0, "the head of the log moved under its lock"));
            }
            Ok(Err(error)) => {
                self.roll_back().await;
                if is_missing_partition(&error) {
                    return Ok(Together::NoRoom(batch.position()));
                }
                if is_data_error(&error) {
                    return Ok(Together::BadData(told(&error)));
                }
                return Err(fault(&self.place, WRITING, error));
            }
            Err(late) => {
                self.give_up();
                return Err(StoreError::failed(WRITING, late));
            }
        }
        self.commit().await?;
        Ok(Together::Done(batch.into_outcomes()))
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

fn failed(requests: Vec<Queued>, error: &StoreError) -> Vec<Decided> {
    requests.into_iter().map(|queued| (queued, Err(error.clone()))).collect()
}
