//! Rows of projections: what a store that keeps tables beside the log is given.

/// Rows of a projection and how far it has come, written in one transaction.
#[derive(Debug, Clone, Default)]
pub struct TableWrites {
    /// Statements that come first, in order.
    pub statements: Vec<String>,
    /// Rows of tables; each takes the place of one with the same key.
    pub rows: Vec<TableInsert>,
    /// The projection and the last position that its rows include.
    pub checkpoint: Option<(String, u64)>,
    /// Nothing is written when the projection has come further than that by then.
    pub unless_further: bool,
    /// Questions: nothing is written when one of them is given a row.
    pub unless: Vec<String>,
}

/// Rows of one table.
#[derive(Debug, Clone)]
pub struct TableInsert {
    /// The table.
    pub table: String,
    /// Its columns, in order.
    pub columns: &'static [&'static str],
    /// Row after row, every column of each.
    pub cells: Vec<Cell>,
    /// None of the rows can be in the table yet, which is then filled in the quickest way.
    pub new: bool,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}
