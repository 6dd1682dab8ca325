//! The tables in a SQLite file.

use async_trait::async_trait;
use citygate_domain::log::Position;
use citygate_store::{SqliteStore, StoreError};

use super::schema::{TABLES, Table};
use super::writes::{self, Dialect, beside};
use super::{CHECKPOINT, DocumentTables, RowCounts, TableDump, TableRows};

#[async_trait]
impl DocumentTables for SqliteStore {
    async fn position(&self) -> Result<u64, StoreError> {
        self.checkpoint(CHECKPOINT).await
    }

    async fn add(&self, rows: &TableRows, through: Position) -> Result<(), StoreError> {
        self.write_tables(writes::add(&DIALECT, rows, through)).await.map(drop)
    }

    async fn begin_beside(&self) -> Result<(), StoreError> {
        self.write_tables(writes::begin_beside(&DIALECT)).await.map(drop)
    }

    async fn add_beside(&self, rows: &TableRows) -> Result<(), StoreError> {
        self.write_tables(writes::add_beside(rows)).await.map(drop)
    }

    async fn put_in_place(&self, rows: &RowCounts, through: Position) -> Result<bool, StoreError> {
        self.write_tables(writes::put_in_place(&DIALECT, rows, through)).await
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
fn create(table: &Table, name: &str) -> String {
    let Table { definition, key, .. } = table;
    let rowid = if key.contains(',') { ", WITHOUT ROWID" } else { "" };
    format!("CREATE TABLE IF NOT EXISTS {name} ({definition}, PRIMARY KEY ({key})) STRICT{rowid}")
}

const DIALECT: Dialect = Dialect {
    live: |table| create(table, table.name),
    beside: |table| create(table, &beside(table)),
};
