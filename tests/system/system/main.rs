//! The shell around the core, tested as one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod copy_ledger;
mod demo;
mod engine_cache;
mod engine_many;
mod engine_office;
mod engine_postgres;
mod engine_rows;
mod engine_snapshots;
mod engine_years;
mod leases;
mod nodes_following;
mod nodes_history;
mod nodes_scheduler;
mod postgres_calls;
mod postgres_failover;
mod postgres_nodes;
mod postgres_outcomes;
mod postgres_packs;
mod postgres_silence;
mod postgres_tables;
mod sqlite_backup;
mod sqlite_crash;
mod sqlite_damage;
mod sqlite_files;
mod store_memory;
mod store_postgres;
mod store_sqlite;
mod stored_events;
mod tables_beside;
