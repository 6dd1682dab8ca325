use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use citygate_store::SqliteStore;

use crate::failure::Failure;
use crate::output::print;
use crate::place::{self, Place};
use crate::session::{Session, Setting};
use crate::sources::sources;

/// Writes a verified copy.
pub async fn backup(path: &Path, setting: Setting, to: &Path) -> Result<ExitCode, Failure> {
    let not_offered = Failure::usage(setting.lang.backup_is_for_files());
    if place::database(path).is_some() {
        return Err(not_offered);
    }
    let session = Session::on_file(path, setting, false).await?;
    let Some(Place::File(store)) = &session.place else { return Err(not_offered) };
    let head = store.backup(to, Arc::clone(&session.engine.sources().now)).await?;
    print(session.lang.head("backup", head.position, &head.chain))?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

/// Puts a copy in the ledger's place.
pub async fn restore(
    path: &Path,
    setting: Setting,
    from: &Path,
    force: bool,
) -> Result<ExitCode, Failure> {
    if place::database(path).is_some() {
        return Err(Failure::usage(setting.lang.backup_is_for_files()));
    }
    let clock = sources(setting.told).now;
    let head = SqliteStore::restore(from, path, force, clock).await?;
    print(setting.lang.head("restored", head.position, &head.chain))?;
    print(setting.lang.epoch(head.epoch))?;
    Ok(ExitCode::SUCCESS)
}
