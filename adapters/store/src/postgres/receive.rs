//! A database that takes in a whole ledger, in one transaction: until it commits there is nothing
//! in it, and whoever wants to append meanwhile waits.

use std::path::PathBuf;

use sqlx::{Connection, Executor, PgConnection, Row};
use uuid::Uuid;

use super::batch::integer;
use super::faults::fault;
use super::greet::{Seen, check_form};
use super::load::{self, HEAD, LoadError};
use super::notices::{Notices, unknown};
use super::options::{PostgresOptions, Rights};
use super::{pack, replay, route};
use crate::replay::PACK;
use crate::{
    Attachment, Digest, Head, KeyRecord, PersonalField, StoreError, StoredEvent, StreamName,
    format_instant,
};

const EVENTS: &str = "INSERT INTO citygate.event (position, stream, version, type, type_version, \
    event_id, effective, recorded_at, actor, reason, causation, correlation, payload, hash, chain) \
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::int[], \
    $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::uuid[], $12::uuid[], \
    $13::text[], $14::bytea[], $15::bytea[])";

const KEYS: &str = "INSERT INTO citygate.idempotency (key, request_hash, answer, first_position, \
    last_position) SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], \
    $5::bigint[])";

const PERSONAL: &str = "INSERT INTO citygate.personal (number, id, field, salt, value) \
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::text[])";

const STREAMS: &str = "INSERT INTO citygate.stream_head (stream, version, last_position) \
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])";

/// What is in the tables, counted there: events, the newest, its chain, streams, and what lies
/// beside the log.
const CONTENT: &str = "SELECT (SELECT count(*) FROM citygate.event), \
    (SELECT coalesce(max(position), 0) FROM citygate.event), \
    (SELECT chain FROM citygate.event ORDER BY position DESC LIMIT 1), \
    (SELECT count(*) FROM citygate.stream_head), (SELECT count(*) FROM citygate.idempotency), \
    (SELECT count(*) FROM citygate.personal), (SELECT count(*) FROM citygate.attachment)";

/// How much there is beside the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Beside {
    pub streams: u64,
    pub keys: u64,
    pub personal: u64,
    pub attachments: u64,
}

/// An open transaction on a database. Dropped, it leaves the database as it was.
pub(crate) struct Target {
    connection: PgConnection,
    place: PathBuf,
    notices: Notices,
}

const TAKING: &str = "taking in the ledger";

impl Target {
    /// Begins, under the lock of the log's head, with the rights of whoever logs in.
    pub async fn begin(options: &PostgresOptions) -> Result<Self, StoreError> {
        let place = options.place();
        let fault = |error| fault(&place, TAKING, error);
        let (seen, patience) = (Seen::default(), options.lock_wait);
        let found = route::primary(options, &seen, Rights::Owner, patience).await?;
        let mut connection = found.connection;
        check_form(&mut connection, &place).await?;
        let notices = Notices::new();
        notices.ready(&mut connection).await.map_err(fault)?;
        let wait = options.lock_wait.as_millis();
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '{wait}ms'; \
             SELECT FROM citygate.log_head FOR UPDATE; SET LOCAL lock_timeout = 0"
        );
        let begin = sqlx::raw_sql(sqlx::AssertSqlSafe(begin));
        begin.execute(&mut connection).await.map_err(fault)?;
        Ok(Self { connection, place, notices })
    }

    /// There is no ledger in the database, or an empty one, or the one that ends as this one.
    pub async fn check_free(options: &PostgresOptions, same: &Head) -> Result<(), StoreError> {
        let place = options.place();
        let (seen, patience) = (Seen::default(), options.lock_wait);
        let connection = route::primary(options, &seen, Rights::Owner, patience).await?.connection;
        let mut target = Self { connection, place, notices: Notices::new() };
        let there = "SELECT to_regclass('citygate.log_head') IS NOT NULL";
        let there = sqlx::query_scalar::<_, bool>(there).fetch_one(&mut target.connection).await;
        if there.map_err(|error| target.fault(error))? {
            let head = target.head().await?;
            if (head.position, head.chain) != (same.position, same.chain) {
                target.check_empty().await?;
            }
        }
        let closed = target.connection.close().await;
        closed.map_err(|error| fault(&target.place, TAKING, error))
    }

    pub async fn head(&mut self) -> Result<Head, StoreError> {
        let row = self.connection.fetch_one(HEAD).await.map_err(|error| self.fault(error))?;
        let head = load::head(&row).map_err(|error| self.load_fault(error))?;
        let load::HeadRow { position, chain, recorded_at, epoch, .. } = head;
        Ok(Head { position, chain, epoch, recorded_at })
    }

    /// Nothing at all has been stored.
    pub async fn check_empty(&mut self) -> Result<(), StoreError> {
        let (events, beside) = self.content().await?;
        if events.position == 0 && beside == Beside::default() {
            return Ok(());
        }
        Err(StoreError::NotEmpty(self.place.clone()))
    }

    /// Makes partitions for all positions up to one, and three beyond.
    pub async fn make_room(&mut self, through: u64) -> Result<(), StoreError> {
        loop {
            let make = "SELECT citygate.add_partitions($1)";
            let made = sqlx::query_scalar::<_, i32>(make).bind(integer(through));
            let made = made.fetch_one(&mut self.connection).await;
            // A call makes a hundred at most.
            if made.map_err(|error| self.fault(error))? == 0 {
                return Ok(());
            }
        }
    }

    pub async fn events(&mut self, events: &[StoredEvent]) -> Result<(), StoreError> {
        let column = |of: fn(&StoredEvent) -> i64| events.iter().map(of).collect::<Vec<i64>>();
        let texts = |of: fn(&StoredEvent) -> &str| events.iter().map(of).collect::<Vec<&str>>();
        let ids = |of: fn(&StoredEvent) -> Option<Uuid>| events.iter().map(of).collect::<Vec<_>>();
        let maybe =
            |of: fn(&StoredEvent) -> Option<&str>| events.iter().map(of).collect::<Vec<_>>();
        let digests = |of: fn(&StoredEvent) -> Digest| events.iter().map(of).collect::<Vec<_>>();
        let forms: Vec<i32> = events.iter().map(|event| event.type_version.into()).collect();
        let event_ids: Vec<Uuid> = events.iter().map(|event| event.event_id).collect();
        let instants = events.iter().map(|event| format_instant(event.recorded_at));
        let query = sqlx::query(EVENTS)
            .bind(column(|event| integer(event.position)))
            .bind(texts(|event| event.stream.as_str()))
            .bind(column(|event| integer(event.version)))
            .bind(texts(|event| &event.event_type))
            .bind(forms)
            .bind(event_ids)
            .bind(maybe(|event| event.effective.as_deref()))
            .bind(instants.collect::<Vec<String>>())
            .bind(texts(|event| &event.actor))
            .bind(maybe(|event| event.reason.as_deref()))
            .bind(ids(|event| event.causation))
            .bind(ids(|event| event.correlation))
            .bind(texts(|event| &event.payload))
            .bind(digests(|event| event.hash))
            .bind(digests(|event| event.chain));
        let written = query.execute(&mut self.connection).await;
        written.map(drop).map_err(|error| self.fault(error))
    }

    /// The heads of streams: name, version, last position.
    pub async fn streams(&mut self, heads: &[(&StreamName, u64, u64)]) -> Result<(), StoreError> {
        let names: Vec<&str> = heads.iter().map(|(name, _, _)| name.as_str()).collect();
        let versions: Vec<i64> = heads.iter().map(|(_, version, _)| integer(*version)).collect();
        let last: Vec<i64> = heads.iter().map(|(_, _, last)| integer(*last)).collect();
        let query = sqlx::query(STREAMS).bind(names).bind(versions).bind(last);
        let written = query.execute(&mut self.connection).await;
        written.map(drop).map_err(|error| self.fault(error))
    }

    /// Packs the events up to a position, as far as packs are full.
    pub async fn pack(&mut self, through: u64) -> Result<(), StoreError> {
        for after in (0..through / PACK).map(|number| number * PACK) {
            let rows = replay::rows(&mut self.connection, after, PACK as usize).await;
            let rows = rows.map_err(|error| self.load_fault(error))?;
            let Some((digest, bytes)) = pack::press(rows).await? else { break };
            let seal = sqlx::query(pack::SEAL).bind(integer(after + 1)).bind(digest).bind(bytes);
            let sealed = seal.execute(&mut self.connection).await;
            sealed.map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    pub async fn keys(&mut self, keys: &[(String, KeyRecord)]) -> Result<(), StoreError> {
        let records = || keys.iter().map(|(_, record)| record);
        let names: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        let hashes: Vec<[u8; 32]> = records().map(|record| record.request_hash).collect();
        let answers: Vec<Option<&str>> = records().map(|record| record.answer.as_deref()).collect();
        let first: Vec<_> = records().map(|record| record.first_position.map(integer)).collect();
        let last: Vec<_> = records().map(|record| record.last_position.map(integer)).collect();
        let query = sqlx::query(KEYS).bind(names).bind(hashes).bind(answers);
        let written = query.bind(first).bind(last).execute(&mut self.connection).await;
        written.map(drop).map_err(|error| self.fault(error))
    }

    pub async fn personal(&mut self, rows: &[(u64, PersonalField)]) -> Result<(), StoreError> {
        let numbers: Vec<i64> = rows.iter().map(|(number, _)| integer(*number)).collect();
        let texts = |of: fn(&PersonalField) -> &str| -> Vec<&str> {
            rows.iter().map(|(_, row)| of(row)).collect()
        };
        let salts: Vec<&[u8]> = rows.iter().map(|(_, row)| row.salt.as_slice()).collect();
        let query = sqlx::query(PERSONAL).bind(numbers).bind(texts(|row| &row.id));
        let query = query.bind(texts(|row| &row.field)).bind(salts).bind(texts(|row| &row.value));
        let written = query.execute(&mut self.connection).await;
        written.map(drop).map_err(|error| self.fault(error))
    }

    pub async fn attachment(&mut self, attachment: &Attachment) -> Result<(), StoreError> {
        let query = sqlx::query("INSERT INTO citygate.attachment (sha256, bytes) VALUES ($1, $2)");
        let query = query.bind(attachment.sha256).bind(&attachment.bytes);
        let written = query.execute(&mut self.connection).await;
        written.map(drop).map_err(|error| self.fault(error))
    }

    /// Sets the head, counts what is there, and commits. The epoch is raised above that of the file:
    /// whoever goes on with the file has another ledger.
    pub async fn finish(mut self, from: &Head, beside: Beside) -> Result<Head, StoreError> {
        let sql = "UPDATE citygate.log_head SET position = $1, chain = $2, recorded_at = $3, \
            epoch = greatest(epoch, $4) + 1";
        let set = sqlx::query(sql)
            .bind(integer(from.position))
            .bind(from.chain)
            .bind(from.recorded_at.map(format_instant))
            .bind(integer(from.epoch));
        let set = set.execute(&mut self.connection).await;
        set.map_err(|error| self.fault(error))?;
        let (events, found) = self.content().await?;
        let same = (events.position, events.chain) == (from.position, from.chain);
        if !same || found != beside {
            let what = format!("{found:?} arrived in {}, not {beside:?}", self.place.display());
            return Err(StoreError::corrupt(events.position, what));
        }
        // What the answer to a commit leaves open, the next attempt finds out.
        let committed = self.notices.committed(self.connection.execute("COMMIT")).await;
        committed.map_err(unknown)?;
        let head = self.head().await?;
        let closed = self.connection.close().await;
        closed.map_err(|error| fault(&self.place, "closing the ledger", error))?;
        Ok(head)
    }

    /// Where the rows end, and how many there are beside them.
    async fn content(&mut self) -> Result<(Head, Beside), StoreError> {
        let row = self.connection.fetch_one(CONTENT).await.map_err(|error| self.fault(error))?;
        let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        let content = || -> Result<_, sqlx::Error> {
            let chain = row.try_get::<Option<Vec<u8>>, _>(2)?;
            let (streams, keys, personal, attachments) =
                (count(3)?, count(4)?, count(5)?, count(6)?);
            Ok((count(0)?, count(1)?, chain, Beside { streams, keys, personal, attachments }))
        };
        let (events, position, chain, beside) = content().map_err(|error| self.fault(error))?;
        if events != position {
            return Err(StoreError::corrupt(events + 1, "the event is missing"));
        }
        let chain = chain.map_or(Ok(crate::GENESIS), TryInto::try_into);
        let bad = |_| StoreError::corrupt(position, "the chain cannot be read");
        let (chain, recorded_at) = (chain.map_err(bad)?, None);
        Ok((Head { position, chain, epoch: 0, recorded_at }, beside))
    }

    fn fault(&self, error: sqlx::Error) -> StoreError {
        fault(&self.place, TAKING, error)
    }

    fn load_fault(&self, error: LoadError) -> StoreError {
        match error {
            LoadError::Database(error) => self.fault(error),
            LoadError::Store(error) => error,
        }
    }
}
