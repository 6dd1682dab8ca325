//! A tick: what the passage of time asks for, done once (T6).
//!
//! Every round records the deadlines and expiries that have gone by, deems sheets confirmed whose days
//! have run (D9), lifts what the facts have lifted (E5), and proposes and issues the reductions that a
//! contract leaves to the engine (E3). What is asked for, the domain says.

use citygate_domain::Rejection;
use citygate_domain::approval::SCHEDULER;
use citygate_domain::context::Actor;
use citygate_domain::log::Position;
use citygate_domain::passage::{Clocks, Elapsed, STEPS, is_not_yet};
use citygate_domain::quantities::{ContractId, PersonId};

use citygate_store::EventStore;

use crate::engine::{Answer, Engine, Request};
use crate::error::EngineError;
use crate::sources::Sources;

/// What a round came to.
#[derive(Debug, Clone)]
pub struct Ticked {
    /// The newest event before it.
    pub after: Position,
    /// What could not be done, of which contract.
    pub refused: Vec<(ContractId, Rejection)>,
}

/// T6: whether the clocks agree, so that time may be recorded; `elapsed` since the round before.
pub async fn check_clocks(
    engine: &Engine,
    elapsed: Option<Elapsed>,
) -> Result<Result<(), Rejection>, EngineError> {
    Ok(clocks(engine, elapsed).await?.check().map_err(Rejection::from))
}

/// What the clocks show now; `elapsed` since a round before.
pub async fn clocks(engine: &Engine, elapsed: Option<Elapsed>) -> Result<Clocks, EngineError> {
    clocks_of(engine.store().as_ref(), engine.sources(), elapsed).await
}

pub(crate) async fn clocks_of(
    store: &dyn EventStore,
    sources: &Sources,
    elapsed: Option<Elapsed>,
) -> Result<Clocks, EngineError> {
    let newest = store.head().await?.recorded_at;
    let database = store.clock().await?;
    let now = (sources.now)();
    Ok(Clocks { now, newest, database, elapsed })
}

/// Does once what the passage of time asks for, in the name of a person and through the channel of the
/// scheduler, which never approves anything (F).
pub async fn tick(engine: &Engine, person: &PersonId) -> Result<Ticked, EngineError> {
    let channel = SCHEDULER.to_owned();
    let actor = Actor { authenticated: false, channel, person: person.clone() };
    let mut ticked = Ticked { after: engine.read().await.position, refused: Vec::new() };
    let now = (engine.sources().now)();
    for step in STEPS {
        let commands = step(&engine.read().await.ledger, now);
        let requests = commands.iter().map(|(_, command)| Request::from(command.clone()));
        let answers = engine.execute(&actor, requests.collect()).await?;
        for ((contract, _), answer) in commands.into_iter().zip(answers) {
            match answer {
                Answer::Refused(rejection) if !is_not_yet(&rejection) => {
                    ticked.refused.push((contract, rejection));
                }
                Answer::Refused(_)
                | Answer::Recorded { .. }
                | Answer::Known
                | Answer::KeyReused => {}
            }
        }
    }
    Ok(ticked)
}
