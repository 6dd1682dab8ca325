//! Following the log: what was recorded, in order, as it becomes durable.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::{EventStore, StoreError, StoredEvent};

/// A reader that follows the log from a position on, without gaps and without repeats.
///
/// It is woken by appends of this process and looks by itself after `poll`, which is how it
/// notices those of other processes.
pub struct Feed {
    store: Arc<dyn EventStore>,
    woken: watch::Receiver<u64>,
    after: u64,
    poll: Duration,
}

impl Feed {
    /// Follows `store` with everything after position `after`.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, after: u64, poll: Duration) -> Self {
        Self { woken: store.watch(), store, after, poll }
    }

    /// The position up to which events were handed out.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.after
    }

    /// The next events, at most `limit`; waits until there are any.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] on a hole: the feed stays where it is. [`StoreError::Closed`] when
    /// the store was closed and everything has been handed out.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        loop {
            // Marked before reading: an append in between wakes the wait below at once.
            self.woken.borrow_and_update();
            let events = self.store.read_all(self.after, limit).await?;
            if let Some(last) = events.last() {
                self.after = last.position;
                return Ok(events);
            }
            // A time-out is no error: it is the look at what other processes recorded.
            if let Ok(Err(_)) = timeout(self.poll, self.woken.changed()).await {
                return Err(StoreError::Closed);
            }
        }
    }
}
