//! Rounds of the scheduler: what a node does while it is elected.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use citygate_domain::Rejection;
use citygate_domain::ledger::ClockKind;
use citygate_domain::passage::Elapsed;
use citygate_domain::quantities::PersonId;
use citygate_engine::{Engine, EngineError, check_clocks, tick};

use crate::sources::counted;

/// What rounds know of one another: what the clocks showed at the last one.
pub struct Rounds {
    person: PersonId,
    /// The time of a simulated ledger is told and stands still: nothing can be compared with it.
    simulated: bool,
    before: Mutex<Option<(DateTime<Utc>, Duration)>>,
}

impl Rounds {
    /// Rounds in the name of a person.
    pub async fn of(engine: &Engine, person: &PersonId) -> Self {
        let world = engine.read().await;
        let settings = world.ledger.settings();
        let simulated = settings.is_some_and(|it| it.clock == ClockKind::Simulated);
        Self { person: person.clone(), simulated, before: Mutex::default() }
    }

    /// One round, unless the clocks disagree (T6); gives what was refused.
    pub async fn round(&self, engine: &Engine) -> Result<Vec<Rejection>, EngineError> {
        let elapsed = self.elapsed((engine.sources().now)());
        if let Err(refusal) = check_clocks(engine, elapsed).await? {
            return Ok(vec![refusal]);
        }
        let ticked = tick(engine, &self.person).await?;
        Ok(ticked.refused.into_iter().map(|(_, rejection)| rejection).collect())
    }

    fn elapsed(&self, now: DateTime<Utc>) -> Option<Elapsed> {
        let counted = counted();
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let (then, counted_then) = before.replace((now, counted))?;
        let counted = TimeDelta::from_std(counted - counted_then).unwrap_or(TimeDelta::MAX);
        (!self.simulated).then_some(Elapsed { then, counted })
    }
}
