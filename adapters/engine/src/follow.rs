//! Following: what other nodes record comes into this one's memory.
//!
//! The head of the log is one row; looking at it costs next to nothing. Whoever appends holds that
//! row to its commit, so a position that can be seen is there with everything before it.

use std::time::Duration;

use citygate_domain::log::Position;
use citygate_store::StoreError;
use tokio::time::{Instant, sleep, timeout_at};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::tables::TableRows;
use crate::world::Pending;

/// How long a node waits between two looks at the head of the log when nothing wakes it.
pub const POLL: Duration = Duration::from_millis(50);

/// What a look at the log came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// Nothing new.
    Nothing,
    /// The world has come to this position.
    Moved(Position),
    /// Another server is the primary now, or the ledger was restored: what was in memory was thrown
    /// away and read anew.
    NewEpoch {
        /// The epoch of the log.
        epoch: u64,
        /// Where the world is.
        position: Position,
    },
}

impl Engine {
    /// Looks at the head of the log once, and takes in what is beyond the world.
    ///
    /// A hole, or a log that ends before what was read from it, is damage: the world stays where it is.
    pub async fn follow(&self) -> Result<Follow, EngineError> {
        let head = self.store.head().await?;
        {
            let world = self.world.read().await;
            let known = world.position.number();
            if world.epoch == head.epoch && !world.ahead && known == head.position {
                return Ok(Follow::Nothing);
            }
        }
        let mut world = self.world.write().await;
        if world.epoch < head.epoch {
            *world = world.renewed(&self.store).await?;
            return Ok(Follow::NewEpoch { epoch: world.epoch, position: world.position });
        }
        if world.ahead {
            *world = world.renewed(&self.store).await?;
        }
        let (known, position) = (world.position.number(), head.position);
        if position > known {
            world.catch_up(&self.store, Some(position.into())).await?;
        } else if position < known {
            // The look may have been older than what this node wrote meanwhile, or than a promotion.
            let again = self.store.head().await?;
            if again.epoch > world.epoch {
                *world = world.renewed(&self.store).await?;
                return Ok(Follow::NewEpoch { epoch: world.epoch, position: world.position });
            }
            if again.position < known {
                let end = again.position;
                let what = format!("the log ends at {end}; this node has read it up to {known}");
                return Err(StoreError::Corrupt { position: end + 1, what }.into());
            }
        }
        Ok(if world.position.number() == known {
            Follow::Nothing
        } else {
            Follow::Moved(world.position)
        })
    }

    /// Waits until the log may have something new: until this process has appended, or for the time
    /// of a poll.
    pub async fn wait_for_news(&self) {
        let mut woken = self.store.watch();
        woken.borrow_and_update();
        // A closed store wakes nobody any more: the next look at the log tells.
        if let Ok(Err(_)) = tokio::time::timeout(POLL, woken.changed()).await {
            sleep(POLL).await;
        }
    }

    /// Follows the log until the world has a position, but not for longer than `at_most`; gives where
    /// it is then.
    pub async fn wait_until(
        &self,
        position: Position,
        at_most: Duration,
    ) -> Result<Position, EngineError> {
        let deadline = Instant::now() + at_most;
        loop {
            self.follow().await?;
            let known = self.read().await.position;
            if known >= position || timeout_at(deadline, self.wait_for_news()).await.is_err() {
                return Ok(known);
            }
        }
    }

    /// Rows of documents that came by following: another node has written them, or this one does.
    pub async fn settle_tables(&self) -> Result<(), EngineError> {
        let Some(tables) = &self.tables else { return Ok(()) };
        let written = Position::new(tables.position().await?);
        let mut world = self.world.write().await;
        let (position, ahead) = (world.position, world.ahead);
        if let Some(pending) = world.pending.as_mut().filter(|_| !ahead) {
            if written < position && !pending.rows.is_empty() {
                drop(world);
                return self.write_tables().await;
            }
            // From here on, so that a snapshot up to here is of use.
            *pending = Pending { from: position, rows: TableRows::default() };
        }
        Ok(())
    }
}
