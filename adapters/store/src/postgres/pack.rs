//! Packs: the rows of many events in one pressed text, for reading the whole log.
//!
//! What a pack holds is the database's word, not that of whoever pressed it: the digest of its text
//! is computed there from the events. A pack whose bytes hold something else is passed over, and
//! its events are read.

use lz4_flex::block::{compress_prepend_size, decompress, uncompressed_size};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;
use tokio::task::spawn_blocking;

use super::batch::integer;
use super::read::number;
use super::{PostgresStore, replay, within};
use crate::replay::PACK;
use crate::statement::{Statement, Value};
use crate::{EventStore as _, ReplayPage, StoreError};

/// Seals the pack that begins at a position: digest of its text, and its bytes.
pub(super) const SEAL: &str = "SELECT citygate.seal_pack($1, $2, $3)";
/// Packs that are sealed in one go: half a second, or a little more.
const AT_ONCE: u64 = 64;
/// The longest text: every payload as long as one may be, beside names that are short.
const LONGEST: usize = PACK as usize * (65_535 + 1_024);

/// A pack of these events: the digest of its text, and its bytes; none when it is not full.
pub(super) async fn press(page: ReplayPage) -> Result<Option<(Vec<u8>, Vec<u8>)>, StoreError> {
    if page.len() as u64 != PACK {
        return Ok(None);
    }
    let pressing = spawn_blocking(move || {
        let text = page.into_text();
        (Sha256::digest(&text).to_vec(), compress_prepend_size(text.as_bytes()))
    });
    let pressed = pressing.await.map_err(|gone| StoreError::failed("pressing a pack", gone));
    pressed.map(Some)
}

fn opened(first: u64, digest: &[u8], bytes: &[u8]) -> Option<ReplayPage> {
    let (length, pressed) = uncompressed_size(bytes).ok()?;
    let text = if length <= LONGEST { decompress(pressed, length).ok()? } else { return None };
    if Sha256::digest(&text)[..] != *digest {
        return None;
    }
    let mut page = ReplayPage::default();
    page.push(first, PACK, String::from_utf8(text).ok()?).ok()?;
    Some(page)
}

impl PostgresStore {
    /// The pack that begins behind `after`, where there is one and it holds what was sealed.
    pub(super) async fn read_pack(&self, after: u64) -> Result<Option<ReplayPage>, StoreError> {
        let first = after.saturating_add(1);
        let sql = "SELECT digest, bytes FROM citygate.pack WHERE first = $1";
        let pack = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(sql).bind(integer(first));
        let pack = self.within(pack.fetch_optional(&mut *self.reader().await?)).await;
        let page = match pack.map_err(|error| self.fault(error)) {
            Ok(None) => return Ok(None),
            Ok(Some((digest, bytes))) => {
                let opening = spawn_blocking(move || opened(first, &digest, &bytes));
                opening.await.map_err(|gone| StoreError::failed("opening a pack", gone))?
            }
            // What is wrong with the table of packs is not wrong with the events.
            Err(StoreError::Damaged { .. } | StoreError::Failed { .. }) => None,
            Err(error) => return Err(error),
        };
        if page.is_none() {
            tracing::warn!(first, "a pack does not hold what was sealed: its events are read");
        }
        Ok(page)
    }

    /// Seals packs that have become full, [`AT_ONCE`] at most: the next call goes on. Appends take
    /// turns with it.
    pub(super) async fn seal_packs(&self) -> Result<(), StoreError> {
        let head = self.head().await?.position;
        let last = self.first_of_pack("max", 0).await?;
        let begin = last.map_or(0, |first| first - 1 + PACK);
        for after in (0..AT_ONCE).map(|number| begin + number * PACK) {
            if head < after + PACK {
                break;
            }
            let rows = self.rows(after, PACK as usize).await?;
            let Some((digest, bytes)) = press(rows).await? else { break };
            let place = Value::Integer(integer(after + 1));
            let values = vec![place, Value::Blob(digest), Value::Blob(bytes)];
            self.run(vec![Statement::new(SEAL, values)]).await?;
        }
        Ok(())
    }

    /// The first pack that is not what its events give.
    pub(super) async fn first_wrong_pack(&self) -> Result<Option<u64>, StoreError> {
        let mut last = 0;
        while let Some(first) = self.first_of_pack("min", last).await? {
            let rows = self.rows(first - 1, PACK as usize).await?.into_text();
            let pack = self.read_pack(first - 1).await?.map(ReplayPage::into_text);
            if pack.as_ref() != Some(&rows) {
                return Ok(Some(first));
            }
            last = first;
        }
        Ok(None)
    }

    /// Where the newest (`max`), or the next (`min`), pack behind a position begins.
    async fn first_of_pack(&self, which: &str, behind: u64) -> Result<Option<u64>, StoreError> {
        let sql = format!("SELECT {which}(first) FROM citygate.pack WHERE first > $1");
        let first = sqlx::query_scalar::<_, Option<i64>>(AssertSqlSafe(sql)).bind(integer(behind));
        let first = self.within(first.fetch_one(&mut *self.reader().await?)).await;
        Ok(first.map_err(|error| self.fault(error))?.and_then(number))
    }

    /// Events from their rows; see [`replay::rows`].
    pub(super) async fn rows(&self, after: u64, limit: usize) -> Result<ReplayPage, StoreError> {
        let (mut reader, deadline) = (self.reader().await?, self.options.deadline);
        // A task that nobody can cancel: a copy that is not read to its end spoils its connection.
        let reading = tokio::spawn(async move {
            let page = within(deadline, replay::rows(&mut reader, after, limit)).await;
            if page.is_err() {
                reader.close_on_drop();
            }
            page
        });
        let page = reading.await.map_err(|gone| StoreError::failed("reading the log", gone))?;
        page.map_err(|error| self.load_fault(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_opened_when_it_holds_what_was_sealed_and_not_otherwise() {
        let row = "a\u{1f}t\u{1f}1\u{1f}now\u{1f}{}";
        let text = vec![row; PACK as usize].join("\u{1e}");
        let (digest, bytes) = (Sha256::digest(&text), compress_prepend_size(text.as_bytes()));
        let page = opened(4001, &digest, &bytes).unwrap();
        assert_eq!((page.len() as u64, page.last_position()), (PACK, Some(8000)));
        assert_eq!(page.into_text(), text);
        assert!(opened(4001, &Sha256::digest("another"), &bytes).is_none());
        let mut cut = bytes.clone();
        cut.pop();
        assert!(opened(4001, &digest, &cut).is_none());
        // A length that no pack has is not taken at its word.
        let mut long = bytes;
        long[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(opened(4001, &digest, &long).is_none());
        assert!(opened(4001, &digest, &[]).is_none());
    }

    #[test]
    fn the_tables_hold_packs_of_the_length_that_is_read() {
        let made = include_str!("migrations/0004_packs.sql");
        for text in [format!("first % {PACK} = 1"), format!("at + {PACK}"), format!("= {PACK}\n")] {
            assert!(made.contains(&text), "{text}");
        }
    }
}
