//! A contract as it would be under other terms.

use std::collections::BTreeSet;

use super::{ContractState, TermsVersion};
use crate::Rejection;
use crate::contract::patch::{Patched, TermsPatch};
use crate::contract::{Terms, check_agreed, check_superseded};
use crate::quantities::{GasDay, GasDays};

/// What a patch makes of the terms of a contract.
pub(crate) enum WithPatch {
    /// The contract under other terms.
    Changed(Box<ContractState>),
    /// Its terms say already what the patch says.
    Same,
    /// The patch changes a group of terms that they have not.
    Without(&'static str),
}

impl ContractState {
    /// The contract with a patch in the terms that govern one of these gas days. Facts, documents
    /// and delivery points stay.
    ///
    /// Refused when a change has not the form of its term, and when the changed terms contradict
    /// one another as they would when signed (C2, P1). C2 is asked of the newest of these terms
    /// only: they name the quantities of the whole term. Of others the quantities change that they
    /// govern (P4).
    pub(crate) fn with_patch(
        &self,
        patch: &TermsPatch,
        days: GasDays,
    ) -> Result<WithPatch, Rejection> {
        let (mut contract, mut changed, mut without) = (self.clone(), false, None);
        let versions = contract.versions.iter_mut().zip(self.runs());
        // The newest first: it knows which term it has spoken for.
        let mut spoken_for = BTreeSet::new();
        for (version, run) in versions.rev().filter(|(_, run)| !run.intersect(days).is_empty()) {
            let is_newest = spoken_for.insert(version.terms.first_gas_day);
            let mut after = match patch.applied_to(&version.terms)? {
                Patched::Changed(after) => after,
                Patched::Same => continue,
                Patched::Without(group) => {
                    without = Some(group);
                    continue;
                }
            };
            if is_newest {
                check_agreed(&after, self.first_month())?;
            } else {
                self.keep_quantities(run, &version.terms, &mut after);
                check_superseded(&after)?;
            }
            changed = changed || *after != version.terms;
            version.terms = *after;
        }
        Ok(match (changed, without) {
            (true, _) => WithPatch::Changed(Box::new(contract)),
            (false, Some(group)) => WithPatch::Without(group),
            (false, None) => WithPatch::Same,
        })
    }

    /// The gas days on which each version counts; none where another counts from the same day on.
    fn runs(&self) -> Vec<GasDays> {
        let next = self.versions.iter().skip(1).map(|version| Some(version.from)).chain([None]);
        let run = |(version, next): (&TermsVersion, Option<GasDay>)| {
            let last = version.terms.last_gas_day.min(self.last_gas_day());
            let last = next.map_or(last, |next| last.min(next.previous()));
            GasDays { first: version.from, last }
        };
        self.versions.iter().zip(next).map(run).collect()
    }

    /// P4: terms that count on these days keep the quantities of months that they do not govern.
    fn keep_quantities(&self, run: GasDays, before: &Terms, after: &mut Terms) {
        let governs = |month| run.contains(self.days_of(month).last);
        after.monthly_quantities.retain(|month, _| governs(*month));
        let kept = before.monthly_quantities.iter().filter(|(month, _)| !governs(**month));
        after.monthly_quantities.extend(kept.map(|(month, quantity)| (*month, *quantity)));
        after.annual_quantity = before.annual_quantity.clone();
    }
}
