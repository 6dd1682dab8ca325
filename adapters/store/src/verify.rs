//! Proving that the log is what was written.
//!
//! Every digest and the whole chain are computed again. A rewrite of everything by somebody who
//! can also rewrite the head is self-consistent: only a head that was noted elsewhere finds it.

use std::collections::HashMap;

use crate::envelope::{Digest, GENESIS, chain_hash, leaf_hash};
use crate::{EventStore, Head, StoreError, StoredEvent, StreamHead, StreamName};

/// Events that are read at once.
const PAGE: usize = 2000;

/// A log that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Position of the last event.
    pub position: u64,
    /// The chain there: to be noted elsewhere and given as `expect` next time.
    pub chain: Digest,
    /// Number of streams.
    pub streams: u64,
}

/// Why a log is not good.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VerifyFailure {
    /// The first position that cannot be what was written.
    #[error("position {position}: {what}")]
    Bad {
        /// The first bad position.
        position: u64,
        /// What is wrong there.
        what: String,
    },
    /// The log could not be read.
    #[error("the log could not be read")]
    Store(#[source] StoreError),
}

impl VerifyFailure {
    fn bad(position: u64, what: impl Into<String>) -> Self {
        Self::Bad { position, what: what.into() }
    }
}

impl From<StoreError> for VerifyFailure {
    fn from(error: StoreError) -> Self {
        if let StoreError::Corrupt { position, what } = error {
            return Self::Bad { position, what };
        }
        Self::Store(error)
    }
}

/// Computes every digest and the chain again, checks that positions and versions are dense and
/// that the heads agree with the events; `expect` is a position and its chain noted earlier.
///
/// Events that are appended meanwhile are not looked at.
///
/// # Errors
/// [`VerifyFailure::Bad`] naming the first bad position: a changed, missing or moved event, or the
/// first one that is missing at the end.
pub async fn verify(
    store: &dyn EventStore,
    expect: Option<(u64, Digest)>,
) -> Result<VerifyReport, VerifyFailure> {
    // What is appended in between these lies above `floor` and at most at `head`.
    let floor = store.head().await?.position;
    let heads = all_stream_heads(store).await?;
    let head = store.head().await?;
    let mut walk = Walk::begin();
    loop {
        let events = read(store, walk.position).await?;
        let before = walk.position;
        for event in events.iter().take_while(|event| event.position <= head.position) {
            walk.step(event)?;
            if let Some((position, chain)) = expect
                && position == event.position
                && chain != event.chain
            {
                return Err(VerifyFailure::bad(position, "the chain is not the expected one"));
            }
        }
        if walk.position == before || walk.position == head.position {
            walk.check_end(&head)?;
            break;
        }
    }
    if let Some((position, _)) = expect.filter(|(position, _)| *position > head.position) {
        let what = format!("the log ends before the expected position {position}");
        return Err(VerifyFailure::bad(head.position + 1, what));
    }
    walk.check_streams(&heads, floor)?;
    check_nothing_beyond(store, &head).await?;
    if let Some(position) = store.wrong_pack().await? {
        let what = "the pack that begins here does not hold its events; it can be thrown away";
        return Err(VerifyFailure::bad(position, what));
    }
    let streams = walk.versions.len() as u64;
    Ok(VerifyReport { position: head.position, chain: head.chain, streams })
}

/// A page of events. Where the database itself stumbles over a page, events are read one by one,
/// so that the first bad one is named.
async fn read(store: &dyn EventStore, after: u64) -> Result<Vec<StoredEvent>, VerifyFailure> {
    match store.read_all(after, PAGE).await {
        Ok(events) => Ok(events),
        Err(StoreError::Damaged { .. } | StoreError::Failed { .. }) => {
            let one = store.read_all(after, 1).await;
            one.map_err(|error| VerifyFailure::bad(after + 1, error.to_string()))
        }
        // The rows before the bad one are good, but what comes first may be wrong in another way.
        Err(StoreError::Corrupt { position, .. }) if position > after + 1 => {
            let before = usize::try_from(position - after - 1).unwrap_or(PAGE);
            Ok(store.read_all(after, before).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn all_stream_heads(store: &dyn EventStore) -> Result<Vec<StreamHead>, StoreError> {
    let mut heads: Vec<StreamHead> = Vec::new();
    loop {
        let page = store.stream_heads(heads.last().map(|head| &head.stream), 10_000).await?;
        if page.is_empty() {
            return Ok(heads);
        }
        heads.extend(page);
    }
}

/// What was found so far: the end of the good part.
pub(crate) struct Walk {
    pub position: u64,
    chain: Digest,
    /// Version and position of the last event of each stream.
    pub versions: HashMap<StreamName, (u64, u64)>,
    last: Option<chrono::DateTime<chrono::Utc>>,
}

impl Walk {
    /// Before the first event.
    pub fn begin() -> Self {
        Self { position: 0, chain: GENESIS, versions: HashMap::new(), last: None }
    }

    pub fn step(&mut self, event: &StoredEvent) -> Result<(), VerifyFailure> {
        let position = self.position + 1;
        if event.position != position {
            return Err(VerifyFailure::bad(position, "the event is missing"));
        }
        self.chain = check_event(&self.chain, event)?;
        let known = self.versions.get(&event.stream).map_or(0, |(version, _)| *version);
        if event.version != known + 1 {
            let what = format!("{} goes from version {known} to {}", event.stream, event.version);
            return Err(VerifyFailure::bad(position, what));
        }
        if self.last.is_some_and(|last| event.recorded_at < last) {
            return Err(VerifyFailure::bad(position, "recorded earlier than the event before it"));
        }
        self.versions.insert(event.stream.clone(), (event.version, position));
        self.last = Some(event.recorded_at);
        self.position = position;
        Ok(())
    }

    pub fn check_end(&self, head: &Head) -> Result<(), VerifyFailure> {
        if self.position < head.position {
            return Err(VerifyFailure::bad(self.position + 1, "the event is missing"));
        }
        if self.chain != head.chain {
            let what = "the head of the log has another chain";
            return Err(VerifyFailure::bad(head.position.max(1), what));
        }
        Ok(())
    }

    pub fn check_streams(&self, heads: &[StreamHead], floor: u64) -> Result<(), VerifyFailure> {
        let known: HashMap<&StreamName, &StreamHead> =
            heads.iter().map(|head| (&head.stream, head)).collect();
        let wrong = self.versions.iter().filter(|&(stream, &(version, position))| {
            let same = known
                .get(stream)
                .is_some_and(|head| (head.version, head.last_position) == (version, position));
            // A stream may have grown since its head was read.
            !same && position <= floor
        });
        if let Some((stream, (_, position))) = wrong.min_by_key(|(_, (_, position))| *position) {
            let what = format!("the head of {stream} does not agree with its events");
            return Err(VerifyFailure::bad(*position, what));
        }
        for head in heads {
            let found = self.versions.get(&head.stream).map_or(0, |(version, _)| *version);
            if found < head.version {
                let what = format!("{} has {found} events, its head says more", head.stream);
                return Err(VerifyFailure::bad(head.last_position, what));
            }
        }
        Ok(())
    }
}

/// An event beyond the head was appended meanwhile, or never.
async fn check_nothing_beyond(store: &dyn EventStore, head: &Head) -> Result<(), VerifyFailure> {
    let beyond = store.read_all(head.position, 1).await?;
    if !beyond.is_empty() && store.head().await?.position == head.position {
        let what = "an event lies beyond the head of the log";
        return Err(VerifyFailure::bad(head.position + 1, what));
    }
    Ok(())
}

/// The chain after an event whose own digests are right.
fn check_event(before: &Digest, event: &StoredEvent) -> Result<Digest, VerifyFailure> {
    let hash = leaf_hash(&event.envelope());
    if hash != event.hash {
        return Err(VerifyFailure::bad(event.position, "the event does not have its hash"));
    }
    let chain = chain_hash(before, &hash);
    if chain != event.chain {
        return Err(VerifyFailure::bad(event.position, "the event does not follow the one before"));
    }
    Ok(chain)
}

/// Checks the newest events against the head; the first of them is taken as given.
pub(crate) fn check_tail(head: &Head, events: &[StoredEvent]) -> Result<(), StoreError> {
    let mut chain = None;
    for event in events {
        let checked = match &chain {
            None if event.position == 1 => check_event(&GENESIS, event),
            None if leaf_hash(&event.envelope()) == event.hash => Ok(event.chain),
            None => Err(VerifyFailure::bad(event.position, "the event does not have its hash")),
            Some(before) => check_event(before, event),
        };
        match checked {
            Ok(after) => chain = Some(after),
            Err(VerifyFailure::Bad { position, what }) => {
                return Err(StoreError::Corrupt { position, what });
            }
            Err(VerifyFailure::Store(error)) => return Err(error),
        }
        if event.position == head.position {
            break;
        }
    }
    let last = events.iter().find(|event| event.position == head.position);
    match (last, chain) {
        (None, _) if head.position == 0 => Ok(()),
        (Some(_), Some(chain)) if chain == head.chain => Ok(()),
        (None, _) => Err(StoreError::corrupt(head.position, "the event is missing")),
        _ => Err(StoreError::corrupt(head.position, "the head of the log has another chain")),
    }
}
