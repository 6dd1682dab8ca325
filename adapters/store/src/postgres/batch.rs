//! Requests that become durable together: planned in memory, written in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres};
use uuid::Uuid;

use crate::calls::Queued;
use crate::instant::format_instant;
use crate::plan::{Heads, Planned};
use crate::{AppendRequest, NewEvent, Outcome};

/// Everything of a batch in one statement, so in one round trip: the events, the heads of their
/// streams, the keys, and where the log ends. The head is locked; that it is where the plan
/// begins is asserted all the same.
const WRITE: &str = "
WITH events AS (
  INSERT INTO citygate.event (position, stream, version, type, type_version, event_id, effective,
    recorded_at, actor, reason, causation, correlation, payload, hash, chain)
  SELECT $1 + e.number, e.stream, e.version, e.type, e.type_version, e.event_id, e.effective,
    e.recorded_at, e.actor, e.reason, e.causation, e.correlation, e.payload, e.hash, e.chain
  FROM unnest($2::text[], $3::bigint[], $4::text[], $5::int[], $6::uuid[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::uuid[], $12::uuid[], $13::text[], $14::bytea[], $15::bytea[])
    WITH ORDINALITY AS e (stream, version, type, type_version, event_id, effective, recorded_at,
      actor, reason, causation, correlation, payload, hash, chain, number)
), streams AS (
  INSERT INTO citygate.stream_head (stream, version, last_position)
  SELECT * FROM unnest($16::text[], $17::bigint[], $18::bigint[])
  ON CONFLICT (stream) DO UPDATE
    SET version = excluded.version, last_position = excluded.last_position
), keys AS (
  INSERT INTO citygate.idempotency (key, request_hash, answer, first_position, last_position)
  SELECT * FROM unnest($19::text[], $20::bytea[], $21::text[], $22::bigint[], $23::bigint[])
)
UPDATE citygate.log_head SET position = $24, chain = $25, recorded_at = $26 WHERE position = $1";

/// Planned requests. What is written of them is borrowed from them when it is written.
pub(super) struct Batch {
    planned: Vec<Planned>,
    position_before: u64,
    position: u64,
    chain: [u8; 32],
    recorded_at: DateTime<Utc>,
    /// Whether any request has something to be kept beside the log.
    beside: bool,
    keys: bool,
}

impl Batch {
    pub fn new(heads: &Heads) -> Self {
        Self {
            planned: Vec::new(),
            position_before: heads.position,
            position: heads.position,
            chain: heads.chain,
            recorded_at: heads.recorded_at,
            beside: false,
            keys: false,
        }
    }

    /// Plans a request on top of what is in the batch. Its streams and keys must be known.
    pub fn plan(&mut self, heads: &mut Heads, request: &AppendRequest, now: DateTime<Utc>) {
        let planned = heads.plan(request, now);
        if matches!(planned.outcome, Outcome::Committed(_)) {
            (self.position, self.chain) = (heads.position, heads.chain);
            self.recorded_at = heads.recorded_at;
            self.beside |= !request.personal.is_empty() || !request.attachments.is_empty();
            self.keys |= request.key.is_some();
        }
        self.planned.push(planned);
    }

    /// Whether there is anything to write.
    pub fn writes(&self) -> bool {
        self.position > self.position_before || self.keys || self.beside
    }

    /// Whether an answer rests on what another transaction wrote: one that repeats an earlier one,
    /// and one to a request for nothing.
    pub fn rests(&self) -> bool {
        self.planned.iter().any(|one| match one.outcome {
            Outcome::Repeated(_) => true,
            Outcome::Committed(_) => one.rows.is_empty(),
            Outcome::Conflict(_) | Outcome::KeyReused | Outcome::Refused(_) => false,
        })
    }

    /// Position of the last event once the batch is durable.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn into_outcomes(self) -> Vec<Outcome> {
        self.planned.into_iter().map(|one| one.outcome).collect()
    }

    /// Writes everything inside the caller's transaction. `false`: the head was not where the
    /// plan begins.
    pub async fn write(
        &self,
        requests: &[Queued],
        connection: &mut PgConnection,
    ) -> Result<bool, sqlx::Error> {
        if self.beside {
            self.write_beside(requests, connection).await?;
        }
        let rows = Rows::of(self, requests);
        let at_start = self.position == 0;
        let written = rows
            .bind(sqlx::query(WRITE).bind(integer(self.position_before)))
            .bind(integer(self.position))
            .bind(self.chain)
            .bind((!at_start).then(|| format_instant(self.recorded_at)))
            .execute(connection)
            .await?;
        Ok(written.rows_affected() == 1)
    }

    /// Numbers are given under the lock, so they are dense, whatever is rolled back.
    async fn write_beside(
        &self,
        requests: &[Queued],
        connection: &mut PgConnection,
    ) -> Result<(), sqlx::Error> {
        for (request, _) in self.committed(requests) {
            for one in &request.personal {
                let sql = "INSERT INTO citygate.personal (number, id, field, salt, value) \
                    SELECT coalesce(max(number), 0) + 1, $1, $2, $3, $4 FROM citygate.personal \
                    ON CONFLICT DO NOTHING";
                let query = sqlx::query(sql).bind(&one.id).bind(&one.field).bind(&one.salt);
                query.bind(&one.value).execute(&mut *connection).await?;
            }
            for one in &request.attachments {
                let sql = "INSERT INTO citygate.attachment VALUES ($1, $2) ON CONFLICT DO NOTHING";
                let query = sqlx::query(sql).bind(one.sha256).bind(&one.bytes);
                query.execute(&mut *connection).await?;
            }
        }
        Ok(())
    }

    fn committed<'a>(
        &'a self,
        requests: &'a [Queued],
    ) -> impl Iterator<Item = (&'a AppendRequest, &'a Planned)> {
        let all = requests.iter().map(|queued| &queued.request).zip(&self.planned);
        all.filter(|(_, planned)| matches!(planned.outcome, Outcome::Committed(_)))
    }
}

/// The columns of everything that is written.
#[derive(Default)]
struct Rows<'a> {
    stream: Vec<&'a str>,
    version: Vec<i64>,
    event_type: Vec<&'a str>,
    type_version: Vec<i32>,
    event_id: Vec<Uuid>,
    effective: Vec<Option<&'a str>>,
    recorded_at: Vec<String>,
    actor: Vec<&'a str>,
    reason: Vec<Option<&'a str>>,
    causation: Vec<Option<Uuid>>,
    correlation: Vec<Option<Uuid>>,
    payload: Vec<&'a str>,
    hash: Vec<[u8; 32]>,
    chain: Vec<[u8; 32]>,
    /// Version and last position of each stream that is written; in order, so that rows are locked
    /// in one order everywhere.
    heads: BTreeMap<&'a str, (u64, u64)>,
    keys: Vec<(&'a str, [u8; 32], Option<&'a str>)>,
    first_position: Vec<Option<i64>>,
    last_position: Vec<Option<i64>>,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a Batch, requests: &'a [Queued]) -> Self {
        let mut rows = Self::default();
        let mut position = batch.position_before;
        for (request, planned) in batch.committed(requests) {
            let Outcome::Committed(committed) = &planned.outcome else { continue };
            let recorded_at = format_instant(committed.recorded_at);
            for (event, sealed) in request.events.iter().zip(&planned.rows) {
                position += 1;
                rows.version.push(integer(sealed.version));
                rows.hash.push(sealed.hash);
                rows.chain.push(sealed.chain);
                rows.heads.insert(event.stream.as_str(), (sealed.version, position));
                rows.push(request, event, &recorded_at);
            }
            if let Some(key) = &request.key {
                rows.keys.push((&key.key, key.request_hash, request.answer.as_deref()));
                rows.first_position.push(committed.first_position.map(integer));
                rows.last_position.push(committed.last_position.map(integer));
            }
        }
        rows
    }

    fn push(&mut self, request: &'a AppendRequest, event: &'a NewEvent, recorded_at: &str) {
        let meta = &request.metadata;
        self.stream.push(event.stream.as_str());
        self.event_type.push(&event.event_type);
        self.type_version.push(event.type_version.into());
        self.event_id.push(event.event_id);
        self.effective.push(event.effective.as_deref());
        self.recorded_at.push(recorded_at.to_owned());
        self.actor.push(&meta.actor);
        self.reason.push(meta.reason.as_deref());
        self.causation.push(meta.causation);
        self.correlation.push(meta.correlation);
        self.payload.push(&event.payload);
    }

    fn bind(self, query: Query<'_, Postgres, PgArguments>) -> Query<'_, Postgres, PgArguments> {
        let query = query.bind(&self.stream).bind(self.version).bind(&self.event_type);
        let query = query.bind(self.type_version).bind(self.event_id).bind(&self.effective);
        let query = query.bind(self.recorded_at).bind(&self.actor).bind(&self.reason);
        let query = query.bind(self.causation).bind(self.correlation).bind(&self.payload);
        let query = query.bind(self.hash).bind(self.chain);
        let names: Vec<&str> = self.heads.keys().copied().collect();
        let heads = || self.heads.values();
        let versions: Vec<i64> = heads().map(|(version, _)| integer(*version)).collect();
        let last: Vec<i64> = heads().map(|(_, last)| integer(*last)).collect();
        let query = query.bind(names).bind(versions).bind(last);
        let keys: Vec<&str> = self.keys.iter().map(|(key, _, _)| *key).collect();
        let hashes: Vec<[u8; 32]> = self.keys.iter().map(|(_, hash, _)| *hash).collect();
        let answers: Vec<Option<&str>> = self.keys.iter().map(|(_, _, answer)| *answer).collect();
        let query = query.bind(keys).bind(hashes).bind(answers);
        query.bind(self.first_position).bind(self.last_position)
    }
}

/// A position as the database holds it. The log cannot grow past it in any lifetime.
pub(super) fn integer(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
