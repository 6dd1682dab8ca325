//! The tables in a PostgreSQL database, in a schema of their own.

use async_trait::async_trait;
use citygate_domain::log::Position;
use citygate_store::{PostgresStore, StoreError};
use serde_json::Value;

use super::schema::{TABLES, Table};
use super::writes::{self, Dialect, beside};
use super::{CHECKPOINT, DocumentTables, RowCounts, TableDump, TableRows};

#[async_trait]
impl DocumentTables for PostgresStore {
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
        let there = "SELECT 1::bigint, tablename::text FROM pg_catalog.pg_tables \
            WHERE schemaname = 'report'";
        let there = self.read_table(there.to_owned()).await?;
        let mut all = Vec::new();
        for Table { name, columns, .. } in &TABLES {
            // Tables are made with the first document.
            if !there.iter().any(|(_, known)| known == name) {
                continue;
            }
            let (first, second) = (columns[0], columns[1]);
            let columns = columns.join(", ");
            let rows = format!(
                "SELECT {first}, json_build_array({columns})::text FROM report.{name} \
                 ORDER BY {first}, {second}"
            );
            let rows = self.read_table(rows).await?;
            all.extend(rows.into_iter().map(|(at, row)| (at.unsigned_abs(), compact(row))));
        }
        Ok(all)
    }
}

/// The server writes its arrays with spaces.
fn compact(row: String) -> String {
    serde_json::from_str::<Value>(&row).map_or(row, |row| row.to_string())
}

/// The server's own INTEGER has 32 bits.
fn columns(table: &Table) -> String {
    table.definition.replace("INTEGER", "bigint")
}

/// What is built beside has no key: it is filled once and read once.
const DIALECT: Dialect = Dialect {
    live: |table| {
        let Table { name, key, .. } = table;
        format!("CREATE TABLE IF NOT EXISTS {name} ({}, PRIMARY KEY ({key}))", columns(table))
    },
    beside: |table| format!("CREATE TABLE {} ({})", beside(table), columns(table)),
};
