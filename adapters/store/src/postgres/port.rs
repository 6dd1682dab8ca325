//! The port: each promise, and where it is kept.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::{oneshot, watch};

use super::PostgresStore;
use super::batch::integer;
use super::lease;
use super::load::{self, HEAD};
use super::migrate;
use super::read::{self, number};
use super::writer::Job;
use crate::instant::parse_instant;
use crate::replay::PACK;
use crate::statement::{Statement, Value};
use crate::{
    AppendRequest, EventStore, Head, KeyRecord, Lease, Outcome, PersonalField, ReplayPage,
    Snapshot, StoreError, StoredEvent, StreamHead, StreamName,
};

/// What the server's clock shows, as the log writes instants.
const CLOCK: &str = "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', \
    'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

#[async_trait]
impl EventStore for PostgresStore {
    async fn append(&self, batch: Vec<AppendRequest>) -> Result<Vec<Outcome>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, answered) = oneshot::channel();
        let job = Job::Append(batch, answer);
        self.sender()?.send(job).await.map_err(|_| StoreError::Closed)?;
        // The writer can only vanish with the runtime; what it did last is then unknown.
        answered.await.map_err(|gone| StoreError::Unknown(Arc::new(gone)))?
    }

    async fn confirm(&self) -> Result<(), StoreError> {
        // The server that was read said whether its commits wait; where not, there is nothing to ask.
        if !self.seen.synchronous() {
            return Ok(());
        }
        match self.append(vec![AppendRequest::nothing()]).await?.pop() {
            Some(Outcome::Committed(_)) => Ok(()),
            other => Err(StoreError::corrupt(0, format!("nothing was answered by {other:?}"))),
        }
    }

    async fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let shown = sqlx::query_scalar::<_, String>(CLOCK);
        let shown = self.within(shown.fetch_one(&mut *self.reader().await?)).await;
        Ok(parse_instant(&shown.map_err(|error| self.fault(error))?))
    }

    async fn partitions_ahead(&self) -> Result<Option<i64>, StoreError> {
        let (mut reader, place) = (self.reader().await?, self.options.place());
        let ahead = migrate::partitions_ahead(&mut reader, &place);
        match tokio::time::timeout(self.options.deadline, ahead).await {
            Ok(ahead) => ahead.map(Some),
            Err(late) => Err(StoreError::Unreachable { place, cause: Arc::new(late) }),
        }
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let mut reader = self.reader().await?;
        let row = self.within(sqlx::query(HEAD).fetch_one(&mut *reader)).await;
        let head = load::head(&row.map_err(|error| self.fault(error))?);
        let head = head.map_err(|error| self.load_fault(error))?;
        if let Err(superseded) = self.seen.take_epoch(&self.options.place(), head.epoch) {
            reader.close_on_drop();
            return Err(superseded);
        }
        let load::HeadRow { position, chain, recorded_at, epoch, synchronous } = head;
        self.seen.take_synchronous(synchronous);
        Ok(Head { position, chain, epoch, recorded_at })
    }

    fn epoch(&self) -> u64 {
        self.seen.epoch()
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let events = self.within(read::all(&mut *self.reader().await?, after, limit)).await;
        events.map_err(|error| self.load_fault(error))
    }

    async fn replay(&self, after: u64, limit: usize) -> Result<ReplayPage, StoreError> {
        if after.is_multiple_of(PACK)
            && limit as u64 == PACK
            && let Some(page) = self.read_pack(after).await?
        {
            return Ok(page);
        }
        self.rows(after, limit).await
    }

    async fn pack(&self) -> Result<(), StoreError> {
        self.seal_packs().await
    }

    async fn wrong_pack(&self) -> Result<Option<u64>, StoreError> {
        self.first_wrong_pack().await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from_version: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut reader = self.reader().await?;
        let events = self.within(read::of_stream(&mut reader, stream, from_version, limit)).await;
        events.map_err(|error| self.load_fault(error))
    }

    async fn stream_version(&self, stream: &StreamName) -> Result<u64, StoreError> {
        let sql = "SELECT version FROM citygate.stream_head WHERE stream = $1";
        let version = sqlx::query_scalar::<_, i64>(sql).bind(stream.as_str());
        let version = self.within(version.fetch_optional(&mut *self.reader().await?)).await;
        Ok(version.map_err(|error| self.fault(error))?.and_then(number).unwrap_or(0))
    }

    async fn stream_heads(
        &self,
        after: Option<&StreamName>,
        limit: usize,
    ) -> Result<Vec<StreamHead>, StoreError> {
        let heads = self.within(read::stream_heads(&mut *self.reader().await?, after, limit)).await;
        heads.map_err(|error| self.load_fault(error))
    }

    async fn lookup_key(&self, key: &str) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.lookup_keys(&[key.to_owned()]).await?.pop().flatten())
    }

    async fn lookup_keys(&self, keys: &[String]) -> Result<Vec<Option<KeyRecord>>, StoreError> {
        let sql = "SELECT key, request_hash, answer, first_position, last_position \
            FROM citygate.idempotency WHERE key = ANY ($1)";
        let rows =
            self.within(sqlx::query(sql).bind(keys).fetch_all(&mut *self.reader().await?)).await;
        let rows = rows.map_err(|error| self.fault(error))?;
        let found: Result<HashMap<_, _>, _> = rows.iter().map(load::key_record).collect();
        let found = found.map_err(|error| self.load_fault(error))?;
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    async fn personal(&self, id: &str) -> Result<Vec<PersonalField>, StoreError> {
        let sql =
            "SELECT id, field, salt, value FROM citygate.personal WHERE id = $1 ORDER BY number";
        let rows = sqlx::query_as::<_, (String, String, Vec<u8>, String)>(sql).bind(id);
        let rows = self.within(rows.fetch_all(&mut *self.reader().await?)).await;
        let field = |(id, field, salt, value)| PersonalField { id, field, salt, value };
        Ok(rows.map_err(|error| self.fault(error))?.into_iter().map(field).collect())
    }

    async fn personal_after(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, PersonalField)>, StoreError> {
        let rows =
            self.within(read::personal_after(&mut *self.reader().await?, after, limit)).await;
        rows.map_err(|error| self.load_fault(error))
    }

    async fn attachment(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM citygate.attachment WHERE sha256 = $1";
        let bytes = sqlx::query_scalar::<_, Vec<u8>>(sql).bind(sha256);
        let bytes = self.within(bytes.fetch_optional(&mut *self.reader().await?)).await;
        bytes.map_err(|error| self.fault(error))
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let sql = "INSERT INTO citygate.snapshot VALUES ($1, $2, $3, $4) \
            ON CONFLICT (name) DO UPDATE \
            SET format = excluded.format, position = excluded.position, bytes = excluded.bytes";
        let values = vec![
            Value::Text(snapshot.name),
            Value::Integer(i64::from(snapshot.format)),
            Value::Integer(integer(snapshot.position)),
            Value::Blob(snapshot.bytes),
        ];
        self.run(vec![Statement::new(sql, values)]).await
    }

    async fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError> {
        let sql = "SELECT format, position, bytes FROM citygate.snapshot WHERE name = $1";
        let row = sqlx::query_as::<_, (i64, i64, Vec<u8>)>(sql).bind(name);
        let row = self.within(row.fetch_optional(&mut *self.reader().await?)).await;
        let Some((format, position, bytes)) = row.map_err(|error| self.fault(error))? else {
            return Ok(None);
        };
        // A snapshot is a cache: one that cannot be right is as good as none.
        let (Ok(format), Some(position)) = (u32::try_from(format), number(position)) else {
            return Ok(None);
        };
        Ok(Some(Snapshot { name: name.to_owned(), format, position, bytes }))
    }

    async fn delete_snapshots(&self) -> Result<(), StoreError> {
        self.run(vec![Statement::plain("DELETE FROM citygate.snapshot")]).await
    }

    async fn take_lease(
        &self,
        name: &str,
        node: &str,
        lasts: Duration,
        above: u64,
    ) -> Result<Lease, StoreError> {
        self.run(lease::take(name, node, lasts, above)).await?;
        let read = self.within(lease::read(&mut *self.reader().await?, name)).await;
        read.map_err(|error| self.fault(error))
    }

    async fn release_lease(&self, name: &str, node: &str) -> Result<(), StoreError> {
        self.run(lease::release(name, node)).await
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.known.clone()
    }

    async fn close(&self) -> Result<(), StoreError> {
        // Taken in a statement of its own, so that no lock is held while waiting.
        drop(self.jobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        let written = match self.writer.lock().await.take() {
            None => Ok(()),
            Some(writer) => writer.await.unwrap_or(Err(StoreError::Closed)),
        };
        self.readers.close().await;
        written
    }
}
