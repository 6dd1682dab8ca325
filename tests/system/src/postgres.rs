//! A PostgreSQL server for tests, and a database of its own for each.
//!
//! `CITYGATE_TEST_POSTGRES` names a server whose user may create databases and roles. Without it
//! the script `tests/postgres` starts one for this process, which ends with it. Where neither is
//! possible the test fails and says why; it is never left out.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use citygate_store::{PostgresOptions, PostgresStore, StoreError, migrate};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::sample::still_clock;

/// A server that was started for this process; it ends when this is dropped or the process ends.
pub struct Server {
    /// Its address, with the database `postgres`.
    pub url: String,
    script: Option<Mutex<Script>>,
}

/// The script that started the server: what is said to it, and what it says.
struct Script {
    running: Child,
    says: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a server with settings such as `fsync=off`.
    ///
    /// # Panics
    /// When there is no PostgreSQL, with the reason on standard error.
    #[must_use]
    #[allow(clippy::panic, clippy::expect_used, reason = "a missing server must fail the test")]
    pub fn start(settings: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../postgres");
        let mut running = Command::new(&script)
            .args(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", script.display()));
        let says = BufReader::new(running.stdout.take().expect("it was piped"));
        let mut script = Script { running, says };
        let url = script.line();
        assert!(!url.is_empty(), "no PostgreSQL for the tests; the reason stands above");
        Self { url, script: Some(Mutex::new(script)) }
    }

    /// Has the script do something with the server: `crash`, `end` and `begin`, or `standby`.
    ///
    /// # Panics
    /// When it is not done, or the server is not one that was started here.
    #[allow(clippy::expect_used, reason = "a test that cannot go on must fail")]
    pub fn tell(&self, word: &str) {
        let script = self.script.as_ref().expect("a server of its own");
        let mut script = script.lock().expect("nobody panicked");
        let stdin = script.running.stdin.as_mut().expect("it was piped");
        writeln!(stdin, "{word}").expect("the script listens");
        assert_eq!(script.line(), "done");
    }

    /// The server of all tests.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("CITYGATE_TEST_POSTGRES") {
            Ok(url) => Self { url, script: None },
            Err(_) => Self::start(&[]),
        })
    }

    /// A new, empty database.
    ///
    /// # Panics
    /// When the server does not make one.
    pub async fn database(&self) -> Database {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let name = format!("citygate_test_{}_{number}", std::process::id());
        execute(&self.url, &format!("CREATE DATABASE {name}")).await;
        let (server, _) = self.url.rsplit_once('/').unwrap_or((&self.url, ""));
        Database { url: format!("{server}/{name}"), server: self.url.clone(), name }
    }
}

impl Script {
    #[allow(clippy::expect_used, reason = "a test that cannot go on must fail")]
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("the script's output is text");
        line.trim().to_owned()
    }
}

/// A database of one test; it goes away with this.
pub struct Database {
    /// Its address.
    pub url: String,
    server: String,
    name: String,
}

impl Database {
    /// How its ledger is opened.
    ///
    /// # Panics
    /// Never: the address is one.
    #[must_use]
    #[allow(clippy::expect_used, reason = "the address was made here")]
    pub fn options(&self) -> PostgresOptions {
        PostgresOptions::from_url(&self.url).expect("an address of a database")
    }

    /// The ledger, made when it is not there.
    ///
    /// # Errors
    /// As for opening one.
    pub async fn ledger(&self) -> Result<PostgresStore, StoreError> {
        let options = self.options();
        migrate(&options, &[]).await?;
        PostgresStore::open(options, still_clock()).await
    }

    /// A connection with every right.
    ///
    /// # Panics
    /// When the server does not answer.
    #[allow(clippy::expect_used, reason = "a test that cannot go on must fail")]
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.expect("the server answers")
    }

    /// Runs SQL with every right.
    ///
    /// # Panics
    /// When the server refuses it.
    pub async fn execute(&self, sql: &str) {
        execute(&self.url, sql).await;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) =
            (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // A test may end inside a runtime, which must not wait for another one.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| {
                runtime.block_on(async {
                    if let Ok(mut connection) = PgConnection::connect(&server).await {
                        // A standby that a test invented is not waited for.
                        let _ = connection.execute("SET synchronous_commit = local").await;
                        let _ = connection.execute(AssertSqlSafe(sql)).await;
                    }
                });
            })
        });
        let _ = dropped.join();
    }
}

#[allow(clippy::expect_used, reason = "a test that cannot go on must fail")]
async fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("the server answers");
    let raw = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    raw.execute(&mut connection).await.expect("the server takes the statement");
    connection.close().await.expect("the connection closes");
}
