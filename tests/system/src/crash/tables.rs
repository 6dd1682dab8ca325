//! Stopped or failed while documents are being issued and their tables written: afterwards the
//! tables are those of their checkpoint, and opening the ledger brings them up to the log.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_domain::log::Recorded;
use citygate_domain::{Command, quantities::SettlementMonth};
use citygate_engine::{DocumentTables, Engine, Request, TableRows, close, decode};
use citygate_store::{EventStore, SqliteStore, verify};

use super::Stopped;
use super::syscall::run;
use crate::ledger::{Ledger, actor, demo_contract, sources, ticking_clock};

/// A fault and the calls at which it is injected.
const FAULTS: [(&str, &str); 5] = [
    ("pwrite64", "signal=KILL"),
    ("fdatasync,fsync", "signal=KILL"),
    ("pwrite64", "error=EIO"),
    ("fdatasync,fsync", "error=EIO"),
    ("pwrite64", "error=ENOSPC"),
];

/// Injects every fault at every `step`-th call of a process that writes the tables of a ledger that
/// has none, closes two months and makes everything anew.
///
/// # Errors
/// What did not hold afterwards; strace missing.
pub async fn tables(program: &Path, step: usize) -> Result<String, Stopped> {
    let folder = tempfile::tempdir()?;
    let without_tables = folder.path().join("a.db");
    make(&without_tables).await?;
    let mut lines = Vec::new();
    for (calls, fault) in FAULTS {
        // There are far fewer calls that sync than calls that write.
        let step = if calls == "pwrite64" { step } else { step.div_ceil(8) };
        let (mut runs, mut behind) = (0, 0);
        for when in (1..).step_by(step.max(1)) {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("a.db");
            std::fs::copy(&without_tables, &path)?;
            let arguments = ["books", &path.to_string_lossy()];
            let (said, injected) = run(program, &path, &arguments, calls, fault, when)?;
            if !injected {
                break;
            }
            runs += 1;
            let found = check(&path, &said).await;
            behind += u64::from(found.map_err(|found| {
                format!("{fault} at {calls} number {when} of the tables: {found}")
            })?);
        }
        lines.push(format!(
            "tables: {fault} at {calls}: {runs} places, {behind} times behind the log, \
             brought up to it each time"
        ));
    }
    Ok(lines.join("\n"))
}

/// A contract with three months closed, by an engine that keeps no tables.
async fn make(path: &Path) -> Result<(), Stopped> {
    let store = Arc::new(SqliteStore::open(path, ticking_clock()).await?);
    let engine = Engine::open(Arc::<SqliteStore>::clone(&store), sources()).await?;
    let opening = Command::OpenLedger(OpenLedger { settings: Settings::default() });
    let commands = [opening].into_iter().chain(demo_contract("DM-2025-0003")?);
    engine.execute(&actor(), commands.map(Request::from).collect()).await?;
    let closed = close(&engine, &actor(), "2025-03".parse()?, None).await?;
    if closed.issued != 3 {
        return Err(format!("three months should have been closed: {closed:?}").into());
    }
    Ok(store.close().await?)
}

/// The process that is stopped. It says how far the log reached whenever a step was answered.
///
/// # Errors
/// The ledger failing, which the fault may bring about.
pub async fn books(path: &Path) -> Result<(), Stopped> {
    let ledger = Ledger::open(path).await?;
    for month in ["2025-04", "2025-05"] {
        let month: SettlementMonth = month.parse()?;
        close(&ledger.engine, &actor(), month, None).await?;
        say(ledger.store.head().await?.position)?;
    }
    ledger.engine.rebuild().await?;
    ledger.close().await
}

/// One line in one write: it is said whole or not at all.
fn say(position: u64) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("closed {position}\n").as_bytes())?;
    out.flush()
}

/// Holds the file against what was said; tells whether the tables were behind the log.
async fn check(path: &Path, said: &str) -> Result<bool, Stopped> {
    let store = SqliteStore::open(path, ticking_clock()).await?;
    verify(&store, None).await?;
    store.check_file().await?;
    let head = store.head().await?.position;
    let said = said.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    for position in said.filter_map(|line| line.strip_prefix("closed ")) {
        if position.parse::<u64>()? > head {
            return Err(format!("{position} was answered, the log ends at {head}").into());
        }
    }
    let behind = check_rows(&store).await?;
    store.close().await?;
    let ledger = Ledger::open(path).await?;
    let audit = ledger.engine.audit().await?;
    let rows = ledger.store.dump().await?.len();
    if audit.finding.is_some() || audit.documents < 6 || rows == 0 {
        return Err(format!("{rows} rows, {audit:?}").into());
    }
    ledger.close().await?;
    Ok(behind)
}

/// The rows are those of the log up to their checkpoint: no half of a batch, none beyond.
async fn check_rows(store: &SqliteStore) -> Result<bool, Stopped> {
    let checkpoint = DocumentTables::position(store).await?;
    let mut rows = TableRows::default();
    let mut wanted_later = false;
    for stored in store.read_all(0, 100_000).await? {
        let event = decode(&stored.event_type, stored.type_version, &stored.payload)?;
        let position = stored.position.into();
        let recorded = Recorded { position, recorded_at: stored.recorded_at, event };
        if stored.position <= checkpoint {
            rows.add(&recorded);
        } else {
            let mut later = TableRows::default();
            later.add(&recorded);
            wanted_later |= !later.is_empty();
        }
    }
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'settlement'";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(store.readers()).await?;
    let (mut wanted, mut found) = (rows.dump(), Vec::new());
    if tables > 0 {
        found = store.dump().await?;
    }
    wanted.sort();
    found.sort();
    if wanted != found {
        let (wanted, found) = (wanted.len(), found.len());
        return Err(format!("{found} rows, not the {wanted} up to {checkpoint}").into());
    }
    Ok(wanted_later)
}
