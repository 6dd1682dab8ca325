use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::Event;
use citygate_domain::quantities::{ContractId, GasDay, SettlementMonth};
use citygate_domain::stream::DocumentInput;
use citygate_engine::{EngineError, Explanation, decode};
use citygate_interchange::trace_lines;
use citygate_projections::explain;

use crate::args::ExplainArgs;
use crate::failure::{Failure, REFUSED};
use crate::session::Session;

/// What an id asks for.
enum Subject {
    Settlement(ContractId, SettlementMonth),
    Deviation(ContractId, SettlementMonth),
    Account(ContractId, GasDay),
    Event(u64),
}

impl Subject {
    fn of(id: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::usage(format!(
                "{id:?} is not settlement/CONTRACT/MONTH, deviation/CONTRACT/MONTH, \
                 account/CONTRACT/GAS_DAY or the position of an event"
            ))
        };
        if let Ok(position) = id.parse() {
            return Ok(Self::Event(position));
        }
        let (kind, rest) = id.split_once('/').ok_or_else(wrong)?;
        let (contract, when) = rest.rsplit_once('/').ok_or_else(wrong)?;
        let contract = contract.parse().map_err(Failure::usage)?;
        match kind {
            "settlement" => Ok(Self::Settlement(contract, when.parse().map_err(Failure::usage)?)),
            "deviation" => Ok(Self::Deviation(contract, when.parse().map_err(Failure::usage)?)),
            "account" => Ok(Self::Account(contract, when.parse().map_err(Failure::usage)?)),
            _ => Err(wrong()),
        }
    }
}

/// Prints how a document or an account came to be; exit code 1 when a document does not come out
/// again.
pub async fn run(session: &Session, args: &ExplainArgs) -> Result<ExitCode, Failure> {
    match Subject::of(&args.id)? {
        Subject::Account(contract, day) => account(session, &contract, day).await,
        Subject::Settlement(contract, month) => settlement(session, &contract, month).await,
        Subject::Deviation(contract, month) => deviation(session, &contract, month).await,
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
    if let Event::SettlementIssued(document) = &event {
        return settlement(session, &document.contract, document.month).await;
    }
    if let Event::DeviationAssessed(document) = &event {
        return deviation(session, &document.contract, document.month).await;
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

async fn settlement(
    session: &Session,
    contract: &ContractId,
    month: SettlementMonth,
) -> Result<ExitCode, Failure> {
    let (document, position) = {
        let world = session.engine.read().await;
        let found = world.views.settlements.of(contract, month);
        let (document, position) = found.ok_or_else(|| not_issued(contract, month))?;
        (document.clone(), position)
    };
    let store = session.engine.store().as_ref();
    let again =
        Explanation::of(store, &document.inputs, |ledger| explain::settlement(ledger, &document));
    print(session, position.number(), &again.await?)
}

/// Prints a deviation with everything that it rests on.
pub async fn deviation(
    session: &Session,
    contract: &ContractId,
    month: SettlementMonth,
) -> Result<ExitCode, Failure> {
    let (document, position) = {
        let world = session.engine.read().await;
        let found = world.views.deviations.of(contract, month);
        let (document, position) = found.ok_or_else(|| not_issued(contract, month))?;
        (document.clone(), position)
    };
    let store = session.engine.store().as_ref();
    let again =
        Explanation::of(store, &document.inputs, |ledger| explain::deviation(ledger, &document));
    print(session, position.number(), &again.await?)
}

fn not_issued(contract: &ContractId, month: SettlementMonth) -> Failure {
    let message = format!("{contract} has no such document for {month}; close the month first");
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
