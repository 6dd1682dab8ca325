use std::io;
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Command;
use citygate_domain::approval::{
    Act, ApproveAct, GrantRole, ProposeAct, RevokeRole, Subject, WithdrawAct,
};
use citygate_engine::Request;
use citygate_interchange::{Format, Table, reports};

use super::case_steps::reassess_touched;
use crate::args::{ApproveArgs, RoleVerb};
use crate::failure::Failure;
use crate::output::say;
use crate::session::{Session, Setting};

/// Lists what waits for a second person.
pub async fn list(path: &Path, setting: Setting, format: Format) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let table = reports::approvals(&session.engine.read().await.ledger);
    print(&session, &table, format)?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

/// Approves what another person proposed.
pub async fn approve(
    path: &Path,
    setting: Setting,
    args: ApproveArgs,
) -> Result<ExitCode, Failure> {
    let ApproveArgs { subject, number, revision } = args;
    let command = Command::Approve(ApproveAct { subject, number, revision });
    let session = Session::on_file(path, setting, false).await?;
    let answer = session.request(Request::from(command)).await;
    if answer.is_ok() {
        reassess_touched(&session).await?;
    }
    session.close_store().await?;
    say(session.lang.done(answer?.map(|position| position.number())));
    Ok(ExitCode::SUCCESS)
}

/// Takes a proposal back, or rejects another person's.
pub async fn withdraw(
    path: &Path,
    setting: Setting,
    subject: Subject,
    reason: String,
) -> Result<ExitCode, Failure> {
    let why = Some(reason.clone());
    let command = Command::Withdraw(WithdrawAct { subject, reason });
    ask(path, setting, Request { reason: why, ..Request::from(command) }).await
}

/// Lists, grants and revokes roles.
pub async fn role(path: &Path, setting: Setting, verb: RoleVerb) -> Result<ExitCode, Failure> {
    let (command, reason) = match verb {
        RoleVerb::List { format } => return roles(path, setting, format).await,
        RoleVerb::Grant { to, role, reason } => {
            let act = Act::GrantRole(GrantRole { person: to, role });
            let propose = ProposeAct { act, revision: None, reason: reason.clone() };
            (Command::Propose(Box::new(propose)), reason)
        }
        RoleVerb::Revoke { from, role, reason } => {
            let revoke = RevokeRole { person: from, role, reason: reason.clone() };
            (Command::RevokeRole(revoke), reason)
        }
    };
    ask(path, setting, Request { reason: Some(reason), ..Request::from(command) }).await
}

async fn roles(path: &Path, setting: Setting, format: Format) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let table = reports::roles(&session.engine.read().await.ledger);
    print(&session, &table, format)?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

/// Sends one request and says whether something was recorded.
pub async fn ask(path: &Path, setting: Setting, request: Request) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let answer = session.request(request).await;
    session.close_store().await?;
    say(session.lang.done(answer?.map(|position| position.number())));
    Ok(ExitCode::SUCCESS)
}

/// Prints a table; an empty one says so to people.
pub fn print(session: &Session, table: &Table, format: Format) -> Result<(), Failure> {
    if table.rows.is_empty() && format == Format::Table {
        return crate::output::print(session.lang.nothing_there());
    }
    let mut out = io::stdout().lock();
    Ok(table.write(&mut out, format, |column| session.lang.word(column))?)
}
