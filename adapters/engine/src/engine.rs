//! The engine: one writer at a time, many readers.

use std::sync::Arc;

use citygate_domain::context::Actor;
use citygate_domain::log::Position;
use citygate_domain::{Command, Rejection};
use citygate_store::EventStore;
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::error::EngineError;
use crate::sources::Sources;
use crate::tables::{DocumentTables, TableRows};
use crate::world::{Pending, World};
use crate::writer::Writer;

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its events are durable.
    Recorded {
        /// Position of the first.
        first: Position,
        /// Position of the last.
        last: Position,
    },
    /// The fact was known; nothing was recorded.
    Known,
    /// The business refuses; nothing was recorded.
    Refused(Rejection),
    /// C5: the key was used for another command; nothing was recorded.
    KeyReused,
}

/// A command as somebody sends it.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub command: Command,
    /// Why, where a reason is given beside the command.
    pub reason: Option<String>,
    /// C5: the key, with the SHA-256 of the body as it came. Rows of files have none: their
    /// identity is the fact's own.
    pub key: Option<(String, [u8; 32])>,
    /// Scans that the command names by their digest; kept beside the log with its events.
    pub attachments: Vec<Vec<u8>>,
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self { command, reason: None, key: None, attachments: Vec::new() }
    }
}

/// Runs commands on a log and keeps the world in memory.
#[derive(Clone)]
pub struct Engine {
    store: Arc<dyn EventStore>,
    tables: Option<Arc<dyn DocumentTables>>,
    sources: Sources,
    world: Arc<RwLock<World>>,
}

impl Engine {
    /// Opens a log: reads it whole, and goes on from there.
    pub async fn open(store: Arc<dyn EventStore>, sources: Sources) -> Result<Self, EngineError> {
        Self::start(store, None, sources).await
    }

    /// Opens a log with tables for documents, and brings them up to it.
    pub async fn open_with_tables<S: EventStore + DocumentTables + 'static>(
        store: Arc<S>,
        sources: Sources,
    ) -> Result<Self, EngineError> {
        let tables: Arc<dyn DocumentTables> = Arc::<S>::clone(&store);
        Self::start(store, Some(tables), sources).await
    }

    async fn start(
        store: Arc<dyn EventStore>,
        tables: Option<Arc<dyn DocumentTables>>,
        sources: Sources,
    ) -> Result<Self, EngineError> {
        let world = match &tables {
            None => World::load(&store, None).await?,
            Some(tables) => {
                let from = Position::new(tables.position().await?);
                let pending = Some(Pending { from, rows: TableRows::default() });
                World { pending, ..World::default() }.with_tables(&store, tables).await?
            }
        };
        Ok(Self { store, tables, sources, world: Arc::new(RwLock::new(world)) })
    }

    /// Writes the rows of documents that are not in the tables yet. Rows that could not be written
    /// wait for the next call, or for the next start.
    pub async fn write_tables(&self) -> Result<(), EngineError> {
        let Some(tables) = &self.tables else { return Ok(()) };
        let mut world = self.world.write().await;
        let through = world.position;
        let Some(pending) = world.pending.as_mut() else { return Ok(()) };
        if pending.from < through && !pending.rows.is_empty() {
            if let Err(cause) = tables.add(&pending.rows, through).await {
                return Err(EngineError::TablesBehind { through: through.number(), cause });
            }
            *pending = Pending { from: through, rows: TableRows::default() };
        }
        Ok(())
    }

    /// Throws the tables and the world away and makes both anew from the log.
    pub async fn rebuild(&self) -> Result<(), EngineError> {
        let mut world = self.world.write().await;
        self.store.delete_snapshots().await?;
        let anew = match &self.tables {
            None => World::load(&self.store, None).await?,
            Some(tables) => {
                tables.clear().await?;
                let pending = Some(Pending::default());
                World { pending, ..World::default() }.with_tables(&self.store, tables).await?
            }
        };
        let before = std::mem::replace(&mut *world, anew);
        drop(world);
        // Taking a world apart takes a while, and nobody needs to wait for it.
        tokio::task::spawn_blocking(move || drop(before));
        Ok(())
    }

    /// The log.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// Where document rows are kept, if anywhere.
    #[must_use]
    pub fn tables(&self) -> Option<&dyn DocumentTables> {
        self.tables.as_deref()
    }

    /// Where time comes from.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The world as it is; it does not move while the guard is held.
    pub async fn read(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().await
    }

    /// The world as it was at a position: `known at` (T4).
    pub async fn known_at(&self, position: Position) -> Result<World, EngineError> {
        World::load(&self.store, Some(position)).await
    }

    /// Decides commands against the world as it is and throws the result away: what an import
    /// would come to.
    pub async fn dry_writer(&self, actor: Actor) -> Result<Writer<'_>, EngineError> {
        Ok(self.writer(actor).await?.dry())
    }

    /// Becomes the writer: commands go through it one after another, while their events are being
    /// stored.
    pub async fn writer(&self, actor: Actor) -> Result<Writer<'_>, EngineError> {
        let mut world = self.world.write().await;
        if world.ahead {
            *world = world.renewed(&self.store).await?;
        }
        world.catch_up(&self.store, None).await?;
        Writer::new(Arc::clone(&self.store), &self.sources, world, actor)
    }

    /// Executes commands in order; each is recorded or refused by itself.
    pub async fn execute(
        &self,
        actor: &Actor,
        requests: Vec<Request>,
    ) -> Result<Vec<Answer>, EngineError> {
        let mut writer = self.writer(actor.clone()).await?;
        let mut answers = writer.submit(requests).await?;
        answers.extend(writer.finish().await?);
        self.write_tables().await?;
        Ok(answers)
    }
}
