//! What an amendment would change: asked by its maker, and by whoever is to approve it (C1, F).

use std::io;
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Rejection;
use citygate_domain::approval::{self, Act, Subject};
use citygate_domain::contract::life::AmendContract;
use citygate_interchange::{Format, reports};
use citygate_projections::amendment::preview;

use crate::failure::Failure;
use crate::output::{print, say};
use crate::session::{Session, Setting};

/// `contract amend --preview`: the maker sees what would change.
pub async fn asked(
    path: &Path,
    setting: Setting,
    command: &AmendContract,
    format: Format,
) -> Result<ExitCode, Failure> {
    let session = Session::to_read(path, setting).await?;
    let code = show(&session, command, format).await;
    session.engine.store().close().await?;
    code
}

/// `approvals --preview SUBJECT`: the approver sees the same, as of now.
pub async fn pending(
    path: &Path,
    setting: Setting,
    subject: &Subject,
    format: Format,
) -> Result<ExitCode, Failure> {
    let session = Session::to_read(path, setting).await?;
    let act = {
        let world = session.engine.read().await;
        let pending = world.ledger.approvals().pending(subject);
        pending.map(|pending| pending.proposed.act.clone())
    };
    let code = match act {
        Some(Act::AmendTerms(command)) => show(&session, &command, format).await,
        Some(other) => {
            let said = session.lang.no_preview(&subject.to_string(), other.word());
            Err(Failure::usage(said))
        }
        None => {
            let subject = subject.clone();
            let nothing = approval::Rejection::NoApprovalPending { subject };
            Err(refused(&session, &nothing.into()))
        }
    };
    session.engine.store().close().await?;
    code
}

async fn show(
    session: &Session,
    command: &AmendContract,
    format: Format,
) -> Result<ExitCode, Failure> {
    let as_of = session.newest_gas_day().await;
    let (table, position) = {
        let world = session.engine.read().await;
        let preview = preview(&world.ledger, command, as_of);
        let preview = preview.map_err(|rejection| refused(session, &rejection))?;
        (reports::amendment(&preview), preview.position)
    };
    let table = match format {
        Format::Table => session.lang.with_cells(table, &["item"]),
        Format::Csv | Format::Json => table,
    };
    table.write(&mut io::stdout().lock(), format, |column| session.lang.word(column))?;
    if format == Format::Table {
        print(session.lang.known_at(position.number()))?;
    }
    say(session.lang.nothing_recorded());
    Ok(ExitCode::SUCCESS)
}

fn refused(session: &Session, rejection: &Rejection) -> Failure {
    let advice = session.lang.advice(rejection.code(), rejection.advice());
    Failure::refused(rejection.code(), format!("{rejection}. {advice}"))
}
