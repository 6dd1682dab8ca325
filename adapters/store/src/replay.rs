//! Rows for rebuilding: many in one text, cut apart where they are used.
//!
//! A field ends at U+001F and a row at U+001E. Neither can occur in a field: the log takes no raw
//! control character in any of them.

use crate::{StoreError, StoredEvent, format_instant};

pub(crate) const FIELD: char = '\u{1f}';
pub(crate) const ROW: char = '\u{1e}';

/// Consecutive rows of the log, light enough to rebuild every projection from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayPage {
    packs: Vec<Pack>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pack {
    first: u64,
    count: u64,
    text: String,
}

/// One row of a page: what a projection needs of an event, without copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayRow<'a> {
    /// Place in the log.
    pub position: u64,
    /// Name of the stream.
    pub stream: &'a str,
    /// Place in the stream.
    pub version: u64,
    /// Type of the event.
    pub event_type: &'a str,
    /// Version of the type's form.
    pub type_version: u16,
    /// Day or instant from which it counts.
    pub effective: Option<&'a str>,
    /// When it was recorded, as [`crate::format_instant`] writes it.
    pub recorded_at: &'a str,
    /// Canonical JSON object.
    pub actor: &'a str,
    /// Canonical JSON object.
    pub payload: &'a str,
}

impl ReplayPage {
    /// Adds `count` rows from position `first` on.
    pub(crate) fn push(&mut self, first: u64, count: u64, text: String) {
        if count > 0 {
            self.packs.push(Pack { first, count, text });
        }
    }

    /// Packs events that were read whole.
    pub(crate) fn from_events(events: &[StoredEvent]) -> Self {
        let mut text = String::new();
        for event in events {
            if !text.is_empty() {
                text.push(ROW);
            }
            let recorded_at = format_instant(event.recorded_at);
            let (version, type_version) =
                (event.version.to_string(), event.type_version.to_string());
            for field in [
                event.stream.as_str(),
                &version,
                &event.event_type,
                &type_version,
                event.effective.as_deref().unwrap_or(""),
                &recorded_at,
                &event.actor,
            ] {
                text.push_str(field);
                text.push(FIELD);
            }
            text.push_str(&event.payload);
        }
        let mut page = Self::default();
        if let Some(first) = events.first() {
            page.push(first.position, events.len() as u64, text);
        }
        page
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packs.iter().map(|pack| usize::try_from(pack.count).unwrap_or(usize::MAX)).sum()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packs.is_empty()
    }

    /// Position of the last row; none on an empty page.
    #[must_use]
    pub fn last_position(&self) -> Option<u64> {
        self.packs.last().map(|pack| pack.first + pack.count - 1)
    }

    /// The rows in order. A row that cannot be read is [`StoreError::Corrupt`].
    pub fn rows(&self) -> impl Iterator<Item = Result<ReplayRow<'_>, StoreError>> {
        self.packs.iter().flat_map(|pack| {
            let rows = pack.text.split(ROW);
            (pack.first..).zip(rows).map(|(position, text)| {
                row(position, text).ok_or_else(|| {
                    StoreError::corrupt(position, "the row does not have the fields of an event")
                })
            })
        })
    }
}

fn row(position: u64, text: &str) -> Option<ReplayRow<'_>> {
    let mut fields = text.split(FIELD);
    let row = ReplayRow {
        position,
        stream: fields.next()?,
        version: fields.next()?.parse().ok()?,
        event_type: fields.next()?,
        type_version: fields.next()?.parse().ok()?,
        effective: fields.next().map(|text| (!text.is_empty()).then_some(text))?,
        recorded_at: fields.next()?,
        actor: fields.next()?,
        payload: fields.next()?,
    };
    fields.next().is_none().then_some(row)
}
