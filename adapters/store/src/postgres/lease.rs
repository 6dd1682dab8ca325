//! Leases of the nodes of one ledger. They end by the database's clock, which all nodes share.

use std::time::Duration;

use sqlx::PgConnection;

use super::batch::integer;
use super::read::number;
use crate::Lease;
use crate::statement::{Statement, Value};

pub(super) fn take(name: &str, node: &str, lasts: Duration, above: u64) -> Vec<Statement> {
    let sql = "INSERT INTO citygate.lease AS l VALUES ($1, $2, $4::bigint + 1, \
        clock_timestamp() + $3::bigint * interval '1 microsecond') \
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, \
        epoch = CASE WHEN l.until > clock_timestamp() THEN l.epoch \
        ELSE greatest(l.epoch, $4::bigint) + 1 END \
        WHERE l.holder = excluded.holder OR l.until <= clock_timestamp()";
    let values = vec![
        Value::Text(name.to_owned()),
        Value::Text(node.to_owned()),
        Value::Integer(i64::try_from(lasts.as_micros()).unwrap_or(i64::MAX)),
        Value::Integer(integer(above)),
    ];
    vec![Statement::new(sql, values)]
}

pub(super) fn release(name: &str, node: &str) -> Vec<Statement> {
    let sql = "UPDATE citygate.lease SET until = least(until, clock_timestamp()) \
        WHERE name = $1 AND holder = $2";
    let values = vec![Value::Text(name.to_owned()), Value::Text(node.to_owned())];
    vec![Statement::new(sql, values)]
}

pub(super) async fn read(connection: &mut PgConnection, name: &str) -> Result<Lease, sqlx::Error> {
    let sql = "SELECT holder, epoch, greatest(0, \
        extract(epoch FROM until - clock_timestamp()) * 1000000)::bigint \
        FROM citygate.lease WHERE name = $1";
    let row = sqlx::query_as::<_, (String, i64, i64)>(sql).bind(name).fetch_one(connection).await?;
    let (holder, epoch, left) = row;
    let left = Duration::from_micros(number(left).unwrap_or(0));
    Ok(Lease { holder, epoch: epoch.unsigned_abs(), left })
}
