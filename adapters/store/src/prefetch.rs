//! Reading ahead: the next page is fetched while the last one is used.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{EventStore, ReplayPage, StoreError};

/// Rows of a page that is read ahead.
const PAGE: usize = 4_000;

/// Pages of the log above `after` and up to `through`, in order, read ahead of their use.
///
/// The channel ends after the last page, or after an error, which comes as its last item. A log that
/// ends before `through` although its head does not is damaged. Dropping the receiver ends the
/// reading.
#[must_use]
pub fn replay_ahead(
    store: Arc<dyn EventStore>,
    after: u64,
    through: u64,
) -> mpsc::Receiver<Result<ReplayPage, StoreError>> {
    let (pages, receiver) = mpsc::channel(2);
    tokio::spawn(async move {
        let mut after = after;
        while after < through {
            let rows = usize::try_from(through - after).unwrap_or(PAGE).min(PAGE);
            let page = store.replay(after, rows).await;
            let last = page.as_ref().ok().and_then(ReplayPage::last_position);
            let page = match page {
                Ok(page) if page.is_empty() => match cut_off(&store, after, through).await {
                    Ok(()) => return,
                    Err(error) => Err(error),
                },
                page => page,
            };
            // Nobody wants more when the receiver is gone.
            if pages.send(page).await.is_err() {
                return;
            }
            let Some(last) = last else { return };
            after = last;
        }
    });
    receiver
}

/// Why there is nothing behind `after`: the log may have got another end since, by a promotion or a
/// restore, which its head tells.
async fn cut_off(store: &Arc<dyn EventStore>, after: u64, through: u64) -> Result<(), StoreError> {
    if store.head().await?.position < through {
        return Ok(());
    }
    Err(StoreError::corrupt(after + 1, "the event is missing"))
}
