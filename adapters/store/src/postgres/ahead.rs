//! Planning ahead of the log: while one batch is on its way, the next is planned on top of it in
//! memory, hashes and all.
//!
//! The plan is a bet that no other node writes in between. It is looked at under the lock before
//! anything of it is written or told; when it is lost, the requests are decided anew under the lock.

use chrono::{DateTime, Utc};

use super::batch::Batch;
use super::decide::Written;
use super::load::streams;
use super::transact::Transactor;
use crate::calls::Queued;
use crate::plan::Heads;
use crate::{AppendRequest, Expectation, StoreError, StreamName};

/// What is known of the log when everything that was planned has been written.
pub(super) struct Ground {
    pub heads: Heads,
    /// The epoch that it counts under.
    pub epoch: u64,
}

impl Ground {
    /// Whether a request can be planned: each stream that it names is known and meets what is
    /// expected of it, or has one expected version that can be looked at later. Where another node
    /// may have written in between, a conflict is found under the lock only.
    pub fn foresees(&self, request: &AppendRequest) -> bool {
        let met = request.expectations.iter().all(|expected| {
            let known = self.heads.knows_stream(&expected.stream);
            !known || expected.expectation.holds(self.heads.version(&expected.stream))
        });
        let known = |name| self.heads.knows_stream(name) || expected(request, name).is_some();
        met && streams(request).all(known)
    }

    /// Plans a request that is foreseen.
    pub fn plan(&mut self, batch: &mut Batch, queued: Queued, now: DateTime<Utc>) {
        for name in streams(&queued.request) {
            if self.heads.knows_stream(name) {
                continue;
            }
            let Some(version) = expected(&queued.request, name) else { continue };
            batch.assume(name.clone(), version);
            self.heads.learn_stream(name.clone(), version);
        }
        batch.plan(&mut self.heads, queued, now);
    }
}

/// The one version of a stream that a request can be taken with.
fn expected(request: &AppendRequest, name: &StreamName) -> Option<u64> {
    let of_stream = request.expectations.iter().filter(|expected| expected.stream == *name);
    of_stream.map(|expected| expected.expectation).find_map(|expectation| match expectation {
        Expectation::Exact(version) => Some(version),
        Expectation::NoStream => Some(0),
        Expectation::Any | Expectation::Exists => None,
    })
}

impl Transactor {
    /// Writes a batch that was planned without the lock: true when it is done, false when the log
    /// is not as it was taken to be, or the server takes it only in parts; then nothing was
    /// written, and the requests are to be decided anew.
    ///
    /// # Errors
    /// Those of a transaction.
    pub async fn write_planned(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        let locked = self.lock(batch.question()).await?;
        self.take_head(&locked).await?;
        if !batch.holds(&locked) {
            self.left = None;
            self.roll_back().await;
            return Ok(false);
        }
        let written = self.write_batch(batch, locked.head.synchronous).await?;
        Ok(matches!(written, Written::Done))
    }
}
