use std::process::ExitCode;

use citygate_interchange::Folder;
use clap::Parser;

use crate::args::{ReadArgs, RunArgs};
use crate::failure::{Failure, REFUSED};
use crate::session::{How, Session, Setting};

/// Import, close and one report in one go. The report alone goes to standard output.
pub async fn run(args: RunArgs, setting: Setting) -> Result<ExitCode, Failure> {
    // What follows `--` is understood before anything long begins.
    let then = match args.then.as_slice() {
        [] => None,
        words => match ReadArgs::try_parse_from(words) {
            Ok(parsed) => Some(parsed.verb),
            Err(error) => error.exit(),
        },
    };
    let folder = Folder::check(&args.folder).map_err(Failure::usage)?;
    let session = Session::in_memory(setting).await?;
    let imported = session.import(folder, args.refused.as_deref(), How::Decided).await?;
    let mut refused = !imported.refused.is_empty();
    if let Some(through) = args.through {
        refused |= !session.close(through, None).await?.refused.is_empty();
    }
    for year in args.years {
        refused |= !session.close_year(year, None).await?.refused.is_empty();
    }
    if let Some(verb) = then {
        super::read(&session, &verb).await?;
    }
    Ok(if refused { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}
