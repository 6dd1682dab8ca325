use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::books::DocumentName;
use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, GasDay};
use citygate_domain::stream::DocumentInput;
use citygate_engine::{EngineError, Explanation, World, decode};
use citygate_interchange::trace_lines;
use citygate_projections::explain::{self, Document};
use citygate_projections::restatement::revisions;

use super::difference;
use super::subject::{DocumentId, Subject};
use crate::args::ExplainArgs;
use crate::failure::{Failure, REFUSED};
use crate::session::Session;

/// Prints how a document or an account came to be; exit code 1 when a document does not come out
/// again.
pub async fn run(session: &Session, args: &ExplainArgs) -> Result<ExitCode, Failure> {
    if let [earlier, later] = args.diff.as_slice() {
        return difference::run(session, (earlier, later), args.format.unwrap_or_default()).await;
    }
    if args.format.is_some() {
        return Err(Failure::usage(session.lang.format_is_for_differences()));
    }
    match Subject::of(args.id.as_deref().unwrap_or_default(), session.lang)? {
        Subject::Account(contract, day, None) => {
            account(session, &*session.engine.read().await, &contract, day)
        }
        Subject::Account(contract, day, Some(known)) => {
            account(session, &session.known_at(known).await?, &contract, day)
        }
        Subject::Document(of) => document(session, &of).await,
        Subject::Event(position) => event(session, position).await,
    }
}

/// An event as it is stored; a document is explained.
async fn event(session: &Session, position: u64) -> Result<ExitCode, Failure> {
    let found = session.engine.store().read_all(position.saturating_sub(1), 1).await?;
    let stored = found.into_iter().find(|event| event.position == position);
    let missing = || Failure::refused("no_such_event", format!("the log has no {position}"));
    let stored = stored.ok_or_else(missing)?;
    let event = decode(&stored.event_type, stored.type_version, &stored.payload);
    let event = event.map_err(|reason| EngineError::Codec { position, reason })?;
    if let Some(document) = Document::of(&event) {
        return again(session, &document, position).await;
    }
    writeln!(io::stdout().lock(), "{}", super::events::json_line(&stored)?)?;
    Ok(ExitCode::SUCCESS)
}

fn account(
    session: &Session,
    world: &World,
    contract: &ContractId,
    day: GasDay,
) -> Result<ExitCode, Failure> {
    let unknown = || Failure::refused("unknown_contract", format!("{contract} is not known"));
    let contract = world.ledger.contract(contract).ok_or_else(unknown)?;
    let traces = explain::balance(contract, &world.ledger, day)?;
    let mut out = io::stdout().lock();
    for trace in traces {
        for line in trace_lines(&trace, &|word| session.lang.word(word)) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out, "{} {}", session.lang.word("position"), world.position)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a document with everything that it rests on.
pub async fn document(session: &Session, of: &DocumentId) -> Result<ExitCode, Failure> {
    let (document, position) = found(&*session.engine.read().await, of)?;
    again(session, &document, position.number()).await
}

/// The revision of a document that an id names.
pub fn found(world: &World, of: &DocumentId) -> Result<(Document, Position), Failure> {
    let contract = world.ledger.contract(&of.contract);
    let revisions = contract.map_or_else(Vec::new, |contract| revisions(contract, of.key));
    let count = revisions.len();
    let mut asked = revisions.into_iter();
    let found = match of.revision {
        None => asked.next_back(),
        Some(revision) => asked.find(|(document, _)| document.revision() == revision),
    };
    found.ok_or_else(|| if count == 0 { not_issued(of) } else { no_such_revision(of, count) })
}

async fn again(session: &Session, of: &Document, position: u64) -> Result<ExitCode, Failure> {
    let again = Explanation::of(session.engine.store().as_ref(), of).await?;
    print(session, position, &again)
}

fn not_issued(of: &DocumentId) -> Failure {
    let DocumentId { contract, key, .. } = of;
    let close = match key {
        DocumentName::Settlement { .. } | DocumentName::Deviation { .. } => "month",
        DocumentName::TakeOrPay { .. } => "year",
    };
    let period = key.period();
    let message = format!("{contract} has no such document for {period}; close the {close} first");
    Failure::refused("not_issued", message)
}

fn no_such_revision(of: &DocumentId, count: usize) -> Failure {
    let message = format!("{of} is not there; its newest revision is {count}");
    Failure::refused("no_such_revision", message)
}

fn print(session: &Session, position: u64, again: &Explanation) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    let explained = match &again.explained {
        Ok(explained) => explained,
        Err(rejection) => return Err(rejection.clone().into()),
    };
    for line in trace_lines(&explained.trace, &|word| session.lang.word(word)) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "\n{}", session.lang.inputs_of(position))?;
    for check in &again.inputs {
        let DocumentInput { stream, from, to, digest } = &check.input;
        let mark = if check.agrees() { "=" } else { "≠" };
        writeln!(out, "  {mark} {stream} {from}–{to} sha256 {digest}")?;
    }
    let agrees = again.agrees();
    writeln!(out, "{}", session.lang.came_out_again(agrees))?;
    Ok(if agrees { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
