use std::path::Path;
use std::process::ExitCode;

use citygate_engine::event_types;
use citygate_store::{activate, migrate};

use crate::failure::Failure;
use crate::output::print;
use crate::place;
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
