//! Table rows leave for the tables while the log is still being read.

use std::sync::Arc;

use citygate_store::StoreError;
use tokio::task::JoinHandle;

use crate::error::EngineError;
use crate::tables::DocumentTables;
use crate::world::Pending;
use citygate_domain::log::Position;

/// Rows that are worth a transaction of their own.
const ROWS: usize = 10_000;

/// The way of rows into the tables: one transaction at a time, in position order, each with the
/// checkpoint, so that whatever stops it leaves a prefix that the next start goes on from.
pub(crate) struct Spill {
    tables: Arc<dyn DocumentTables>,
    writing: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Spill {
    pub fn into(tables: &Arc<dyn DocumentTables>) -> Self {
        Self { tables: Arc::clone(tables), writing: None }
    }

    /// Takes the rows of events up to `through` when there are enough of them.
    pub async fn take(
        &mut self,
        pending: &mut Pending,
        through: Position,
    ) -> Result<(), EngineError> {
        if pending.rows.len() >= ROWS { self.write(pending, through).await } else { Ok(()) }
    }

    /// Takes what is left and waits until every row is in the tables.
    pub async fn finish(
        mut self,
        pending: &mut Pending,
        through: Position,
    ) -> Result<(), EngineError> {
        if !pending.rows.is_empty() {
            self.write(pending, through).await?;
        }
        self.written().await
    }

    async fn write(&mut self, pending: &mut Pending, through: Position) -> Result<(), EngineError> {
        self.written().await?;
        let (tables, rows) = (Arc::clone(&self.tables), std::mem::take(&mut pending.rows));
        pending.from = through;
        self.writing = Some(tokio::spawn(async move { tables.add(&rows, through).await }));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), EngineError> {
        if let Some(writing) = self.writing.take() {
            writing.await.map_err(EngineError::stopped)??;
        }
        Ok(())
    }
}
