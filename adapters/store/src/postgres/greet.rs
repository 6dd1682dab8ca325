//! What is asked of every new connection: that the server keeps what the log rests on, that the
//! tables have the form that this program knows, and that nobody else became the primary meanwhile.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use sqlx::{Executor, PgConnection};

use super::faults::fault;
use super::migrate::FORM;
use super::notices::Notices;
use super::options::Rights;
use super::read::number;
use crate::StoreError;

/// The first version whose partitions, triggers and functions are the ones that are used here.
const OLDEST_SERVER: i32 = 150_000;

/// Version, whether it is a standby, its settings, and its identity where it is a primary.
type Server = (i32, bool, String, String, String, String, String, Option<String>);

/// The identity and timeline of a server are told by a primary only.
const SERVER: &str = "SELECT current_setting('server_version_num')::int AS version, \
    pg_is_in_recovery() AS standby, current_setting('fsync') AS fsync, \
    current_setting('full_page_writes') AS full_page_writes, \
    current_setting('synchronous_commit') AS synchronous_commit, \
    current_setting('server_encoding') AS encoding, \
    current_setting('standard_conforming_strings') AS strings, \
    CASE WHEN pg_is_in_recovery() THEN NULL ELSE (SELECT system_identifier::text \
      FROM pg_control_system()) || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END \
      AS cluster";

/// Looks at a server that is to be written to, and gives its identity and timeline.
pub(super) async fn check_server(
    connection: &mut PgConnection,
    place: &Path,
) -> Result<String, StoreError> {
    let fault = |error| fault(place, "reading the settings", error);
    // A stronger setting stays; a weaker one, wherever it comes from, does not count here.
    let set = "SELECT set_config('synchronous_commit', 'on', false) \
        WHERE current_setting('synchronous_commit') <> 'remote_apply'";
    connection.execute(set).await.map_err(fault)?;
    let server = sqlx::query_as::<_, Server>(SERVER).fetch_one(connection).await.map_err(fault)?;
    let (version, standby, fsync, full_page_writes, synchronous_commit, ..) = &server;
    let (.., encoding, strings, cluster) = &server;
    if *standby {
        return Err(StoreError::Standby(place.to_path_buf()));
    }
    let wants = [
        (*version >= OLDEST_SERVER, format!("the server's version {version} is below 15")),
        (fsync == "on", format!("fsync is {fsync}")),
        (full_page_writes == "on", format!("full_page_writes is {full_page_writes}")),
        (
            matches!(synchronous_commit.as_str(), "on" | "remote_apply"),
            format!("synchronous_commit is {synchronous_commit}"),
        ),
        (encoding == "UTF8", format!("the encoding is {encoding}")),
        (strings == "on", "standard_conforming_strings is off".to_owned()),
    ];
    match wants.into_iter().find(|(good, _)| !good) {
        Some((_, what)) => Err(StoreError::Unsafe(what)),
        None => Ok(cluster.clone().unwrap_or_default()),
    }
}

/// Checks the form of the tables. A newer one is good while it says that programs of this form go on
/// working.
pub(super) async fn check_form(
    connection: &mut PgConnection,
    place: &Path,
) -> Result<(), StoreError> {
    type Form = (Option<i32>, Option<i32>);
    let form = "SELECT max(version), max(usable_from) FROM citygate.migration";
    let form = sqlx::query_as::<_, Form>(form).fetch_one(connection).await;
    let form = form.map_err(|error| fault(place, "reading the form of the tables", error))?;
    let path = place.to_path_buf();
    let (Some(found), Some(usable_from)) = form else { return Err(StoreError::Unprepared(path)) };
    let (found, known) = (i64::from(found), i64::from(FORM));
    if usable_from > FORM {
        Err(StoreError::Newer { path, found, known })
    } else if found < known {
        Err(StoreError::Older { path, found, known })
    } else {
        Ok(())
    }
}

/// What this process has seen of the ledger's primaries. It never goes back to an older one: a
/// server that comes up again after another one was promoted still takes writes, and they would be
/// lost.
#[derive(Debug, Default)]
pub(super) struct Seen {
    epoch: AtomicU64,
    /// Identity and timeline.
    cluster: Mutex<String>,
    /// Whether commits wait for a standby, as a look at the head told last.
    synchronous: AtomicBool,
    /// Raised whenever another primary, or another epoch, was seen: connections from before may lead
    /// to an older one.
    generation: AtomicU64,
}

impl Seen {
    /// The newest epoch.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// A number that is another one when another primary or epoch was seen meanwhile.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Whether commits wait for a standby.
    pub fn synchronous(&self) -> bool {
        self.synchronous.load(Ordering::SeqCst)
    }

    /// Takes in whether they do.
    pub fn take_synchronous(&self, synchronous: bool) {
        self.synchronous.store(synchronous, Ordering::SeqCst);
    }

    /// Takes in the epoch that a server shows.
    ///
    /// # Errors
    /// [`StoreError::Superseded`] when it is older than one that was seen.
    pub fn take_epoch(&self, place: &Path, epoch: u64) -> Result<(), StoreError> {
        let seen = self.epoch.fetch_max(epoch, Ordering::SeqCst);
        if epoch >= seen {
            if epoch > seen {
                self.generation.fetch_add(1, Ordering::SeqCst);
            }
            return Ok(());
        }
        let what = format!("its epoch is {epoch}, and {seen} was seen");
        Err(StoreError::Superseded { place: place.to_path_buf(), what })
    }

    /// Takes in the identity and timeline of a primary.
    ///
    /// # Errors
    /// [`StoreError::Superseded`] when a later timeline of it was seen.
    pub fn take_cluster(&self, place: &Path, cluster: &str) -> Result<(), StoreError> {
        let mut seen = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        if is_older(cluster, &seen) {
            let timeline = |it: &str| it.rsplit_once('/').map_or("", |(_, it)| it).to_owned();
            let (known, here) = (timeline(&seen), timeline(cluster));
            let what = format!("its timeline is {here}, and {known} was seen");
            return Err(StoreError::Superseded { place: place.to_path_buf(), what });
        }
        if cluster != *seen {
            cluster.clone_into(&mut seen);
            self.generation.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// Whether the first is an earlier timeline of the same server. Both are `IDENTITY/TIMELINE`, the
/// timeline in eight hexadecimal digits.
pub(super) fn is_older(cluster: &str, than: &str) -> bool {
    match (cluster.split_once('/'), than.split_once('/')) {
        (Some((one, timeline)), Some((other, later))) => one == other && timeline < later,
        _ => false,
    }
}

/// The primary of the ledger, as its head tells, and its epoch.
async fn head(connection: &mut PgConnection) -> Result<(String, i64), sqlx::Error> {
    let head = "SELECT cluster, epoch FROM citygate.log_head";
    sqlx::query_as::<_, (String, i64)>(head).fetch_one(connection).await
}

/// Raises the ledger's epoch: another server, or the same one after a promotion or a restore, is the
/// primary now, and what was issued before is stale. Gives the epoch.
async fn raise_epoch(connection: &mut PgConnection, cluster: &str) -> Result<i64, sqlx::Error> {
    let notices = Notices::new();
    notices.ready(connection).await?;
    connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
    // Who comes second finds it raised.
    let raise = "UPDATE citygate.log_head SET epoch = epoch + 1, cluster = $1 WHERE cluster <> $1";
    sqlx::query(raise).bind(cluster).execute(&mut *connection).await?;
    notices.committed(connection.execute("COMMIT")).await?;
    head(connection).await.map(|(_, epoch)| epoch)
}

/// What follows for a connection to a server that was looked at: it may be used for the log.
///
/// Only a connection that writes raises the epoch. A process has one of those, so with no standby to
/// wait for one attempt of it waits, and not one of each reader.
///
/// # Errors
/// [`StoreError::NoPrimary`] for one that reads while the epoch is not raised.
pub(super) async fn settle(
    connection: &mut PgConnection,
    (place, rights): (&Path, Rights),
    seen: &Seen,
    cluster: &str,
) -> Result<(), StoreError> {
    check_form(connection, place).await?;
    let fault = |error| fault(place, "raising the epoch", error);
    let (known, epoch) = head(connection).await.map_err(fault)?;
    let epoch = if known == cluster {
        epoch
    } else if rights == Rights::Writer {
        raise_epoch(connection, cluster).await.map_err(fault)?
    } else {
        let what = "it was promoted, and its epoch is not raised yet".to_owned();
        return Err(StoreError::NoPrimary { place: place.to_path_buf(), what });
    };
    seen.take_epoch(place, number(epoch).unwrap_or(0))
}

/// All of it, for a connection that reads.
pub(super) async fn greet(
    connection: &mut PgConnection,
    place: &Path,
    seen: &Seen,
) -> Result<(), StoreError> {
    let cluster = check_server(connection, place).await?;
    seen.take_cluster(place, &cluster)?;
    settle(connection, (place, Rights::Reader), seen, &cluster).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_saw_a_promotion_refuses_the_primary_before_it() {
        let (seen, place) = (Seen::default(), Path::new("postgres://a:1/gas"));
        for cluster in ["7/00000001", "7/00000009", "7/0000000A", "7/0000000A"] {
            seen.take_cluster(place, cluster).unwrap();
        }
        let refused = seen.take_cluster(place, "7/00000009").unwrap_err();
        assert_eq!(refused.code(), "server_superseded");
        assert!(refused.to_string().contains("00000009, and 0000000A was seen"), "{refused}");
        // Another server: its epoch tells.
        seen.take_cluster(place, "8/00000001").unwrap();
        seen.take_epoch(place, 3).unwrap();
        seen.take_epoch(place, 3).unwrap();
        let refused = seen.take_epoch(place, 2).unwrap_err();
        assert_eq!((refused.code(), seen.epoch()), ("server_superseded", 3));
    }
}
