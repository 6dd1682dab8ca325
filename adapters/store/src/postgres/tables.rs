//! Rows of projections, written beside the log into the schema `report`.

use serde_json::{Map, Value as Json};

use super::batch::integer;
use crate::statement::{Statement, Value};
use crate::tables::{Cell, TableInsert, TableWrites};

/// Rows of a statement.
const ROWS: usize = 1000;

/// As statements, in the order in which they run. Nodes take turns: each may make the tables.
pub(super) fn statements(writes: TableWrites) -> Vec<Statement> {
    let mut statements = vec![
        Statement::plain("SELECT pg_advisory_xact_lock(1128746057)"),
        Statement::plain("SET LOCAL search_path = report"),
    ];
    statements.extend(writes.statements.into_iter().map(Statement::plain));
    for rows in writes.rows {
        insert(&rows, &mut statements);
    }
    if let Some((name, position)) = writes.checkpoint {
        // A node that knows less than another must not move the mark back; beginning anew may.
        let sql = "INSERT INTO citygate.checkpoint AS c VALUES ($1, $2) ON CONFLICT (name) \
            DO UPDATE SET position = CASE WHEN excluded.position = 0 THEN 0 \
            ELSE greatest(c.position, excluded.position) END";
        let values = vec![Value::Text(name), Value::Integer(integer(position))];
        statements.push(Statement { sql: sql.into(), values });
    }
    statements
}

/// The database takes the types of the columns from the table itself.
fn insert(rows: &TableInsert, statements: &mut Vec<Statement>) {
    let (table, columns) = (rows.table, rows.columns.join(", "));
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
        statements.push(Statement { sql: sql.clone().into(), values });
    }
}

fn json(cell: &Cell) -> Json {
    match cell {
        Cell::Null => Json::Null,
        Cell::Integer(number) => Json::from(*number),
        Cell::Text(text) => Json::from(text.as_str()),
    }
}
