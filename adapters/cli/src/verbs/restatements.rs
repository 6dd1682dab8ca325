use std::io;
use std::path::Path;
use std::process::ExitCode;

use citygate_engine::restate;
use citygate_interchange::{Format, reports};

use crate::args::RestatementsArgs;
use crate::failure::{Failure, REFUSED};
use crate::output::say;
use crate::session::{Session, Setting};

/// Issues the next revision of every document that later facts changed (S4), or says which that
/// would be.
pub async fn run(
    path: &Path,
    setting: Setting,
    args: RestatementsArgs,
) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    session.check_contract(args.contract.as_ref()).await?;
    let only = args.contract.as_ref();
    let restated = restate(&session.engine, &session.actor, only, args.dry_run).await?;
    for (contract, document, rejection) in &restated.refused {
        let advice = session.lang.advice(rejection.code(), rejection.advice());
        let (kind, period, code) = (document.kind(), document.period(), rejection.code());
        say(format_args!("{kind}/{contract}/{period}: {code}: {rejection}. {advice}"));
    }
    let table = reports::restatements(&restated.made);
    if !table.rows.is_empty() || args.format != Format::Table {
        table.write(&mut io::stdout().lock(), args.format, |column| session.lang.word(column))?;
    }
    say(session.lang.restated(&restated));
    if args.dry_run {
        say(session.lang.nothing_recorded());
    }
    session.close_store().await?;
    Ok(if restated.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
