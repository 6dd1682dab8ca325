//! Tables for people, CSV for programs, JSON on request.

use std::io::{self, Write};
use std::str::FromStr;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle};
use serde_json::{Map, Value};

/// A report or the result of a calculation: columns and rows of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The names of the columns, as programs know them.
    pub columns: Vec<&'static str>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// Columns of names, which are not grouped like numbers even where they look like one.
const NAMES: [&str; 12] = [
    "bank_reference",
    "causes",
    "contract",
    "customer",
    "delivery_point",
    "id",
    "number",
    "period",
    "position",
    "reference",
    "tag",
    "year",
];

/// A table with more columns than this does not fit a screen; with at most [`FEW`] rows it is laid
/// on its side for people.
const WIDE: usize = 12;
const FEW: usize = 10;

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// RFC 4180, LF line ends, a header.
    Csv,
    /// An array of objects of texts.
    Json,
}

/// The text is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not table, csv or json")]
pub struct TableError(pub String);

impl FromStr for Format {
    type Err = TableError;
    fn from_str(text: &str) -> Result<Self, TableError> {
        match text {
            "table" => Ok(Self::Table),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            other => Err(TableError(other.to_owned())),
        }
    }
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        let row: Vec<String> = row.into_iter().collect();
        debug_assert_eq!(row.len(), self.columns.len(), "a row has a cell for every column");
        self.rows.push(row);
    }

    /// Prints the table. `title` gives the heading of a column for people.
    pub fn write(
        &self,
        to: &mut dyn Write,
        format: Format,
        title: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        match format {
            Format::Table => writeln!(to, "{}", self.for_people(title)),
            Format::Csv => self.write_csv(to, true),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *to, &self.to_json())?;
                writeln!(to)
            }
        }
    }

    /// Prints the rows as CSV; without the header they go on with what was printed before.
    pub fn write_csv(&self, to: &mut dyn Write, header: bool) -> io::Result<()> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(to);
        if header {
            writer.write_record(&self.columns).map_err(of_disk)?;
        }
        for row in &self.rows {
            writer.write_record(row).map_err(of_disk)?;
        }
        writer.flush()
    }

    /// An array of objects of texts.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let object = |row: &Vec<String>| {
            let fields = self.columns.iter().zip(row);
            let fields = fields.map(|(name, cell)| ((*name).to_owned(), cell.clone().into()));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        Value::Array(self.rows.iter().map(object).collect())
    }

    fn for_people(&self, title: impl Fn(&str) -> String) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
        table.set_content_arrangement(ContentArrangement::Disabled);
        if self.columns.len() > WIDE && self.rows.len() <= FEW {
            self.lay_on_its_side(&mut table, title);
            return table.to_string();
        }
        table.set_header(self.columns.iter().map(|name| title(name)));
        for row in &self.rows {
            table.add_row(self.cells(row));
        }
        for place in 0..self.columns.len() {
            let numeric = |row: &Vec<String>| row.get(place).is_none_or(|cell| is_number(cell));
            if !self.rows.is_empty() && self.rows.iter().all(numeric) {
                align_right(&mut table, place);
            }
        }
        table.to_string()
    }

    /// A row as people read it: numbers with their thousands set apart.
    fn cells(&self, row: &[String]) -> impl Iterator<Item = String> {
        let cells = self.columns.iter().zip(row);
        cells.map(|(name, cell)| if NAMES.contains(name) { cell.clone() } else { grouped(cell) })
    }

    /// A column for each row, with the first cells as the heading.
    fn lay_on_its_side(&self, table: &mut comfy_table::Table, title: impl Fn(&str) -> String) {
        let rows: Vec<Vec<String>> =
            self.rows.iter().map(|row| self.cells(row).collect()).collect();
        let cells = |place: usize| rows.iter().filter_map(move |row| row.get(place).cloned());
        let line = |(place, name): (usize, &&'static str)| {
            [title(name)].into_iter().chain(cells(place)).collect::<Vec<_>>()
        };
        let mut lines = self.columns.iter().enumerate().map(line);
        table.set_header(lines.next().unwrap_or_default());
        table.add_rows(lines);
        for place in 1..=rows.len() {
            align_right(table, place);
        }
    }
}

fn align_right(table: &mut comfy_table::Table, place: usize) {
    if let Some(column) = table.column_mut(place) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// The error under the library's own: who prints asks whether the reader went away.
pub(crate) fn of_disk(error: csv::Error) -> io::Error {
    let said = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() { error } else { io::Error::other(said) }
}

fn is_number(cell: &str) -> bool {
    cell.is_empty()
        || cell == "unlimited"
        || citygate_domain::quantities::exact::parse_plain(cell).is_ok()
}

/// A number with its thousands set apart, for people.
fn grouped(cell: &str) -> String {
    if cell.is_empty() || cell == "unlimited" || !is_number(cell) {
        return cell.to_owned();
    }
    let (sign, digits) = cell.strip_prefix('-').map_or(("", cell), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}
