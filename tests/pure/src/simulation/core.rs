//! What is asked of the pure core, and the bugs that can be planted around it: the core itself is never
//! changed, so what is planted is what a mistake in it would look like from outside.

use chrono::{DateTime, Utc};
use citygate_domain::context::Context;
use citygate_domain::quantities::PointId;
use citygate_domain::state::Ledger;
use citygate_domain::supply::{Answer, SupplyDecision, answer};
use citygate_domain::{Command, Decision, Rejection, decide};

use super::bugs::{as_if, as_recorded, before_it_moved, holder, planted};
use super::plant::Plant;

/// The core, as the simulation sees it.
#[derive(Debug, Clone, Copy)]
pub struct Core(pub Option<Plant>);

impl Core {
    /// Whether this bug is planted.
    #[must_use]
    pub fn has(self, plant: Plant) -> bool {
        self.0 == Some(plant)
    }

    /// Decides a command.
    pub fn decide(
        self,
        ledger: &Ledger,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Decision, Rejection> {
        let decided = decide(ledger, command, context);
        match self.0 {
            None => decided,
            Some(plant) => planted(plant, ledger, command, context, decided),
        }
    }

    /// E7: the answer about a point.
    #[must_use]
    pub fn answer(self, ledger: &Ledger, point: &PointId, now: DateTime<Utc>) -> Answer {
        let honest = answer(ledger, point, now);
        if self.has(Plant::MovedPointKeepsItsStop) {
            return before_it_moved(ledger, honest, now);
        }
        if self.has(Plant::OnlyRecordsEnd) {
            return as_recorded(ledger, honest);
        }
        let Some(plant) = self.0.filter(|_| matches!(honest.decision, SupplyDecision::Keep)) else {
            return honest;
        };
        let Some(contract) = holder(ledger, point) else { return honest };
        let code = honest.reasons.first().copied().unwrap_or_default();
        let again = match as_if(plant, code, ledger, &contract, now) {
            None => return honest,
            Some((ledger, now)) => answer(&ledger, point, now),
        };
        Answer { position: honest.position, epoch_position: honest.epoch_position, ..again }
    }
}
