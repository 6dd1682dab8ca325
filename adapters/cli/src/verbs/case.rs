use std::path::Path;
use std::process::ExitCode;

use citygate_domain::quantities::{ContractId, SettlementMonth};
use citygate_interchange::{Format, reports};
use citygate_projections::cases::{CaseRow, cases};

use super::approvals::print;
use super::case_steps;
use crate::args::{CaseVerb, Filter, Selection};
use crate::failure::Failure;
use crate::session::{Session, Setting};

/// Works on deviation cases.
pub async fn run(path: &Path, setting: Setting, verb: CaseVerb) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let code = match verb {
        CaseVerb::List { of, format } => list(&session, &of, format).await,
        CaseVerb::Show { contract, month, format } => {
            show(&session, &contract, month, format).await
        }
        CaseVerb::Claim(_)
        | CaseVerb::Verify { .. }
        | CaseVerb::Decide { .. }
        | CaseVerb::Reassess(_)
        | CaseVerb::Issue(_)
        | CaseVerb::Deliver { .. }
        | CaseVerb::Confirm { .. }
        | CaseVerb::Dispute { .. }
        | CaseVerb::Resolve { .. }
        | CaseVerb::Approve(_)
        | CaseVerb::Post(_)
        | CaseVerb::Waive { .. } => case_steps::run(&session, verb).await,
    };
    session.close_store().await?;
    code
}

async fn list(session: &Session, of: &Selection, format: Format) -> Result<ExitCode, Failure> {
    let rows = selected(session, of).await;
    print(session, &reports::cases(&rows), format)?;
    Ok(ExitCode::SUCCESS)
}

async fn show(
    session: &Session,
    contract: &ContractId,
    month: SettlementMonth,
    format: Format,
) -> Result<ExitCode, Failure> {
    let (case, claims) = {
        let world = session.engine.read().await;
        let rows = cases(&world.ledger);
        let row = rows.into_iter().find(|row| row.contract == *contract && row.month == month);
        let row = row.ok_or_else(|| {
            let message = format!("no deviation of {contract} is assessed in {month}");
            Failure::refused("not_assessed", message)
        })?;
        let state = world.ledger.contract(contract);
        let claims = state.map(|state| reports::claims(state, &row.document));
        (row, claims)
    };
    print(session, &reports::cases(&[case]), format)?;
    if let Some(claims) = claims.filter(|claims| !claims.rows.is_empty()) {
        print(session, &claims, format)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The cases that are asked for, by contract and month.
pub async fn selected(session: &Session, of: &Selection) -> Vec<CaseRow> {
    let mut rows = cases(&session.engine.read().await.ledger);
    rows.retain(|row| {
        of.contract.as_ref().is_none_or(|contract| row.contract == *contract)
            && of.case_month.is_none_or(|month| row.month == month)
            && of.all_of.is_none_or(|month| row.month == month)
            && of.filters.iter().all(|filter| passes(row, filter))
    });
    rows
}

fn passes(row: &CaseRow, filter: &Filter) -> bool {
    let document = &row.document;
    match filter {
        Filter::Side(side) => document.side.map_or("inside", |side| side.word()) == side,
        Filter::Stage(stage) => row.stage() == stage,
        Filter::Flagged(flagged) => document.flagged == *flagged,
        Filter::ChargeBelow(limit) => document.charge < *limit,
        Filter::ChargeAbove(limit) => document.charge > *limit,
        Filter::Contract(contract) => row.contract == *contract,
    }
}
