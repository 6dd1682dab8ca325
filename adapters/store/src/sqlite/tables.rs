//! Rows of projections, written beside the log.

use std::borrow::Cow;

use super::batch::integer;
use crate::statement::{Statement, Value};
use crate::tables::{Cell, TableInsert, TableWrites};

/// Rows of a statement. Its text is the same for every full one, so the database prepares it once.
const ROWS: usize = 100;

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
        let columns = self.columns.len();
        let full = columns * ROWS;
        let mut cells = self.cells.into_iter().map(Value::from).peekable();
        while cells.peek().is_some() {
            let values: Vec<Value> = cells.by_ref().take(full).collect();
            let row = format!("({})", vec!["?"; columns].join(","));
            let rows = vec![row; values.len() / columns.max(1)].join(",");
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
