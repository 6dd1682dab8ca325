//! The events of a snapshot: every one but the readings, in its stored form.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use citygate_domain::log::{Position, Recorded};
use citygate_store::{EventStore, ReplayRow, parse_instant, replay_ahead};
use lz4_flex::block::{compress_prepend_size, decompress, uncompressed_size};

use super::bytes::{Reader, Writer};
use crate::codec::decode_named;
use crate::error::EngineError;
use crate::names::Names;

/// The type of which a snapshot keeps not the events, but what they came to.
const READING: &str = "delivery_recorded";
/// Bytes after which a pack ends and is pressed together: a few milliseconds of reading, so that packs can be read side by
/// side.
const PACK: usize = 256 << 10;

/// Twice the length of a pack that has only just not ended, with the largest event that a log
/// takes: a pack that says it is longer was not written here.
const LONGEST: usize = 2 * (PACK + 65_535);

/// Events that are read together.
#[derive(Default)]
struct Pack {
    writer: Writer,
    position: u64,
    recorded_at: String,
}

impl Pack {
    fn push(&mut self, row: &ReplayRow<'_>) {
        self.writer.number(row.position - self.position);
        self.position = row.position;
        // Events of one batch were recorded at one instant: an empty text says the same again.
        let same = self.recorded_at == row.recorded_at;
        self.writer.text(if same { "" } else { row.recorded_at });
        if !same {
            row.recorded_at.clone_into(&mut self.recorded_at);
        }
        self.writer.text(row.event_type);
        self.writer.number(row.type_version);
        self.writer.text(row.payload);
    }

    /// Payloads name the same fields again and again, so little is left of them.
    fn pressed(self) -> Vec<u8> {
        compress_prepend_size(&self.writer.bytes)
    }
}

/// The packs of the events above `after` and up to `through`, without the readings.
pub(super) async fn packs(
    store: &Arc<dyn EventStore>,
    after: u64,
    through: u64,
) -> Result<Vec<Vec<u8>>, EngineError> {
    let (mut packs, mut pack, mut seen) = (Vec::new(), Pack::default(), after);
    let mut pages = replay_ahead(Arc::clone(store), after, through);
    while let Some(page) = pages.recv().await {
        for row in page?.rows() {
            let row = row?;
            seen = row.position;
            if row.event_type == READING {
                continue;
            }
            pack.push(&row);
            if pack.writer.bytes.len() >= PACK {
                packs.push(std::mem::take(&mut pack).pressed());
            }
        }
    }
    if !pack.writer.bytes.is_empty() {
        packs.push(pack.pressed());
    }
    // A log that ends early is no log to put anything aside of.
    if seen == through {
        return Ok(packs);
    }
    Err(EngineError::Stopped(format!("the log ended at position {seen}, before {through}")))
}

/// The events of a pack; none when one is not what this program can read.
pub(super) fn read(pack: &[u8]) -> Option<Vec<Recorded>> {
    let (length, pressed) = uncompressed_size(pack).ok()?;
    let pack = if length <= LONGEST { decompress(pressed, length).ok()? } else { return None };
    let (mut reader, mut names) = (Reader(&pack), Names::default());
    let (mut events, mut position) = (Vec::new(), 0_u64);
    let mut recorded_at: Option<DateTime<Utc>> = None;
    while !reader.is_empty() {
        position = position.checked_add(reader.number()?)?;
        let text = reader.text()?;
        if !text.is_empty() {
            recorded_at = Some(parse_instant(text)?);
        }
        let (event_type, type_version) = (reader.text()?, reader.number()?);
        let event = decode_named(event_type, type_version, reader.text()?, &mut names).ok()?;
        events.push(Recorded {
            position: Position::new(position),
            recorded_at: recorded_at?,
            event,
        });
    }
    Some(events)
}
