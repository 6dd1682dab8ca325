//! The verbs about the life of a contract (C1, C4, Q4).

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Command;
use citygate_domain::context::Context;
use citygate_domain::contract::life::{
    AmendContract, CloseAccount, HandOver, LifeCommand, MovePoint, Settling, TerminateContract,
    checklist,
};
use citygate_domain::contract::warnings;
use citygate_domain::quantities::ContractId;
use citygate_engine::Request;
use citygate_interchange::{Format, read_contract, reports};

use super::amendment;
use super::approvals::print;
use crate::args::ContractVerb;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::output::say;
use crate::session::{Session, Setting};

/// `contract …`
pub async fn run(path: &Path, setting: Setting, verb: ContractVerb) -> Result<ExitCode, Failure> {
    let (command, reason) = match verb {
        ContractVerb::Show { contract, format } => {
            return show(path, setting, &contract, format).await;
        }
        ContractVerb::Checklist { contract, format } => {
            return waits(path, setting, &contract, format).await;
        }
        ContractVerb::Renew { file } => return renew(path, setting, &file).await,
        ContractVerb::Amend { contract, from, patch, signed_on, reason, preview, format } => {
            let patch = patch_of(&patch, setting.lang)?;
            let why = reason.clone();
            let amend = AmendContract { contract, from, patch, reason, signed_on };
            if preview {
                return amendment::asked(path, setting, &amend, format).await;
            }
            (LifeCommand::Amend(amend), why)
        }
        ContractVerb::Terminate { contract, on, last_month_quantity, signed_on, reason } => {
            let why = reason.clone();
            let last_gas_day = on;
            let end = TerminateContract {
                contract,
                last_gas_day,
                last_month_quantity,
                reason,
                signed_on,
            };
            (LifeCommand::Terminate(end), why)
        }
        ContractVerb::MovePoint { point, from, to, on, reason } => {
            let why = reason.clone();
            (LifeCommand::MovePoint(MovePoint { point, from, to, on, reason }), why)
        }
        ContractVerb::HandOver { contract, to, on, last_month_quantity, signed_on, reason } => {
            let why = reason.clone();
            let over = HandOver { contract, to, on, last_month_quantity, reason, signed_on };
            (LifeCommand::HandOver(over), why)
        }
        ContractVerb::Close { contract, on, bank, reference, to, with_debt, reason } => {
            let balance = match (bank, reference, to) {
                (Some(bank), Some(bank_reference), _) => Settling::Bank { bank, bank_reference },
                (_, _, Some(contract)) => Settling::Contract { contract, with_debt },
                (None | Some(_), None | Some(_), None) => Settling::Nowhere {},
            };
            let why = reason.clone();
            (LifeCommand::Close(CloseAccount { contract, on, balance, reason }), why)
        }
    };
    let session = Session::on_file(path, setting, false).await?;
    let command = Command::Life(Box::new(command));
    let answer = session.request(Request::wanting(command, &reason)).await;
    session.close_store().await?;
    say(session.lang.done(answer?.map(|position| position.number())));
    Ok(ExitCode::SUCCESS)
}

/// C1: signs a further term of a contract that is known; a first term comes by an import.
async fn renew(path: &Path, setting: Setting, file: &Path) -> Result<ExitCode, Failure> {
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| Failure::world(&name, &error))?;
    let signed = read_contract(&bytes)
        .map_err(|error| Failure::refused(error.code(), format!("{name}: {}", error.message)))?;
    let session = Session::on_file(path, setting, false).await?;
    let known = session.check_contract(Some(&signed.contract)).await;
    let warned = warnings(&signed.terms);
    let answer = match known {
        Ok(()) => session.request(Request::from(Command::SignContract(Box::new(signed)))).await,
        Err(unknown) => Err(unknown.advising(session.lang.first_term())),
    };
    session.close_store().await?;
    let answer = answer?;
    for warning in warned {
        say(session.lang.warning(warning.code(), &warning));
    }
    say(session.lang.done(answer.map(|position| position.number())));
    Ok(ExitCode::SUCCESS)
}

fn patch_of(path: &Path, lang: Lang) -> Result<serde_json::Value, Failure> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::world(&name, &error).advising(lang.name_a_file()))?;
    serde_json::from_str(&text).map_err(|error| Failure::no_json(&name, &error, lang))
}

async fn show(
    path: &Path,
    setting: Setting,
    id: &ContractId,
    format: Format,
) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    session.check_contract(Some(id)).await?;
    let table = {
        let world = session.engine.read().await;
        let now = (session.engine.sources().now)();
        let clock = world.ledger.clock();
        let (day, today) = (clock.gas_day(now), clock.civil_day(now));
        let contract = world.ledger.contract(id);
        contract.map(|contract| reports::contract(contract, day, today)).unwrap_or_default()
    };
    let table = match format {
        Format::Table => session.lang.with_cells(table, &["version", "stage"]),
        Format::Csv | Format::Json => table,
    };
    print(&session, &table, format)?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

async fn waits(
    path: &Path,
    setting: Setting,
    id: &ContractId,
    format: Format,
) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    session.check_contract(Some(id)).await?;
    let table = {
        let world = session.engine.read().await;
        let now = (session.engine.sources().now)();
        let (actor, heads) = (&session.actor, &world.heads);
        let context = Context { now, actor, salt: &|| [0; 16], heads };
        let contract = world.ledger.contract(id);
        let list = contract.map(|contract| checklist(&world.ledger, contract, &context));
        let list = list.unwrap_or_default();
        let table = reports::checklist(&list);
        if format == Format::Table { session.lang.with_open(table, &list) } else { table }
    };
    print(&session, &table, format)?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}
