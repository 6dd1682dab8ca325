//! The log in a PostgreSQL database, shared by several nodes.
//!
//! One task of each node writes, see `writer`; a pool of readers reads beside it. Acknowledged
//! means flushed by the server, and by its synchronous standby where it has one: the settings that
//! this rests on are asserted on every connection. Copies of the database are made with the
//! server's own tools (`pg_basebackup`, `pg_dump`).

mod ahead;
mod batch;
mod columns;
mod condition;
mod decide;
mod faults;
mod finding;
mod greet;
mod launch;
mod lease;
mod load;
mod migrate;
mod nodes;
mod notices;
mod options;
mod pack;
mod port;
mod promptly;
mod protect;
mod read;
mod readers;
mod receive;
mod replay;
mod route;
mod step;
mod tables;
mod thread;
mod transact;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Postgres};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::faults::fault;
use self::greet::Seen;
use self::load::LoadError;
use self::options::Rights;
use self::read::number;
use self::readers::Readers;
use self::step::Step;
use self::writer::{Job, Writer};
use crate::statement::{Statement, Work};
use crate::{Clock, EventStore, StoreError, TableWrites};

pub use self::condition::{Replica, ServerCondition, ServerFacts, conditions};
pub use self::finding::{FINDINGS, Finding, findings, short_of_room};
pub use self::migrate::{Migrated, migrate};
pub use self::nodes::{Node, activate};
pub use self::options::PostgresOptions;
pub(crate) use self::receive::{Beside, Target};

/// Calls that may wait before a caller has to wait to be heard.
const WAITING_CALLS: usize = 4096;
/// How long a step may take that makes or fills tables.
const BUILDING: Duration = Duration::from_secs(600);
/// Events at the end of the log whose digests are checked when it is opened.
const CHECKED_TAIL: u64 = 256;

/// The log in one PostgreSQL database. Opened inside a tokio runtime; keeps every promise of
/// [`EventStore`].
pub struct PostgresStore {
    options: PostgresOptions,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    writer: tokio::sync::Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
    readers: Readers,
    known: watch::Receiver<u64>,
    seen: Arc<Seen>,
}

impl PostgresStore {
    /// Opens a ledger that [`migrate`] made.
    ///
    /// # Errors
    /// What is wrong with the server, its settings or the tables, each with a code of its own.
    pub async fn open(mut options: PostgresOptions, clock: Clock) -> Result<Self, StoreError> {
        let seen = Arc::new(Seen::default());
        let readers = Self::look(&mut options, &seen).await?;
        let (jobs, receiver) = mpsc::channel(WAITING_CALLS);
        let (notify, known) = watch::channel(0);
        let writer = Writer::new(receiver, options.clone(), clock, Arc::clone(&seen), notify);
        let writer = writer.map_err(|error| StoreError::failed("starting the writer", error))?;
        let writer = tokio::sync::Mutex::new(Some(tokio::spawn(writer.run())));
        let store = Self { options, jobs: Mutex::new(Some(jobs)), writer, readers, known, seen };
        if let Err(error) = store.begin().await {
            // What was found is what is told, whatever closing reports.
            let _ = store.close().await;
            return Err(error);
        }
        Ok(store)
    }

    /// The first connection says what is wrong with the server; the pool would only wait.
    async fn look(options: &mut PostgresOptions, seen: &Arc<Seen>) -> Result<Readers, StoreError> {
        use sqlx::Connection;
        let opened = route::open(options, seen, Rights::Writer, options.lock_wait).await?;
        let (place, mut first) = (options.place(), opened.connection);
        let size = sqlx::query_scalar::<_, i64>("SELECT partition_size FROM citygate.setting");
        let size = size.fetch_one(&mut first).await;
        let size = size.map_err(|error| fault(&place, "reading the settings", error))?;
        options.partition_size = u32::try_from(size).unwrap_or(u32::MAX);
        let closed = first.close().await;
        closed.map_err(|error| fault(&place, "connecting", error))?;
        let readers = Readers::new(options, &opened.server, seen);
        let acquired = readers.pool().acquire().await.map(drop);
        if let Err(error) = acquired {
            readers.close().await;
            return Err(fault(&place, "connecting", error));
        }
        Ok(readers)
    }

    /// How the ledger is reached.
    #[must_use]
    pub fn options(&self) -> &PostgresOptions {
        &self.options
    }

    /// Connections for reading the tables of projections, in the schema `report`; they cannot
    /// write.
    #[must_use]
    pub fn readers(&self) -> PgPool {
        self.readers.pool()
    }

    /// Writes rows of a projection, between appends, whole or not at all: false when the projection
    /// had come further than was allowed. The primary key of a table that is not new has the name
    /// that the server gives it by itself.
    ///
    /// # Errors
    /// The world failing, or a statement that the database refuses.
    pub async fn write_tables(&self, writes: TableWrites) -> Result<bool, StoreError> {
        let builds = !writes.statements.is_empty() || writes.rows.iter().any(|rows| rows.new);
        let patience = if builds { BUILDING } else { self.options.deadline };
        self.run_guarded(tables::steps(writes), patience).await
    }

    /// Rows of a projection's table: a position and a text each.
    ///
    /// # Errors
    /// The world failing, or a statement that the database refuses.
    pub async fn read_table(&self, sql: String) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query_as::<_, (i64, String)>(AssertSqlSafe(sql));
        let rows = self.within(rows.fetch_all(&mut *self.reader().await?)).await;
        rows.map_err(|error| self.fault(error))
    }

    /// How far a projection has come; 0 when it has not begun.
    ///
    /// # Errors
    /// The world failing.
    pub async fn checkpoint(&self, name: &str) -> Result<u64, StoreError> {
        let sql = "SELECT position FROM citygate.checkpoint WHERE name = $1";
        let position = sqlx::query_scalar::<_, i64>(sql).bind(name);
        let position = self.within(position.fetch_optional(&mut *self.reader().await?)).await;
        Ok(position.map_err(|error| self.fault(error))?.and_then(number).unwrap_or(0))
    }

    /// The version of the server, as it says it.
    ///
    /// # Errors
    /// The world failing.
    pub async fn server_version(&self) -> Result<String, StoreError> {
        let version = sqlx::query_scalar::<_, String>("SELECT current_setting('server_version')");
        let version = self.within(version.fetch_one(&mut *self.reader().await?)).await;
        version.map_err(|error| self.fault(error))
    }

    fn sender(&self) -> Result<mpsc::Sender<Job>, StoreError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.clone().ok_or(StoreError::Closed)
    }

    async fn run(&self, statements: Vec<Statement>) -> Result<(), StoreError> {
        let steps = statements.into_iter().map(Step::from).collect();
        self.run_guarded(steps, self.options.deadline).await.map(drop)
    }

    /// Each of the steps may take as long as `patience`.
    async fn run_guarded(&self, steps: Vec<Step>, patience: Duration) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Run(Work { steps, answer }, patience);
        self.sender()?.send(job).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Has the writer connect anew, and raise the epoch where that is due.
    async fn meet_primary(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.sender()?.send(Job::Meet(answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// What a server that says nothing any more is not waited for longer than a deadline. Its
    /// connection is thrown away when it is given back.
    async fn within<T, E: From<sqlx::Error>>(
        &self,
        asking: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        within(self.options.deadline, asking).await
    }

    /// A connection that cannot write. The pool only tries again where it was; when it takes long,
    /// or another primary was seen, the primary is looked for.
    async fn reader(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        let acquire = async {
            loop {
                if let Some(acquired) = self.readers.acquire().await {
                    return acquired.map_err(|error| self.fault(error));
                }
                let (options, seen) = (&self.options, &self.seen);
                match route::open(options, seen, Rights::Reader, options.deadline).await {
                    Ok(found) => self.readers.lead_to(&found.server),
                    // There is one whose epoch is to be raised, or there will be one.
                    Err(StoreError::NoPrimary { .. }) => self.meet_primary().await?,
                    Err(error) => return Err(error),
                }
            }
        };
        // Of several servers one is going to be the primary: that may take as long as a deadline.
        let several = self.options.servers().len() > 1;
        let patience = if several { self.options.deadline } else { readers::READER_WAIT };
        match timeout(patience, acquire).await {
            Ok(acquired) => acquired,
            Err(late) => {
                let (place, cause) = (self.options.place(), Arc::new(late));
                Err(StoreError::Unreachable { place, cause })
            }
        }
    }

    fn fault(&self, error: sqlx::Error) -> StoreError {
        fault(&self.options.place(), "reading the log", error)
    }

    fn load_fault(&self, error: LoadError) -> StoreError {
        match error {
            LoadError::Database(error) => self.fault(error),
            LoadError::Store(error) => error,
        }
    }

    /// Whoever looks after this sees the node; what it reads first is good.
    async fn begin(&self) -> Result<(), StoreError> {
        if let Some(node) = &self.options.node {
            self.run(node.beat()).await?;
        }
        self.check_tail().await
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
        crate::verify::check_tail(&head, &events)?;
        match events.last() {
            // Another node may have appended between the two looks.
            Some(last) if last.position > head.position => {
                let end = self.head().await?.position;
                let what = "an event lies beyond the head of the log";
                if last.position > end { Err(StoreError::corrupt(end + 1, what)) } else { Ok(()) }
            }
            Some(_) | None => Ok(()),
        }
    }
}

async fn within<T, E: From<sqlx::Error>>(
    deadline: Duration,
    asking: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let silent = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
    timeout(deadline, asking).await.map_err(silent)?
}
