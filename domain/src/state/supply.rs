//! How the facts of supply come into the state, and a contract by itself.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Ledger;
use crate::Event;
use crate::log::{Position, Recorded};
use crate::quantities::ContractId;
use crate::supply::SupplyEvent;

impl Ledger {
    /// E5: the contracts whose supply is in question, by id: a demand, a notice or an order is running,
    /// or valves are still to be opened.
    #[must_use]
    pub fn curtailed(&self) -> &BTreeSet<ContractId> {
        &self.curtailed
    }

    /// One contract as it stands, to be told what would happen to it; with the published indices where
    /// they are told too. Nothing else of the ledger is in it.
    pub(crate) fn alone(&self, id: &ContractId, with_indices: bool) -> Option<Self> {
        let mut alone = Self {
            settings: self.settings.clone(),
            clock: self.clock,
            position: self.position,
            ..Self::default()
        };
        alone.contracts.insert(self.contracts.get(id)?.clone());
        if with_indices {
            alone.indices = self.indices.clone();
        }
        Some(alone)
    }

    /// E5: one contract as it stands once the event that ends its procedure is recorded, with what its supply
    /// is decided by: who its customer is, and who may do what. Nothing else of the ledger is in it.
    pub(crate) fn with_ended(
        &self,
        id: &ContractId,
        ended: &Event,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let mut after = self.alone(id, true)?;
        let customer = self.contracts.get(id)?.customer();
        let class = self.customers.get(customer).map(|class| (customer.clone(), *class));
        after.customers.extend(class);
        after.approvals = self.approvals.clone();
        let (position, event) = (self.position.next(), ended.clone());
        after.evolve(&Recorded { position, recorded_at: now, event });
        Some(after)
    }

    pub(super) fn supplied(&mut self, event: &SupplyEvent, position: Position) {
        let id = event.contract();
        let Some(contract) = self.contracts.get_mut(id) else { return };
        contract.supply.take_in(event, position);
        if contract.supply.is_running() {
            self.curtailed.insert(id.clone());
        } else {
            self.curtailed.remove(id);
        }
    }
}
