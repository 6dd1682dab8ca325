//! What a store is asked to write, the same for every store but for how it makes a table.
//!
//! A rebuild fills tables of its own beside the live ones, which stay as they are for whoever reads
//! them or adds to them. In one transaction the rows then take the place of the live ones. The live
//! tables stay the same tables: views over them and rights on them stay too.

use citygate_domain::log::Position;
use citygate_store::{TableInsert, TableWrites};

use super::schema::{TABLES, Table};
use super::{CHECKPOINT, RowCounts, Rows, TableRows};

/// How a store makes its tables.
pub(super) struct Dialect {
    /// The table that is read, if it is not there.
    pub live: fn(&Table) -> String,
    /// The table beside it, which is not there.
    pub beside: fn(&Table) -> String,
}

/// The name of the table beside a live one.
pub(super) fn beside(table: &Table) -> String {
    format!("{}_beside", table.name)
}

/// Adds rows to the live tables.
pub(super) fn add(dialect: &Dialect, rows: &TableRows, through: Position) -> TableWrites {
    TableWrites {
        statements: TABLES.iter().map(dialect.live).collect(),
        rows: inserts(rows, false),
        checkpoint: Some((CHECKPOINT.to_owned(), through.number())),
        ..TableWrites::default()
    }
}

/// Empty tables beside the live ones; what an attempt before this one left there goes.
pub(super) fn begin_beside(dialect: &Dialect) -> TableWrites {
    let drop = |table: &Table| format!("DROP TABLE IF EXISTS {}", beside(table));
    let statements = TABLES.iter().flat_map(|table| [drop(table), (dialect.beside)(table)]);
    TableWrites { statements: statements.collect(), ..TableWrites::default() }
}

/// Adds rows to the tables beside.
pub(super) fn add_beside(rows: &TableRows) -> TableWrites {
    TableWrites { rows: inserts(rows, true), ..TableWrites::default() }
}

/// The rows beside, of which there must be so many, in place of the live ones.
pub(super) fn put_in_place(dialect: &Dialect, rows: &RowCounts, through: Position) -> TableWrites {
    let missing = |(table, count): (&Table, &usize)| {
        format!("SELECT 1 WHERE (SELECT count(*) FROM {}) <> {count}", beside(table))
    };
    let replace = |(table, count): (&Table, &usize)| {
        let mut statements = vec![(dialect.live)(table)];
        statements.extend(exchange(table, *count));
        statements.push(format!("DROP TABLE {}", beside(table)));
        statements
    };
    TableWrites {
        statements: TABLES.iter().zip(&rows.0).flat_map(replace).collect(),
        checkpoint: Some((CHECKPOINT.to_owned(), through.number())),
        unless_further: true,
        unless: TABLES.iter().zip(&rows.0).map(missing).collect(),
        ..TableWrites::default()
    }
}

/// Live rows that are not beside go, and what is beside and not live comes: where both are the same
/// nothing is written.
///
/// There are `count` rows beside. After the first statement every live row is one of them, by its
/// key: when there are as many, none is missing, and the second has nothing to look for.
fn exchange(table: &Table, count: usize) -> [String; 2] {
    let (name, beside, columns) = (table.name, beside(table), table.columns.join(", "));
    let same = |columns: &[&str], same: &str| {
        let same = columns.iter().map(|column| format!("b.{column} {same} l.{column}"));
        same.collect::<Vec<_>>().join(" AND ")
    };
    let key: Vec<&str> = table.key.split(", ").collect();
    let by_key = same(&key, "=");
    let others: Vec<&str> = table.columns.iter().copied().filter(|it| !key.contains(it)).collect();
    let alike = same(&others, "IS NOT DISTINCT FROM");
    [
        format!(
            "DELETE FROM {name} AS l WHERE NOT EXISTS \
             (SELECT 1 FROM {beside} AS b WHERE {by_key} AND {alike})"
        ),
        format!(
            "INSERT INTO {name} ({columns}) SELECT {columns} FROM {beside} AS b \
             WHERE (SELECT count(*) FROM {name}) <> {count} \
             AND NOT EXISTS (SELECT 1 FROM {name} AS l WHERE {by_key})"
        ),
    ]
}

fn inserts(rows: &TableRows, new: bool) -> Vec<TableInsert> {
    let tables = TABLES.iter().zip(rows.tables()).filter(|(_, rows)| rows.count > 0);
    let insert = |(table, rows): (&Table, &Rows)| TableInsert {
        table: if new { beside(table) } else { table.name.to_owned() },
        columns: table.columns,
        cells: rows.cells.clone(),
        new,
    };
    tables.map(insert).collect()
}
