//! Rows of projections, written beside the log.

use super::batch::integer;
use crate::statement::{Statement, Value};
use crate::tables::{Cell, TableInsert, TableWrites};

/// Rows of a statement. Its text is the same for every full one, so the database prepares it once.
const ROWS: usize = 100;

impl TableWrites {
    /// As statements, in the order in which they run.
    pub(super) fn into_statements(self) -> Vec<Statement> {
        let mut statements = Vec::new();
        if let (true, Some((name, position))) = (self.unless_further, &self.checkpoint) {
            // A mark beyond the log is none.
            let sql = "SELECT 1 FROM checkpoint WHERE name = ?1 AND position > ?2 \
                AND position <= (SELECT position FROM log_head)";
            let values = vec![Value::Text(name.clone()), Value::Integer(integer(*position))];
            statements.push(Statement::guard(sql, values));
        }
        let guard = |sql: String| Statement::guard(sql, Vec::new());
        statements.extend(self.unless.into_iter().map(guard));
        statements.extend(self.statements.into_iter().map(Statement::plain));
        for rows in self.rows {
            rows.statements(&mut statements);
        }
        if let Some((name, position)) = self.checkpoint {
            let sql = "INSERT INTO checkpoint VALUES (?1, ?2) \
                ON CONFLICT (name) DO UPDATE SET position = excluded.position";
            let values = vec![Value::Text(name), Value::Integer(integer(position))];
            statements.push(Statement::new(sql, values));
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
            statements.push(Statement::new(sql, values));
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
