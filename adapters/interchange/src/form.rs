//! The form of a row: every field of it is looked at before the first complaint is chosen.

use std::fmt::Display;
use std::str::FromStr;

use citygate_domain::quantities::NameError;
use citygate_domain::quantities::exact::{NumberError, parse_plain};
use citygate_domain::quantities::gas_day::NotADate;
use citygate_domain::quantities::money::MoneyError;
use citygate_domain::quantities::month::NotAMonth;
use csv::StringRecord;

/// Why a row or a line does not have its form. The order of the kinds is the order of complaints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// What kind of complaint.
    pub kind: FormErrorKind,
    /// A sentence with the field and the value that stood there.
    pub message: String,
}

/// The codes of forms, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormErrorKind {
    /// Not the form of a row, or of a field.
    Malformed,
    /// A column or a field that nobody knows.
    UnknownField,
    /// Not a plain decimal number.
    NotANumber,
    /// Not a date, month or instant.
    NotADate,
    /// Q5: not a source.
    UnknownSource,
    /// M1: more than two decimals of yuan.
    TooManyDecimals,
}

impl FormError {
    pub(crate) fn new(kind: FormErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The public code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            FormErrorKind::Malformed => "malformed",
            FormErrorKind::UnknownField => "unknown_field",
            FormErrorKind::NotANumber => "not_a_number",
            FormErrorKind::NotADate => "not_a_date",
            FormErrorKind::UnknownSource => "unknown_source",
            FormErrorKind::TooManyDecimals => "too_many_decimals",
        }
    }

    /// What the person who sees it can do.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.kind {
            FormErrorKind::Malformed => "Correct the row; docs/formats.md describes the file.",
            FormErrorKind::UnknownField => "Remove or rename the column or field.",
            FormErrorKind::NotANumber => "Write plain digits, with a point before decimals.",
            FormErrorKind::NotADate => "Write a date as 2025-01-31, a month as 2025-01.",
            FormErrorKind::UnknownSource => "Use telemetry, manual, estimate or correction.",
            FormErrorKind::TooManyDecimals => "Round the amount to 0.01 yuan.",
        }
    }
}

/// An error of a value that knows which complaint it is.
pub(crate) trait Complaint: Display {
    fn kind(&self) -> FormErrorKind;
}

impl Complaint for NumberError {
    fn kind(&self) -> FormErrorKind {
        FormErrorKind::NotANumber
    }
}

impl Complaint for MoneyError {
    fn kind(&self) -> FormErrorKind {
        match self {
            Self::NotANumber { .. } => FormErrorKind::NotANumber,
            Self::TooManyDecimals(_) => FormErrorKind::TooManyDecimals,
        }
    }
}

impl Complaint for NameError {
    fn kind(&self) -> FormErrorKind {
        FormErrorKind::Malformed
    }
}

impl Complaint for citygate_domain::delivery::UnknownSource {
    fn kind(&self) -> FormErrorKind {
        FormErrorKind::UnknownSource
    }
}

macro_rules! not_a_date {
    ($($error:ty),+) => { $(
        impl Complaint for $error {
            fn kind(&self) -> FormErrorKind { FormErrorKind::NotADate }
        }
    )+ };
}
not_a_date!(NotADate, NotAMonth, chrono::ParseError);

/// The columns of a file: which ones it knows, and where they stand.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    places: Vec<(&'static str, usize)>,
    width: usize,
}

/// A column of a file's form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Columns {
    /// Reads a header: every column is known and stands once, and none is missing that must be
    /// there.
    pub fn of(header: &StringRecord, form: &[Column]) -> Result<Self, FormError> {
        let mut places: Vec<(&'static str, usize)> = Vec::new();
        for (place, name) in header.iter().enumerate() {
            let Some(column) = form.iter().find(|column| column.name == name) else {
                let message = format!("column {name:?} is not known");
                return Err(FormError::new(FormErrorKind::UnknownField, message));
            };
            if places.iter().any(|(known, _)| *known == column.name) {
                let message = format!("column {name:?} stands twice");
                return Err(FormError::new(FormErrorKind::Malformed, message));
            }
            places.push((column.name, place));
        }
        let missing = form
            .iter()
            .filter(|column| !column.optional)
            .find(|column| !places.iter().any(|(known, _)| *known == column.name));
        match missing {
            Some(column) => {
                let message = format!("column {:?} is missing", column.name);
                Err(FormError::new(FormErrorKind::Malformed, message))
            }
            None => Ok(Self { places, width: header.len() }),
        }
    }
}

/// Longest free text of a row, in bytes: what fits into an event also with every byte escaped.
const LONGEST_TEXT: usize = 4_000;

/// The fields of one row while they are read.
pub(crate) struct Form<'a> {
    columns: &'a Columns,
    record: &'a StringRecord,
    worst: Option<FormError>,
}

impl<'a> Form<'a> {
    pub fn new(columns: &'a Columns, record: &'a StringRecord) -> Self {
        let mut form = Self { columns, record, worst: None };
        if record.len() != columns.width {
            let (found, wanted) = (record.len(), columns.width);
            let message = format!("the row has {found} fields, the header {wanted}");
            form.complain(FormErrorKind::Malformed, message);
        }
        form
    }

    fn complain(&mut self, kind: FormErrorKind, message: String) {
        if self.worst.as_ref().is_none_or(|worst| kind < worst.kind) {
            self.worst = Some(FormError::new(kind, message));
        }
    }

    fn text(&self, column: &str) -> &'a str {
        let place = self.columns.places.iter().find(|(name, _)| *name == column);
        place.and_then(|(_, place)| self.record.get(*place)).unwrap_or("")
    }

    /// A field that may be empty.
    pub fn optional<T: FromStr>(&mut self, column: &'static str) -> Option<T>
    where
        T::Err: Complaint,
    {
        let text = self.text(column);
        if text.is_empty() { None } else { self.parse(column, text) }
    }

    /// A field that must be there.
    pub fn required<T: FromStr>(&mut self, column: &'static str) -> Option<T>
    where
        T::Err: Complaint,
    {
        let text = self.text(column);
        if text.is_empty() {
            self.complain(FormErrorKind::Malformed, format!("{column} is empty"));
            return None;
        }
        self.parse(column, text)
    }

    fn parse<T: FromStr>(&mut self, column: &str, text: &str) -> Option<T>
    where
        T::Err: Complaint,
    {
        match text.parse::<T>() {
            Ok(value) => Some(value),
            Err(error) => {
                let kind = error.kind();
                let problem = error.to_string();
                let shown = format!("{text:?}");
                let message = if problem.contains(&shown) {
                    format!("{column}: {problem}")
                } else {
                    format!("{column} {shown}: {problem}")
                };
                self.complain(kind, message);
                None
            }
        }
    }

    /// A field that must be empty here.
    pub fn empty(&mut self, column: &'static str, why: &str) {
        let text = self.text(column);
        if !text.is_empty() {
            self.complain(FormErrorKind::Malformed, format!("{column} {text:?}: {why}"));
        }
    }

    /// One of the words that a field may hold.
    pub fn word<T: Copy>(&mut self, column: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(column);
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            let message = format!("{column} {text:?} is none of {known}");
            self.complain(FormErrorKind::Malformed, message);
        }
        found
    }

    /// A field that is a name or `-`, which stands for nobody.
    pub fn name_or_dash<T: FromStr<Err = NameError>>(
        &mut self,
        column: &'static str,
    ) -> Option<Option<T>> {
        if self.text(column) == "-" { Some(None) } else { self.required(column).map(Some) }
    }

    /// A free text; empty is none.
    pub fn free_text(&mut self, column: &str) -> Option<String> {
        let text = self.text(column);
        if text.len() > LONGEST_TEXT {
            let message = format!("{column} is longer than {LONGEST_TEXT} bytes");
            self.complain(FormErrorKind::Malformed, message);
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The row's value, or its first complaint.
    pub fn done<T>(self, value: Option<T>) -> Result<T, FormError> {
        match (self.worst, value) {
            (Some(error), _) => Err(error),
            (None, Some(value)) => Ok(value),
            (None, None) => {
                Err(FormError::new(FormErrorKind::Malformed, "the row has no complete content"))
            }
        }
    }
}

/// Which complaint a JSON error is; the domain's own texts tell numbers and dates apart.
pub(crate) fn json_error(path: &str, error: &serde_json::Error) -> FormError {
    let message = error.to_string();
    // serde_json ends with the place inside the line, which counts from 1 and says little here.
    let said = message.split(" at line ").next().unwrap_or(&message);
    // A value's error that repeats the text needs no text before it.
    let said = match said.split_once(": ") {
        Some((text, problem)) if text.starts_with('"') && problem.starts_with(text) => problem,
        _ => said,
    };
    let value = said.split('"').nth(1).unwrap_or_default();
    let refused_text = said.starts_with('"');
    let kind = if said.starts_with("unknown field") {
        FormErrorKind::UnknownField
    } else if refused_text && said.contains("is not a date") || said.contains("is not a month") {
        FormErrorKind::NotADate
    } else if refused_text && is_number_complaint(value, said) {
        FormErrorKind::NotANumber
    } else {
        FormErrorKind::Malformed
    };
    let place = if path.is_empty() || path == "." { String::new() } else { format!("{path}: ") };
    FormError::new(kind, format!("{place}{said}"))
}

fn is_number_complaint(value: &str, said: &str) -> bool {
    parse_plain(value).is_err_and(|error| said.contains(&error.to_string()))
}
