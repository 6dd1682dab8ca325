//! Reading ahead: the next pages are fetched while the last one is used.

use std::iter::successors;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use crate::replay::PACK;
use crate::{EventStore, ReplayPage, StoreError};

/// Pages that are read at the same time.
const AT_ONCE: usize = 3;

/// Pages of the log above `after` and up to `through`, in order, read ahead of their use.
///
/// The channel ends after the last page, or after an error, which comes as its last item. A log whose
/// events end before `through` and before its head is damaged. Dropping the receiver ends the
/// reading.
#[must_use]
pub fn replay_ahead(
    store: Arc<dyn EventStore>,
    after: u64,
    through: u64,
) -> mpsc::Receiver<Result<ReplayPage, StoreError>> {
    let (pages, receiver) = mpsc::channel(2);
    tokio::spawn(async move {
        // Positions are dense, so every page is known by its first one: a page is a pack, or what
        // is wanted of one. Each is read by a task of its own, so that the next one comes in while
        // one waits to be taken.
        let begins = successors(Some(after), |after| after.checked_add(PACK - after % PACK));
        let reads = begins.take_while(|after| *after < through).map(|after| {
            let (store, rows) = (Arc::clone(&store), (PACK - after % PACK).min(through - after));
            let limit = usize::try_from(rows).unwrap_or(usize::MAX);
            let read = tokio::spawn(async move { store.replay(after, limit).await });
            async move {
                let ended = |gone| Err(StoreError::failed("reading ahead", gone));
                (after, after + rows, read.await.unwrap_or_else(ended))
            }
        });
        let mut reads = stream::iter(reads).buffered(AT_ONCE);
        while let Some((after, last, page)) = reads.next().await {
            let read = page.as_ref().ok().map(|page| page.last_position().unwrap_or(after));
            // Nobody wants more when the receiver is gone, or behind an error.
            let sent = pages.send(page).await;
            let (Ok(()), Some(read)) = (sent, read) else { return };
            if read < last {
                if let Err(error) = cut_off(&store, read).await {
                    // The same.
                    let _ = pages.send(Err(error)).await;
                }
                return;
            }
        }
    });
    receiver
}

/// Why there is nothing behind `after`: the log may have got another end since, by a promotion or a
/// restore, which its head tells.
async fn cut_off(store: &Arc<dyn EventStore>, after: u64) -> Result<(), StoreError> {
    if store.head().await?.position <= after {
        return Ok(());
    }
    // It may also have grown since.
    if store.replay(after, 1).await?.last_position().is_some() {
        return Ok(());
    }
    Err(StoreError::corrupt(after + 1, "the event is missing"))
}
