//! The tables in a PostgreSQL database, in a schema of their own.

use async_trait::async_trait;
use citygate_domain::log::Position;
use citygate_store::{PostgresStore, StoreError, TableInsert, TableWrites};
use serde_json::Value;

use super::schema::{TABLES, Table};
use super::{CHECKPOINT, DocumentTables, Rows, TableDump, TableRows};

#[async_trait]
impl DocumentTables for PostgresStore {
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
        let drop = |table: &Table| format!("DROP TABLE IF EXISTS {}", table.name);
        self.write_tables(TableWrites {
            statements: TABLES.iter().map(drop).collect(),
            rows: Vec::new(),
            checkpoint: Some((CHECKPOINT.to_owned(), 0)),
        })
        .await
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

fn create(table: &Table) -> String {
    let Table { name, definition, .. } = table;
    // The server's own INTEGER has 32 bits.
    let definition = definition.replace("INTEGER", "bigint");
    format!("CREATE TABLE IF NOT EXISTS {name} ({definition})")
}
