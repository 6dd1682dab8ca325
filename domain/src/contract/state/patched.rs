//! A contract as it would be under other terms.

use super::ContractState;
use crate::contract::Terms;

impl ContractState {
    /// The contract with other terms in the place of those for which `other` has some. Facts,
    /// documents and delivery points stay.
    pub(crate) fn with_terms(&self, mut other: impl FnMut(&Terms) -> Option<Terms>) -> Self {
        let mut contract = self.clone();
        for version in &mut contract.versions {
            if let Some(terms) = other(&version.terms) {
                version.terms = terms;
            }
        }
        contract
    }
}
