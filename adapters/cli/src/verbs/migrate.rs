use std::path::Path;
use std::process::ExitCode;

use citygate_engine::event_types;
use citygate_store::{activate, copy_ledger, migrate};

use crate::failure::Failure;
use crate::output::print;
use crate::place;
use crate::progress::Progress;
use crate::session::Setting;

/// Makes or updates the tables of a ledger in a database; allows the forms of events that are new
/// with this release.
pub async fn run(path: &Path, setting: Setting, allow: bool) -> Result<ExitCode, Failure> {
    let lang = setting.lang;
    let Some(options) = place::database(path) else {
        print(lang.nothing_to_migrate())?;
        return Ok(ExitCode::SUCCESS);
    };
    let (options, forms) = (options?, event_types());
    let done = migrate(&options, &forms).await?;
    print(lang.migrated(done.from.into(), done.to.into(), done.partitions.into()))?;
    if allow {
        print(lang.activated(&activate(&options, &forms).await?))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes the ledger of a file into a database: every position, hash and key stays what it is.
pub async fn take_over(from: &Path, to: &Path, setting: Setting) -> Result<ExitCode, Failure> {
    let lang = setting.lang;
    let (None, Some(options)) = (place::database(from), place::database(to)) else {
        return Err(Failure::usage(lang.file_to_database()));
    };
    let progress = Progress::of_rows();
    let copied = copy_ledger(from, &options?, &event_types(), |rows| progress.at(rows)).await;
    progress.done();
    let copied = copied?;
    print(lang.copied(&copied))?;
    print(lang.head("head", copied.head.position, &copied.head.chain))?;
    print(lang.epoch(copied.head.epoch))?;
    Ok(ExitCode::SUCCESS)
}
