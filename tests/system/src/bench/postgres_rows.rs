//! The rows of `bench` for PostgreSQL: ours and the reference on the same server, one after the
//! other in the same run.

use std::path::Path;
use std::time::Duration;

use super::against_postgres::{bare_unnest, peers, pgbench};
use super::command::{commands_from_callers, peers_at_their_best};
use super::on_postgres::Shared;
use super::{Stopped, append_from_callers, at_least, fill, line, median};
use crate::postgres::Server;

const CALLERS: u64 = 1024;

/// A server on a real disk that syncs.
#[must_use]
pub fn server() -> Server {
    Server::start(&["--disk", "max_wal_size=8GB", "checkpoint_timeout=30min"])
}

/// `append postgres 1024`
///
/// # Errors
/// The server or a program beside it failing.
pub async fn append(runs: usize, events: u64) -> Result<(), Stopped> {
    let (server, folder) = (server(), tempfile::tempdir()?);
    let [mut ours, mut bare, mut single] = [const { Vec::<Duration>::new() }; 3];
    for _ in 0..runs {
        let shared = Shared::new(&server).await?;
        ours.push(append_from_callers(shared.store.clone(), CALLERS, events).await?);
        bare.push(bare_unnest(&*shared.store, &shared.database.url).await?);
        single.push(pgbench(&shared.database.url, folder.path(), events).await?);
        shared.close().await?;
    }
    let name = "append postgres 1024";
    let (ours, bare, single) = (median(ours), median(bare), median(single));
    println!("{}", line(name, events, ours, ("bare UNNEST inserts", bare)));
    println!("{}", line(name, events, ours, ("pgbench 32 × 1 row", single)));
    at_least(name, events, ours, bare, 35);
    at_least(name, events, ours, single, 150);
    Ok(())
}

/// `command postgres`
///
/// # Errors
/// The server or a program beside it failing.
pub async fn command(runs: usize, data: &Path) -> Result<(), Stopped> {
    let server = server();
    let (mut ours, mut best, mut events) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let shared = Shared::new(&server).await?;
        let engine = shared.engine().await?;
        let callers = usize::try_from(CALLERS)?;
        let (recorded, time) = commands_from_callers(engine, data, callers).await?;
        events = recorded;
        ours.push(time);
        best.push(peers_at_their_best(events, |_| shared.database.url.clone()).await?);
        shared.close().await?;
    }
    let (ours, best) = (median(ours), median(best));
    println!("{}", line("command postgres", events, ours, ("postgres-es at its best", best)));
    at_least("command postgres", events, ours, best, 500);
    Ok(())
}

/// `import postgres`
///
/// # Errors
/// The server failing.
pub async fn import(runs: usize, data: &Path) -> Result<(), Stopped> {
    let server = server();
    let (mut ours, mut bare, mut events) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let shared = Shared::new(&server).await?;
        let (time, recorded) = shared.import(data).await?;
        events = recorded;
        ours.push(time);
        bare.push(bare_unnest(&*shared.store, &shared.database.url).await?);
        shared.close().await?;
    }
    let (ours, bare) = (median(ours), median(bare));
    println!("{}", line("import postgres", events, ours, ("bare UNNEST inserts", bare)));
    at_least("import postgres", events, ours, bare, 35);
    Ok(())
}

/// `rebuild postgres`
///
/// # Errors
/// The server or a program beside it failing.
pub async fn rebuild(runs: usize, data: &Path) -> Result<(), Stopped> {
    let (server, folder) = (server(), tempfile::tempdir()?);
    let path = folder.path().join("a.db");
    let whole = fill(data, &path, Some("2025-12")).await?;
    let events = whole.events;
    whole.ledger.close().await?;
    let (shared, moved) = Shared::of_file(&server, &path).await?;
    let own = super::rate(events, moved);
    eprintln!("migrate: {events} events in {} ms, {own}/s", moved.as_millis());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        ours.push(shared.rebuild().await?);
        theirs.push(peers("rebuild", &shared.database.url, events, 32).await?);
    }
    shared.close().await?;
    let (ours, theirs) = (median(ours), median(theirs));
    let name = "postgres-es streaming, nothing folded";
    println!("{}", line("rebuild postgres", events, ours, (name, theirs)));
    at_least("rebuild postgres", events, ours, theirs, 250);
    Ok(())
}
