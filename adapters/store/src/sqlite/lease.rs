//! Leases of a ledger file. Its nodes are processes of one machine, whose clock they share.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::batch::integer;
use crate::Lease;
use crate::statement::{Statement, Value};

/// Made with the first lease: a file that only one process uses has none, and its form is the same.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, \
    epoch INTEGER NOT NULL, until INTEGER NOT NULL) STRICT";

pub(super) fn take(
    name: &str,
    node: &str,
    now: DateTime<Utc>,
    lasts: Duration,
    above: u64,
) -> Vec<Statement> {
    let sql = "INSERT INTO lease VALUES (?1, ?2, ?5 + 1, ?4) ON CONFLICT (name) DO UPDATE SET \
        epoch = CASE WHEN until > ?3 THEN epoch ELSE max(epoch, ?5) + 1 END, \
        holder = excluded.holder, until = excluded.until \
        WHERE holder = excluded.holder OR until <= ?3";
    let values = vec![
        Value::Text(name.to_owned()),
        Value::Text(node.to_owned()),
        Value::Integer(now.timestamp_micros()),
        Value::Integer((now + lasts).timestamp_micros()),
        Value::Integer(integer(above)),
    ];
    vec![Statement::plain(CREATE), Statement::new(sql, values)]
}

pub(super) fn release(name: &str, node: &str, now: DateTime<Utc>) -> Vec<Statement> {
    let sql = "UPDATE lease SET until = min(until, ?3) WHERE name = ?1 AND holder = ?2";
    let values = vec![
        Value::Text(name.to_owned()),
        Value::Text(node.to_owned()),
        Value::Integer(now.timestamp_micros()),
    ];
    vec![Statement::plain(CREATE), Statement::new(sql, values)]
}

pub(super) async fn read(
    connection: &mut SqliteConnection,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Lease, sqlx::Error> {
    let sql = "SELECT holder, epoch, until FROM lease WHERE name = ?1";
    let row = sqlx::query_as::<_, (String, i64, i64)>(sql).bind(name).fetch_one(connection).await?;
    let (holder, epoch, until) = row;
    let left = until.saturating_sub(now.timestamp_micros());
    let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
    Ok(Lease { holder, epoch: epoch.unsigned_abs(), left })
}
