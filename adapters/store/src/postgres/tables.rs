//! Rows of projections, written beside the log into the schema `report`.

use serde_json::{Map, Value as Json};

use super::batch::integer;
use super::step::Step;
use crate::statement::{Statement, Value};
use crate::tables::{Cell, TableInsert, TableWrites};

/// Rows of a statement.
const ROWS: usize = 1000;

/// As steps, in the order in which they are taken. Nodes take turns: each may make the tables.
pub(super) fn steps(writes: TableWrites) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![
        Statement::plain("SELECT pg_advisory_xact_lock(1128746057)").into(),
        Statement::plain("SET LOCAL search_path = report").into(),
    ];
    if let (true, Some((name, position))) = (writes.unless_further, &writes.checkpoint) {
        // A mark beyond the log is none.
        let sql = "SELECT 1 FROM citygate.checkpoint WHERE name = $1 AND position > $2 \
            AND position <= (SELECT position FROM citygate.log_head)";
        let values = vec![Value::Text(name.clone()), Value::Integer(integer(*position))];
        steps.push(Statement::guard(sql, values).into());
    }
    let guard = |sql: String| Statement::guard(sql, Vec::new()).into();
    steps.extend(writes.unless.into_iter().map(guard));
    steps.extend(writes.statements.into_iter().map(Statement::plain).map(Step::from));
    for rows in &writes.rows {
        if rows.new { steps.push(copy(rows)) } else { insert(rows, &mut steps) }
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

/// The database takes the types of the columns from the table itself.
fn insert(rows: &TableInsert, steps: &mut Vec<Step>) {
    let (table, columns) = (&rows.table, rows.columns.join(", "));
    let taken: Vec<String> = rows.columns.iter().map(|name| format!("excluded.{name}")).collect();
    let sql = format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} \
         FROM json_populate_recordset(NULL::{table}, $1::json) \
         ON CONFLICT ON CONSTRAINT {table}_pkey DO UPDATE SET ({columns}) = ROW ({taken})",
        taken = taken.join(", ")
    );
    for chunk in rows.cells.chunks(ROWS * rows.columns.len().max(1)) {
        let row = |cells: &[Cell]| {
            let named = rows.columns.iter().map(|name| (*name).to_owned());
            Json::Object(named.zip(cells.iter().map(json)).collect::<Map<_, _>>())
        };
        let json = Json::Array(chunk.chunks(rows.columns.len().max(1)).map(row).collect());
        let values = vec![Value::Text(json.to_string())];
        steps.push(Statement::new(sql.clone(), values).into());
    }
}

fn json(cell: &Cell) -> Json {
    match cell {
        Cell::Null => Json::Null,
        Cell::Integer(number) => Json::from(*number),
        Cell::Text(text) => Json::from(text.as_str()),
    }
}

/// Rows in the text form of `COPY`: a tab between cells, a row a line.
fn copy(rows: &TableInsert) -> Step {
    let mut text = String::new();
    for row in rows.cells.chunks(rows.columns.len().max(1)) {
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
