//! How the servers of a ledger are: what each tells when it is asked, for `doctor`.

use std::path::PathBuf;

use serde::Deserialize;
use sqlx::{ConnectOptions, Connection};
use tokio::time::timeout;

use super::faults::fault;
use super::options::{PostgresOptions, Rights};
use super::route::{ANSWER, unanswered};
use crate::{Clock, StoreError};

/// One server of a ledger's address.
#[derive(Debug)]
pub struct ServerCondition {
    /// The server and the database, without user and password.
    pub place: PathBuf,
    /// What it tells, or why it does not.
    pub told: Result<ServerFacts, StoreError>,
}

/// What a server tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServerFacts {
    /// The version of the server.
    pub version: String,
    /// Whether it follows another one.
    pub standby: bool,
    /// Raised by every promotion.
    pub timeline: i64,
    /// What a session gets that sets nothing itself; this program sets it to `on`.
    pub synchronous_commit: String,
    /// The standbys that commits wait for; empty for none.
    pub synchronous_standby_names: String,
    /// Whether what is written is flushed.
    pub fsync: String,
    /// Whether a page that was torn by a crash can be mended.
    pub full_page_writes: String,
    /// Whether a page that the disk changed is noticed.
    pub data_checksums: String,
    /// Whether the log of the server is archived.
    pub archive_mode: String,
    /// Whether the last attempt to archive failed.
    pub archiver_fails: bool,
    /// Whether the user may see everything that is asked for here.
    pub sees_all: bool,
    /// The servers that follow this one.
    pub replicas: Vec<Replica>,
    /// Commits that wait for a standby at this moment.
    pub commits_waiting: i64,
    /// Age of the oldest open transaction of a client, in seconds.
    pub oldest_transaction_seconds: i64,
    /// Bytes of the server's log that are kept for a follower that is not there.
    pub kept_for_absent_bytes: i64,
    /// On a standby: whether it receives the primary's log.
    pub receives: bool,
    /// On a standby: bytes that were received and are not shown yet.
    pub unreplayed_bytes: i64,
    /// Size of the database in bytes.
    pub database_bytes: i64,
    /// The server's time in milliseconds since 1970.
    now_ms: i64,
    /// By how many milliseconds the server's clock is ahead of this machine's; half of the time
    /// that the question took is not known.
    #[serde(skip)]
    pub clock_ahead_ms: i64,
}

/// A server that follows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Replica {
    /// Its `application_name`.
    pub name: String,
    /// Its address, where it is not on the same machine's socket.
    pub address: Option<String>,
    /// `streaming` in a good one.
    pub state: Option<String>,
    /// `sync` or `quorum` when commits wait for it.
    pub sync_state: Option<String>,
    /// Bytes that it has not flushed yet.
    pub behind_bytes: Option<i64>,
}

impl Replica {
    /// Whether commits are answered by it.
    #[must_use]
    pub fn is_synchronous(&self) -> bool {
        self.state.as_deref() == Some("streaming")
            && matches!(self.sync_state.as_deref(), Some("sync" | "quorum"))
    }
}

const FACTS: &str = "
WITH at AS (
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
    ELSE pg_current_wal_lsn() END AS lsn
)
SELECT json_build_object(
  'version', current_setting('server_version'),
  'standby', pg_is_in_recovery(),
  'timeline', CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
  'synchronous_commit', current_setting('synchronous_commit'),
  'synchronous_standby_names', current_setting('synchronous_standby_names'),
  'fsync', current_setting('fsync'),
  'full_page_writes', current_setting('full_page_writes'),
  'data_checksums', current_setting('data_checksums'),
  'archive_mode', current_setting('archive_mode'),
  'archiver_fails', coalesce((SELECT last_failed_time > coalesce(last_archived_time, '-infinity')
    FROM pg_stat_archiver), false),
  'sees_all', pg_has_role('pg_monitor', 'USAGE'),
  'replicas', (SELECT coalesce(json_agg(json_build_object(
      'name', coalesce(application_name, ''), 'address', host(client_addr), 'state', state,
      'sync_state', sync_state, 'behind_bytes', pg_wal_lsn_diff(at.lsn, flush_lsn)::bigint
    ) ORDER BY application_name), '[]') FROM pg_stat_replication, at),
  'commits_waiting', (SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'),
  'oldest_transaction_seconds', (SELECT coalesce(max(extract(epoch FROM
      clock_timestamp() - xact_start))::bigint, 0) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
  'kept_for_absent_bytes', (SELECT coalesce(max(pg_wal_lsn_diff(at.lsn, restart_lsn))::bigint, 0)
    FROM pg_replication_slots, at WHERE NOT active),
  'receives', EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'),
  'unreplayed_bytes', CASE WHEN pg_is_in_recovery() THEN
    coalesce(pg_wal_lsn_diff(at.lsn, pg_last_wal_replay_lsn())::bigint, 0) ELSE 0 END,
  'database_bytes', pg_database_size(current_database()),
  'now_ms', (extract(epoch FROM clock_timestamp()) * 1000)::bigint
)::text FROM at";

/// Asks each server of a ledger's address, in its order, with the rights of whoever logs in.
pub async fn conditions(options: &PostgresOptions, clock: &Clock) -> Vec<ServerCondition> {
    let mut conditions = Vec::new();
    for server in options.servers() {
        let place = PostgresOptions::place_of(server);
        let asked = timeout(ANSWER, ask(options, server, clock)).await;
        let told = asked.unwrap_or_else(|late| Err(unanswered(server, late)));
        conditions.push(ServerCondition { place, told });
    }
    conditions
}

async fn ask(
    options: &PostgresOptions,
    server: &sqlx::postgres::PgConnectOptions,
    clock: &Clock,
) -> Result<ServerFacts, StoreError> {
    let place = PostgresOptions::place_of(server);
    let fault = |error| fault(&place, "asking the server", error);
    let mut connection = options.rights(server, Rights::Owner).connect().await.map_err(fault)?;
    let before = clock().timestamp_millis();
    let text = sqlx::query_scalar::<_, String>(FACTS).fetch_one(&mut connection).await;
    let (text, after) = (text.map_err(fault)?, clock().timestamp_millis());
    connection.close().await.map_err(fault)?;
    let facts = serde_json::from_str::<ServerFacts>(&text);
    let facts = facts.map_err(|error| StoreError::failed("asking the server", error))?;
    Ok(ServerFacts { clock_ahead_ms: facts.now_ms - i64::midpoint(before, after), ..facts })
}
