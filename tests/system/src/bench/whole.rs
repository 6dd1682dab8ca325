//! The whole way: a folder of facts in, months closed, everything made anew from the log.

use std::path::Path;
use std::time::Duration;

use citygate_interchange::{Folder, import};
use citygate_store::EventStore;

use super::{Stopped, now};
use crate::ledger::{Ledger, actor};

/// A ledger that was filled, and how long that took.
pub struct Whole {
    /// The ledger, still open.
    pub ledger: Ledger,
    /// Parsed, decided, appended durably, projected, tables written.
    pub import: Duration,
    /// Every month issued and assessed, durably, where that was asked for.
    pub close: Duration,
    /// Events at the end.
    pub events: u64,
}

/// Imports a folder into a new file, then closes its months through one if there is one.
///
/// # Errors
/// The log or the disk failing; a folder without contracts.
pub async fn fill(folder: &Path, path: &Path, through: Option<&str>) -> Result<Whole, Stopped> {
    let ledger = Ledger::open(path).await?;
    let begun = now();
    let facts = Folder::Disk(folder.to_owned());
    let imported = import(&ledger.engine, &actor(), facts, |_| {}).await?;
    let import = begun.elapsed();
    if imported.recorded == 0 {
        return Err(format!("{} holds no facts", folder.display()).into());
    }
    let begun = now();
    if let Some(through) = through
        && ledger.close_through(through).await?.issued == 0
    {
        return Err(format!("no month of {} could be closed", folder.display()).into());
    }
    let close = begun.elapsed();
    let events = ledger.store.head().await?.position;
    Ok(Whole { ledger, import, close, events })
}

/// Makes everything anew from the log, and sees that every row can be read at the end.
///
/// # Errors
/// The log failing; rows that are missing afterwards.
pub async fn rebuild(ledger: &Ledger) -> Result<Duration, Stopped> {
    let rows = readable(ledger).await?;
    let begun = now();
    ledger.engine.rebuild().await?;
    let time = begun.elapsed();
    let again = readable(ledger).await?;
    if rows != again {
        return Err(format!("{rows:?} rows before the rebuild, {again:?} after").into());
    }
    Ok(time)
}

/// Rows of the tables, documents and readings in memory.
async fn readable(ledger: &Ledger) -> Result<[usize; 4], Stopped> {
    let rows = match ledger.engine.tables() {
        Some(tables) => tables.dump().await?.len(),
        None => 0,
    };
    let world = ledger.engine.read().await;
    let deliveries = citygate_interchange::reports::deliveries(&world.ledger, None, None);
    let settlements = world.views.settlements.newest().count();
    Ok([rows, settlements, world.views.deviations.newest().count(), deliveries.rows.len()])
}
