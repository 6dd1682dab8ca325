//! Opening a ledger file: what it must be, and what the database must promise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::faults::fault;
use super::schema::{APPLICATION_ID, CREATE, FORM};
use crate::StoreError;

/// The first version of SQLite without the corruption by a reset of the write-ahead log.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How often, and how long each time, a file without content is waited for: another process may be
/// making the ledger at this moment.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// How a ledger file is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The file.
    pub path: PathBuf,
    /// Whether a missing file is made, and an empty database filled.
    pub create: bool,
    /// How long to wait for another process that is writing.
    pub busy: Duration,
    /// How many readers may read at the same time.
    pub readers: u32,
    /// Whether the digests of the newest events are checked. `verify`, which checks them all and
    /// names the first bad position, does without.
    pub check_tail: bool,
    /// What may be done to the file.
    pub access: Access,
}

/// What may be done to a ledger file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Events may be appended.
    Write,
    /// Nothing may be appended: there is no writer, and no connection can write. A file or folder
    /// that cannot be written is read as [`Access::Still`].
    Read,
    /// The same, and nobody else writes to the file either, so that nothing is needed beside it.
    Still,
}

impl SqliteOptions {
    /// A file that is made when missing, a wait of five seconds, four readers.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let (path, busy) = (path.into(), Duration::from_secs(5));
        Self { path, create: true, busy, readers: 4, check_tail: true, access: Access::Write }
    }

    pub(super) fn plain(&self) -> SqliteConnectOptions {
        let still = self.access == Access::Still;
        let options = SqliteConnectOptions::new().filename(&self.path).busy_timeout(self.busy);
        options.read_only(still).immutable(still)
    }

    /// A connection that may write, with the settings on which durability rests.
    pub(super) fn writer(&self) -> SqliteConnectOptions {
        self.plain()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory")
            // Few large checkpoints: pages of the stream index are written again and again.
            .pragma("wal_autocheckpoint", "8000")
            .pragma("journal_size_limit", "67108864")
    }

    /// A connection that cannot write.
    pub(super) fn reader(&self) -> SqliteConnectOptions {
        self.plain().pragma("query_only", "on")
    }
}

/// Opens the file for writing; makes its tables when it is new and may be made.
pub(super) async fn open(options: &SqliteOptions) -> Result<SqliteConnection, StoreError> {
    let path = &options.path;
    let exists = check_path(options).await?;
    let is_new = !exists || has_no_tables(options).await?;
    let doing = "opening the ledger";
    let writer = options.writer().create_if_missing(is_new);
    let mut connection = writer.connect().await.map_err(|error| fault(path, doing, error))?;
    if is_new {
        create(&mut connection).await.map_err(|error| fault(path, "making the ledger", error))?;
    }
    check_promises(&mut connection, path).await?;
    Ok(connection)
}

/// Finds out how a file that is only read can be opened; makes nothing.
pub(super) async fn look(options: &mut SqliteOptions) -> Result<(), StoreError> {
    options.create = false;
    check_path(options).await?;
    let unwritable =
        |path: &Path| std::fs::metadata(path).is_ok_and(|data| data.permissions().readonly());
    if unwritable(&options.path) || unwritable(folder_of(&options.path)) {
        // What waits beside the file would not be read, and cannot be folded into it here.
        let mut waiting = options.path.clone().into_os_string();
        waiting.push("-wal");
        let waiting = PathBuf::from(waiting);
        if std::fs::metadata(&waiting).is_ok_and(|data| data.len() > 0) {
            return Err(StoreError::ReadOnly(waiting));
        }
        options.access = Access::Still;
    }
    has_no_tables(options).await.map(|_| ())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Looks at the path before the database does, whose messages do not tell these apart.
async fn check_path(options: &SqliteOptions) -> Result<bool, StoreError> {
    let path = &options.path;
    let (folder, writes) = (folder_of(path), options.access == Access::Write);
    let Ok(folder_data) = std::fs::metadata(folder) else {
        return Err(StoreError::Missing(folder.to_path_buf()));
    };
    // The write-ahead log lies beside the file, so the folder must be writable too.
    if writes && folder_data.permissions().readonly() {
        return Err(StoreError::ReadOnly(folder.to_path_buf()));
    }
    let mut tries = 0;
    loop {
        match std::fs::metadata(path) {
            Err(_) if options.create => return Ok(false),
            Err(_) => return Err(StoreError::Missing(path.clone())),
            Ok(data) if data.is_dir() => return Err(StoreError::IsFolder(path.clone())),
            Ok(data) if writes && data.permissions().readonly() => {
                return Err(StoreError::ReadOnly(path.clone()));
            }
            // A file of one byte is an empty database to SQLite, which would fill it.
            Ok(data) if data.len() > 1 => return Ok(true),
            Ok(_) if tries < TRIES => tokio::time::sleep(PAUSE).await,
            Ok(data) => {
                let empty = data.len() == 0;
                let what = if empty { "the file is empty" } else { "the file has one byte" };
                return Err(StoreError::Foreign { path: path.clone(), what });
            }
        }
        tries += 1;
    }
}

/// Whether an existing file still waits for its tables. One that must be there already is no
/// ledger then: whoever only reads makes none.
async fn has_no_tables(options: &SqliteOptions) -> Result<bool, StoreError> {
    let mut tries = 0;
    while inspect(options).await? {
        if options.create {
            return Ok(true);
        }
        if tries == TRIES {
            let what = "the file is a database without tables";
            return Err(StoreError::Foreign { path: options.path.clone(), what });
        }
        tokio::time::sleep(PAUSE).await;
        tries += 1;
    }
    Ok(false)
}

/// Whether an existing file is still without tables. Changes nothing, also in a foreign file.
async fn inspect(options: &SqliteOptions) -> Result<bool, StoreError> {
    let path = &options.path;
    let fault = |error| fault(path, "looking at the ledger", error);
    let mut connection = options.plain().connect().await.map_err(fault)?;
    let marks = "SELECT (SELECT application_id FROM pragma_application_id), \
        (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)";
    let marks = sqlx::query_as::<_, (i64, i64, i64)>(marks).fetch_one(&mut connection).await;
    let (application, form, tables) = marks.map_err(fault)?;
    connection.close().await.map_err(fault)?;
    match (application, form, tables) {
        (0, 0, 0) => Ok(true),
        (APPLICATION_ID, FORM, _) => Ok(false),
        (APPLICATION_ID, found, _) if found > FORM => {
            Err(StoreError::Newer { path: path.clone(), found, known: FORM })
        }
        _ => {
            let what = "the file is a database of something else";
            Err(StoreError::Foreign { path: path.clone(), what })
        }
    }
}

async fn create(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let tables = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM sqlite_schema");
    // Another process may have made the tables while this one waited.
    if tables.fetch_one(&mut *transaction).await? == 0 {
        sqlx::raw_sql(CREATE).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

/// Asserts what durability rests on, instead of trusting that it was set.
async fn check_promises(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    let promises = "SELECT sqlite_version(), (SELECT journal_mode FROM pragma_journal_mode), \
        (SELECT synchronous FROM pragma_synchronous)";
    let promises = sqlx::query_as::<_, (String, String, i64)>(promises);
    let (version, journal, synchronous) = promises
        .fetch_one(connection)
        .await
        .map_err(|error| fault(path, "reading the settings", error))?;
    if version_numbers(&version) < Some(OLDEST_SQLITE) {
        return Err(StoreError::Unsafe(format!("SQLite {version} is older than 3.51.3")));
    }
    if journal != "wal" {
        return Err(StoreError::Unsafe(format!("journal mode is {journal}, not wal")));
    }
    if synchronous != 2 {
        return Err(StoreError::Unsafe(format!("synchronous is {synchronous}, not FULL")));
    }
    Ok(())
}

fn version_numbers(version: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_order_by_number() {
        assert!(version_numbers("3.51.2") < Some(OLDEST_SQLITE));
        assert!(version_numbers("3.9.99") < Some(OLDEST_SQLITE));
        assert!(version_numbers("3.51.3") >= Some(OLDEST_SQLITE));
        assert!(version_numbers("3.100.0") >= Some(OLDEST_SQLITE));
        assert!(version_numbers("odd") < Some(OLDEST_SQLITE));
    }
}
