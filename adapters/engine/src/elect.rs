//! Elections: what is written through an engine that was elected rests on its election.

use citygate_domain::context::Actor;
use citygate_domain::scheduler::{self, ElectScheduler, SchedulerElected};
use citygate_domain::stream::Stream;
use citygate_domain::{Command, Rejection};
use citygate_store::{Expectation, StreamExpectation};

use crate::append;
use crate::engine::{Answer, Engine};
use crate::error::EngineError;
use crate::world::World;

/// An election, and how far the stream of elections had come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// The election.
    pub election: SchedulerElected,
    version: u64,
}

/// What became of an election.
pub enum Elected {
    /// An engine of which every append is refused by the log once another node was elected.
    Engine(Box<Engine>),
    /// Another node was faster.
    Refused(Rejection),
}

impl Mandate {
    /// Whether the newest election that the world knows is still this one.
    pub(crate) fn check(&self, world: &World) -> Result<(), Rejection> {
        Ok(scheduler::check(&world.ledger, &self.election)?)
    }

    /// The world may not know yet: the log does.
    pub(crate) fn expectation(&self) -> Result<StreamExpectation, EngineError> {
        let stream = append::name(&Stream::Scheduler)?;
        Ok(StreamExpectation { stream, expectation: Expectation::Exact(self.version) })
    }
}

impl Engine {
    /// Records that a node is the scheduler (T6), and gives the engine through which it acts as one.
    /// The node must hold the lease with this epoch.
    pub async fn elect(
        &self,
        actor: &Actor,
        election: &SchedulerElected,
    ) -> Result<Elected, EngineError> {
        let SchedulerElected { epoch, node } = election.clone();
        let command = Command::ElectScheduler(ElectScheduler { epoch, node });
        let answers = self.execute(actor, vec![command.into()]).await?;
        if let Some(Answer::Refused(rejection)) = answers.into_iter().next() {
            return Ok(Elected::Refused(rejection));
        }
        let world = self.read().await;
        // A later election may have come meanwhile: the version must be that of this one.
        if let Err(rejection) = scheduler::check(&world.ledger, election) {
            return Ok(Elected::Refused(rejection.into()));
        }
        let version = world.heads.version(&Stream::Scheduler.to_string());
        drop(world);
        let mandate = Mandate { election: election.clone(), version };
        Ok(Elected::Engine(Box::new(self.under(mandate))))
    }
}
