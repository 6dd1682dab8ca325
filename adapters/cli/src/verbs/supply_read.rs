use std::io;
use std::process::ExitCode;

use chrono::TimeDelta;
use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, PointId};
use citygate_domain::supply;
use citygate_domain::supply::lease::{
    Asked, GatewayProfile, SignedLease, Signers, Slot, lease as signed, prefix,
};
use citygate_engine::clocks;
use citygate_interchange::{Format, Table, reports};
use citygate_projections::procedure::procedure;

use super::key::read_seed;
use crate::args::LeaseArgs;
use crate::failure::Failure;
use crate::output::{print as line, say};
use crate::session::Session;

/// Shows where the procedure of a contract stands (E).
pub async fn show(
    session: &Session,
    contract: &ContractId,
    format: Format,
) -> Result<ExitCode, Failure> {
    session.check_contract(Some(contract)).await?;
    let now = (session.engine.sources().now)();
    let (table, position) = {
        let world = session.engine.read().await;
        let Some(contract) = world.ledger.contract(contract) else {
            return Ok(ExitCode::SUCCESS);
        };
        let card = procedure(&world.ledger, contract, now);
        (reports::procedure(&card, world.ledger.clock()), card.position)
    };
    let table = match format {
        Format::Table => session.lang.with_cells(table, &["part", "state"]),
        Format::Csv | Format::Json => table,
    };
    print(session, &table, format, position)
}

/// Says what the valve of a point is to do (E7).
pub async fn answer(
    session: &Session,
    point: &PointId,
    format: Format,
) -> Result<ExitCode, Failure> {
    let clocks = clocks(&session.engine, None).await?;
    let answer = supply::answer_by(&session.engine.read().await.ledger, point, &clocks);
    print(session, &reports::answer(&answer), format, answer.position)
}

/// Prints a table, and below it for people the position that it was computed at (G4).
fn print(
    session: &Session,
    table: &Table,
    format: Format,
    position: Position,
) -> Result<ExitCode, Failure> {
    table.write(&mut io::stdout().lock(), format, |column| session.lang.word(column))?;
    if format == Format::Table {
        line(session.lang.known_at(position.number()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the signed lease of a point: one line, as its gateway gets it.
pub async fn lease(session: &Session, args: &LeaseArgs) -> Result<ExitCode, Failure> {
    let refused = |refusal: citygate_domain::Rejection| {
        let advice = session.lang.advice(refusal.code(), refusal.advice());
        Failure::refused(refusal.code(), format!("{refusal}. {advice}"))
    };
    let (lease_key, order_key) =
        (read_seed(&args.key, session.lang)?, read_seed(&args.order_key, session.lang)?);
    let store = session.engine.store();
    let clocks = clocks(&session.engine, None).await?;
    // What was recorded at the very start of the slot may still get company.
    let before = Slot::of(clocks.now).start() - TimeDelta::microseconds(1);
    let recorded = Position::new(store.position_at(before).await?);
    let ledger_epoch = store.head().await?.epoch;
    let live = session.engine.read().await;
    let position = prefix(&live.ledger, &args.point, recorded);
    let then = session.engine.known_at(position).await?;
    let profile = GatewayProfile::try_new(args.soft_seconds).map_err(|it| refused(it.into()))?;
    let asked = Asked { point: &args.point, clocks, ledger_epoch, profile };
    let signers = Signers { lease: &lease_key, order: &order_key };
    let made = signed(&then.ledger, &live.ledger, asked, signers).map_err(refused)?;
    let text = made.text();
    if let Some(public_key) = &args.verify {
        let checked = SignedLease::verified(&text, public_key, &order_key.public_key());
        checked.map_err(|why| Failure::refused("lease_not_verified", why))?;
        say(session.lang.lease_verified(&public_key.id()));
    }
    line(text)?;
    Ok(ExitCode::SUCCESS)
}
