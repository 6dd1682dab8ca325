//! Rows of projections, written beside the log into the schema `report`.

use super::batch::integer;
use super::columns::Column;
use super::step::{Cells, Step};
use crate::statement::{Statement, Value};
use crate::tables::{Cell, TableInsert, TableWrites};

/// Rows of a statement.
const ROWS: usize = 10_000;

/// As steps, in the order in which they are taken. Nodes take turns: each may make the tables.
pub(super) fn steps(writes: TableWrites) -> Vec<Step> {
    let begin = ["SELECT pg_advisory_xact_lock(1128746057)", "SET LOCAL search_path = report"];
    let mut steps = vec![Step::Script(begin.map(str::to_owned).to_vec())];
    if let (true, Some((name, position))) = (writes.unless_further, &writes.checkpoint) {
        // A mark beyond the log is none.
        let sql = "SELECT 1 FROM citygate.checkpoint WHERE name = $1 AND position > $2 \
            AND position <= (SELECT position FROM citygate.log_head)";
        let values = vec![Value::Text(name.clone()), Value::Integer(integer(*position))];
        steps.push(Statement::guard(sql, values).into());
    }
    let guard = |sql: String| Statement::guard(sql, Vec::new()).into();
    steps.extend(writes.unless.into_iter().map(guard));
    if !writes.statements.is_empty() {
        steps.push(Step::Script(writes.statements));
    }
    for rows in &writes.rows {
        let row = rows.columns.len().max(1);
        let chunks = rows.cells.chunks(ROWS * row);
        steps.extend(
            chunks.map(|cells| if rows.new { copy(rows, cells) } else { insert(rows, cells) }),
        );
    }
    if let Some((name, position)) = writes.checkpoint {
        // A node that knows less than another must not move the mark back.
        let sql = if writes.unless_further {
            "INSERT INTO citygate.checkpoint VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET position = excluded.position"
        } else {
            "INSERT INTO citygate.checkpoint AS c VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET position = greatest(c.position, excluded.position)"
        };
        let values = vec![Value::Text(name), Value::Integer(integer(position))];
        steps.push(Statement::new(sql, values).into());
    }
    steps
}

/// Takes the place of rows with the same key.
fn insert(rows: &TableInsert, cells: &[Cell]) -> Step {
    let TableInsert { table, columns, .. } = rows;
    let (mut names, mut types, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
    for (place, name) in columns.iter().enumerate() {
        let cells = cells.iter().skip(place).step_by(columns.len());
        // A column without any value is left out.
        let Some(cells) = column(cells) else { continue };
        names.push(*name);
        types.push(match &cells {
            Cells::Integers(_) => format!("${}::bigint[]", types.len() + 1),
            Cells::Texts(_) => format!("${}::text[]", types.len() + 1),
        });
        arrays.push(cells);
    }
    let (names, types, all) = (names.join(", "), types.join(", "), columns.join(", "));
    let taken: Vec<String> = columns.iter().map(|name| format!("excluded.{name}")).collect();
    let sql = format!(
        "INSERT INTO {table} ({names}) SELECT * FROM unnest({types}) \
         ON CONFLICT ON CONSTRAINT {table}_pkey DO UPDATE SET ({all}) = ROW ({taken})",
        taken = taken.join(", ")
    );
    Step::Rows { sql, columns: arrays }
}

/// The cells of one column, all of one type; none when there is no value among them.
fn column<'a>(cells: impl Iterator<Item = &'a Cell> + Clone) -> Option<Cells> {
    let first = cells.clone().find(|cell| **cell != Cell::Null)?;
    if matches!(first, Cell::Integer(_)) {
        let mut column = Column::<i64>::default();
        cells.for_each(|cell| column.push_or_absent(cell.integer()));
        return Some(Cells::Integers(column));
    }
    let mut column = Column::<String>::default();
    cells.for_each(|cell| column.push_or_absent(cell.text()));
    Some(Cells::Texts(column))
}

/// A column has one type: everything that fills a table says so.
const MIXED: &str = "a column of numbers and texts";

impl Cell {
    fn integer(&self) -> Option<i64> {
        match self {
            Self::Null => None,
            Self::Integer(number) => Some(*number),
            Self::Text(_) => unreachable!("{MIXED}"),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text),
            Self::Integer(_) => unreachable!("{MIXED}"),
        }
    }
}

/// Rows in the text form of `COPY`: a tab between cells, a row a line.
fn copy(rows: &TableInsert, cells: &[Cell]) -> Step {
    let mut text = String::new();
    for row in cells.chunks(rows.columns.len().max(1)) {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push('\t');
            }
            match cell {
                Cell::Null => text.push_str("\\N"),
                Cell::Integer(number) => text.push_str(&number.to_string()),
                Cell::Text(value) => value.chars().for_each(|one| match one {
                    '\\' => text.push_str("\\\\"),
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    one => text.push(one),
                }),
            }
        }
        text.push('\n');
    }
    let sql = format!("COPY {} ({}) FROM STDIN", rows.table, rows.columns.join(", "));
    Step::Copy { sql, rows: text }
}
