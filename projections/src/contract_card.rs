//! The contract card: what was agreed, with whom, and since which event.

use std::collections::BTreeMap;
use std::sync::Arc;

use citygate_domain::contract::ContractSigned;
use citygate_domain::customer::{CustomerClass, CustomerRegistered};
use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, CustomerId};

/// All contract cards.
#[derive(Debug, Clone, Default)]
pub struct ContractCards {
    cards: BTreeMap<ContractId, ContractCard>,
    classes: BTreeMap<CustomerId, CustomerClass>,
}

/// One contract.
#[derive(Debug, Clone)]
pub struct ContractCard {
    /// Who buys.
    pub customer: CustomerId,
    /// Its terms as signed and renewed, oldest first, each with its event.
    pub versions: Vec<(Arc<ContractSigned>, Position)>,
}

impl ContractCards {
    pub(crate) fn registered(&mut self, event: &CustomerRegistered) {
        self.classes.insert(event.customer.clone(), event.class);
    }

    pub(crate) fn signed(&mut self, event: &ContractSigned, position: Position) {
        let card = self.cards.entry(event.contract.clone()).or_insert_with(|| ContractCard {
            customer: event.customer.clone(),
            versions: Vec::new(),
        });
        card.versions.push((Arc::new(event.clone()), position));
    }

    /// All cards, by contract.
    pub fn all(&self) -> impl Iterator<Item = (&ContractId, &ContractCard)> {
        self.cards.iter()
    }

    /// One card.
    #[must_use]
    pub fn card(&self, contract: &ContractId) -> Option<&ContractCard> {
        self.cards.get(contract)
    }

    /// A customer's class.
    #[must_use]
    pub fn class_of(&self, customer: &CustomerId) -> Option<CustomerClass> {
        self.classes.get(customer).copied()
    }
}
