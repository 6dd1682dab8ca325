//! Requests that become durable together: planned in memory, written in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use uuid::Uuid;

use super::columns::Column;
use super::load::{Locked, question};
use crate::calls::Queued;
use crate::instant::format_instant;
use crate::plan::{Heads, Sealed};
use crate::{AppendRequest, Digest, NewEvent, Outcome, StreamName};

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

/// Keys that are looked up before they are written. Those of a larger batch are written on the bet
/// that they are new, which the index finds out: a lookup of each would cost as much again.
const FEW_KEYS: usize = 64;

/// Planned requests, with what is written of them in the form in which it is sent.
pub(super) struct Batch {
    requests: Vec<Queued>,
    outcomes: Vec<Outcome>,
    /// The epoch that the log must have when this is written, and where it must end.
    epoch: u64,
    position_before: u64,
    chain_before: Digest,
    recorded_before: DateTime<Utc>,
    /// When the first request was planned.
    planned_at: Option<DateTime<Utc>>,
    /// Versions that were not known and must be these.
    assumed: Vec<(StreamName, u64)>,
    events: usize,
    position: u64,
    chain: Digest,
    recorded_at: DateTime<Utc>,
    /// Whether any request has something to be kept beside the log.
    beside: bool,
    /// Whether an answer rests on what another transaction wrote.
    rests: bool,
    rows: Rows,
    /// Version and last position of each stream that is written; in order, so that rows are locked
    /// in one order everywhere.
    heads: BTreeMap<StreamName, (u64, u64)>,
}

impl Batch {
    pub fn new(heads: &Heads, epoch: u64) -> Self {
        Self {
            requests: Vec::new(),
            outcomes: Vec::new(),
            epoch,
            position_before: heads.position,
            chain_before: heads.chain,
            recorded_before: heads.recorded_at,
            planned_at: None,
            assumed: Vec::new(),
            events: 0,
            position: heads.position,
            chain: heads.chain,
            recorded_at: heads.recorded_at,
            beside: false,
            rests: false,
            rows: Rows::default(),
            heads: BTreeMap::new(),
        }
    }

    /// Notes that a stream is to be found at this version.
    pub fn assume(&mut self, stream: StreamName, version: u64) {
        self.assumed.push((stream, version));
    }

    /// Plans a request on top of what is in the batch. Its streams and keys must be known.
    pub fn plan(&mut self, heads: &mut Heads, queued: Queued, now: DateTime<Utc>) {
        self.planned_at.get_or_insert(now);
        queued.request.run.meet(self.epoch);
        let planned = heads.plan(&queued.request, now);
        let request = &queued.request;
        self.rests |= match planned.outcome {
            Outcome::Repeated(_) => true,
            Outcome::Committed(_) => planned.rows.is_empty(),
            Outcome::Conflict(_) | Outcome::KeyReused | Outcome::Refused(_) => false,
        };
        if let Outcome::Committed(committed) = &planned.outcome {
            let recorded_at = format_instant(committed.recorded_at);
            for (event, sealed) in request.events.iter().zip(&planned.rows) {
                self.position += 1;
                self.events += 1;
                self.rows.push(request, event, sealed, &recorded_at);
                let head = (sealed.version, self.position);
                match self.heads.get_mut(&event.stream) {
                    Some(known) => *known = head,
                    None => drop(self.heads.insert(event.stream.clone(), head)),
                }
            }
            (self.chain, self.recorded_at) = (heads.chain, heads.recorded_at);
            self.beside |= !request.personal.is_empty() || !request.attachments.is_empty();
            if let Some(key) = &request.key {
                self.rows.key.push(&key.key);
                self.rows.request_hash.push(&key.request_hash);
                self.rows.answer.push_or_absent(request.answer.as_deref());
                self.rows.first_position.push_or_absent(committed.first_position.map(integer));
                self.rows.last_position.push_or_absent(committed.last_position.map(integer));
                self.rows.keys += 1;
            }
        }
        self.requests.push(queued);
        self.outcomes.push(planned.outcome);
    }

    /// Whether there is anything to write.
    pub fn writes(&self) -> bool {
        self.events > 0 || self.rows.keys > 0 || self.beside
    }

    /// Whether an answer rests on what another transaction wrote: one that repeats an earlier one,
    /// and one to a request for nothing.
    pub fn rests(&self) -> bool {
        self.rests
    }

    /// How many requests and events there are in it.
    pub fn size(&self) -> (usize, usize) {
        (self.requests.len(), self.events)
    }

    /// When the first request was planned.
    pub fn planned_at(&self) -> Option<DateTime<Utc>> {
        self.planned_at
    }

    /// Where the log ends once the batch is durable.
    pub fn end(&self) -> (u64, Digest) {
        (self.position, self.chain)
    }

    pub fn into_requests(self) -> Vec<Queued> {
        self.requests
    }

    /// The requests in their order, with what became of each.
    pub fn into_parts(self) -> (Vec<Queued>, Vec<Outcome>) {
        (self.requests, self.outcomes)
    }

    /// What has to be looked up under the lock for [`Batch::holds`].
    pub fn question(&self) -> String {
        let streams = self.assumed.iter().map(|(stream, _)| stream.as_str());
        let few = self.rows.keys <= FEW_KEYS;
        question(streams, self.written_keys().filter(|_| few))
    }

    /// Whether the log is, under the lock, as it was taken to be: it ends there in that epoch, the
    /// streams that were not known have the versions that were assumed, and no key is in use. Every
    /// other stream is as it was left: only appends change it, and each moves the end.
    pub fn holds(&self, locked: &Locked) -> bool {
        let head = &locked.head;
        let same_epoch = head.epoch == self.epoch;
        let same_end = (head.position, head.chain) == (self.position_before, self.chain_before);
        let recorded = head.recorded_at.is_none_or(|at| at <= self.recorded_before);
        let found = |stream: &StreamName| locked.versions.get(stream).copied().unwrap_or(0);
        let as_assumed = self.assumed.iter().all(|(stream, version)| found(stream) == *version);
        same_epoch && same_end && recorded && as_assumed && locked.keys.is_empty()
    }

    fn written_keys(&self) -> impl Iterator<Item = &str> {
        self.committed().filter_map(|request| Some(request.key.as_ref()?.key.as_str()))
    }

    fn committed(&self) -> impl Iterator<Item = &AppendRequest> {
        let all = self.requests.iter().zip(&self.outcomes);
        let committed = all.filter(|(_, outcome)| matches!(outcome, Outcome::Committed(_)));
        committed.map(|(queued, _)| &queued.request)
    }

    /// Writes everything inside the caller's transaction. `false`: the head was not where the
    /// plan begins.
    pub async fn write(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        if self.beside {
            self.write_beside(connection).await?;
        }
        let at_start = self.position == 0;
        let (mut streams, mut versions) = (Column::<String>::default(), Column::<i64>::default());
        let mut last_positions = Column::<i64>::default();
        for (stream, (version, last)) in &self.heads {
            streams.push(stream.as_str());
            versions.push(integer(*version));
            last_positions.push(integer(*last));
        }
        let query = sqlx::query(WRITE).bind(integer(self.position_before));
        let query = self.rows.bind_events(query);
        let query = query.bind(streams).bind(versions).bind(last_positions);
        let written = self
            .rows
            .bind_keys(query)
            .bind(integer(self.position))
            .bind(self.chain)
            .bind((!at_start).then(|| format_instant(self.recorded_at)))
            .execute(connection)
            .await?;
        Ok(written.rows_affected() == 1)
    }

    /// Numbers are given under the lock, so they are dense, whatever is rolled back.
    async fn write_beside(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for request in self.committed() {
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
}

/// The columns of everything that is written.
#[derive(Default)]
struct Rows {
    stream: Column<String>,
    version: Column<i64>,
    event_type: Column<String>,
    type_version: Column<i32>,
    event_id: Column<Uuid>,
    effective: Column<String>,
    recorded_at: Column<String>,
    actor: Column<String>,
    reason: Column<String>,
    causation: Column<Uuid>,
    correlation: Column<Uuid>,
    payload: Column<String>,
    hash: Column<Vec<u8>>,
    chain: Column<Vec<u8>>,
    keys: usize,
    key: Column<String>,
    request_hash: Column<Vec<u8>>,
    answer: Column<String>,
    first_position: Column<i64>,
    last_position: Column<i64>,
}

type PgQuery<'q> = Query<'q, sqlx::Postgres, PgArguments>;

impl Rows {
    fn push(
        &mut self,
        request: &AppendRequest,
        event: &NewEvent,
        sealed: &Sealed,
        recorded_at: &str,
    ) {
        let meta = &request.metadata;
        self.stream.push(event.stream.as_str());
        self.version.push(integer(sealed.version));
        self.event_type.push(&event.event_type);
        self.type_version.push(event.type_version.into());
        self.event_id.push(event.event_id);
        self.effective.push_or_absent(event.effective.as_deref());
        self.recorded_at.push(recorded_at);
        self.actor.push(&meta.actor);
        self.reason.push_or_absent(meta.reason.as_deref());
        self.causation.push_or_absent(meta.causation);
        self.correlation.push_or_absent(meta.correlation);
        self.payload.push(&event.payload);
        self.hash.push(&sealed.hash);
        self.chain.push(&sealed.chain);
    }

    fn bind_events<'q>(&self, query: PgQuery<'q>) -> PgQuery<'q> {
        let query = query.bind(&self.stream).bind(&self.version).bind(&self.event_type);
        let query = query.bind(&self.type_version).bind(&self.event_id).bind(&self.effective);
        let query = query.bind(&self.recorded_at).bind(&self.actor).bind(&self.reason);
        let query = query.bind(&self.causation).bind(&self.correlation).bind(&self.payload);
        query.bind(&self.hash).bind(&self.chain)
    }

    fn bind_keys<'q>(&self, query: PgQuery<'q>) -> PgQuery<'q> {
        let query = query.bind(&self.key).bind(&self.request_hash).bind(&self.answer);
        query.bind(&self.first_position).bind(&self.last_position)
    }
}

/// A position as the database holds it. The log cannot grow past it in any lifetime.
pub(super) fn integer(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
