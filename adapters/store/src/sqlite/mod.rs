//! The log in one file of an embedded database.
//!
//! One task writes, see `writer`; a pool of readers reads beside it. Acknowledged means synced to
//! the disk: the settings that this rests on are asserted when the file is opened.

mod backup;
mod batch;
mod faults;
mod lease;
mod load;
mod open;
mod protect;
mod read;
mod schema;
mod source;
mod tables;
mod transact;
mod writer;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Sqlite};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use self::batch::integer;
use self::faults::fault;
use self::load::LoadError;
use self::read::number;
use self::transact::Transactor;
use self::writer::{Job, Writer};
use crate::statement::{Statement, Value, Work};
use crate::{
    AppendRequest, Clock, EventStore, Head, KeyRecord, Lease, Outcome, PersonalField, ReplayPage,
    Snapshot, StoreError, StoredEvent, StreamHead, StreamName, TableWrites, parse_instant,
};

pub use self::open::{Access, SqliteOptions};
pub(crate) use self::source::Source;

/// Calls that may wait before a caller has to wait to be heard.
const WAITING_CALLS: usize = 4096;
/// Events at the end of the log whose digests are checked when it is opened.
const CHECKED_TAIL: u64 = 256;

/// The log in one SQLite file. Opened inside a tokio runtime; keeps every promise of
/// [`EventStore`].
pub struct SqliteStore {
    options: SqliteOptions,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    writer: tokio::sync::Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
    readers: SqlitePool,
    known: watch::Receiver<u64>,
    /// The file's epoch; it changes only while nobody has the file open.
    epoch: AtomicU64,
    clock: Clock,
}

impl SqliteStore {
    /// Opens a ledger file; makes it when it is missing.
    ///
    /// # Errors
    /// What is wrong with the path or the file, each with a code of its own.
    pub async fn open(path: impl AsRef<Path>, clock: Clock) -> Result<Self, StoreError> {
        Self::open_with(SqliteOptions::new(path.as_ref()), clock).await
    }

    /// Opens a ledger file with options.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub async fn open_with(mut options: SqliteOptions, clock: Clock) -> Result<Self, StoreError> {
        let transactor = match options.access {
            Access::Write => {
                let connection = open::open(&options).await?;
                Some(Transactor::new(options.clone(), clock.clone(), connection))
            }
            Access::Read | Access::Still => {
                open::look(&mut options).await?;
                None
            }
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers)
            .test_before_acquire(false)
            // Without time-outs sqlx starts no maintenance task. That task counts idle connections
            // with a number that can fall below zero when the pool closes at the same moment, and
            // then never ends: the process hangs after its work is done.
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options.reader());
        let (jobs, receiver) = mpsc::channel(WAITING_CALLS);
        let (notify, known) = watch::channel(0);
        let (jobs, writer) = match transactor {
            None => (None, None),
            Some(transactor) => {
                let lookups = options.reader().connect().await;
                let path = &options.path;
                let lookups = lookups.map_err(|error| fault(path, "opening the ledger", error))?;
                let writer = Writer::new(receiver, transactor, lookups, notify);
                (Some(jobs), Some(tokio::spawn(writer.run())))
            }
        };
        let (jobs, writer) = (Mutex::new(jobs), tokio::sync::Mutex::new(writer));
        let store = Self { options, jobs, writer, readers, known, epoch: AtomicU64::new(0), clock };
        if let Err(error) = store.check_tail().await {
            // What was found is what is told, whatever closing reports.
            let _ = store.close().await;
            return Err(error);
        }
        Ok(store)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.options.path
    }

    /// Connections for reading the tables of projections; they cannot write.
    #[must_use]
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Writes rows of a projection, between appends, whole or not at all: false when the projection
    /// had come further than was allowed.
    ///
    /// # Errors
    /// The world failing, or a statement that the database refuses.
    pub async fn write_tables(&self, writes: TableWrites) -> Result<bool, StoreError> {
        self.run_guarded(writes.into_statements()).await
    }

    /// Rows of a projection's table: a position and a text each.
    ///
    /// # Errors
    /// The world failing, or a statement that the database refuses.
    pub async fn read_table(&self, sql: String) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query_as::<_, (i64, String)>(AssertSqlSafe(sql));
        rows.fetch_all(&mut *self.reader().await?).await.map_err(|error| self.fault(error))
    }

    /// How far a projection has come; 0 when it has not begun.
    ///
    /// # Errors
    /// The world failing.
    pub async fn checkpoint(&self, name: &str) -> Result<u64, StoreError> {
        let sql = "SELECT position FROM checkpoint WHERE name = ?1";
        let position = sqlx::query_scalar::<_, i64>(sql).bind(name);
        let position = position.fetch_optional(&mut *self.reader().await?).await;
        Ok(position.map_err(|error| self.fault(error))?.and_then(number).unwrap_or(0))
    }

    fn sender(&self) -> Result<mpsc::Sender<Job>, StoreError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = || match self.options.access {
            Access::Write => StoreError::Closed,
            Access::Read | Access::Still => StoreError::ReadOnly(self.options.path.clone()),
        };
        jobs.clone().ok_or_else(closed)
    }

    async fn run(&self, steps: Vec<Statement>) -> Result<(), StoreError> {
        self.run_guarded(steps).await.map(drop)
    }

    async fn run_guarded(&self, steps: Vec<Statement>) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Run(Work { steps, answer });
        self.sender()?.send(job).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.readers.acquire().await.map_err(|error| self.fault(error))
    }

    fn fault(&self, error: sqlx::Error) -> StoreError {
        fault(&self.options.path, "reading the log", error)
    }

    fn load_fault(&self, error: LoadError) -> StoreError {
        match error {
            LoadError::Database(error) => self.fault(error),
            LoadError::Store(error) => error,
        }
    }

    /// The newest events are the likeliest to be torn; the rest is left to `verify`.
    async fn check_tail(&self) -> Result<(), StoreError> {
        // The head tells the epoch too, which is wanted in any case.
        let head = self.head().await;
        if !self.options.check_tail {
            return Ok(());
        }
        let head = head?;
        let after = head.position.saturating_sub(CHECKED_TAIL);
        let events = self.read_all(after, CHECKED_TAIL as usize + 1).await?;
        crate::verify::check_tail(&head, &events)
    }
}

#[async_trait]
impl EventStore for SqliteStore {
    async fn append(&self, batch: Vec<AppendRequest>) -> Result<Vec<Outcome>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, answered) = oneshot::channel();
        let job = Job::Append(batch, answer);
        self.sender()?.send(job).await.map_err(|_| StoreError::Closed)?;
        // The writer can only vanish with the runtime; what it did last is then unknown.
        answered.await.map_err(|gone| StoreError::Unknown(std::sync::Arc::new(gone)))?
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let row = load::head_row(&mut *self.reader().await?).await;
        let row = row.map_err(|error| self.load_fault(error))?;
        let recorded_at = row.recorded_at.as_deref().and_then(parse_instant);
        let (position, chain, epoch) = (row.position, row.chain, row.epoch);
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(Head { position, chain, epoch, recorded_at })
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let events = read::all(&mut *self.reader().await?, after, limit).await;
        events.map_err(|error| self.load_fault(error))
    }

    async fn replay(&self, after: u64, limit: usize) -> Result<ReplayPage, StoreError> {
        let page = read::replay(&mut *self.reader().await?, after, limit).await;
        page.map_err(|error| self.load_fault(error))
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from_version: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut reader = self.reader().await?;
        let events = read::of_stream(&mut reader, stream, from_version, limit).await;
        events.map_err(|error| self.load_fault(error))
    }

    async fn stream_version(&self, stream: &StreamName) -> Result<u64, StoreError> {
        let sql = "SELECT version FROM stream_head WHERE stream = ?1";
        let version = sqlx::query_scalar::<_, i64>(sql).bind(stream.as_str());
        let version = version.fetch_optional(&mut *self.reader().await?).await;
        Ok(version.map_err(|error| self.fault(error))?.and_then(number).unwrap_or(0))
    }

    async fn stream_heads(
        &self,
        after: Option<&StreamName>,
        limit: usize,
    ) -> Result<Vec<StreamHead>, StoreError> {
        let heads = read::stream_heads(&mut *self.reader().await?, after, limit).await;
        heads.map_err(|error| self.load_fault(error))
    }

    async fn lookup_key(&self, key: &str) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.lookup_keys(&[key.to_owned()]).await?.pop().flatten())
    }

    async fn lookup_keys(&self, keys: &[String]) -> Result<Vec<Option<KeyRecord>>, StoreError> {
        let found = load::find_keys(&mut *self.reader().await?, keys.iter()).await;
        let found = found.map_err(|error| self.load_fault(error))?;
        let found: std::collections::HashMap<String, KeyRecord> = found.into_iter().collect();
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    async fn personal(&self, id: &str) -> Result<Vec<PersonalField>, StoreError> {
        let sql = "SELECT id, field, salt, value FROM personal WHERE id = ?1 ORDER BY number";
        let rows = sqlx::query_as::<_, (String, String, Vec<u8>, String)>(sql).bind(id);
        let rows = rows.fetch_all(&mut *self.reader().await?).await;
        let field = |(id, field, salt, value)| PersonalField { id, field, salt, value };
        Ok(rows.map_err(|error| self.fault(error))?.into_iter().map(field).collect())
    }

    async fn personal_after(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, PersonalField)>, StoreError> {
        let rows = read::personal_after(&mut *self.reader().await?, after, limit).await;
        rows.map_err(|error| self.load_fault(error))
    }

    async fn attachment(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM attachment WHERE sha256 = ?1";
        let bytes = sqlx::query_scalar::<_, Vec<u8>>(sql).bind(sha256.to_vec());
        let bytes = bytes.fetch_optional(&mut *self.reader().await?).await;
        bytes.map_err(|error| self.fault(error))
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let sql = "INSERT INTO snapshot VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE \
            SET format = excluded.format, position = excluded.position, bytes = excluded.bytes";
        let values = vec![
            Value::Text(snapshot.name),
            Value::Integer(i64::from(snapshot.format)),
            Value::Integer(integer(snapshot.position)),
            Value::Blob(snapshot.bytes),
        ];
        self.run(vec![Statement::new(sql, values)]).await
    }

    async fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError> {
        let sql = "SELECT format, position, bytes FROM snapshot WHERE name = ?1";
        let row = sqlx::query_as::<_, (u32, i64, Vec<u8>)>(sql).bind(name);
        let row = row.fetch_optional(&mut *self.reader().await?).await;
        let Some((format, position, bytes)) = row.map_err(|error| self.fault(error))? else {
            return Ok(None);
        };
        // A snapshot is a cache: one that cannot be right is as good as none.
        let Some(position) = number(position) else { return Ok(None) };
        Ok(Some(Snapshot { name: name.to_owned(), format, position, bytes }))
    }

    async fn delete_snapshots(&self) -> Result<(), StoreError> {
        self.run(vec![Statement::plain("DELETE FROM snapshot")]).await
    }

    async fn take_lease(
        &self,
        name: &str,
        node: &str,
        lasts: Duration,
        above: u64,
    ) -> Result<Lease, StoreError> {
        let now = (self.clock)();
        self.run(lease::take(name, node, now, lasts, above)).await?;
        let read = lease::read(&mut *self.reader().await?, name, now).await;
        read.map_err(|error| self.fault(error))
    }

    async fn release_lease(&self, name: &str, node: &str) -> Result<(), StoreError> {
        self.run(lease::release(name, node, (self.clock)())).await
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.known.clone()
    }

    async fn close(&self) -> Result<(), StoreError> {
        // Readers first: the writer is then the last to close, and folds the write-ahead log.
        self.readers.close().await;
        // Taken in a statement of its own, so that no lock is held while waiting.
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        match self.writer.lock().await.take() {
            None => Ok(()),
            Some(writer) => writer.await.unwrap_or(Err(StoreError::Closed)),
        }
    }
}
