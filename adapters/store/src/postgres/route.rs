//! Finding the primary among the servers of a ledger.
//!
//! All servers are asked at once. The one that is not a standby is taken; of two, of which one was
//! the primary before the other was promoted, the later one. Which one it was last time does not
//! count: that is the one that fails.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use tokio::task::JoinSet;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep, timeout};

use super::faults::fault;
use super::greet::{Seen, check_server, is_older, settle};
use super::options::{PostgresOptions, Rights};
use super::promptly;
use crate::StoreError;

/// How long one of several servers may take to answer.
pub(super) const ANSWER: Duration = Duration::from_secs(3);
/// How much longer the others are waited for once a primary has answered: a later one may be among
/// them.
const GRACE: Duration = Duration::from_millis(300);
/// Between two looks at all servers.
const PAUSE: Duration = Duration::from_millis(200);

/// A connection to the primary.
pub(super) struct Primary {
    pub connection: PgConnection,
    /// Its identity and timeline.
    pub cluster: String,
    /// How it is reached, with nobody's rights.
    pub server: PgConnectOptions,
}

/// Connects to the primary and looks at its settings. Where several servers are named, one of them
/// is going to be the primary: that is waited for, as long as `patience`.
///
/// # Errors
/// [`StoreError::NoPrimary`] when none of several servers is one; else what is wrong with it.
pub(super) async fn primary(
    options: &PostgresOptions,
    seen: &Seen,
    rights: Rights,
    patience: Duration,
) -> Result<Primary, StoreError> {
    let until = Instant::now() + patience;
    loop {
        let error = match look(options, seen, rights).await {
            Ok(primary) => return Ok(primary),
            Err(error) => error,
        };
        let passing = matches!(error, StoreError::NoPrimary { .. });
        if !passing || Instant::now() + PAUSE > until {
            return Err(error);
        }
        sleep(PAUSE).await;
    }
}

/// The same, ready for the log: nothing that this process has seen is newer.
///
/// # Errors
/// As for [`primary`]; what is wrong with its tables; [`StoreError::Superseded`].
pub(super) async fn open(
    options: &PostgresOptions,
    seen: &Seen,
    rights: Rights,
    patience: Duration,
) -> Result<Primary, StoreError> {
    let mut primary = primary(options, seen, rights, patience).await?;
    let place = PostgresOptions::place_of(&primary.server);
    let settled = settle(&mut primary.connection, (&place, rights), seen, &primary.cluster);
    // Raising the epoch waits for a standby where commits do.
    let settled = timeout(options.deadline, settled).await;
    settled.map_err(|late| unanswered(&primary.server, late))??;
    Ok(primary)
}

/// A server that takes too long.
pub(super) fn unanswered(server: &PgConnectOptions, late: Elapsed) -> StoreError {
    let place = PostgresOptions::place_of(server);
    StoreError::Unreachable { place, cause: Arc::new(late) }
}

async fn look(
    options: &PostgresOptions,
    seen: &Seen,
    rights: Rights,
) -> Result<Primary, StoreError> {
    let limit = if options.servers().len() > 1 { ANSWER } else { options.deadline };
    let mut asked = JoinSet::new();
    for (number, server) in options.servers().iter().enumerate() {
        let (connect, server) = (options.rights(server, rights), server.clone());
        asked.spawn(async move {
            let answered = timeout(limit, ask(connect, &server)).await;
            let late = |late| unanswered(&server, late);
            (number, answered.map_err(late).and_then(|answered| answered), server)
        });
    }
    let (mut best, mut errors): (Option<(usize, Primary)>, Vec<_>) = (None, Vec::new());
    loop {
        let next = match &best {
            None => asked.join_next().await,
            Some(_) => timeout(GRACE, asked.join_next()).await.unwrap_or(None),
        };
        let Some(next) = next else { break };
        // A question that was cut short, as at the end of the program, has no answer.
        let Ok((number, answer, server)) = next else { continue };
        let place = PostgresOptions::place_of(&server);
        let answer = answer.and_then(|(connection, cluster)| {
            seen.take_cluster(&place, &cluster)?;
            Ok(Primary { connection, cluster, server })
        });
        match answer {
            Ok(primary) => best = Some(better(best, (number, primary))),
            Err(error) => errors.push((number, error)),
        }
    }
    match best {
        Some((_, primary)) => Ok(primary),
        None => Err(none_is(options, errors)),
    }
}

async fn ask(
    connect: PgConnectOptions,
    server: &PgConnectOptions,
) -> Result<(PgConnection, String), StoreError> {
    let place = PostgresOptions::place_of(server);
    let connected = connect.connect().await;
    let mut connection = connected.map_err(|error| fault(&place, "connecting", error))?;
    promptly::send(server.get_port());
    let cluster = check_server(&mut connection, &place).await?;
    Ok((connection, cluster))
}

/// The later primary; of two that have nothing to do with each other the one that is named first.
fn better(known: Option<(usize, Primary)>, new: (usize, Primary)) -> (usize, Primary) {
    let Some(known) = known else { return new };
    let (old_cluster, new_cluster) = (&known.1.cluster, &new.1.cluster);
    let later = is_older(old_cluster, new_cluster);
    let earlier = is_older(new_cluster, old_cluster);
    if later || (!earlier && new.0 < known.0) { new } else { known }
}

/// What to say when no server is the primary: what is wrong with one, before that none is.
fn none_is(options: &PostgresOptions, mut errors: Vec<(usize, StoreError)>) -> StoreError {
    errors.sort_by_key(|(number, _)| *number);
    if options.servers().len() < 2 {
        return errors.pop().map_or(StoreError::Closed, |(_, error)| error);
    }
    let mut what = Vec::new();
    // A question that was cut short has no error here.
    for (place, (number, error)) in errors.iter().enumerate() {
        let Some(server) = options.servers().get(*number) else { continue };
        let how = if matches!(error, StoreError::Standby(_)) {
            "is a standby"
        } else if matches!(error, StoreError::Unreachable { .. }) {
            "cannot be reached"
        } else if matches!(error, StoreError::Superseded { .. }) {
            "was the primary before another one"
        } else {
            return errors.swap_remove(place).1;
        };
        what.push(format!("{}:{} {how}", server.get_host(), server.get_port()));
    }
    StoreError::NoPrimary { place: options.place(), what: what.join(", ") }
}
