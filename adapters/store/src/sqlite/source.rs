//! A file that is read whole, while nobody writes to it.

use std::path::Path;

use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions, Connection, Executor};

use super::faults::fault;
use super::load::{self, LoadError};
use super::open::{self, Access, SqliteOptions};
use super::read;
use crate::{
    Attachment, Head, KeyRecord, PersonalField, StoreError, StoredEvent, StreamHead, StreamName,
    parse_instant,
};

/// A ledger file under its own write lock: whoever writes to it waits until this is dropped, so
/// what is read is all of it and stays so.
pub(crate) struct Source {
    connection: SqliteConnection,
    options: SqliteOptions,
}

impl Source {
    /// Takes the lock. A file that cannot be written is read as it lies there.
    pub async fn hold(path: &Path) -> Result<Self, StoreError> {
        let mut options = SqliteOptions { access: Access::Read, ..SqliteOptions::new(path) };
        open::look(&mut options).await?;
        let fault = |error| fault(path, "reading the ledger", error);
        // The connection writes nothing; but one that may not write cannot keep others from it.
        let mut connection = options.plain().connect().await.map_err(fault)?;
        let begin = if options.access == Access::Still { "BEGIN" } else { "BEGIN IMMEDIATE" };
        connection.execute(begin).await.map_err(fault)?;
        Ok(Self { connection, options })
    }

    pub async fn head(&mut self) -> Result<Head, StoreError> {
        let row = load::head_row(&mut self.connection).await;
        let row = row.map_err(|error| self.fault(error))?;
        let recorded_at = row.recorded_at.as_deref().and_then(parse_instant);
        let (position, chain, epoch) = (row.position, row.chain, row.epoch);
        Ok(Head { position, chain, epoch, recorded_at })
    }

    pub async fn events(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let events = read::all(&mut self.connection, after, limit).await;
        events.map_err(|error| self.fault(error))
    }

    pub async fn stream_heads(
        &mut self,
        after: Option<&StreamName>,
        limit: usize,
    ) -> Result<Vec<StreamHead>, StoreError> {
        let heads = read::stream_heads(&mut self.connection, after, limit).await;
        heads.map_err(|error| self.fault(error))
    }

    /// Keys behind `after`, in their order.
    pub async fn keys(
        &mut self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, KeyRecord)>, StoreError> {
        let keys = load::keys_after(&mut self.connection, after, limit).await;
        keys.map_err(|error| self.fault(error))
    }

    pub async fn personal(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, PersonalField)>, StoreError> {
        let rows = read::personal_after(&mut self.connection, after, limit).await;
        rows.map_err(|error| self.fault(error))
    }

    /// The attachment whose digest comes next.
    pub async fn attachment(
        &mut self,
        after: Option<&[u8; 32]>,
    ) -> Result<Option<Attachment>, StoreError> {
        let sql = "SELECT sha256, bytes FROM attachment WHERE sha256 > ?1 ORDER BY sha256 LIMIT 1";
        let after = after.map(|digest| digest.to_vec()).unwrap_or_default();
        let row = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(sql).bind(after);
        let row = row.fetch_optional(&mut self.connection).await;
        let Some((sha256, bytes)) = row.map_err(|error| self.fault(error.into()))? else {
            return Ok(None);
        };
        let bad = |_| StoreError::corrupt(0, "the digest of an attachment cannot be read");
        Ok(Some(Attachment { sha256: sha256.try_into().map_err(bad)?, bytes }))
    }

    /// Lets go of the file.
    pub async fn release(self) -> Result<(), StoreError> {
        let closed = self.connection.close().await;
        closed.map_err(|error| fault(&self.options.path, "closing the ledger", error))
    }

    fn fault(&self, error: LoadError) -> StoreError {
        match error {
            LoadError::Database(error) => fault(&self.options.path, "reading the ledger", error),
            LoadError::Store(error) => error,
        }
    }
}
