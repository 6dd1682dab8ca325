use std::path::Path;
use std::process::ExitCode;

use citygate_domain::ledger::{Books, ClockKind, FourEyes, Settings};
use citygate_interchange::Folder;

use crate::args::{CloseArgs, ImportArgs, InitArgs};
use crate::failure::{Failure, REFUSED};
use crate::output::say;
use crate::place::{self, Place};
use crate::session::{How, Session, Setting};

/// Opens a new ledger with settings of its own.
pub async fn init(path: &Path, setting: Setting, args: InitArgs) -> Result<ExitCode, Failure> {
    let books = Books { closed_through: args.books_closed_through, ..Books::default() };
    let settings = Settings {
        books,
        clock: if args.simulated_clock { ClockKind::Simulated } else { ClockKind::Real },
        four_eyes: if args.four_eyes_off { FourEyes::Off } else { FourEyes::On },
        gas_day_start_hour: args.gas_day_start_hour,
        zone: args.zone,
    };
    let session = Session::on_file(path, setting, true).await?;
    let opened = session.init(settings).await;
    session.close_store().await?;
    opened.map(|()| ExitCode::SUCCESS)
}

/// Imports a folder into the ledger.
pub async fn import(path: &Path, setting: Setting, args: ImportArgs) -> Result<ExitCode, Failure> {
    let folder = Folder::check(&args.folder).map_err(Failure::usage)?;
    // Trying what a folder would come to makes no ledger.
    let session = if args.dry_run && !path.exists() && place::database(path).is_none() {
        Session::in_memory(setting).await?
    } else {
        Session::on_file(path, setting, true).await?
    };
    session.ensure_open().await?;
    let how = match (&args.propose, args.dry_run) {
        (Some(reason), _) => How::Proposed(reason),
        (None, true) => How::Dry,
        (None, false) => How::Decided,
    };
    let imported = session.import(folder, args.refused.as_deref(), how).await?;
    if args.dry_run {
        say(session.lang.nothing_recorded());
    }
    session.close_store().await?;
    Ok(exit(imported.refused.is_empty()))
}

/// Closes months, then a contract year.
pub async fn close(path: &Path, setting: Setting, args: CloseArgs) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    session.check_contract(args.contract.as_ref()).await?;
    let mut clean = true;
    if let Some(through) = args.through {
        clean &= session.close(through, args.contract.as_ref()).await?.refused.is_empty();
    }
    if let Some(year) = args.year {
        clean &= session.close_year(year, args.contract.as_ref()).await?.refused.is_empty();
    }
    session.close_store().await?;
    Ok(exit(clean))
}

/// Makes the tables anew from the log, and the triggers that protect it.
pub async fn rebuild(path: &Path, setting: Setting) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    // In a database the triggers are the owner's; `migrate` makes them anew.
    if let Some(Place::File(store)) = &session.place {
        store.protect().await?;
    }
    session.engine.rebuild().await?;
    let position = session.engine.read().await.position;
    say(session.lang.rebuilt(position.number()));
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

fn exit(clean: bool) -> ExitCode {
    if clean { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) }
}
