//! Hearing what the server says beside its answer.
//!
//! A commit that waits for a synchronous standby and is told to stop waiting reports success, with
//! a warning. The driver hands warnings to the log of the program only; so the commit runs with a
//! listener in that place. Whether it hears is tried on every connection whose commits wait: nothing
//! is said to be durable on the silence of a listener that is deaf.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Executor, PgConnection};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

use crate::StoreError;

/// Under which name the driver logs what the server says.
const TARGET: &str = "sqlx::postgres::notice";

/// Whether commits wait for a standby.
pub(super) const SYNCHRONOUS: &str =
    "SELECT current_setting('synchronous_standby_names') <> '' AS synchronous";
/// Has the server warn. A warning that a setting holds back does not come either.
const TRY: &str = "DO $$BEGIN RAISE WARNING 'citygate tries whether warnings are heard'; END$$";

/// Notes whether the server warned.
#[derive(Clone)]
pub(super) struct Notices {
    warned: Arc<AtomicBool>,
    dispatch: Dispatch,
    /// With a single one in the process, the place where the driver logs asks only whoever listens
    /// when it logs for the first time, and keeps the answer for ever. With two it asks them all.
    _second: Dispatch,
}

struct Listener(Arc<AtomicBool>);

impl Notices {
    pub fn new() -> Self {
        let warned = Arc::new(AtomicBool::new(false));
        let listener = || Dispatch::new(Listener(Arc::clone(&warned)));
        Self { dispatch: listener(), _second: listener(), warned }
    }

    /// Has the server do something that commits.
    ///
    /// # Errors
    /// What the server reports; [`Warned`] when it did it with a warning.
    pub async fn committed<T>(
        &self,
        commit: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        self.warned.store(false, Ordering::SeqCst);
        let done = commit.with_subscriber(self.dispatch.clone()).await?;
        if self.warned.swap(false, Ordering::SeqCst) {
            return Err(sqlx::Error::AnyDriverError(Box::new(Warned)));
        }
        Ok(done)
    }

    /// Tries whether a warning is heard on a connection. Nothing is changed by it.
    ///
    /// # Errors
    /// What the server reports; [`Deaf`].
    pub async fn try_hearing(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        match self.committed(connection.execute(TRY)).await {
            Err(error) if is_warned(&error) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(sqlx::Error::AnyDriverError(Box::new(Deaf))),
        }
    }

    /// The same, where commits wait for a standby.
    ///
    /// # Errors
    /// As for [`Notices::try_hearing`].
    pub async fn ready(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let synchronous = sqlx::query_scalar::<_, bool>(SYNCHRONOUS).fetch_one(&mut *connection);
        if synchronous.await? { self.try_hearing(connection).await } else { Ok(()) }
    }
}

/// Whether something was done, with a warning.
pub(super) fn is_warned(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::AnyDriverError(cause) if cause.is::<Warned>())
}

/// What a commit is told as that had this error.
pub(super) fn unknown(error: sqlx::Error) -> StoreError {
    StoreError::Unknown(if is_warned(&error) { Arc::new(Warned) } else { Arc::new(error) })
}

/// Whether the connection tells no warnings.
pub(super) fn is_deaf(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::AnyDriverError(cause) if cause.is::<Deaf>())
}

/// The server committed and warned, as it does when it stops waiting for its standby.
#[derive(Debug, thiserror::Error)]
#[error("the server committed with a warning")]
struct Warned;

/// A warning of the server was not heard.
#[derive(Debug, thiserror::Error)]
#[error("the server's warnings are not heard: a commit could not be trusted")]
struct Deaf;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && *metadata.level() <= Level::WARN
    }

    fn event(&self, _: &Event<'_>) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
