//! The port: what every store promises.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::envelope::Digest;
use crate::{
    AppendRequest, KeyRecord, Lease, Outcome, PersonalField, ReplayPage, Snapshot, StoreError,
    StoredEvent, StreamHead, StreamName,
};

/// Where the current time comes from. Only the composition root reads the real clock.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Where the log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Position of the last event; 0 when there is none.
    pub position: u64,
    /// The chain at that position.
    pub chain: Digest,
    /// Raised by every restore and promotion: what was issued under a lower epoch is stale.
    pub epoch: u64,
    /// When the last event was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// The append-only log.
///
/// - Positions are dense from 1, in the order of commit; versions are dense from 1 per stream.
/// - What was answered `Committed` is durable.
/// - `recorded_at` never runs backwards along positions.
/// - A reader sees a prefix of the log, never a hole.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Records requests and answers them in the same order.
    ///
    /// Each succeeds or fails alone and sees the effect of those before it, also across calls made
    /// one after another. A request that has a key and no events stores its answer. Dropping the
    /// returned future never leaves half a request: each is then recorded whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Unknown`]: ask again with the same keys; also where a part of a batch too large
    /// for one transaction is recorded and another is not. After every other error nothing of the
    /// batch has been recorded.
    async fn append(&self, batch: Vec<AppendRequest>) -> Result<Vec<Outcome>, StoreError>;

    /// What the database's own clock shows; none where it has none, and the node's is the only one.
    ///
    /// # Errors
    /// The world failing.
    async fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(None)
    }

    /// Partitions that begin beyond the last position; none where the log has no partitions. Below
    /// three `migrate` is due.
    ///
    /// # Errors
    /// The world failing.
    async fn partitions_ahead(&self) -> Result<Option<i64>, StoreError> {
        Ok(None)
    }

    /// Where the log ends now.
    ///
    /// # Errors
    /// The world failing.
    async fn head(&self) -> Result<Head, StoreError>;

    /// Returns when everything that this process can have read is as durable as what it appends. A
    /// row may be seen whose own writer was never told so: its commit stopped waiting for a standby.
    /// Who answers from what he read, without appending, asks this first.
    ///
    /// # Errors
    /// As for [`EventStore::append`].
    async fn confirm(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// The newest epoch that this process knows of: every append and every look at the head tell
    /// it. What was issued under a lower one is stale.
    fn epoch(&self) -> u64;

    /// At most `limit` events with positions above `after`, in order.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] naming the first position that is missing or cannot be read.
    async fn read_all(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;

    /// Like [`EventStore::read_all`], without digests, packed for rebuilding.
    ///
    /// # Errors
    /// As for [`EventStore::read_all`].
    async fn replay(&self, after: u64, limit: usize) -> Result<ReplayPage, StoreError> {
        ReplayPage::from_events(&self.read_all(after, limit).await?)
    }

    /// Packs what is full of the log, where reading it whole is sooner so. No answer changes.
    ///
    /// # Errors
    /// The world failing; what was packed until then stays.
    async fn pack(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// The first position of a pack that does not hold its events; none in a good ledger.
    ///
    /// # Errors
    /// The world failing.
    async fn wrong_pack(&self) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    /// At most `limit` events of a stream from `from_version` on, in order.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] naming a position near the first version that is missing.
    async fn read_stream(
        &self,
        stream: &StreamName,
        from_version: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// Number of events of a stream.
    ///
    /// # Errors
    /// The world failing.
    async fn stream_version(&self, stream: &StreamName) -> Result<u64, StoreError>;

    /// At most `limit` streams whose names come after `after`, ordered by the bytes of the name.
    ///
    /// # Errors
    /// The world failing.
    async fn stream_heads(
        &self,
        after: Option<&StreamName>,
        limit: usize,
    ) -> Result<Vec<StreamHead>, StoreError>;

    /// What is kept under a key.
    ///
    /// # Errors
    /// The world failing.
    async fn lookup_key(&self, key: &str) -> Result<Option<KeyRecord>, StoreError>;

    /// What is kept under several keys, in their order.
    ///
    /// # Errors
    /// The world failing.
    async fn lookup_keys(&self, keys: &[String]) -> Result<Vec<Option<KeyRecord>>, StoreError> {
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.push(self.lookup_key(key).await?);
        }
        Ok(records)
    }

    /// What is kept about a person, in the order in which it was stored.
    ///
    /// # Errors
    /// The world failing.
    async fn personal(&self, id: &str) -> Result<Vec<PersonalField>, StoreError>;

    /// At most `limit` of all values about persons, each with its number; those whose numbers come
    /// after `after`, ordered by number.
    ///
    /// # Errors
    /// The world failing.
    async fn personal_after(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, PersonalField)>, StoreError>;

    /// The attachment with this digest.
    ///
    /// # Errors
    /// The world failing.
    async fn attachment(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts a snapshot aside, in place of an older one of the same name.
    ///
    /// # Errors
    /// The world failing; the older snapshot is then still there.
    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError>;

    /// The snapshot of this name.
    ///
    /// # Errors
    /// The world failing.
    async fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError>;

    /// Throws all snapshots away; no answer may change by it.
    ///
    /// # Errors
    /// The world failing.
    async fn delete_snapshots(&self) -> Result<(), StoreError>;

    /// Takes the lease of this name for a node, or renews it, unless another node holds it; gives
    /// whoever holds it then. It lasts so long from now on, by the clock of the store. Its epoch is
    /// raised, to one above `above`, whenever it begins: with each change of holder, and when the same
    /// node takes it again after it had ended.
    ///
    /// # Errors
    /// The world failing; who holds the lease is then not known.
    async fn take_lease(
        &self,
        name: &str,
        node: &str,
        lasts: Duration,
        above: u64,
    ) -> Result<Lease, StoreError>;

    /// Ends the lease of this name, if this node holds it.
    ///
    /// # Errors
    /// The world failing; the lease then ends by itself.
    async fn release_lease(&self, name: &str, node: &str) -> Result<(), StoreError>;

    /// The newest position that is durable, as far as this process knows; changes wake the
    /// receiver. Appends of other processes show up when this one reads the head.
    fn watch(&self) -> watch::Receiver<u64>;

    /// Takes nothing more, finishes what waits and lets go of the ledger.
    ///
    /// # Errors
    /// The world failing; appending afterwards is [`StoreError::Closed`].
    async fn close(&self) -> Result<(), StoreError>;

    /// The last position that was recorded at or before an instant; 0 when there is none.
    ///
    /// # Errors
    /// As for [`EventStore::read_all`].
    async fn position_at(&self, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        let (mut low, mut high) = (0, self.head().await?.position);
        // Invariant: the event at `low` counts, the one at `high + 1` does not.
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let event = self.read_all(middle - 1, 1).await?;
            if event.first().is_some_and(|event| event.recorded_at <= instant) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(low)
    }
}
