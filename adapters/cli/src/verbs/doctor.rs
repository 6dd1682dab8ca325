use std::path::Path;
use std::process::ExitCode;

use citygate_engine::{DocumentTables, Kept};
use citygate_store::format_instant;

use crate::failure::Failure;
use crate::output::print;
use crate::session::{Session, Setting};
use crate::verbs::verify;

/// Says how the ledger is.
pub async fn run(path: &Path, setting: Setting) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let lang = session.lang;
    let head = session.engine.store().head().await?;
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    let mut lines = vec![
        ("file", path.display().to_string()),
        ("bytes", size.to_string()),
        ("position", head.position.to_string()),
        ("epoch", head.epoch.to_string()),
        ("recorded_at", head.recorded_at.map_or_else(|| "-".to_owned(), format_instant)),
    ];
    let mut unprotected = None;
    if let Some(store) = &session.file {
        store.check_file().await?;
        unprotected = verify::unprotected(store, lang).await?;
        let triggers = if unprotected.is_some() { "missing" } else { "ok" };
        lines.push(("event_triggers", triggers.to_owned()));
        lines.push(("documents_at", DocumentTables::position(store.as_ref()).await?.to_string()));
    }
    // A snapshot that cannot be used is as good as none, and the next one takes its place.
    let (at, bytes) = match Kept::of(session.engine.store(), None).await {
        Some(kept) => (kept.position.to_string(), kept.size().to_string()),
        None => ("-".to_owned(), "-".to_owned()),
    };
    lines.extend([("snapshot_at", at), ("snapshot_bytes", bytes)]);
    {
        let world = session.engine.read().await;
        lines.push(("contracts", world.ledger.contracts().count().to_string()));
        if let Some(settings) = world.ledger.settings() {
            lines.push(("zone", settings.zone.clone()));
            lines.push(("gas_day_start_hour", settings.gas_day_start_hour.to_string()));
            lines.push(("clock", format!("{:?}", settings.clock).to_lowercase()));
            lines.push(("four_eyes", format!("{:?}", settings.four_eyes).to_lowercase()));
        }
    }
    for (name, value) in lines {
        print(format_args!("{name:<20} {value}"))?;
    }
    session.close_store().await?;
    if let Some(failure) = unprotected {
        return Err(failure);
    }
    print(lang.healthy())?;
    Ok(ExitCode::SUCCESS)
}
