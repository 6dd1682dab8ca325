//! The databases: tables as these crates' own scripts make them.

use postgres_es::PostgresEventRepository;
use sqlite_es::SqliteEventRepository;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::Stopped;
use crate::readings::{Event, Reading, aggregate_id};

/// Connections, when the number of callers does not say otherwise: as many as pgbench is given.
const CONNECTIONS: u32 = 32;
/// Points over which the filled events are spread.
const POINTS: u64 = 460;

const POSTGRES: &str = "DROP TABLE IF EXISTS events; CREATE TABLE events (aggregate_type text NOT \
    NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL, event_type \
    text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL, \
    PRIMARY KEY (aggregate_type, aggregate_id, sequence))";
const SQLITE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT \
    NULL, sequence integer CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, \
    event_version text NOT NULL, payload text NOT NULL, metadata text NOT NULL, PRIMARY KEY \
    (aggregate_type, aggregate_id, sequence)) STRICT";

/// A database with empty tables.
pub enum Database {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

impl Database {
    /// Opens it and makes the tables anew; durable as the product is.
    pub async fn open(url: &str) -> Result<Self, Stopped> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let pool = SqlitePoolOptions::new().connect_with(options).await?;
            sqlx::raw_sql(SQLITE).execute(&pool).await?;
            return Ok(Self::Sqlite(pool));
        }
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await?;
        sqlx::raw_sql(POSTGRES).execute(&pool).await?;
        Ok(Self::Postgres(pool))
    }

    pub fn postgres(&self) -> Result<PostgresEventRepository, Stopped> {
        match self {
            Self::Postgres(pool) => Ok(PostgresEventRepository::new(pool.clone())),
            Self::Sqlite(_) => Err("not a PostgreSQL database".into()),
        }
    }

    pub fn sqlite(&self) -> Result<SqliteEventRepository, Stopped> {
        match self {
            Self::Sqlite(pool) => Ok(SqliteEventRepository::new(pool.clone())),
            Self::Postgres(_) => Err("not an SQLite database".into()),
        }
    }

    /// Puts `events` events in, in bulk: how they came there is not what is measured.
    pub async fn fill(&self, events: u64) -> Result<(), Stopped> {
        for first in (0..events).step_by(1_000) {
            let rows: Vec<_> = (first..events.min(first + 1_000)).map(row).collect();
            match self {
                Self::Postgres(pool) => {
                    let sql = "INSERT INTO events SELECT 'month', i, s, 'DeliveryRecorded', '1', \
                        p::json, '{}'::json FROM UNNEST($1::text[], $2::bigint[], $3::text[]) AS \
                        t (i, s, p)";
                    let (ids, rest): (Vec<_>, Vec<_>) =
                        rows.into_iter().map(|(id, sequence, json)| (id, (sequence, json))).unzip();
                    let (sequences, payloads): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
                    sqlx::query(sql).bind(ids).bind(sequences).bind(payloads).execute(pool).await?;
                }
                Self::Sqlite(pool) => {
                    let sql = "INSERT INTO events SELECT 'month', value->>0, value->>1, \
                        'DeliveryRecorded', '1', value->>2, '{}' FROM json_each(?1)";
                    let rows = serde_json::to_string(&rows)?;
                    sqlx::query(sql).bind(rows).execute(pool).await?;
                }
            }
        }
        if let Self::Postgres(pool) = self {
            sqlx::raw_sql("VACUUM ANALYZE events").execute(pool).await?;
        }
        Ok(())
    }
}

fn row(number: u64) -> (String, i64, String) {
    let (point, day) = (number % POINTS, number / POINTS);
    let event = Event::DeliveryRecorded(Reading::sample(point, day));
    let sequence = i64::try_from(day % 30 + 1).unwrap_or(i64::MAX);
    (aggregate_id(point, day), sequence, serde_json::to_string(&event).unwrap_or_default())
}
