use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, GasDay};
use citygate_engine::World;
use citygate_interchange::reports::StatementPart;
use citygate_interchange::{Format, Table, reports};
use citygate_projections::board::board;
use citygate_projections::restatement::{documents, restatements};

use crate::args::{ReportArgs, ReportKind};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;

/// Prints a report.
pub async fn run(session: &Session, args: &ReportArgs) -> Result<ExitCode, Failure> {
    let as_of = match args.as_of {
        Some(day) => day,
        None => session.newest_gas_day().await,
    };
    let mut answer = match args.known_at {
        Some(known) => positioned(&session.known_at(known).await?, args, as_of)?,
        None => positioned(&*session.engine.read().await, args, as_of)?,
    };
    let table = &mut answer.table;
    if let (Some(contract), true) = (&args.contract, args.kind.has_contracts()) {
        table.rows.retain(|row| row.first().is_some_and(|cell| cell == contract.as_str()));
    }
    for (contract, days) in &answer.unpriced {
        if args.contract.as_ref().is_none_or(|only| only == contract) {
            output::say(session.lang.unpriced(contract.as_str(), *days));
        }
    }
    if args.format == Format::Json && matches!(args.kind, ReportKind::Accounts) {
        mark_unpriced(table, &answer.unpriced);
    }
    let position = answer.position.filter(|_| args.kind.is_of_accounts());
    if let (Some(position), Format::Json) = (position, args.format) {
        mark_position(table, position);
    }
    let mut out = io::stdout().lock();
    if table.rows.is_empty() && args.format == Format::Table {
        writeln!(out, "{}", session.lang.nothing_to_show())?;
    } else {
        table.write(&mut out, args.format, |column| session.lang.word(column))?;
    }
    if let (Some(position), Format::Table) = (position, args.format) {
        writeln!(out, "{}", session.lang.known_at(position.number()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A report, and the contracts in whose numbers gas is left out because a price is missing (A2).
struct Answer {
    table: Table,
    unpriced: Vec<(ContractId, usize)>,
    /// G4: the newest event that the answer knows.
    position: Option<Position>,
}

/// G4: in every row the log position that the answer was computed at.
fn mark_position(table: &mut Table, position: Position) {
    table.columns.push("log_position");
    for row in &mut table.rows {
        row.push(position.to_string());
    }
}

/// Beside every account, the gas days that are left out of its balance.
fn mark_unpriced(table: &mut Table, unpriced: &[(ContractId, usize)]) {
    table.columns.push("unpriced_days");
    for row in &mut table.rows {
        let of_row = |(contract, _): &&(ContractId, usize)| {
            row.first().is_some_and(|cell| cell == contract.as_str())
        };
        let days = unpriced.iter().find(of_row).map_or(0, |(_, days)| *days);
        row.push(days.to_string());
    }
}

fn positioned(world: &World, args: &ReportArgs, as_of: GasDay) -> Result<Answer, Failure> {
    Ok(Answer { position: Some(world.position), ..answer(world, args, as_of)? })
}

/// D10: beside every assessment, for people, whether its charge is flagged.
fn mark_flagged(table: &mut Table, world: &World) {
    table.columns.push("flag");
    for (row, (document, _)) in table.rows.iter_mut().zip(world.views.deviations.newest()) {
        row.push(if document.flagged { "flagged" } else { "" }.to_owned());
    }
}

fn answer(world: &World, args: &ReportArgs, as_of: GasDay) -> Result<Answer, Failure> {
    let table = match args.kind {
        ReportKind::Settlements | ReportKind::Lines => return settlements(world, args, as_of),
        ReportKind::Accounts | ReportKind::Stages => return accounts(world, args.kind, as_of),
        ReportKind::Deviations => {
            let mut table = reports::deviations(world.views.deviations.newest());
            if args.format == Format::Table {
                mark_flagged(&mut table, world);
            }
            table
        }
        ReportKind::TakeOrPay => reports::take_or_pay(world.views.years.newest()),
        ReportKind::Restatements => {
            let contracts = world.ledger.contracts();
            let all = contracts.flat_map(|contract| {
                documents(contract).flat_map(|document| restatements(contract, document))
            });
            reports::restatements(&all.collect::<Vec<_>>())
        }
        ReportKind::Contracts => reports::contracts(&world.ledger, &world.views.cards, as_of),
        ReportKind::Deliveries => {
            reports::deliveries(&world.ledger, args.contract.as_ref(), args.as_of)
        }
        ReportKind::Parked => reports::parked(&world.ledger, args.as_of),
        ReportKind::AccountStatement => {
            let (only, from, as_of) = (args.contract.as_ref(), args.from, args.as_of);
            reports::statement(&world.views.statements, StatementPart { only, from, as_of })
        }
        ReportKind::Debts => reports::debts(&world.ledger, as_of),
        ReportKind::Invoices => reports::invoices(&world.ledger),
        ReportKind::Journal => {
            reports::journal(&world.views.books, args.contract.as_ref(), args.as_of)
        }
        ReportKind::TrialBalance => {
            reports::trial_balance(&world.views.books, args.contract.as_ref(), args.as_of)
        }
    };
    Ok(Answer { table, unpriced: Vec::new(), position: None })
}

fn settlements(world: &World, args: &ReportArgs, as_of: GasDay) -> Result<Answer, Failure> {
    let running = args.running.then_some(as_of);
    let rows = world.views.settlements.rows(&world.ledger, running)?;
    let left_out = rows.iter().filter(|row| row.unpriced_days > 0);
    let unpriced = left_out.map(|row| (row.contract.clone(), row.unpriced_days)).collect();
    let table = if args.kind == ReportKind::Lines {
        reports::lines(&rows)
    } else {
        reports::settlements(&rows)
    };
    Ok(Answer { table, unpriced, position: None })
}

fn accounts(world: &World, kind: ReportKind, as_of: GasDay) -> Result<Answer, Failure> {
    let board = board(&world.ledger, as_of)?;
    let left_out = board.rows.iter().filter(|row| !row.account.unpriced.is_empty());
    let unpriced = left_out.map(|row| (row.contract.clone(), row.account.unpriced.len())).collect();
    let table = if kind == ReportKind::Stages {
        reports::stages(&board)
    } else {
        reports::accounts(&board)
    };
    Ok(Answer { table, unpriced, position: None })
}
