//! The engine on a ledger in PostgreSQL: a database of its own on a server's real disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use citygate_domain::Command;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_engine::{Answer, Engine, Office, Request, event_types};
use citygate_interchange::{Folder, import};
use citygate_store::{EventStore, Node, PostgresStore, copy_ledger, migrate};
use tokio::task::JoinSet;

use super::{Stopped, now};
use crate::ledger::{actor, commands, sources};
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

/// `callers` tasks, each handing in one reading after the other until all of the folder's are
/// recorded: state from memory, checked by version, decided, appended. Gives their number too.
///
/// # Errors
/// The log failing; a reading that is refused.
pub async fn commands_from_callers(
    shared: &Shared,
    folder: &Path,
    callers: usize,
) -> Result<(u64, Duration), Stopped> {
    let engine = shared.engine().await?;
    let (readings, others): (Vec<Command>, Vec<Command>) =
        commands(folder)?.into_iter().partition(|command| {
            matches!(command, Command::RecordDelivery(RecordDelivery { source, .. })
                if *source == Source::Telemetry)
        });
    let others =
        others.into_iter().filter(|command| !matches!(command, Command::RecordDelivery(_)));
    engine.execute(&actor(), others.map(Request::from).collect()).await?;
    let office = Office::open(engine);
    let mut shares: Vec<Vec<Command>> = vec![Vec::new(); callers.max(1)];
    for (place, reading) in readings.into_iter().enumerate() {
        shares[place % callers.max(1)].push(reading);
    }
    let before = shared.store.head().await?.position;
    let begun = now();
    let mut tasks = JoinSet::new();
    for share in shares {
        let office = office.clone();
        tasks.spawn(async move {
            for reading in share {
                let answers = office.execute(actor(), vec![reading.into()]).await?;
                // The sample repeats and contradicts itself, as real files do.
                if let Some(Answer::KeyReused) | None = answers.first() {
                    return Err::<(), Stopped>("a reading without an answer".into());
                }
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let time = begun.elapsed();
    Ok((shared.store.head().await?.position - before, time))
}
