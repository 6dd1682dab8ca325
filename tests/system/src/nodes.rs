//! Nodes of one ledger: engines on stores of their own, as processes have them.

use std::path::Path;
use std::sync::Arc;

use citygate_domain::Command;
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_engine::{Answer, DocumentTables, Engine, EngineError, Request};
use citygate_store::{EventStore, PostgresStore, SqliteStore, migrate};

use crate::ledger::{Stopped, actor, answers, sources, ticking_clock};
use crate::postgres::{Database, Server};

/// One of several nodes.
pub struct Node {
    /// Its engine, with tables.
    pub engine: Engine,
}

impl Node {
    /// A node on a ledger in a database.
    ///
    /// # Errors
    /// The database or the log failing.
    pub async fn on_database(database: &Database) -> Result<Self, Stopped> {
        let store = PostgresStore::open(database.options(), ticking_clock()).await?;
        Self::of(store).await
    }

    /// A node on a ledger in a file.
    ///
    /// # Errors
    /// The file or the log failing.
    pub async fn on_file(path: &Path) -> Result<Self, Stopped> {
        Self::of(SqliteStore::open(path, ticking_clock()).await?).await
    }

    async fn of<S: EventStore + DocumentTables + 'static>(store: S) -> Result<Self, Stopped> {
        Ok(Self { engine: Engine::open_with_tables(Arc::new(store), sources()).await? })
    }

    /// Opens the ledger with the usual settings.
    ///
    /// # Errors
    /// The log failing.
    pub async fn init(&self) -> Result<(), Stopped> {
        let settings = Settings::default();
        self.execute(vec![Command::OpenLedger(OpenLedger { settings })]).await?;
        Ok(())
    }

    /// Executes commands one after another, in one batch.
    ///
    /// # Errors
    /// The log failing.
    pub async fn execute(&self, commands: Vec<Command>) -> Result<Vec<Answer>, EngineError> {
        let requests = commands.into_iter().map(Request::from).collect();
        self.engine.execute(&actor(), requests).await
    }

    /// The position and the digest of everything in memory.
    pub async fn state(&self) -> (u64, [u8; 32]) {
        let world = self.engine.read().await;
        (world.position.number(), world.digest())
    }

    /// Everything that the memory answers, as text.
    ///
    /// # Errors
    /// A rule failing.
    pub async fn answers(&self) -> Result<String, Stopped> {
        answers(&*self.engine.read().await)
    }

    /// Lets go of the ledger.
    ///
    /// # Errors
    /// The world failing.
    pub async fn close(self) -> Result<(), Stopped> {
        Ok(self.engine.store().close().await?)
    }
}

/// A new ledger in a database of its own, and its first node.
///
/// # Errors
/// The database or the log failing.
pub async fn first_node() -> Result<(Database, Node), Stopped> {
    let database = Server::shared().database().await;
    migrate(&database.options(), &[]).await?;
    let node = Node::on_database(&database).await?;
    node.init().await?;
    Ok((database, node))
}
