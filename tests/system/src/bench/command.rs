//! The whole path of a command, ours and that of another crate.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use citygate_domain::Command;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_engine::{Answer, Engine, Office, Request};
use tokio::task::JoinSet;

use super::against_postgres::peers;
use super::{Stopped, now};
use crate::ledger::{actor, commands};

/// Callers that another crate is tried with; the best of them counts.
const PEER_CALLERS: [u64; 3] = [8, 32, 128];
/// Commands that another crate is given: enough for a steady rate.
const PEER_COMMANDS: u64 = 6_000;

/// What another crate takes for as many commands, at its best number of callers. Each try has a
/// database of its own, or tables made anew.
///
/// # Errors
/// The program of the peers failing.
pub async fn peers_at_their_best(
    commands: u64,
    mut url: impl FnMut(u64) -> String,
) -> Result<Duration, Stopped> {
    let mut tried = Vec::new();
    for callers in PEER_CALLERS {
        tried.push(peers("command", &url(callers), PEER_COMMANDS, callers).await?);
    }
    let fastest = tried.into_iter().min().unwrap_or_default();
    // As if it had done as many.
    Ok(Duration::from_micros(u64::try_from(fastest.as_micros())? * commands / PEER_COMMANDS))
}

/// `callers` tasks, each handing in one reading after the other until all of the folder's are
/// recorded: state from memory, checked by version, decided, appended. Gives their number too.
///
/// # Errors
/// The log failing; a reading that is refused.
pub async fn commands_from_callers(
    engine: Engine,
    folder: &Path,
    callers: usize,
) -> Result<(u64, Duration), Stopped> {
    let store = Arc::clone(engine.store());
    let (readings, others): (Vec<Command>, Vec<Command>) =
        commands(folder)?.into_iter().partition(|command| {
            matches!(command, Command::RecordDelivery(RecordDelivery { source, .. })
                if *source == Source::Telemetry)
        });
    let others =
        others.into_iter().filter(|command| !matches!(command, Command::RecordDelivery(_)));
    engine.execute(&actor(), others.map(Request::from).collect()).await?;
    let office = Office::open(engine);
    let mut shares: Vec<Vec<Command>> = vec![Vec::new(); callers.max(1)];
    for (place, reading) in readings.into_iter().enumerate() {
        shares[place % callers.max(1)].push(reading);
    }
    let before = store.head().await?.position;
    let begun = now();
    let mut tasks = JoinSet::new();
    for share in shares {
        let office = office.clone();
        tasks.spawn(async move {
            for reading in share {
                let answers = office.execute(actor(), vec![reading.into()]).await?;
                // The sample repeats and contradicts itself, as real files do.
                if let Some(Answer::KeyReused) | None = answers.first() {
                    return Err::<(), Stopped>("a reading without an answer".into());
                }
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let time = begun.elapsed();
    Ok((store.head().await?.position - before, time))
}
