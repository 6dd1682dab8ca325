//! A register of issued documents: what every kind of document has in common for its readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use citygate_domain::contract::Issued;
use citygate_domain::log::Position;
use citygate_domain::quantities::ContractId;

/// Documents by contract and by what they are of (a month, a year); every revision is kept.
#[derive(Debug, Clone)]
pub struct Register<K, D> {
    issued: BTreeMap<(ContractId, K), Vec<Issued<D>>>,
}

impl<K, D> Default for Register<K, D> {
    fn default() -> Self {
        Self { issued: BTreeMap::new() }
    }
}

impl<K: Ord, D> Register<K, D> {
    pub(crate) fn issued(
        &mut self,
        contract: &ContractId,
        of: K,
        document: Arc<D>,
        position: Position,
    ) {
        let key = (contract.clone(), of);
        self.issued.entry(key).or_default().push(Issued { document, position });
    }

    /// The newest revision of every document, by contract and then by what it is of.
    pub fn newest(&self) -> impl Iterator<Item = (&D, Position)> {
        let newest = self.issued.values().filter_map(|revisions| revisions.last());
        newest.map(|issued| (issued.document.as_ref(), issued.position))
    }

    /// The newest revision of a document.
    #[must_use]
    pub fn of(&self, contract: &ContractId, of: K) -> Option<&Issued<D>> {
        self.revisions(contract, of).last()
    }

    /// Every revision of a document, oldest first.
    #[must_use]
    pub fn revisions(&self, contract: &ContractId, of: K) -> &[Issued<D>] {
        self.issued.get(&(contract.clone(), of)).map_or(&[], Vec::as_slice)
    }
}
