use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::quantities::{ContractId, GasDay, SettlementMonth};
use citygate_domain::stream::DocumentInput;
use citygate_engine::Explanation;
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
}

impl Subject {
    fn of(id: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::usage(format!(
                "{id:?} is not settlement/CONTRACT/MONTH, deviation/CONTRACT/MONTH or \
                 account/CONTRACT/GAS_DAY"
            ))
        };
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
    }
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
