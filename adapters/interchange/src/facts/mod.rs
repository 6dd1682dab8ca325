//! The facts of a folder as commands, in the order in which they are imported.

mod contracts;
mod records;
mod rows;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use citygate_domain::Command;
use csv::StringRecord;

use crate::form::{Columns, FormError};
pub use contracts::read_contract;
use records::{Record, Records};
use rows::RowForm;

/// The files of a folder in import order.
pub const FILES: [&str; 8] = [
    "indices.csv",
    "contracts.jsonl",
    "transfers.csv",
    "lots.csv",
    "deliveries.csv",
    "claims.csv",
    "payments.csv",
    "guarantees.csv",
];

/// One row or line: a command, or why it has not the form of one.
#[derive(Debug)]
pub struct FactRow {
    /// The file's name.
    pub file: &'static str,
    /// The line; a header is line 1.
    pub line: u64,
    /// What it asks for.
    pub command: Result<Command, FormError>,
}

/// Where facts come from: a folder on disk, or files shipped inside the program.
#[derive(Debug, Clone)]
pub enum Folder {
    /// A folder.
    Disk(PathBuf),
    /// Names and contents.
    Shipped(&'static [(&'static str, &'static [u8])]),
}

impl Folder {
    /// Opens a file; a file that is missing has no facts.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>> {
        match self {
            Self::Disk(folder) => match File::open(folder.join(name)) {
                Ok(file) => Ok(Some(Box::new(file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            Self::Shipped(files) => {
                let found = files.iter().find(|(known, _)| *known == name);
                Ok(found.map(|(_, bytes)| Box::new(*bytes) as Box<dyn Read + Send>))
            }
        }
    }

    /// Bytes of all files, for a progress bar.
    #[must_use]
    pub fn size(&self) -> u64 {
        let size = |name: &&str| match self {
            Self::Disk(folder) => folder.join(name).metadata().map_or(0, |metadata| metadata.len()),
            Self::Shipped(files) => {
                files.iter().find(|(known, _)| known == name).map_or(0, |(_, b)| b.len() as u64)
            }
        };
        FILES.iter().map(size).sum()
    }

    /// Refuses a path that is no folder, and a folder without any fact file.
    pub fn check(path: &Path) -> io::Result<Self> {
        if !path.is_dir() {
            let message = format!("{} is not a folder", path.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        let folder = Self::Disk(path.to_owned());
        let known = FILES.iter().any(|name| path.join(name).exists());
        if known {
            return Ok(folder);
        }
        let files = FILES.join(", ");
        let message = format!("{} holds none of {files}", path.display());
        Err(io::Error::new(io::ErrorKind::NotFound, message))
    }
}

/// The facts of a folder, read as they are asked for.
pub struct Facts {
    folder: Folder,
    next_file: usize,
    current: Option<FileFacts>,
}

enum FileFacts {
    Lines { name: &'static str, lines: Box<dyn BufRead + Send>, line: u64 },
    Rows { form: &'static RowForm, records: Records, columns: Columns },
}

impl Facts {
    /// Starts before the first file.
    #[must_use]
    pub fn of(folder: Folder) -> Self {
        Self { folder, next_file: 0, current: None }
    }

    /// The next row, or none after the last file. An error is the disk's, never a row's.
    pub fn next_row(&mut self) -> io::Result<Option<FactRow>> {
        loop {
            if let Some(file) = &mut self.current {
                if let Some(row) = file.next_row().map_err(|error| of_file(file.name(), &error))? {
                    return Ok(Some(row));
                }
                self.current = None;
            }
            let Some(name) = FILES.get(self.next_file) else { return Ok(None) };
            self.next_file += 1;
            let opened = self.folder.open(name).map_err(|error| of_file(name, &error))?;
            let Some(content) = opened else { continue };
            match FileFacts::open(name, content).map_err(|error| of_file(name, &error))? {
                Ok(file) => self.current = Some(file),
                Err(row) => return Ok(Some(row)),
            }
        }
    }
}

impl FileFacts {
    /// Opens a file and reads its header. A header that is refused is the file's only row: nothing
    /// of the file is read then.
    fn open(
        name: &'static str,
        content: Box<dyn Read + Send>,
    ) -> io::Result<Result<Self, FactRow>> {
        let mut content = BufReader::with_capacity(1 << 16, content);
        let byte_order_mark = [0xef, 0xbb, 0xbf];
        if content.fill_buf()?.starts_with(&byte_order_mark) {
            content.consume(byte_order_mark.len());
        }
        let Some(form) = rows::form_of(name) else {
            return Ok(Ok(Self::Lines { name, lines: Box::new(content), line: 0 }));
        };
        let mut records = Records::of(content);
        let (line, header) = match records.next_record()? {
            Some(Record { line, fields }) => (line, fields),
            None => (1, Ok(StringRecord::new())),
        };
        let columns = header.and_then(|header| Columns::of(&header, form.columns));
        Ok(match columns {
            Ok(columns) => Ok(Self::Rows { form, records, columns }),
            Err(error) => Err(FactRow { file: name, line, command: Err(error) }),
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Lines { name, .. } => name,
            Self::Rows { form, .. } => form.file,
        }
    }

    fn next_row(&mut self) -> io::Result<Option<FactRow>> {
        match self {
            Self::Lines { name, lines, line } => next_line(name, lines.as_mut(), line),
            Self::Rows { form, records, columns } => {
                let Some(Record { line, fields }) = records.next_record()? else { return Ok(None) };
                let command = fields.and_then(|fields| (form.read)(columns, &fields));
                Ok(Some(FactRow { file: form.file, line, command }))
            }
        }
    }
}

fn next_line(
    file: &'static str,
    lines: &mut dyn BufRead,
    line: &mut u64,
) -> io::Result<Option<FactRow>> {
    loop {
        let mut bytes = Vec::new();
        if lines.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        *line += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let command = contracts::read(&bytes);
        return Ok(Some(FactRow { file, line: *line, command }));
    }
}

/// Says which file the disk could not give.
fn of_file(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}
