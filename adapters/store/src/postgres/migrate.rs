//! Making the tables, and changing them from one release to the next.
//!
//! A migration is a file with a number; it goes forward only. Each is applied in one transaction
//! under a lock, so that several nodes may be started at once.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::faults::fault;
use super::greet::Seen;
use super::nodes;
use super::notices::Notices;
use super::options::{PostgresOptions, Rights};
use super::{protect, route};
use crate::StoreError;

/// The form of the tables that this program knows: the number of its last migration.
pub(super) const FORM: i32 = 4;

/// A step from one form of the tables to the next.
struct Migration {
    /// The form that it leads to.
    number: i32,
    name: &'static str,
    /// The oldest form that a program may know that goes on working on these tables: nodes of the
    /// release before are replaced one by one, behind a migration that only adds.
    usable_from: i32,
    sql: &'static str,
}

const MIGRATIONS: [Migration; 4] = [
    Migration {
        number: 1,
        name: "log",
        usable_from: 1,
        sql: include_str!("migrations/0001_log.sql"),
    },
    // Who writes says so from here on, and a lease guards the scheduler's work: whoever knows nothing
    // of that must not work beside.
    Migration {
        number: 2,
        name: "nodes",
        usable_from: 2,
        sql: include_str!("migrations/0002_nodes.sql"),
    },
    Migration {
        number: 3,
        name: "lease",
        usable_from: 3,
        sql: include_str!("migrations/0003_lease.sql"),
    },
    // Who knows nothing of packs reads the events.
    Migration {
        number: 4,
        name: "packs",
        usable_from: 3,
        sql: include_str!("migrations/0004_packs.sql"),
    },
];

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The form that the tables had; 0 for none.
    pub from: i32,
    /// The form that they have.
    pub to: i32,
    /// Partitions that were added.
    pub partitions: i32,
}

/// Brings the tables of a database to the form that this program knows, makes room for positions to
/// come, and mends the triggers that protect events. A new ledger may write every form of event
/// that this program knows; in others that is for [`super::activate`].
///
/// # Errors
/// [`StoreError::Newer`] when a newer program was there; [`StoreError::Standby`] and
/// [`StoreError::Unsafe`] as for opening; the world failing. What was not finished is not there.
pub async fn migrate(
    options: &PostgresOptions,
    event_types: &[(String, u16)],
) -> Result<Migrated, StoreError> {
    let place = options.place();
    let (seen, patience) = (Seen::default(), options.lock_wait);
    let found = route::primary(options, &seen, Rights::Owner, patience).await?;
    let mut connection = found.connection;
    let fault = |error| fault(&place, "migrating", error);
    let notices = Notices::new();
    notices.ready(&mut connection).await.map_err(fault)?;
    let from = begin(&mut connection, &notices).await.map_err(fault)?;
    let (path, known) = (place.clone(), i64::from(FORM));
    if from > FORM {
        return Err(StoreError::Newer { path, found: from.into(), known });
    }
    for migration in MIGRATIONS.iter().filter(|it| it.number > from) {
        apply(&mut connection, options, migration, &notices).await.map_err(fault)?;
    }
    notices.committed(protect::mend(&mut connection)).await.map_err(fault)?;
    let partitions = "SELECT citygate.add_partitions(position) FROM citygate.log_head";
    let partitions = sqlx::query_scalar::<_, i32>(partitions).fetch_one(&mut connection);
    let partitions = notices.committed(partitions).await.map_err(fault)?;
    if from == 0 {
        let note = nodes::note(&mut connection, event_types);
        notices.committed(note).await.map_err(fault)?;
    }
    connection.close().await.map_err(fault)?;
    Ok(Migrated { from, to: FORM, partitions })
}

/// Makes the list of migrations where it is missing; gives the last number on it.
async fn begin(connection: &mut PgConnection, notices: &Notices) -> Result<i32, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    lock(&mut transaction).await?;
    let make = "CREATE SCHEMA IF NOT EXISTS citygate; \
        CREATE TABLE IF NOT EXISTS citygate.migration (version integer PRIMARY KEY, \
        name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), \
        usable_from integer NOT NULL)";
    sqlx::raw_sql(make).execute(&mut *transaction).await?;
    let last = "SELECT coalesce(max(version), 0) FROM citygate.migration";
    let last = sqlx::query_scalar::<_, i32>(last).fetch_one(&mut *transaction).await?;
    notices.committed(transaction.commit()).await?;
    Ok(last)
}

async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute("SELECT pg_advisory_xact_lock(1128746055)").await.map(drop)
}

async fn apply(
    connection: &mut PgConnection,
    options: &PostgresOptions,
    migration: &Migration,
    notices: &Notices,
) -> Result<(), sqlx::Error> {
    let Migration { number, name, usable_from, sql } = migration;
    let mut transaction = connection.begin().await?;
    lock(&mut transaction).await?;
    let there = "SELECT count(*) FROM citygate.migration WHERE version >= $1";
    let there = sqlx::query_scalar::<_, i64>(there).bind(number);
    // Another node may have been faster.
    if there.fetch_one(&mut *transaction).await? == 0 {
        if *number == 1 {
            make_role(&mut transaction, &options.role).await?;
        }
        let sql = filled(sql, options);
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
        let grant = format!("GRANT SELECT ON citygate.migration TO {}", quoted(&options.role));
        sqlx::raw_sql(AssertSqlSafe(grant)).execute(&mut *transaction).await?;
        let note =
            "INSERT INTO citygate.migration (version, name, usable_from) VALUES ($1, $2, $3)";
        let note = sqlx::query(note).bind(number).bind(name).bind(usable_from);
        note.execute(&mut *transaction).await?;
    }
    notices.committed(transaction.commit()).await
}

/// A migration with the names and numbers of this ledger.
fn filled(sql: &str, options: &PostgresOptions) -> String {
    let size = options.partition_size.max(1).to_string();
    sql.replace(":partition_size", &size).replace(":role", &quoted(&options.role))
}

/// The role is the server's, not the database's: others may make it at the same moment.
async fn make_role(connection: &mut PgConnection, role: &str) -> Result<(), sqlx::Error> {
    let name = quoted(role);
    let make = format!(
        "DO $$BEGIN CREATE ROLE {name} NOLOGIN; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$; \
         DO $$BEGIN IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \
         THEN GRANT {name} TO CURRENT_USER; END IF; END$$"
    );
    sqlx::raw_sql(AssertSqlSafe(make)).execute(connection).await.map(drop)
}

/// A name as SQL takes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// How far ahead of the log there are partitions: those that begin beyond its last position.
pub(super) async fn partitions_ahead(
    connection: &mut PgConnection,
    place: &Path,
) -> Result<i64, StoreError> {
    let ahead = "SELECT (SELECT count(*) FROM pg_catalog.pg_inherits \
        WHERE inhparent = 'citygate.event'::regclass) \
        - 1 - (greatest(h.position, 1) - 1) / s.partition_size \
        FROM citygate.log_head h, citygate.setting s";
    let ahead = sqlx::query_scalar::<_, i64>(ahead).fetch_one(connection).await;
    ahead.map_err(|error| fault(place, "counting the partitions", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_from_one_up_to_the_known_form() {
        for (expected, migration) in (1..).zip(&MIGRATIONS) {
            assert_eq!(migration.number, expected, "{}", migration.name);
            assert!((1..=expected).contains(&migration.usable_from));
            assert!(!migration.sql.trim().is_empty());
        }
        assert_eq!(MIGRATIONS.last().map(|it| it.number), Some(FORM));
    }

    #[test]
    fn a_role_is_put_in_as_one_name_whatever_it_holds() {
        let mut options = PostgresOptions::from_url("postgres://h/d").unwrap();
        options.role = "gas\"; DROP".to_owned();
        let sql = filled("GRANT x TO :role; size :partition_size", &options);
        assert_eq!(sql, "GRANT x TO \"gas\"\"; DROP\"; size 5000000");
    }
}
