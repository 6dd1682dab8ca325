//! How the facts of supply come into the state, and a contract by itself.

use std::collections::BTreeSet;

use super::Ledger;
use crate::log::Position;
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
