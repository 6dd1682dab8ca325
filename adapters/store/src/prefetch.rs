//! Reading ahead: the next page is fetched while the last one is used.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{EventStore, ReplayPage, StoreError};

/// Rows of a page that is read ahead.
const PAGE: usize = 4_000;

/// Pages of the log above `after` and up to `through`, in order, read ahead of their use.
///
/// The channel ends after the last page, or after an error, which comes as its last item. Dropping
/// the receiver ends the reading.
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
            let wanted = !matches!(&page, Ok(page) if page.is_empty());
            // Nobody wants more when the receiver is gone.
            if !wanted || pages.send(page).await.is_err() {
                return;
            }
            let Some(last) = last else { return };
            after = last;
        }
    });
    receiver
}
