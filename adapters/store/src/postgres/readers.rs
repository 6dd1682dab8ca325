//! Connections that only read, and never from an older primary than was seen.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Executor, Postgres, Row};
use tokio::time::timeout;

use super::greet::{Seen, greet};
use super::options::{PostgresOptions, Rights};
use super::promptly;

/// How long a reader waits for a connection. A server that is not there, or not the primary, is asked
/// again so long: a promotion may be under way.
pub(super) const READER_WAIT: Duration = Duration::from_secs(5);
/// After so long without a reader the primary is looked for anew.
const RE_ROUTE: Duration = Duration::from_secs(1);
/// How long a connection that is given back may take to say how it is.
const GIVEN_BACK: Duration = Duration::from_secs(3);
/// In a transaction that lasts longer than this statement the two differ.
const IN_NO_TRANSACTION: &str = "SELECT transaction_timestamp() = statement_timestamp()";

/// A pool, and another one whenever another primary or epoch was seen: a connection from before may
/// still lead to the old primary, which answers as if nothing had happened.
pub(super) struct Readers {
    options: PostgresOptions,
    seen: Arc<Seen>,
    current: Mutex<Current>,
}

#[derive(Clone)]
struct Current {
    pool: PgPool,
    /// Of what was seen when the pool was made; each of its connections was greeted after that.
    generation: u64,
}

impl Readers {
    pub fn new(options: &PostgresOptions, server: &PgConnectOptions, seen: &Arc<Seen>) -> Self {
        let (options, seen) = (options.clone(), Arc::clone(seen));
        let generation = seen.generation();
        let current = Mutex::new(Current { pool: pool(&options, server, &seen), generation });
        Self { options, seen, current }
    }

    pub fn pool(&self) -> PgPool {
        self.current().pool
    }

    fn current(&self) -> Current {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A connection to the newest primary that was seen. None when there is none soon: then the
    /// primary is to be looked for.
    pub async fn acquire(&self) -> Option<Result<PoolConnection<Postgres>, sqlx::Error>> {
        let Current { pool, generation } = self.current();
        if generation != self.seen.generation() {
            return None;
        }
        let acquired = timeout(RE_ROUTE, pool.acquire()).await.ok()?;
        match acquired {
            Ok(mut connection) if generation != self.seen.generation() => {
                connection.close_on_drop();
                None
            }
            acquired => Some(acquired),
        }
    }

    /// Goes on with this server.
    pub fn lead_to(&self, server: &PgConnectOptions) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = self.seen.generation();
        if current.generation == generation {
            current.pool.set_connect_options(self.options.rights(server, Rights::Reader));
            return;
        }
        let pool = pool(&self.options, server, &self.seen);
        let before = std::mem::replace(&mut *current, Current { pool, generation });
        // It waits for whoever still reads.
        tokio::spawn(async move { before.pool.close().await });
    }

    pub async fn close(&self) {
        // What does not answer now is left behind.
        let _ = timeout(GIVEN_BACK, self.pool().close()).await;
    }
}

/// A pool of connections that cannot write. A future that was dropped in the middle of a
/// transaction gives back a connection that is still in it: so each is asked when it is returned,
/// and such a one is thrown away, as one that does not answer. To roll all back would have the server
/// warn each time.
fn pool(options: &PostgresOptions, server: &PgConnectOptions, seen: &Arc<Seen>) -> PgPool {
    let (place, seen) = (Arc::new(options.place()), Arc::clone(seen));
    let ports: BTreeSet<u16> = options.servers().iter().map(PgConnectOptions::get_port).collect();
    PgPoolOptions::new()
        .max_connections(options.readers)
        .acquire_timeout(READER_WAIT)
        // As in the embedded store: the pool's maintenance task is not needed.
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            let (place, seen) = (Arc::clone(&place), Arc::clone(&seen));
            ports.iter().copied().for_each(promptly::send);
            Box::pin(async move {
                let greeted = greet(connection, &place, &seen).await;
                greeted.map_err(|error| sqlx::Error::Configuration(Box::new(error)))
            })
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                let asked = timeout(GIVEN_BACK, connection.fetch_one(IN_NO_TRANSACTION)).await;
                asked.map_err(|_| sqlx::Error::PoolTimedOut)??.try_get(0)
            })
        })
        .connect_lazy_with(options.rights(server, Rights::Reader))
}
