//! One transaction on the writing connection, and what to do when it cannot be as planned.

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use super::batch::Batch;
use super::faults::{commit_fault, fault, is_data_error, told};
use super::load::{LoadError, head_row, learn};
use super::open::SqliteOptions;
use crate::calls::{Decided, Queued};
use crate::statement::{Statement, Value};
use crate::{BadData, Clock, Outcome, StoreError};

/// The writing connection; opened again after a failure that may have spoilt it.
pub(super) struct Transactor {
    pub options: SqliteOptions,
    pub clock: Clock,
    connection: Option<SqliteConnection>,
}

/// What became of a planned batch.
pub(super) enum Written {
    /// Durable, or nothing was to be written and the plan was good.
    Done,
    /// Another process wrote in between.
    Stale,
    /// A request's data was refused by the database.
    BadData,
    /// The world failed.
    Failed(StoreError),
}

impl Transactor {
    pub fn new(options: SqliteOptions, clock: Clock, connection: SqliteConnection) -> Self {
        Self { options, clock, connection: Some(connection) }
    }

    async fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.connection.is_none() {
            let opened = self.options.writer().connect().await;
            let fault = |error| fault(&self.options.path, "opening the ledger again", error);
            self.connection = Some(opened.map_err(fault)?);
        }
        self.connection.as_mut().ok_or(StoreError::Closed)
    }

    /// Gives the connection up after a failed commit: its state is not to be trusted.
    async fn give_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Whatever closing reports, the connection is gone.
            let _ = connection.close_hard().await;
        }
    }

    /// Writes a batch that was planned without holding the lock.
    pub async fn write(&mut self, batch: &mut Batch) -> Written {
        match self.try_write(batch).await {
            Ok(written) => written,
            Err(error) => Written::Failed(error),
        }
    }

    async fn try_write(&mut self, batch: &mut Batch) -> Result<Written, StoreError> {
        let path = self.options.path.clone();
        let connection = self.connection().await?;
        let fault = |error| fault(&path, "writing to the log", error);
        if !batch.writes() {
            let sql = "SELECT generation FROM log_head";
            let now = sqlx::query_scalar::<_, i64>(sql).fetch_one(connection).await;
            let good = now.map_err(fault)? == batch.generation;
            return Ok(if good { Written::Done } else { Written::Stale });
        }
        let begun = connection.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.map_err(fault)?;
        let written = match batch.write(&mut transaction).await {
            Ok(true) => match transaction.commit().await {
                Ok(()) => return Ok(Written::Done),
                Err(error) => {
                    self.give_up().await;
                    return Err(commit_fault(&path, error));
                }
            },
            Ok(false) => Ok(Written::Stale),
            Err(error) if is_data_error(&error) => Ok(Written::BadData),
            Err(error) => Err(fault(error)),
        };
        if transaction.rollback().await.is_err() {
            self.give_up().await;
        }
        written
    }

    /// Decides and writes requests under the lock. On a data error the requests are halved until
    /// the bad one stands alone; it is refused and its neighbours are not hurt.
    pub async fn decide(&mut self, requests: Vec<Queued>) -> Vec<Decided> {
        let mut decided = Vec::with_capacity(requests.len());
        let mut waiting = vec![requests];
        while let Some(mut requests) = waiting.pop() {
            match self.decide_together(&mut requests).await {
                Ok(Ok(outcomes)) => decided.extend(requests.into_iter().zip(outcomes)),
                Ok(Err(told)) if requests.len() < 2 => {
                    let refused = BadData::new("data_refused", told);
                    // What rests on it is decided again.
                    requests.iter().for_each(|queued| queued.request.run.break_off());
                    let refuse = |queued| (queued, Ok(Outcome::Refused(refused.clone())));
                    decided.extend(requests.into_iter().map(refuse));
                }
                Ok(Err(_)) => {
                    let later = requests.split_off(requests.len() / 2);
                    waiting.push(later);
                    waiting.push(requests);
                }
                Err(error) => {
                    // Nothing is written behind what failed: it may be the rest of a call.
                    let rest = waiting.drain(..).rev().flatten();
                    let fail = |queued| (queued, Err(error.clone()));
                    decided.extend(requests.into_iter().chain(rest).map(fail));
                }
            }
        }
        decided
    }

    /// The inner error is what the database said about the data.
    async fn decide_together(
        &mut self,
        requests: &mut Vec<Queued>,
    ) -> Result<Result<Vec<Result<Outcome, StoreError>>, String>, StoreError> {
        let (path, clock) = (self.options.path.clone(), self.clock.clone());
        let connection = self.connection().await?;
        let fault = |error| fault(&path, "writing to the log", error);
        let begun = connection.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.map_err(fault)?;
        let planned = plan_locked(&mut transaction, requests, &clock).await;
        let mut batch = match planned {
            Ok(batch) => batch,
            Err(LoadError::Store(error)) => return Err(error),
            Err(LoadError::Database(error)) => return Err(fault(error)),
        };
        let written = if batch.writes() { batch.write(&mut transaction).await } else { Ok(true) };
        let outcomes = std::mem::take(&mut batch.outcomes);
        *requests = batch.into_requests();
        match written {
            Ok(_) => match transaction.commit().await {
                Ok(()) => Ok(Ok(outcomes.into_iter().map(Ok).collect())),
                Err(error) => {
                    self.give_up().await;
                    Err(commit_fault(&path, error))
                }
            },
            Err(error) => {
                if transaction.rollback().await.is_err() {
                    self.give_up().await;
                }
                if is_data_error(&error) { Ok(Err(told(&error))) } else { Err(fault(error)) }
            }
        }
    }

    /// Runs statements in one transaction of their own.
    /// False when a guard kept them from being written.
    pub async fn run(&mut self, statements: Vec<Statement>) -> Result<bool, StoreError> {
        let path = self.options.path.clone();
        let connection = self.connection().await?;
        let fault = |error| fault(&path, "writing beside the log", error);
        let begun = connection.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.map_err(fault)?;
        for statement in statements {
            let mut query = sqlx::query(AssertSqlSafe(statement.sql.into_owned()));
            for value in statement.values {
                query = match value {
                    Value::Null => query.bind(None::<i64>),
                    Value::Text(text) => query.bind(text),
                    Value::Integer(integer) => query.bind(integer),
                    Value::Blob(blob) => query.bind(blob),
                };
            }
            // Dropping the transaction rolls it back.
            if !statement.guards {
                query.execute(&mut *transaction).await.map_err(fault)?;
            } else if query.fetch_optional(&mut *transaction).await.map_err(fault)?.is_some() {
                return Ok(false);
            }
        }
        let committed = transaction.commit().await;
        if let Err(error) = committed {
            self.give_up().await;
            return Err(commit_fault(&path, error));
        }
        Ok(true)
    }

    /// Closes the connection; the last one folds the write-ahead log into the file.
    pub async fn close(mut self) -> Result<(), StoreError> {
        let Some(connection) = self.connection.take() else { return Ok(()) };
        let closed = connection.close().await;
        closed.map_err(|error| fault(&self.options.path, "closing the ledger", error))
    }
}

async fn plan_locked(
    connection: &mut SqliteConnection,
    requests: &mut Vec<Queued>,
    clock: &Clock,
) -> Result<Batch, LoadError> {
    let head = head_row(&mut *connection).await?;
    let mut heads = head.heads()?;
    learn(connection, &mut heads, requests.iter().map(|queued| &queued.request)).await?;
    let mut batch = Batch::new(&heads, head.generation);
    for queued in requests.drain(..) {
        batch.plan(&mut heads, queued, clock());
    }
    Ok(batch)
}
