//! Planning ahead of the log: while one batch is on its way, the next is planned on top of it in
//! memory, hashes and all.
//!
//! The plan is a bet that no other node writes in between. It is looked at under the lock before
//! anything of it is written or told; when it is lost, the requests are decided anew under the lock.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

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
    /// Whether requests can be planned one after the other: each stream that one of them names is
    /// known and meets what is expected of it, or has one expected version that can be looked at
    /// later. Where another node may have written in between, a conflict is found under the lock only.
    pub fn foresees<'a>(&self, requests: impl Iterator<Item = &'a AppendRequest>) -> bool {
        let mut requests = requests.peekable();
        let (mut versions, mut keys) = (HashMap::new(), HashSet::new());
        while let Some(request) = requests.next() {
            let known = |name: &StreamName| {
                let before = versions.get(name).copied();
                before.or_else(|| self.heads.known_version(name))
            };
            let version = |name: &StreamName| known(name).or_else(|| expected(request, name));
            let met = request.expectations.iter().all(|expected| {
                let version = version(&expected.stream);
                version.is_some_and(|version| expected.expectation.holds(version))
            });
            if !met || request.events.iter().any(|event| version(&event.stream).is_none()) {
                return false;
            }
            if requests.peek().is_none() {
                break;
            }
            // A key in use leaves the streams as they are.
            if let Some(key) = &request.key
                && (self.heads.knows_key(&key.key) || !keys.insert(key.key.as_str()))
            {
                return false;
            }
            let named: Vec<_> = streams(request).map(|name| (name, version(name))).collect();
            versions.extend(named.into_iter().filter_map(|(name, at)| Some((name, at?))));
            for event in &request.events {
                if let Some(version) = versions.get_mut(&event.stream) {
                    *version += 1;
                }
            }
        }
        true
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

/// No stream gets as far as that. Who expects it is told what there is.
const MAX_VERSION: u64 = i64::MAX as u64;
/// How long a plan may wait for its turn: it says when its events are recorded.
const FRESH: TimeDelta = TimeDelta::seconds(1);

/// The one version of a stream that a request can be taken with.
fn expected(request: &AppendRequest, name: &StreamName) -> Option<u64> {
    let of_stream = request.expectations.iter().filter(|expected| expected.stream == *name);
    of_stream.map(|expected| expected.expectation).find_map(|expectation| match expectation {
        Expectation::Exact(version) if version < MAX_VERSION => Some(version),
        Expectation::NoStream => Some(0),
        Expectation::Exact(_) | Expectation::Any | Expectation::Exists => None,
    })
}

impl Transactor {
    /// Writes a batch that was planned without the lock: true when it is done, false when the log
    /// is not as it was taken to be, the plan waited too long, the server takes it only in parts,
    /// or the connection broke before the commit; then nothing was written, and the requests are to
    /// be decided anew.
    ///
    /// # Errors
    /// Those of a transaction.
    pub async fn write_planned(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        let locked = self.lock(batch.question()).await?;
        self.take_head(&locked).await?;
        let fresh = batch.planned_at().is_none_or(|at| (self.clock)() - at <= FRESH);
        let holds = batch.holds(&locked);
        if !holds {
            self.left = None;
        }
        if !holds || !fresh {
            self.roll_back().await;
            return Ok(false);
        }
        let written = self.write_batch(batch, locked.head.synchronous).await?;
        Ok(matches!(written, Written::Done))
    }
}
