//! Table rows leave for the tables while the log is still being read.

use std::sync::Arc;

use citygate_domain::log::Position;
use citygate_store::StoreError;
use tokio::task::JoinHandle;

use crate::error::EngineError;
use crate::tables::{DocumentTables, RowCounts};
use crate::world::Pending;

/// Rows that are worth waiting for the transaction before.
const MANY: usize = 10_000;
/// Rows that are worth a transaction of their own.
const FEW: usize = 2_000;

/// The way of rows into the tables: one transaction at a time, in position order. Into the live
/// ones each goes with the checkpoint, so that whatever stops it leaves a prefix that the next start
/// goes on from.
pub(crate) struct Spill {
    tables: Arc<dyn DocumentTables>,
    /// Rows that were written beside the live tables, where they go there.
    beside: Option<RowCounts>,
    writing: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Spill {
    /// Into the live tables.
    pub fn into(tables: &Arc<dyn DocumentTables>) -> Self {
        Self { tables: Arc::clone(tables), beside: None, writing: None }
    }

    /// Into empty tables beside the live ones, which are made meanwhile.
    pub fn beside(tables: &Arc<dyn DocumentTables>) -> Self {
        let making = Arc::clone(tables);
        let writing = Some(tokio::spawn(async move { making.begin_beside().await }));
        Self { tables: Arc::clone(tables), beside: Some(RowCounts::default()), writing }
    }

    /// Takes the rows of events up to `through` when there are enough of them.
    pub async fn take(
        &mut self,
        pending: &mut Pending,
        through: Position,
    ) -> Result<(), EngineError> {
        let writes = self.writing.as_ref().is_some_and(|writing| !writing.is_finished());
        let enough = if writes { MANY } else { FEW };
        if pending.rows.len() >= enough { self.write(pending, through).await } else { Ok(()) }
    }

    /// Takes what is left and waits until every row is in its table.
    pub async fn finish(
        &mut self,
        pending: &mut Pending,
        through: Position,
    ) -> Result<(), EngineError> {
        if !pending.rows.is_empty() {
            self.write(pending, through).await?;
        }
        self.written().await
    }

    /// Puts what was written beside, which leads up to `through`, in the place of the live tables;
    /// false when those have come further meanwhile.
    pub async fn put_in_place(&self, through: Position) -> Result<bool, EngineError> {
        let rows = self.beside.unwrap_or_default();
        if self.tables.put_in_place(&rows, through).await? {
            return Ok(true);
        }
        if self.tables.position().await? > through.number() {
            return Ok(false);
        }
        // Another rebuild has begun its own, or the server lost what it had not made durable.
        Err(EngineError::RebuildLost)
    }

    async fn write(&mut self, pending: &mut Pending, through: Position) -> Result<(), EngineError> {
        self.written().await?;
        let (tables, rows) = (Arc::clone(&self.tables), std::mem::take(&mut pending.rows));
        pending.from = through;
        let beside = self.beside.as_mut().map(|counts| counts.add(&rows)).is_some();
        self.writing = Some(tokio::spawn(async move {
            if beside { tables.add_beside(&rows).await } else { tables.add(&rows, through).await }
        }));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), EngineError> {
        if let Some(writing) = self.writing.take() {
            writing.await.map_err(EngineError::stopped)??;
        }
        Ok(())
    }
}

/// What an attempt that ended early had not begun does not come between the next one's steps.
impl Drop for Spill {
    fn drop(&mut self) {
        if let (Some(_), Some(writing)) = (&self.beside, &self.writing) {
            writing.abort();
        }
    }
}
