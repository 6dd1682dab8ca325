use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use chrono::TimeDelta;
use citygate_domain::Rejection;
use citygate_domain::ledger::ClockKind;
use citygate_domain::log::Position;
use citygate_domain::passage::Elapsed;
use citygate_engine::{check_clocks, decode, tick};
use citygate_interchange::reports::{self, Happened};

use super::approvals::print;
use crate::args::TickArgs;
use crate::failure::{Failure, REFUSED};
use crate::output::say;
use crate::session::{Session, Setting};
use crate::sources::counted;

/// Events that are read at once.
const PAGE: usize = 2_000;

/// Does what the passage of time asks for, once or every so many seconds (T6).
pub async fn run(path: &Path, setting: Setting, args: TickArgs) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let told = rounds(&session, &args).await;
    session.close_store().await?;
    told
}

async fn rounds(session: &Session, args: &TickArgs) -> Result<ExitCode, Failure> {
    let simulated = {
        let world = session.engine.read().await;
        world.ledger.settings().is_some_and(|settings| settings.clock == ClockKind::Simulated)
    };
    let Some(seconds) = args.every else {
        check_clocks(&session.engine, None).await?.map_err(|refusal| failure(session, &refusal))?;
        return round(session, args).await;
    };
    if simulated {
        return Err(Failure::usage(session.lang.time_is_told_once()));
    }
    let now = &session.engine.sources().now;
    let mut before = (now(), counted());
    let mut code = ExitCode::SUCCESS;
    for done in 1_u64.. {
        let passed = TimeDelta::from_std(counted() - before.1).unwrap_or(TimeDelta::MAX);
        let elapsed = Elapsed { then: before.0, counted: passed };
        before = (now(), counted());
        match check_clocks(&session.engine, Some(elapsed)).await? {
            Ok(()) => code = round(session, args).await?,
            // Nothing is recorded this time; the next round asks again.
            Err(refusal) => {
                failure(session, &refusal).mention();
                code = ExitCode::from(REFUSED);
            }
        }
        if args.rounds.is_some_and(|rounds| rounds <= done) {
            break;
        }
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
    Ok(code)
}

fn failure(session: &Session, refusal: &Rejection) -> Failure {
    let advice = session.lang.advice(refusal.code(), refusal.advice());
    Failure::refused(refusal.code(), format!("{refusal}. {advice}"))
}

/// One round: what it recorded is printed, what it could not do is said.
async fn round(session: &Session, args: &TickArgs) -> Result<ExitCode, Failure> {
    let ticked = tick(&session.engine, &session.actor.person).await?;
    let happened = recorded_after(session, ticked.after).await?;
    let clock = session.engine.read().await.ledger.clock();
    print(session, &reports::happened(&happened, clock), args.format)?;
    for (contract, refusal) in &ticked.refused {
        let advice = session.lang.advice(refusal.code(), refusal.advice());
        say(format_args!("{contract}: {}: {refusal}. {advice}", refusal.code()));
    }
    Ok(if ticked.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

/// What the scheduler has recorded since: others may have written beside it.
async fn recorded_after(session: &Session, after: Position) -> Result<Vec<Happened>, Failure> {
    let store = session.engine.store();
    let through = session.engine.read().await.position.number();
    let mut happened = Vec::new();
    let mut after = after.number();
    while after < through {
        let page = store.read_all(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for stored in page.iter().filter(|stored| stored.actor.contains("\"scheduler\"")) {
            let event = decode(&stored.event_type, stored.type_version, &stored.payload);
            let event = event.map_err(|error| Failure::world("the log", &error))?;
            happened.extend(Happened::of(&event, Position::new(stored.position)));
        }
    }
    Ok(happened)
}
