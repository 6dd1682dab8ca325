//! Rows of projections, written beside the log.

use std::borrow::Cow;

use super::batch::integer;
use super::transact::{Statement, Value};

/// Rows of a statement. Its text is the same for every full one, so the database prepares it once.
const ROWS: usize = 100;

/// Rows of a projection and how far it has come, written in one transaction.
#[derive(Debug, Clone, Default)]
pub struct TableWrites {
    /// Statements that come first, in order.
    pub statements: Vec<String>,
    /// Rows of tables; each takes the place of one with the same key.
    pub rows: Vec<TableInsert>,
    /// The projection and the last position that its rows include.
    pub checkpoint: Option<(String, u64)>,
}

/// Rows of one table.
#[derive(Debug, Clone)]
pub struct TableInsert {
    /// The table.
    pub table: &'static str,
    /// How many columns it has.
    pub columns: usize,
    /// Row after row, every column of each.
    pub cells: Vec<Cell>,
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

impl TableWrites {
    /// As statements, in the order in which they run.
    pub(super) fn into_statements(self) -> Vec<Statement> {
        let plain = |sql: String| Statement { sql: sql.into(), values: Vec::new() };
        let mut statements: Vec<Statement> = self.statements.into_iter().map(plain).collect();
        for rows in self.rows {
            rows.statements(&mut statements);
        }
        if let Some((name, position)) = self.checkpoint {
            let sql = "INSERT INTO checkpoint VALUES (?1, ?2) \
                ON CONFLICT (name) DO UPDATE SET position = excluded.position";
            let values = vec![Value::Text(name), Value::Integer(integer(position))];
            statements.push(Statement { sql: sql.into(), values });
        }
        statements
    }
}

impl TableInsert {
    /// Bound values cost a third of what rows in a JSON text cost.
    fn statements(self, statements: &mut Vec<Statement>) {
        let full = self.columns * ROWS;
        let mut cells = self.cells.into_iter().map(Value::from).peekable();
        while cells.peek().is_some() {
            let values: Vec<Value> = cells.by_ref().take(full).collect();
            let row = format!("({})", vec!["?"; self.columns].join(","));
            let rows = vec![row; values.len() / self.columns.max(1)].join(",");
            let sql = format!("INSERT OR REPLACE INTO {} VALUES {rows}", self.table);
            statements.push(Statement { sql: Cow::Owned(sql), values });
        }
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Integer(number) => Self::Integer(number),
            Cell::Text(text) => Self::Text(text),
        }
    }
}
