//! The contracts of a ledger: found by id at the price of a hash, walked in the order of ids.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::contract::ContractState;
use crate::quantities::ContractId;

/// All contracts. Every reading asks for one by id, so looking up must not cost a walk of texts.
#[derive(Clone, Default)]
pub(crate) struct Contracts {
    all: Vec<ContractState>,
    /// Only asked, never walked: its order means nothing.
    places: HashMap<ContractId, usize>,
    in_order: BTreeMap<ContractId, usize>,
}

/// In the order of ids, so that equal contracts are equal texts.
impl fmt::Debug for Contracts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.values()).finish()
    }
}

impl Contracts {
    pub fn get(&self, id: &ContractId) -> Option<&ContractState> {
        self.all.get(*self.places.get(id)?)
    }

    pub fn get_mut(&mut self, id: &ContractId) -> Option<&mut ContractState> {
        self.all.get_mut(*self.places.get(id)?)
    }

    /// Adds a contract whose id is not known yet.
    pub fn insert(&mut self, contract: ContractState) {
        let (id, place) = (contract.id().clone(), self.all.len());
        self.places.insert(id.clone(), place);
        self.in_order.insert(id, place);
        self.all.push(contract);
    }

    /// By id.
    pub fn values(&self) -> impl Iterator<Item = &ContractState> {
        self.in_order.values().filter_map(|place| self.all.get(*place))
    }
}
