//! Rows for rebuilding: many in one text, cut apart once.
//!
//! A field ends at U+001F and a row at U+001E. Neither can occur in a field: the log takes no raw
//! control character in any of them.

use std::ops::Range;

use memchr::memchr2_iter;

use crate::{StoreError, StoredEvent, format_instant};

pub(crate) const FIELD: char = '\u{1f}';
pub(crate) const ROW: char = '\u{1e}';

/// Rows that are read together, where a store keeps them together.
pub(crate) const PACK: u64 = 4_000;

/// Bytes that most rows do not exceed.
const ROW_BYTES: usize = 320;

/// Fields of a row.
const FIELDS: usize = 5;

/// Consecutive rows of the log, light enough to rebuild every projection from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayPage {
    packs: Vec<Pack>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pack {
    first: u64,
    text: String,
    rows: Vec<Ends>,
}

/// Where the fields of a row end in the text of its pack; each begins one byte behind the end
/// before it. The first number is where the row begins.
type Ends = [usize; FIELDS + 1];

/// Rows of which the fields came one by one: nothing has to be found in their text.
#[derive(Debug)]
pub(crate) struct Packing {
    first: u64,
    text: Vec<u8>,
    rows: Vec<Ends>,
}

impl Packing {
    /// No rows yet; the first one will have this position, and about so many are to come.
    pub fn from(first: u64, count: usize) -> Self {
        let text = Vec::with_capacity(count.saturating_mul(ROW_BYTES));
        Self { first, text, rows: Vec::with_capacity(count) }
    }

    /// Position of the next row.
    pub fn next(&self) -> u64 {
        self.first + self.rows.len() as u64
    }

    /// Adds a row: stream, type, version of the type, instant, payload.
    pub fn row(&mut self, fields: [&[u8]; FIELDS]) {
        let mut ends: Ends = [self.text.len(); FIELDS + 1];
        for (end, field) in ends.iter_mut().skip(1).zip(fields) {
            self.text.extend_from_slice(field);
            *end = self.text.len();
            // One byte lies between the end of a field and the begin of the next one.
            self.text.push(FIELD as u8);
        }
        if let Some(last) = self.text.last_mut() {
            *last = ROW as u8;
        }
        self.rows.push(ends);
    }
}

/// One row of a page: what a projection needs of an event, without copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayRow<'a> {
    /// Place in the log.
    pub position: u64,
    /// Name of the stream.
    pub stream: &'a str,
    /// Type of the event.
    pub event_type: &'a str,
    /// Version of the type's form.
    pub type_version: u16,
    /// When it was recorded, as [`crate::format_instant`] writes it.
    pub recorded_at: &'a str,
    /// Canonical JSON object.
    pub payload: &'a str,
}

impl ReplayPage {
    /// Adds the `count` rows of a text, from position `first` on.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] naming the first row that does not have its fields.
    pub(crate) fn push(&mut self, first: u64, count: u64, text: String) -> Result<(), StoreError> {
        if count > 0 {
            let rows = cut(first, count, &text)?;
            self.packs.push(Pack { first, text, rows });
        }
        Ok(())
    }

    /// Packs events that were read whole.
    pub(crate) fn from_events(events: &[StoredEvent]) -> Result<Self, StoreError> {
        let mut text = String::new();
        for event in events {
            if !text.is_empty() {
                text.push(ROW);
            }
            let recorded_at = format_instant(event.recorded_at);
            let type_version = event.type_version.to_string();
            for field in [event.stream.as_str(), &event.event_type, &type_version, &recorded_at] {
                text.push_str(field);
                text.push(FIELD);
            }
            text.push_str(&event.payload);
        }
        let mut page = Self::default();
        if let Some(first) = events.first() {
            page.push(first.position, events.len() as u64, text)?;
        }
        Ok(page)
    }

    /// Adds rows whose fields are known.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] at the first of them when they are no text.
    pub(crate) fn take(&mut self, rows: Packing) -> Result<(), StoreError> {
        let Packing { first, mut text, rows } = rows;
        // Behind the last row nothing follows.
        text.pop();
        let text = String::from_utf8(text)
            .map_err(|_| StoreError::corrupt(first, "the rows from here on are no text"))?;
        if !rows.is_empty() {
            self.packs.push(Pack { first, text, rows });
        }
        Ok(())
    }

    /// The rows as one text, as [`Self::push`] takes it.
    pub(crate) fn into_text(self) -> String {
        let texts: Vec<String> = self.packs.into_iter().map(|pack| pack.text).collect();
        texts.join(ROW.encode_utf8(&mut [0; 4]))
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packs.iter().map(|pack| pack.rows.len()).sum()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packs.is_empty()
    }

    /// Position of the last row; none on an empty page.
    #[must_use]
    pub fn last_position(&self) -> Option<u64> {
        self.packs.last().map(|pack| pack.first + pack.rows.len() as u64 - 1)
    }

    /// Consecutive runs of rows, each of about so many bytes or of a single row: heavy rows can be
    /// worked on side by side.
    #[must_use]
    pub fn runs(&self, bytes: usize) -> Vec<Range<usize>> {
        let (mut runs, mut begin, mut size, mut end) = (Vec::new(), 0, 0, 0);
        for ends in self.packs.iter().flat_map(|pack| &pack.rows) {
            size += ends[FIELDS] - ends[0];
            end += 1;
            if size >= bytes {
                runs.push(begin..end);
                (begin, size) = (end, 0);
            }
        }
        if begin < end {
            runs.push(begin..end);
        }
        runs
    }

    /// The rows in order. A row that cannot be read is [`StoreError::Corrupt`].
    pub fn rows(&self) -> impl Iterator<Item = Result<ReplayRow<'_>, StoreError>> {
        self.packs.iter().flat_map(|pack| {
            (pack.first..).zip(&pack.rows).map(|(position, ends)| {
                row(position, &pack.text, ends).ok_or_else(|| without_fields(position))
            })
        })
    }
}

/// Finds the ends of all fields in one pass.
fn cut(first: u64, count: u64, text: &str) -> Result<Vec<Ends>, StoreError> {
    let mut rows = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
    let (mut ends, mut field): (Ends, usize) = ([0; FIELDS + 1], 1);
    let bytes = text.as_bytes();
    let separators = memchr2_iter(FIELD as u8, ROW as u8, bytes);
    for at in separators.chain([bytes.len()]) {
        let ends_row = bytes.get(at).is_none_or(|byte| *byte == ROW as u8);
        if ends_row != (field == FIELDS) {
            return Err(without_fields(first + rows.len() as u64));
        }
        if let Some(end) = ends.get_mut(field) {
            *end = at;
        }
        if ends_row {
            rows.push(ends);
            (ends[0], field) = (at + 1, 1);
        } else {
            field += 1;
        }
    }
    if rows.len() as u64 == count { Ok(rows) } else { Err(without_fields(first)) }
}

fn row<'a>(position: u64, text: &'a str, ends: &Ends) -> Option<ReplayRow<'a>> {
    let [begin, stream, event_type, type_version, recorded_at, payload] = *ends;
    Some(ReplayRow {
        position,
        stream: text.get(begin..stream)?,
        event_type: text.get(stream + 1..event_type)?,
        type_version: text.get(event_type + 1..type_version)?.parse().ok()?,
        recorded_at: text.get(type_version + 1..recorded_at)?,
        payload: text.get(recorded_at + 1..payload)?,
    })
}

fn without_fields(position: u64) -> StoreError {
    StoreError::corrupt(position, "the row does not have the fields of an event")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_exactly_the_rows_that_it_was_made_of() {
        let text = "a\u{1f}t\u{1f}1\u{1f}now\u{1f}{}\u{1e}b\u{1f}t\u{1f}2\u{1f}\u{1f}{\"k\":1}";
        let mut page = ReplayPage::default();
        page.push(7, 2, text.to_owned()).unwrap();
        let rows: Vec<_> = page.rows().map(Result::unwrap).collect();
        assert_eq!(rows[0].stream, "a");
        assert_eq!(rows[0].payload, "{}");
        assert_eq!((rows[1].position, rows[1].type_version, rows[1].recorded_at), (8, 2, ""));
        assert_eq!(rows[1].payload, "{\"k\":1}");
        assert_eq!((page.len(), page.last_position()), (2, Some(8)));
    }

    #[test]
    fn runs_are_all_rows_in_order_and_none_is_much_longer_than_asked() {
        let text = ["a\u{1f}t\u{1f}1\u{1f}now\u{1f}{}"; 7].join("\u{1e}");
        let mut page = ReplayPage::default();
        assert!(page.runs(1).is_empty());
        page.push(1, 7, text).unwrap();
        assert_eq!(page.runs(1), (0..7).map(|at| at..at + 1).collect::<Vec<_>>());
        assert_eq!(page.runs(20), [0..2, 2..4, 4..6, 6..7]);
        assert_eq!(page.runs(10_000), std::slice::from_ref(&(0..7)));
    }

    #[test]
    fn a_row_with_a_field_too_few_or_too_many_is_named() {
        for text in ["a\u{1f}t\u{1f}1\u{1f}{}", "a\u{1f}t\u{1f}1\u{1f}now\u{1f}{}\u{1f}x", ""] {
            let refused = ReplayPage::default().push(7, 1, text.to_owned()).unwrap_err();
            assert!(matches!(refused, StoreError::Corrupt { position: 7, .. }), "{text:?}");
        }
    }
}
