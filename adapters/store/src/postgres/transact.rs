//! Transactions on the writing connection.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};
use tokio::time::timeout;

use super::batch::integer;
use super::faults::{fault, is_lost};
use super::greet::Seen;
use super::load::{LoadError, Locked, lock};
use super::nodes::Activated;
use super::notices::{Notices, is_warned, unknown};
use super::options::{PostgresOptions, Rights};
use super::route;
use super::step::Step;
use crate::{Clock, Digest, StoreError};

pub(super) const WRITING: &str = "writing to the log";
const BESIDE: &str = "writing beside the log";

/// The writing connection; opened again after a failure that may have spoilt it.
pub(super) struct Transactor {
    pub options: PostgresOptions,
    pub place: PathBuf,
    pub clock: Clock,
    connection: Option<PgConnection>,
    notices: Notices,
    /// Whether warnings are known to be heard on the connection.
    hears: bool,
    /// What this process has seen of the ledger's primaries.
    pub seen: Arc<Seen>,
    pub activated: Arc<Activated>,
    /// Where the log ended when this process wrote to it last.
    pub left: Option<(u64, Digest)>,
}

impl Transactor {
    pub fn new(options: PostgresOptions, clock: Clock, seen: Arc<Seen>) -> Self {
        let (place, notices) = (options.place(), Notices::new());
        let activated = Arc::default();
        let (connection, hears, left) = (None, false, None);
        Self { options, place, clock, connection, notices, hears, seen, activated, left }
    }

    /// The connection, made when there is none.
    pub async fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        if self.connection.is_none() {
            let (options, seen) = (&self.options, &self.seen);
            let opened = route::open(options, seen, Rights::Writer, options.deadline).await?;
            self.connection = Some(opened.connection);
        }
        self.connection.as_mut().ok_or(StoreError::Closed)
    }

    /// Begins a transaction with the lock on the log's head. A connection that broke while it was
    /// at rest is replaced once: nothing was asked of it yet.
    pub async fn lock(&mut self, question: String) -> Result<Locked, StoreError> {
        let rested = self.connection.is_some();
        let error = match self.try_lock(question.clone()).await {
            Ok(locked) => return locked,
            Err(error) => error,
        };
        self.give_up_or_roll_back(&error).await;
        if !(rested && is_lost(&error)) {
            return Err(fault(&self.place, WRITING, error));
        }
        match self.try_lock(question).await {
            Ok(locked) => locked,
            Err(error) => {
                self.give_up_or_roll_back(&error).await;
                Err(fault(&self.place, WRITING, error))
            }
        }
    }

    /// The outer error is the database's.
    async fn try_lock(
        &mut self,
        question: String,
    ) -> Result<Result<Locked, StoreError>, sqlx::Error> {
        let deadline = self.options.deadline;
        let connection = match self.connection().await {
            Ok(connection) => connection,
            Err(error) => return Ok(Err(error)),
        };
        let Ok(locked) = timeout(deadline, lock(connection, question)).await else {
            self.give_up();
            return Ok(Err(StoreError::Busy));
        };
        match locked {
            Ok(locked) => Ok(Ok(locked)),
            Err(LoadError::Database(error)) => Err(error),
            Err(LoadError::Store(error)) => {
                self.roll_back().await;
                Ok(Err(error))
            }
        }
    }

    /// Commits. Whatever is reported other than plain success leaves open whether the transaction
    /// is durable: the answer may have been lost on its way, and a warning says that the server
    /// stopped waiting for its standby. The statement is never cancelled, it is left behind.
    pub async fn commit(&mut self) -> Result<(), StoreError> {
        let (deadline, notices) = (self.options.deadline, self.notices.clone());
        let commit = notices.committed(self.connection().await?.execute("COMMIT"));
        let left_open = match timeout(deadline, commit).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) if is_warned(&error) => return Err(unknown(error)),
            Ok(Err(error)) => unknown(error),
            Err(late) => StoreError::Unknown(Arc::new(late)),
        };
        self.give_up();
        Err(left_open)
    }

    /// Before a commit that waits for a standby: tries once on each connection whether the warning
    /// would be heard that it stopped waiting.
    pub async fn listen(&mut self) -> Result<(), StoreError> {
        if self.hears {
            return Ok(());
        }
        let (deadline, notices) = (self.options.deadline, self.notices.clone());
        let hear = async |connection: &mut PgConnection| notices.try_hearing(connection).await;
        self.within(deadline, WRITING, hear).await?;
        self.hears = true;
        Ok(())
    }

    /// Ends a transaction of which nothing is to stay.
    pub async fn roll_back(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        let ended = timeout(self.options.deadline, connection.execute("ROLLBACK")).await;
        if !matches!(ended, Ok(Ok(_))) {
            self.give_up();
        }
    }

    pub async fn give_up_or_roll_back(&mut self, error: &sqlx::Error) {
        if is_lost(error) { self.give_up() } else { self.roll_back().await }
    }

    /// Leaves the connection: its state is not to be trusted. The server ends what it was doing.
    pub fn give_up(&mut self) {
        self.connection = None;
        self.hears = false;
    }

    /// Waits for an answer no longer than that. A connection that is lost, or silent, is left.
    async fn within<T>(
        &mut self,
        patience: Duration,
        doing: &'static str,
        ask: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        match timeout(patience, ask(self.connection().await?)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                self.give_up_or_roll_back(&error).await;
                Err(fault(&self.place, doing, error))
            }
            Err(late) => {
                self.give_up();
                let (place, cause) = (self.place.clone(), Arc::new(late));
                Err(StoreError::Unreachable { place, cause })
            }
        }
    }

    /// Makes partitions for the positions up to this one, and three beyond.
    pub async fn make_room(&mut self, through: u64) -> Result<(), StoreError> {
        let make = sqlx::query("SELECT citygate.add_partitions($1)").bind(integer(through));
        let make = async |connection: &mut PgConnection| make.execute(connection).await.map(drop);
        self.within(self.options.deadline, "making partitions", make).await
    }

    /// Learns which forms of events may be written. A connection that broke while it was at rest is
    /// replaced once.
    pub async fn learn_activated(&mut self) -> Result<(), StoreError> {
        let rested = self.connection.is_some();
        let read = async |connection: &mut PgConnection| Activated::read(connection).await;
        let activated = match self.within(self.options.deadline, WRITING, read).await {
            Err(StoreError::Unreachable { .. }) if rested => {
                self.within(self.options.deadline, WRITING, read).await
            }
            read => read,
        };
        self.activated = Arc::new(activated?);
        Ok(())
    }

    /// Takes steps in one transaction of their own; false when a guard kept them from being taken.
    /// Each statement of them may take as long as `patience`.
    pub async fn run(&mut self, steps: Vec<Step>, patience: Duration) -> Result<bool, StoreError> {
        let (rested, deadline) = (self.connection.is_some(), self.options.deadline.min(patience));
        let begin = async |connection: &mut PgConnection| {
            let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
            connection.execute(begin).await.map(drop)
        };
        match self.within(deadline, BESIDE, begin).await {
            Err(StoreError::Unreachable { .. }) if rested => {
                self.within(deadline, BESIDE, begin).await?;
            }
            begun => begun?,
        }
        for step in steps {
            let patience = step.patience(patience);
            let take = async |connection: &mut PgConnection| step.take(connection).await;
            if !self.within(patience, BESIDE, take).await? {
                self.roll_back().await;
                return Ok(false);
            }
        }
        self.commit().await.map(|()| true)
    }

    /// Closes the connection.
    pub async fn close(mut self) -> Result<(), StoreError> {
        let Some(connection) = self.connection.take() else { return Ok(()) };
        match timeout(self.options.lock_wait, connection.close()).await {
            Ok(closed) => closed.map_err(|error| fault(&self.place, "closing the ledger", error)),
            // What the server had to do is done; it finds out that nobody is there any more.
            Err(_) => Ok(()),
        }
    }
}
