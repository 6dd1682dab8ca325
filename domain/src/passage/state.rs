use std::collections::{BTreeMap, BTreeSet};

use super::PassageKind;
use crate::Event;
use crate::quantities::ContractId;
use crate::rules::stage::Stage;

/// What was told of the passage of time: so that it is told once.
#[derive(Debug, Clone, Default)]
pub struct Passages {
    told: BTreeMap<ContractId, BTreeSet<(PassageKind, String)>>,
    stages: BTreeMap<ContractId, Stage>,
}

impl Passages {
    /// Whether it was told.
    #[must_use]
    pub fn knows(&self, contract: &ContractId, kind: PassageKind, subject: &str) -> bool {
        let told = self.told.get(contract);
        told.is_some_and(|told| told.contains(&(kind, subject.to_owned())))
    }

    /// The stage that was recommended when it was last told; normal before.
    #[must_use]
    pub fn stage(&self, contract: &ContractId) -> Stage {
        self.stages.get(contract).copied().unwrap_or(Stage::Normal)
    }

    /// Takes in what was told; nothing else concerns it.
    pub(crate) fn hear(&mut self, event: &Event) {
        if let Event::TimePassed(event) = event {
            let told = self.told.entry(event.contract.clone()).or_default();
            told.insert((event.kind, event.subject.clone()));
        } else if let Event::StageCrossed(event) = event {
            self.stages.insert(event.contract.clone(), event.to);
        }
    }
}
