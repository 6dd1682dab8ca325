//! Snapshots: a shorter way to the world than the whole log. A cache, never a source.
//!
//! **What is in one.** Every event up to a position in its stored form, but for the readings; what
//! the readings came to; how far each stream has come. The other events are told again to an empty
//! world by the functions that fold the log, so what the state and the read models look like inside
//! is no part of a snapshot and may change freely. Readings are nearly all of the log; no other
//! event looks at them, and their state is plain ([`Ledger::with_readings`]).
//!
//! **When it is believed.** Its form is [`FORM`], the log has its position with the same chain, and
//! its checksum is right. Everything else is a snapshot that is not there: the log is read instead.
//!
//! [`Ledger::with_readings`]: citygate_domain::state::Ledger::with_readings

pub(crate) mod bytes;
mod events;
mod readings;

use std::ops::Range;
use std::sync::Arc;

use citygate_domain::log::{Position, Recorded};
use citygate_store::{EventStore, Snapshot};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::error::EngineError;
use crate::heads::Heads;
use crate::world::World;
use bytes::{Reader, Writer};

/// The name under which the newest snapshot of the world is kept.
pub const NAME: &str = "world";

/// The form of a snapshot's bytes. It is raised whenever they mean something else than before: when
/// a reading is packed in another way, or when another event begins to look at readings. A test
/// pins the bytes of a small ledger beside it.
pub const FORM: u32 = 2;

/// Events after which a new snapshot is worth its writing: the log of a district brings as many in
/// a few days, and reading them takes a small part of a second, about as long as the writing.
pub const EVERY: u64 = 20_000;

/// Packs that may be read before they are folded.
const READ_AHEAD: usize = 3;
/// Bytes of the checksum, and of a chain.
const DIGEST: usize = 32;

/// A snapshot that was found usable.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The last position that it includes.
    pub position: Position,
    bytes: Arc<Vec<u8>>,
    packs: Vec<Range<usize>>,
    readings: Range<usize>,
    heads: Range<usize>,
}

impl Kept {
    /// The newest snapshot of a log, if it can be used for the world up to `until`. Never an error:
    /// whatever is wrong with a snapshot, the log is still there.
    pub async fn of(store: &Arc<dyn EventStore>, until: Option<Position>) -> Option<Self> {
        let snapshot = store.snapshot(NAME).await.ok()??;
        let position = Position::new(snapshot.position);
        let wanted = snapshot.format == FORM
            && position > Position::START
            && until.is_none_or(|until| position <= until);
        if !wanted {
            return None;
        }
        let (kept, chain) = spawn_blocking(move || Self::checked(snapshot)).await.ok()??;
        let event = store.read_all(position.number() - 1, 1).await.ok()?;
        let same = |event: &citygate_store::StoredEvent| {
            event.position == position.number() && event.chain == chain
        };
        event.first().is_some_and(same).then_some(kept)
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Checks the checksum and finds the parts; also gives the chain.
    fn checked(snapshot: Snapshot) -> Option<(Self, [u8; DIGEST])> {
        let bytes = Arc::new(snapshot.bytes);
        let body = bytes.len().checked_sub(DIGEST)?;
        let (content, checksum) = bytes.split_at_checked(body)?;
        if Self::checksum(content)[..] != *checksum {
            return None;
        }
        let mut reader = Reader(content);
        let position: u64 = reader.number()?;
        let chain = reader.bytes(DIGEST)?.try_into().ok()?;
        let (readings, heads) = (part(&mut reader, body)?, part(&mut reader, body)?);
        let mut packs = Vec::new();
        while !reader.is_empty() {
            packs.push(part(&mut reader, body)?);
        }
        if position != snapshot.position {
            return None;
        }
        let position = Position::new(position);
        Some((Self { position, bytes: Arc::clone(&bytes), packs, readings, heads }, chain))
    }

    fn checksum(content: &[u8]) -> [u8; DIGEST] {
        let mut digest = Sha256::new();
        digest.update(FORM.to_le_bytes());
        digest.update(content);
        digest.finalize().into()
    }

    /// The world at its position; none when a part is not what this program reads.
    pub(crate) async fn world(self) -> Option<World> {
        let Self { position, bytes, packs, readings, heads } = self;
        let rest = {
            let bytes = Arc::clone(&bytes);
            spawn_blocking(move || {
                let readings = readings::read(bytes.get(readings)?)?;
                Some((readings, Heads::read(bytes.get(heads)?)?))
            })
        };
        let mut world = World::default();
        let mut packs = read_ahead(bytes, packs);
        while let Some(pack) = packs.recv().await {
            for recorded in pack.await.ok()?? {
                world.ledger.evolve(&recorded);
                world.views.apply(&recorded);
            }
        }
        let (readings, heads) = rest.await.ok()??;
        let ledger = world.ledger.with_readings(position, readings)?;
        Some(World { ledger, heads, position, ..world })
    }

    /// The bytes of its packs, to write them again.
    fn into_packs(self) -> Vec<Vec<u8>> {
        self.packs.into_iter().filter_map(|pack| Some(self.bytes.get(pack)?.to_vec())).collect()
    }
}

/// Where the next part lies in a content of `whole` bytes.
fn part(reader: &mut Reader<'_>, whole: usize) -> Option<Range<usize>> {
    let length = reader.run()?.len();
    let end = whole.checked_sub(reader.0.len())?;
    Some(end.checked_sub(length)?..end)
}

/// Reads packs while the ones before them are folded.
fn read_ahead(
    bytes: Arc<Vec<u8>>,
    packs: Vec<Range<usize>>,
) -> mpsc::Receiver<JoinHandle<Option<Vec<Recorded>>>> {
    let (read, receiver) = mpsc::channel(READ_AHEAD);
    tokio::spawn(async move {
        for pack in packs {
            let bytes = Arc::clone(&bytes);
            let reading = spawn_blocking(move || events::read(bytes.get(pack)?));
            // Nobody wants more when the receiver is gone.
            if read.send(reading).await.is_err() {
                return;
            }
        }
    });
    receiver
}

/// Puts the world aside in place of an older snapshot; a newer one of another process stays. The
/// events come from the older snapshot and the log, the world gives what the readings came to.
pub(crate) async fn save(store: &Arc<dyn EventStore>, world: &World) -> Result<(), EngineError> {
    let position = world.position.number();
    let kept = Kept::of(store, None).await;
    if kept.as_ref().is_some_and(|kept| kept.position >= world.position) {
        return Ok(());
    }
    let Some(newest) = store.read_all(position.saturating_sub(1), 1).await?.pop() else {
        return Ok(());
    };
    let after = kept.as_ref().map_or(0, |kept| kept.position.number());
    let mut packs = kept.map(Kept::into_packs).unwrap_or_default();
    packs.extend(events::packs(store, after, position).await?);
    let (mut readings, mut heads) = (Writer::default(), Writer::default());
    readings::write(&world.ledger, &mut readings);
    world.heads.write(&mut heads);
    let mut writer = Writer::default();
    writer.number(position);
    writer.bytes.extend_from_slice(&newest.chain);
    writer.run(&readings.bytes);
    writer.run(&heads.bytes);
    packs.iter().for_each(|pack| writer.run(pack));
    let checksum = Kept::checksum(&writer.bytes);
    writer.bytes.extend_from_slice(&checksum);
    let snapshot = Snapshot { name: NAME.to_owned(), format: FORM, position, bytes: writer.bytes };
    Ok(store.save_snapshot(snapshot).await?)
}
