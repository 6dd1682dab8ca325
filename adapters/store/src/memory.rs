//! A log that lives as long as the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::plan::Heads;
use crate::{
    AppendRequest, Clock, EventStore, Head, KeyRecord, Lease, Outcome, PersonalField, Snapshot,
    StoreError, StoredEvent, StreamHead, StreamName,
};

/// The log in memory: every promise of [`EventStore`] but durability.
pub struct MemoryStore {
    clock: Clock,
    inner: Mutex<Inner>,
}

struct Inner {
    heads: Heads,
    log: Vec<StoredEvent>,
    /// Indexes into `log`, by stream.
    streams: BTreeMap<StreamName, Vec<usize>>,
    /// By whom they are about, each with its number.
    personal: HashMap<String, Vec<(u64, PersonalField)>>,
    /// In the order of their numbers, from 1 on: whom each is about.
    persons: Vec<String>,
    attachments: HashMap<[u8; 32], Vec<u8>>,
    snapshots: HashMap<String, Snapshot>,
    leases: HashMap<String, Held>,
    /// Dropped when the store is closed, which ends the feeds.
    notify: Option<watch::Sender<u64>>,
    receiver: watch::Receiver<u64>,
}

/// A lease, and when it ends.
struct Held {
    holder: String,
    epoch: u64,
    until: DateTime<Utc>,
}

impl MemoryStore {
    /// An empty log whose times come from `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let (notify, receiver) = watch::channel(0);
        let inner = Inner {
            heads: Heads::empty(),
            log: Vec::new(),
            streams: BTreeMap::new(),
            personal: HashMap::new(),
            persons: Vec::new(),
            attachments: HashMap::new(),
            snapshots: HashMap::new(),
            leases: HashMap::new(),
            notify: Some(notify),
            receiver,
        };
        Self { clock, inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // No code below leaves the maps half changed, so a panic elsewhere does not spoil them.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn record(&mut self, request: AppendRequest, clock: &Clock) -> Outcome {
        let planned = self.heads.plan(&request, clock());
        let Outcome::Committed(committed) = &planned.outcome else { return planned.outcome };
        let meta = request.metadata;
        for (event, row) in request.events.into_iter().zip(planned.rows) {
            self.streams.entry(event.stream.clone()).or_default().push(self.log.len());
            self.log.push(StoredEvent {
                position: self.log.len() as u64 + 1,
                stream: event.stream,
                version: row.version,
                event_type: event.event_type.into_owned(),
                type_version: event.type_version,
                event_id: event.event_id,
                effective: event.effective,
                recorded_at: committed.recorded_at,
                actor: meta.actor.clone(),
                reason: meta.reason.clone(),
                causation: meta.causation,
                correlation: meta.correlation,
                payload: event.payload,
                hash: row.hash,
                chain: row.chain,
            });
        }
        for field in request.personal {
            let fields = self.personal.entry(field.id.clone()).or_default();
            let known = |(_, old): &(u64, PersonalField)| {
                old.field == field.field && old.salt == field.salt
            };
            if !fields.iter().any(known) {
                self.persons.push(field.id.clone());
                fields.push((self.persons.len() as u64, field));
            }
        }
        for attachment in request.attachments {
            self.attachments.entry(attachment.sha256).or_insert(attachment.bytes);
        }
        planned.outcome
    }
}

#[async_trait]
impl EventStore for MemoryStore {
    async fn append(&self, batch: Vec<AppendRequest>) -> Result<Vec<Outcome>, StoreError> {
        let mut inner = self.lock();
        if inner.notify.is_none() {
            return Err(StoreError::Closed);
        }
        let outcomes = batch.into_iter().map(|one| inner.record(one, &self.clock)).collect();
        let position = inner.heads.position;
        if let Some(notify) = &inner.notify {
            notify.send_if_modified(|known| std::mem::replace(known, position) != position);
        }
        Ok(outcomes)
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let inner = self.lock();
        let recorded_at = inner.log.last().map(|event| event.recorded_at);
        let heads = &inner.heads;
        Ok(Head { position: heads.position, chain: heads.chain, epoch: 1, recorded_at })
    }

    fn epoch(&self) -> u64 {
        1
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let inner = self.lock();
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(inner.log.len());
        Ok(inner.log[start..].iter().take(limit).cloned().collect())
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from_version: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let inner = self.lock();
        let skipped = usize::try_from(from_version.saturating_sub(1)).unwrap_or(usize::MAX);
        let indexes = inner.streams.get(stream).map(Vec::as_slice).unwrap_or_default();
        Ok(indexes.iter().skip(skipped).take(limit).map(|&at| inner.log[at].clone()).collect())
    }

    async fn stream_version(&self, stream: &StreamName) -> Result<u64, StoreError> {
        Ok(self.lock().heads.version(stream))
    }

    async fn stream_heads(
        &self,
        after: Option<&StreamName>,
        limit: usize,
    ) -> Result<Vec<StreamHead>, StoreError> {
        let inner = self.lock();
        let later =
            inner.streams.iter().filter(|(name, _)| after.is_none_or(|after| *name > after));
        Ok(later
            .take(limit)
            .map(|(name, indexes)| StreamHead {
                stream: name.clone(),
                version: indexes.len() as u64,
                last_position: indexes.last().map_or(0, |&at| inner.log[at].position),
            })
            .collect())
    }

    async fn lookup_key(&self, key: &str) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.lock().heads.key(key).cloned())
    }

    async fn personal(&self, id: &str) -> Result<Vec<PersonalField>, StoreError> {
        let inner = self.lock();
        let fields = inner.personal.get(id).map(Vec::as_slice).unwrap_or_default();
        Ok(fields.iter().map(|(_, field)| field.clone()).collect())
    }

    async fn personal_after(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, PersonalField)>, StoreError> {
        let inner = self.lock();
        let field = |(number, id): (u64, &String)| {
            let fields = inner.personal.get(id).map(Vec::as_slice).unwrap_or_default();
            fields.iter().find(|(known, _)| *known == number).cloned()
        };
        let later = (1..).zip(&inner.persons).filter(|(number, _)| *number > after);
        Ok(later.take(limit).filter_map(field).collect())
    }

    async fn attachment(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.lock().attachments.get(sha256).cloned())
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.lock().snapshots.insert(snapshot.name.clone(), snapshot);
        Ok(())
    }

    async fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.lock().snapshots.get(name).cloned())
    }

    async fn delete_snapshots(&self) -> Result<(), StoreError> {
        self.lock().snapshots.clear();
        Ok(())
    }

    async fn take_lease(
        &self,
        name: &str,
        node: &str,
        lasts: Duration,
        above: u64,
    ) -> Result<Lease, StoreError> {
        let (mut inner, now) = (self.lock(), (self.clock)());
        let known = inner.leases.get(name).filter(|held| held.until > now);
        let epoch = match known {
            Some(held) if held.holder != node => {
                let left = (held.until - now).to_std().unwrap_or_default();
                return Ok(Lease { holder: held.holder.clone(), epoch: held.epoch, left });
            }
            Some(held) => held.epoch,
            None => inner.leases.get(name).map_or(0, |held| held.epoch).max(above) + 1,
        };
        let (holder, until) = (node.to_owned(), now + lasts);
        inner.leases.insert(name.to_owned(), Held { holder: holder.clone(), epoch, until });
        Ok(Lease { holder, epoch, left: lasts })
    }

    async fn release_lease(&self, name: &str, node: &str) -> Result<(), StoreError> {
        let (mut inner, now) = (self.lock(), (self.clock)());
        if let Some(held) = inner.leases.get_mut(name).filter(|held| held.holder == node) {
            held.until = held.until.min(now);
        }
        Ok(())
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.lock().receiver.clone()
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.lock().notify = None;
        Ok(())
    }
}
