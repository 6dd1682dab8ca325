//! The engine on a ledger in PostgreSQL: a database of its own on a server's real disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use citygate_domain::Command;
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_engine::{Engine, event_types};
use citygate_interchange::{Folder, import};
use citygate_store::{EventStore, Node, PostgresStore, copy_ledger, migrate};

use super::{Stopped, now};
use crate::ledger::{actor, sources};
use crate::postgres::{Database, Server};
use crate::sample::still_clock;

/// A ledger in a new database, written to by one node.
pub struct Shared {
    /// The database; it goes away with this.
    pub database: Database,
    /// The log.
    pub store: Arc<PostgresStore>,
}

impl Shared {
    /// A new, empty ledger.
    ///
    /// # Errors
    /// The server failing.
    pub async fn new(server: &Server) -> Result<Self, Stopped> {
        let database = server.database().await;
        migrate(&database.options(), &[("delivery_recorded".to_owned(), 1)]).await?;
        Self::open(database).await
    }

    /// The ledger of a file, in a new database.
    ///
    /// # Errors
    /// The server or the file failing.
    pub async fn of_file(server: &Server, path: &Path) -> Result<(Self, Duration), Stopped> {
        let database = server.database().await;
        let begun = now();
        copy_ledger(path, &database.options(), &event_types(), |_| {}).await?;
        let time = begun.elapsed();
        Ok((Self::open(database).await?, time))
    }

    async fn open(database: Database) -> Result<Self, Stopped> {
        let mut event_types = event_types();
        event_types.push(("delivery_recorded".to_owned(), 1));
        // As the program opens it: only forms that were activated are written.
        citygate_store::activate(&database.options(), &event_types).await?;
        let mut options = database.options();
        options.node = Some(Node { id: "bench".to_owned(), release: "0".to_owned(), event_types });
        let store = Arc::new(PostgresStore::open(options, still_clock()).await?);
        Ok(Self { database, store })
    }

    /// An engine on it, with tables, and the ledger opened.
    ///
    /// # Errors
    /// The log failing.
    pub async fn engine(&self) -> Result<Engine, Stopped> {
        let engine = Engine::open_with_tables(Arc::clone(&self.store), sources()).await?;
        if engine.read().await.ledger.settings().is_none() {
            let open = Command::OpenLedger(OpenLedger { settings: Settings::default() });
            engine.execute(&actor(), vec![open.into()]).await?;
        }
        Ok(engine)
    }

    /// Imports a folder; how long that took, and the events at its end.
    ///
    /// # Errors
    /// The log failing; a folder without facts.
    pub async fn import(&self, folder: &Path) -> Result<(Duration, u64), Stopped> {
        let engine = self.engine().await?;
        let begun = now();
        let facts = Folder::Disk(folder.to_owned());
        let imported = import(&engine, &actor(), facts, |_| {}).await?;
        let time = begun.elapsed();
        if imported.recorded == 0 {
            return Err(format!("{} holds no facts", folder.display()).into());
        }
        Ok((time, self.store.head().await?.position))
    }

    /// Makes tables and world anew from the log.
    ///
    /// # Errors
    /// The log failing.
    pub async fn rebuild(&self) -> Result<Duration, Stopped> {
        let engine = self.engine().await?;
        let begun = now();
        engine.rebuild().await?;
        Ok(begun.elapsed())
    }

    /// Lets go of it.
    ///
    /// # Errors
    /// The server failing.
    pub async fn close(self) -> Result<(), Stopped> {
        Ok(self.store.close().await?)
    }
}
