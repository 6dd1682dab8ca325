use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::quantities::GasDay;
use citygate_engine::World;
use citygate_interchange::{Format, Table, reports};
use citygate_projections::board::board;

use crate::args::{ReportArgs, ReportKind};
use crate::failure::Failure;
use crate::session::Session;

/// Prints a report.
pub async fn run(session: &Session, args: &ReportArgs) -> Result<ExitCode, Failure> {
    let as_of = match args.as_of {
        Some(day) => day,
        None => session.newest_gas_day().await,
    };
    let mut table = match args.known_at {
        Some(known) => table(&session.known_at(known).await?, args, as_of)?,
        None => table(&*session.engine.read().await, args, as_of)?,
    };
    if let Some(contract) = &args.contract {
        table.rows.retain(|row| row.first().is_some_and(|cell| cell == contract.as_str()));
    }
    let mut out = io::stdout().lock();
    if table.rows.is_empty() && args.format == Format::Table {
        writeln!(out, "{}", session.lang.nothing_to_show())?;
    } else {
        table.write(&mut out, args.format, |column| session.lang.word(column))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(world: &World, args: &ReportArgs, as_of: GasDay) -> Result<Table, Failure> {
    let running = args.running.then_some(as_of);
    let settlements = || world.views.settlements.rows(&world.ledger, running);
    Ok(match args.kind {
        ReportKind::Settlements => reports::settlements(&settlements()?),
        ReportKind::Lines => reports::lines(&settlements()?),
        ReportKind::Deviations => reports::deviations(world.views.deviations.newest()),
        ReportKind::Accounts => reports::accounts(&board(&world.ledger, as_of)?),
        ReportKind::Stages => reports::stages(&board(&world.ledger, as_of)?),
        ReportKind::Contracts => reports::contracts(&world.views.cards),
        ReportKind::Deliveries => {
            reports::deliveries(&world.ledger, args.contract.as_ref(), args.as_of)
        }
        ReportKind::AccountStatement => {
            reports::statement(&world.views.statements, args.contract.as_ref(), args.as_of)
        }
    })
}
