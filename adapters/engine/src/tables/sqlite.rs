//! The tables in a SQLite file.

use async_trait::async_trait;
use citygate_domain::log::Position;
use citygate_store::{SqliteStore, StoreError, TableInsert, TableWrites};

use super::schema::{TABLES, Table};
use super::{CHECKPOINT, DocumentTables, Rows, TableDump, TableRows};

#[async_trait]
impl DocumentTables for SqliteStore {
    async fn position(&self) -> Result<u64, StoreError> {
        self.checkpoint(CHECKPOINT).await
    }

    async fn add(&self, rows: &TableRows, through: Position) -> Result<(), StoreError> {
        let tables = TABLES.iter().zip(rows.tables()).filter(|(_, rows)| rows.count > 0);
        let insert = |(table, rows): (&Table, &Rows)| TableInsert {
            table: table.name,
            columns: table.columns,
            cells: rows.cells.clone(),
        };
        self.write_tables(TableWrites {
            statements: TABLES.iter().map(create).collect(),
            rows: tables.map(insert).collect(),
            checkpoint: Some((CHECKPOINT.to_owned(), through.number())),
        })
        .await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        // Dropping a table costs little; emptying it would visit every row.
        let drop = |table: &Table| format!("DROP TABLE IF EXISTS {}", table.name);
        self.write_tables(TableWrites {
            statements: TABLES.iter().map(drop).collect(),
            rows: Vec::new(),
            checkpoint: Some((CHECKPOINT.to_owned(), 0)),
        })
        .await
    }

    async fn dump(&self) -> Result<TableDump, StoreError> {
        let there = "SELECT 1, name FROM sqlite_schema WHERE type = 'table'".to_owned();
        let there = self.read_table(there).await?;
        let mut all = Vec::new();
        for Table { name, columns, .. } in &TABLES {
            // Tables are made with the first document.
            if !there.iter().any(|(_, known)| known == name) {
                continue;
            }
            let columns = columns.join(", ");
            let rows = format!("SELECT position, json_array({columns}) FROM {name} ORDER BY 1");
            let rows = self.read_table(rows).await?;
            all.extend(rows.into_iter().map(|(at, row)| (at.unsigned_abs(), row)));
        }
        Ok(all)
    }
}

/// Strict: the file refuses what is not of a column's type. A key of several columns is the table's
/// own order, without a second index.
fn create(table: &Table) -> String {
    let Table { name, definition, .. } = table;
    let rowid = if definition.contains("PRIMARY KEY (") { ", WITHOUT ROWID" } else { "" };
    format!("CREATE TABLE IF NOT EXISTS {name} ({definition}) STRICT{rowid}")
}
