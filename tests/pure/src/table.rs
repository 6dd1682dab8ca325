//! One check, many labelled rows.
//!
//! The first line names the columns, inputs left of the bar and answers right of it. Cells are
//! separated by blanks; `-` is a value that is absent. What stands behind `#` labels the row.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::words::read;

/// The inputs of a row, by column.
#[derive(Debug)]
pub struct Row<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Row<'a> {
    /// The text of a cell.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn text(&self, column: &str) -> &'a str {
        self.0.get(column).copied().unwrap_or_else(|| panic!("no column {column:?}"))
    }

    /// A cell as a value.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn get<T>(&self, column: &str) -> T
    where
        T: FromStr,
        T::Err: Display,
    {
        read(self.text(column))
    }

    /// A cell that may be absent.
    #[must_use]
    pub fn opt<T>(&self, column: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        (self.text(column) != "-").then(|| self.get(column))
    }

    /// A cell holding several values, with `+` between them; `-` for none.
    #[must_use]
    pub fn list<T>(&self, column: &str) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.text(column) {
            "-" => Vec::new(),
            text => text.split('+').map(read).collect(),
        }
    }
}

/// Asks `rule` for every row and compares its answers, cell by cell.
///
/// # Panics
/// With every row that differs, and what it should have been.
pub fn check(table: &str, rule: impl Fn(&Row<'_>) -> Vec<String>) {
    let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let header = lines.next().expect("a table has a header");
    let (inputs, answers) = header.split_once('|').expect("a bar parts inputs and answers");
    let inputs: Vec<&str> = inputs.split_whitespace().collect();
    let answers: Vec<&str> = answers.split_whitespace().collect();
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in lines.filter(|line| !line.starts_with('#')) {
        let (cells, label) = line.split_once('#').unwrap_or((line, ""));
        let (given, expected) = cells.split_once('|').expect("a bar parts inputs and answers");
        let given: Vec<&str> = given.split_whitespace().collect();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(given.len(), inputs.len(), "inputs of {line:?}");
        assert_eq!(expected.len(), answers.len(), "answers of {line:?}");
        let row = Row(inputs.iter().copied().zip(given).collect());
        let found = rule(&row);
        if found != expected {
            let label = label.trim();
            wrong.push(format!("{label}\n  {cells}\n  found {}", found.join("  ")));
        }
        rows += 1;
    }
    assert!(rows > 0, "a table has rows");
    assert!(wrong.is_empty(), "{} of {rows} rows differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A value, or `-` when it is absent.
pub fn cell(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
