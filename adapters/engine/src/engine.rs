//! The engine: one writer at a time, many readers.

use std::sync::Arc;

use citygate_domain::context::Actor;
use citygate_domain::log::Position;
use citygate_domain::{Command, Rejection};
use citygate_store::EventStore;
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::error::EngineError;
use crate::sources::Sources;
use crate::world::World;
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
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self { command, reason: None, key: None }
    }
}

/// Runs commands on a log and keeps the world in memory.
#[derive(Clone)]
pub struct Engine {
    store: Arc<dyn EventStore>,
    sources: Sources,
    world: Arc<RwLock<World>>,
}

impl Engine {
    /// Opens a log: reads it whole, and goes on from there.
    pub async fn open(store: Arc<dyn EventStore>, sources: Sources) -> Result<Self, EngineError> {
        let world = World::load(store.as_ref(), None).await?;
        Ok(Self { store, sources, world: Arc::new(RwLock::new(world)) })
    }

    /// The log.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
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
        World::load(self.store.as_ref(), Some(position)).await
    }

    /// Becomes the writer: commands go through it one after another, while their events are being
    /// stored.
    pub async fn writer(&self, actor: Actor) -> Result<Writer<'_>, EngineError> {
        let mut world = self.world.write().await;
        world.catch_up(self.store.as_ref(), None).await?;
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
        Ok(answers)
    }
}
