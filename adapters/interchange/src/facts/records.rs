//! The records of a CSV file, each with the line on which it begins.
//!
//! RFC 4180 with either line end. Blank lines are no records, and they count as lines. Line feeds
//! inside quotes belong to their field. A quote that is never closed would take the rest of the
//! file for one field; its record is refused instead.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator};

use crate::form::{FormError, FormErrorKind};
use crate::table::of_disk;

/// Set after every file: a record of its own, unless a quote is still open.
const END: &[u8] = b"\n\x1a\n";
const END_RECORD: &[u8] = b"\x1a";

/// Reads one record after another.
pub(super) struct Records {
    reader: csv::Reader<Box<dyn Read + Send>>,
}

/// A record, or why it is none.
pub(super) struct Record {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// Its fields.
    pub fields: Result<StringRecord, FormError>,
}

impl Records {
    /// The records of a file's content.
    pub fn of(content: impl Read + Send + 'static) -> Self {
        let content: Box<dyn Read + Send> = Box::new(content.chain(END));
        // Only a line feed ends a record here: the line of the next one is then known for certain.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(content);
        Self { reader }
    }

    /// The next record, or none after the last. An error is the disk's, never a record's.
    pub fn next_record(&mut self) -> io::Result<Option<Record>> {
        let mut record = ByteRecord::new();
        while self.reader.read_byte_record(&mut record).map_err(of_disk)? {
            let inside = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
            let line = self.reader.position().line().saturating_sub(inside);
            let last = record.get(record.len().wrapping_sub(1)).unwrap_or_default();
            if last.ends_with(END) {
                let message = "a quotation mark is never closed, so the rest of the file is lost";
                let fields = Err(FormError::new(FormErrorKind::Malformed, message));
                return Ok(Some(Record { line, fields }));
            }
            // Its own line feed was read too.
            let line = line.saturating_sub(1);
            let only = (record.len() == 1).then_some(last);
            if only == Some(END_RECORD) || only == Some(b"\r") {
                continue;
            }
            if let Some(last) = last.strip_suffix(b"\r").map(<[u8]>::to_vec) {
                record.truncate(record.len() - 1);
                record.push_field(&last);
            }
            let fields = StringRecord::from_byte_record(record).map_err(|error| {
                let field = error.utf8_error().field() + 1;
                FormError::new(FormErrorKind::Malformed, format!("field {field} is not UTF-8"))
            });
            return Ok(Some(Record { line, fields }));
        }
        Ok(None)
    }
}
