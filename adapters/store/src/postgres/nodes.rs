//! The nodes that write one ledger, and which forms of events they may write.
//!
//! A form that older nodes cannot read must not be written while one of them is alive. So a form is
//! written only after it was activated, and it is activated only when every node that was seen
//! lately knows it.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, PgConnection};

use super::faults::fault;
use super::greet::{Seen, check_form};
use super::notices::Notices;
use super::options::{PostgresOptions, Rights};
use super::route;
use crate::statement::{Statement, Value};
use crate::{AppendRequest, BadData, StoreError};

/// A node that was not seen for this long is not alive. It is seen every [`BEAT_SECONDS`].
pub(super) const ALIVE_SECONDS: i32 = 60;
/// How often a node says that it is alive.
pub(super) const BEAT_SECONDS: u64 = 10;

/// What a node says of itself is said again soon, so it does not wait for a standby: who only reads
/// is not held up by one that is gone.
const UNAWAITED: &str = "SET LOCAL synchronous_commit = local";

/// A process that writes to a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name, another for every process.
    pub id: String,
    /// The release of the program.
    pub release: String,
    /// Types of events with the version of their form: all that the program writes.
    pub event_types: Vec<(String, u16)>,
}

impl Node {
    /// Says that the node is alive.
    pub(super) fn beat(&self) -> Vec<Statement> {
        let sql = "INSERT INTO citygate.node SELECT $1, $2, clock_timestamp(), \
            string_to_array($3, ' ') ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, \
            release = excluded.release, event_types = excluded.event_types";
        let types = self.event_types.iter().map(form).collect::<Vec<_>>().join(" ");
        let values = [self.id.clone(), self.release.clone(), types].map(Value::Text).into();
        vec![Statement::plain(UNAWAITED), Statement::new(sql, values)]
    }

    /// Says that the node is going.
    pub(super) fn leave(&self) -> Vec<Statement> {
        let sql = "DELETE FROM citygate.node WHERE id = $1";
        let leave = Statement::new(sql, vec![Value::Text(self.id.clone())]);
        vec![Statement::plain(UNAWAITED), leave]
    }
}

fn form((event_type, version): &(String, u16)) -> String {
    format!("{event_type}/{version}")
}

/// The forms that may be written, as far as this node knows: more are learned, none is forgotten.
#[derive(Debug, Clone, Default)]
pub(super) struct Activated(BTreeMap<String, BTreeSet<u16>>);

impl Activated {
    pub async fn read(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let sql = "SELECT type, version FROM citygate.event_type";
        let rows = sqlx::query_as::<_, (String, i32)>(sql).fetch_all(connection).await?;
        let mut forms: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
        for (name, version) in rows {
            forms.entry(name).or_default().extend(u16::try_from(version));
        }
        Ok(Self(forms))
    }

    /// The first form of a request that may not be written.
    pub fn missing(&self, request: &AppendRequest) -> Option<BadData> {
        let missing = request.events.iter().find(|event| {
            let versions = self.0.get(event.event_type.as_ref());
            !versions.is_some_and(|versions| versions.contains(&event.type_version))
        })?;
        let (name, version) = (&missing.event_type, missing.type_version);
        let sentence = format!(
            "events of type {name} version {version} may not be written yet; when every node has \
             this release, run `citygate migrate --activate`"
        );
        Some(BadData::new("event_type_not_activated", sentence))
    }
}

/// Allows events of these forms.
pub(super) async fn note(
    connection: &mut PgConnection,
    event_types: &[(String, u16)],
) -> Result<Vec<String>, sqlx::Error> {
    let names: Vec<&str> = event_types.iter().map(|(name, _)| name.as_str()).collect();
    let versions: Vec<i32> = event_types.iter().map(|(_, version)| (*version).into()).collect();
    let sql = "INSERT INTO citygate.event_type (type, version) \
        SELECT * FROM unnest($1::text[], $2::int[]) ON CONFLICT DO NOTHING \
        RETURNING type || '/' || version";
    sqlx::query_scalar::<_, String>(sql).bind(names).bind(versions).fetch_all(connection).await
}

/// Allows events of every form that this program writes; gives those that are new, as
/// `type/version`.
///
/// # Errors
/// [`StoreError::OlderNode`] while a node is alive that does not know them all; the world failing.
pub async fn activate(
    options: &PostgresOptions,
    event_types: &[(String, u16)],
) -> Result<Vec<String>, StoreError> {
    let place = options.place();
    let fault = |error| fault(&place, "activating events", error);
    let (seen, patience) = (Seen::default(), options.lock_wait);
    let found = route::primary(options, &seen, Rights::Owner, patience).await?;
    let mut connection = found.connection;
    check_form(&mut connection, &place).await?;
    let notices = Notices::new();
    notices.ready(&mut connection).await.map_err(fault)?;
    let mut transaction = connection.begin().await.map_err(fault)?;
    let older = "SELECT id, release FROM citygate.node WHERE NOT event_types @> $1 \
        AND seen_at > clock_timestamp() - make_interval(secs => $2) ORDER BY id LIMIT 1";
    let forms: Vec<String> = event_types.iter().map(form).collect();
    let older = sqlx::query_as::<_, (String, String)>(older).bind(forms).bind(ALIVE_SECONDS);
    if let Some((node, release)) = older.fetch_optional(&mut *transaction).await.map_err(fault)? {
        return Err(StoreError::OlderNode { node, release });
    }
    let new = note(&mut transaction, event_types).await.map_err(fault)?;
    notices.committed(transaction.commit()).await.map_err(fault)?;
    connection.close().await.map_err(fault)?;
    Ok(new)
}
