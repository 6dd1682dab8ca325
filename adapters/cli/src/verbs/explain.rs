use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use citygate_domain::quantities::{ContractId, GasDay, SettlementMonth};
use citygate_domain::stream::DocumentInput;
use citygate_engine::{EngineError, Explanation, decode};
use citygate_interchange::trace_lines;
use citygate_projections::explain::{self, Document};

use crate::args::ExplainArgs;
use crate::failure::{Failure, REFUSED};
use crate::session::Session;

/// What an id asks for.
enum Subject {
    Document(DocumentId),
    Account(ContractId, GasDay),
    Event(u64),
}

/// Which document.
pub enum DocumentId {
    /// A month's settlement.
    Settlement(ContractId, SettlementMonth),
    /// The deviation of the netting period that ends with a month.
    Deviation(ContractId, SettlementMonth),
    /// A contract year of take-or-pay.
    TakeOrPay(ContractId, i64),
}

impl Subject {
    fn of(id: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::usage(format!(
                "{id:?} is not settlement/CONTRACT/MONTH, deviation/CONTRACT/MONTH, \
                 take-or-pay/CONTRACT/YEAR, account/CONTRACT/GAS_DAY or the position of an event"
            ))
        };
        if let Ok(position) = id.parse() {
            return Ok(Self::Event(position));
        }
        let (kind, rest) = id.split_once('/').ok_or_else(wrong)?;
        let (contract, when) = rest.rsplit_once('/').ok_or_else(wrong)?;
        let contract = contract.parse().map_err(Failure::usage)?;
        let document = match kind {
            "settlement" => DocumentId::Settlement(contract, when.parse().map_err(Failure::usage)?),
            "deviation" => DocumentId::Deviation(contract, when.parse().map_err(Failure::usage)?),
            "take-or-pay" => DocumentId::TakeOrPay(contract, when.parse().map_err(|_| wrong())?),
            "account" => {
                return Ok(Self::Account(contract, when.parse().map_err(Failure::usage)?));
            }
            _ => return Err(wrong()),
        };
        Ok(Self::Document(document))
    }
}

/// Prints how a document or an account came to be; exit code 1 when a document does not come out
/// again.
pub async fn run(session: &Session, args: &ExplainArgs) -> Result<ExitCode, Failure> {
    match Subject::of(&args.id)? {
        Subject::Account(contract, day) => account(session, &contract, day).await,
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

async fn account(
    session: &Session,
    contract: &ContractId,
    day: GasDay,
) -> Result<ExitCode, Failure> {
    let world = session.engine.read().await;
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
    let found = {
        let world = session.engine.read().await;
        let views = &world.views;
        match of {
            DocumentId::Settlement(contract, month) => {
                let found = views.settlements.of(contract, *month);
                found.map(|it| (Document::Settlement(Arc::clone(&it.document)), it.position))
            }
            DocumentId::Deviation(contract, month) => {
                let found = views.deviations.of(contract, *month);
                found.map(|it| (Document::Deviation(Arc::clone(&it.document)), it.position))
            }
            DocumentId::TakeOrPay(contract, year) => {
                let found = views.years.of(contract, *year);
                found.map(|it| (Document::TakeOrPay(Arc::clone(&it.document)), it.position))
            }
        }
    };
    let (document, position) = found.ok_or_else(|| not_issued(of))?;
    again(session, &document, position.number()).await
}

async fn again(session: &Session, of: &Document, position: u64) -> Result<ExitCode, Failure> {
    let again = Explanation::of(session.engine.store().as_ref(), of).await?;
    print(session, position, &again)
}

fn not_issued(of: &DocumentId) -> Failure {
    let message = match of {
        DocumentId::Settlement(contract, month) | DocumentId::Deviation(contract, month) => {
            format!("{contract} has no such document for {month}; close the month first")
        }
        DocumentId::TakeOrPay(contract, year) => {
            format!("{contract} has no such document for {year}; close the year first")
        }
    };
    Failure::refused("not_issued", message)
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
