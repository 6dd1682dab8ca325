//! Taking a ledger from a file into a database.
//!
//! Everything keeps its place: positions, hashes, the chain, ids, instants, keys with their answers,
//! texts about persons, attachments. The file is held while it is read, so that nothing is added
//! behind what was copied; the database takes everything in one transaction, so that there is never
//! half a ledger in it. Whatever ends this early, it can be begun again. Snapshots and the tables of
//! projections are made anew from the log.

use std::path::Path;

use crate::postgres::{Beside, PostgresOptions, Target, activate, migrate};
use crate::sqlite::Source;
use crate::verify::Walk;
use crate::{Digest, Head, StoreError, StreamHead, StreamName, VerifyFailure};

/// Rows that travel together.
const PAGE: usize = 2000;

/// A ledger that was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Where the log ends in the database, with its epoch there.
    pub head: Head,
    /// Whether an earlier attempt had done it already; then nothing was counted.
    pub before: bool,
    /// Streams.
    pub streams: u64,
    /// Keys of requests.
    pub keys: u64,
    /// Texts about persons.
    pub personal: u64,
    /// Attachments.
    pub attachments: u64,
}

/// Copies a ledger in a file into a database, whose tables are made where they are missing;
/// `progress` hears how many events have arrived.
///
/// Every hash and the chain are computed again on the way. The epoch in the database is higher than
/// the one of the file: what was issued before is stale. Asked again after it was done, and before
/// anything else was recorded, it says so.
///
/// # Errors
/// [`StoreError::NotEmpty`] when there is another ledger in the database; [`StoreError::Corrupt`]
/// naming the first position of the file that is not what was written; [`StoreError::Busy`] when
/// somebody is writing to either; [`StoreError::Unknown`] when the last answer of the server was
/// lost, which the next attempt finds out; those of [`migrate`] and [`activate`].
pub async fn copy_ledger(
    from: &Path,
    to: &PostgresOptions,
    event_types: &[(String, u16)],
    progress: impl Fn(u64) + Send,
) -> Result<Copied, StoreError> {
    let mut source = Source::hold(from).await?;
    let head = source.head().await?;
    // Nothing is changed in a database that somebody else's ledger is in.
    Target::check_free(to, &head).await?;
    migrate(to, event_types).await?;
    activate(to, event_types).await?;
    let mut target = Target::begin(to).await?;
    let there = target.head().await?;
    if there.position > 0 && (there.position, there.chain) == (head.position, head.chain) {
        source.release().await?;
        let (streams, keys, personal, attachments) = (0, 0, 0, 0);
        return Ok(Copied { head: there, before: true, streams, keys, personal, attachments });
    }
    target.check_empty().await?;
    target.make_room(head.position).await?;
    let streams = events(&mut source, &mut target, &head, progress).await?;
    let keys = keys(&mut source, &mut target).await?;
    let personal = personal(&mut source, &mut target).await?;
    let attachments = attachments(&mut source, &mut target).await?;
    target.pack(head.position).await?;
    let beside = Beside { streams, keys, personal, attachments };
    let head = target.finish(&head, beside).await?;
    source.release().await?;
    Ok(Copied { head, before: false, streams, keys, personal, attachments })
}

/// Copies the events, and the heads of their streams as they follow from them; gives the number of
/// streams. A page is checked and written while the next one is read.
async fn events(
    source: &mut Source,
    target: &mut Target,
    head: &Head,
    progress: impl Fn(u64) + Send,
) -> Result<u64, StoreError> {
    let mut walk = Walk::begin();
    let mut page = source.events(0, PAGE).await?;
    while let Some(last) = page.last() {
        let after = last.position;
        for event in &page {
            walk.step(event).map_err(damaged)?;
        }
        let (written, next) = tokio::join!(target.events(&page), source.events(after, PAGE));
        written?;
        page = next?;
        progress(after);
    }
    walk.check_end(head).map_err(damaged)?;
    if walk.position > head.position {
        let what = "an event lies beyond the head of the log";
        return Err(StoreError::corrupt(head.position + 1, what));
    }
    walk.check_streams(&all_streams(source).await?, head.position).map_err(damaged)?;
    let versions = walk.versions.iter();
    let mut heads: Vec<(&StreamName, u64, u64)> =
        versions.map(|(name, (version, last))| (name, *version, *last)).collect();
    heads.sort_unstable();
    for page in heads.chunks(PAGE) {
        target.streams(page).await?;
    }
    Ok(heads.len() as u64)
}

async fn all_streams(source: &mut Source) -> Result<Vec<StreamHead>, StoreError> {
    let mut heads: Vec<StreamHead> = Vec::new();
    loop {
        let page = source.stream_heads(heads.last().map(|head| &head.stream), PAGE).await?;
        if page.is_empty() {
            return Ok(heads);
        }
        heads.extend(page);
    }
}

async fn keys(source: &mut Source, target: &mut Target) -> Result<u64, StoreError> {
    let (mut count, mut after) = (0, None::<String>);
    loop {
        let page = source.keys(after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        after = Some(last.clone());
        count += page.len() as u64;
        target.keys(&page).await?;
    }
}

async fn personal(source: &mut Source, target: &mut Target) -> Result<u64, StoreError> {
    let (mut count, mut after) = (0, 0);
    loop {
        let page = source.personal(after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        after = *last;
        count += page.len() as u64;
        target.personal(&page).await?;
    }
}

/// One by one: an attachment may be large.
async fn attachments(source: &mut Source, target: &mut Target) -> Result<u64, StoreError> {
    let (mut count, mut after) = (0, None::<Digest>);
    while let Some(attachment) = source.attachment(after.as_ref()).await? {
        after = Some(attachment.sha256);
        count += 1;
        target.attachment(&attachment).await?;
    }
    Ok(count)
}

fn damaged(failure: VerifyFailure) -> StoreError {
    match failure {
        VerifyFailure::Bad { position, what } => StoreError::Corrupt { position, what },
        VerifyFailure::Store(error) => error,
    }
}
