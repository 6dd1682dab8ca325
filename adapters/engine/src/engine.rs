//! The engine: one writer at a time, many readers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use citygate_domain::approval::{Act, ProposeAct};
use citygate_domain::context::Actor;
use citygate_domain::log::Position;
use citygate_domain::{Command, Rejection};
use citygate_store::EventStore;
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::elect::Mandate;
use crate::error::EngineError;
use crate::snapshot::{self, EVERY};
use crate::sources::Sources;
use crate::spill::Spill;
use crate::tables::{DocumentTables, TableRows};
use crate::told::{Told, all};
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

impl Request {
    /// What somebody wants for a reason. An act of weight as its proposal (F), which happens at
    /// once where it needs nobody else; anything else as it is.
    #[must_use]
    pub fn wanting(command: Command, reason: &str) -> Self {
        let given = (!reason.is_empty()).then(|| reason.to_owned());
        let command = match Act::wrapping(&command) {
            None => command,
            Some(act) => {
                let reason = reason.to_owned();
                Command::Propose(Box::new(ProposeAct { act, revision: None, reason }))
            }
        };
        Self { reason: given, ..Self::from(command) }
    }
}

/// Runs commands on a log and keeps the world in memory.
#[derive(Clone)]
pub struct Engine {
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) tables: Option<Arc<dyn DocumentTables>>,
    sources: Sources,
    pub(crate) world: Arc<RwLock<World>>,
    /// The election on which everything rests that is written through this value.
    mandate: Option<Arc<Mandate>>,
    /// The position of the newest snapshot that is known to be usable; 0 without one.
    snapshot_at: Arc<AtomicU64>,
    /// Whether anybody was given the right to write.
    wrote: Arc<AtomicBool>,
}

impl Engine {
    /// Opens a log: reads it whole, or from its newest snapshot on, and goes on from there.
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
        let pending = match &tables {
            None => None,
            Some(tables) => {
                let from = Position::new(tables.position().await?);
                Some(Pending { from, rows: TableRows::default() })
            }
        };
        let world = World::begin(&store, None, pending).await;
        let snapshot_at = Arc::new(AtomicU64::new(world.position.number()));
        let world = match &tables {
            None => world.loaded(&store, None).await?,
            Some(tables) => world.with_tables(&store, tables).await?,
        };
        let world = Arc::new(RwLock::new(world));
        let (mandate, wrote) = (None, Arc::default());
        Ok(Self { store, tables, sources, world, mandate, snapshot_at, wrote })
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

    /// Puts the world aside when this engine has written and enough has come since the last
    /// snapshot; says whether it did. Who only read leaves the file as it is.
    ///
    /// For the way out of a command: nothing waits for it, and when it fails nothing is lost but
    /// time at the next start.
    pub async fn save_snapshot_if_due(&self) -> Result<bool, EngineError> {
        if !self.wrote.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let position = self.read().await.position.number();
        let due = position.saturating_sub(self.snapshot_at.load(Ordering::SeqCst)) >= EVERY;
        if due { self.save_snapshot().await } else { Ok(false) }
    }

    /// Puts the world aside, in place of an older snapshot, and has the log packed; says whether it
    /// did: a world that the log has not confirmed is not put aside.
    pub async fn save_snapshot(&self) -> Result<bool, EngineError> {
        let world = self.read().await;
        if world.ahead || world.position == Position::START {
            return Ok(false);
        }
        snapshot::save(&self.store, &world).await?;
        self.snapshot_at.store(world.position.number(), Ordering::SeqCst);
        drop(world);
        self.pack().await;
        Ok(true)
    }

    /// Nothing rests on packs, so what keeps the log from being packed is only noted.
    async fn pack(&self) {
        if let Err(error) = self.store.pack().await {
            tracing::warn!(%error, "the log was not packed");
        }
    }

    /// Makes the tables and the world anew from the log, beside those in use: these stay until the
    /// new ones take their place, and whatever stops it leaves them. The snapshots go.
    pub async fn rebuild(&self) -> Result<(), EngineError> {
        let pending = self.tables.is_some().then(Pending::default);
        let mut anew = World::nothing_of(&self.store, pending);
        let mut spill = None;
        if let Some(tables) = &self.tables {
            anew.spill(&self.store, spill.insert(Spill::beside(tables))).await?;
        }
        anew.catch_up(&self.store, None).await?;
        // From here on this process neither appends nor adds rows. Another node may.
        let mut world = self.world.write().await;
        match &mut spill {
            None => anew.catch_up(&self.store, None).await?,
            Some(spill) => loop {
                anew.spill(&self.store, spill).await?;
                if spill.put_in_place(anew.position).await? {
                    break;
                }
            },
        }
        self.store.delete_snapshots().await?;
        self.snapshot_at.store(0, Ordering::SeqCst);
        let before = std::mem::replace(&mut *world, anew);
        drop(world);
        self.pack().await;
        // Taking a world apart takes a while, and nobody needs to wait for it.
        tokio::task::spawn_blocking(move || drop(before));
        Ok(())
    }

    /// The same engine, of which everything that is written rests on an election.
    pub(crate) fn under(&self, mandate: Mandate) -> Self {
        Self { mandate: Some(Arc::new(mandate)), ..self.clone() }
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
        World::open(&self.store, Some(position)).await
    }

    /// Decides commands against the world as it is and throws the result away: what an import
    /// would come to.
    pub async fn dry_writer(&self, actor: Actor) -> Result<Writer<'_>, EngineError> {
        Ok(self.give_writer(actor).await?.dry())
    }

    /// Becomes the writer: commands go through it one after another, while their events are being
    /// stored.
    pub async fn writer(&self, actor: Actor) -> Result<Writer<'_>, EngineError> {
        self.wrote.store(true, Ordering::SeqCst);
        self.give_writer(actor).await
    }

    async fn give_writer(&self, actor: Actor) -> Result<Writer<'_>, EngineError> {
        let mut world = self.world.write().await;
        let head = self.store.head().await?;
        if world.ahead || world.epoch < head.epoch {
            *world = world.renewed(&self.store).await?;
        }
        world.catch_up(&self.store, Some(head.position.into())).await?;
        let mandate = self.mandate.as_deref();
        Writer::new(Arc::clone(&self.store), &self.sources, mandate, world, actor)
    }

    /// Executes commands in order; each is recorded or refused by itself.
    pub async fn execute(
        &self,
        actor: &Actor,
        requests: Vec<Request>,
    ) -> Result<Vec<Answer>, EngineError> {
        all(self.execute_each(actor, requests).await?)
    }

    /// The same; one that cannot be answered leaves its neighbours their answers.
    pub(crate) async fn execute_each(
        &self,
        actor: &Actor,
        requests: Vec<Request>,
    ) -> Result<Vec<Told>, EngineError> {
        let told = self.writer(actor.clone()).await?.each(requests).await?;
        self.write_tables().await?;
        Ok(told)
    }
}
