//! Documents of one contract as they would be: made by the functions that issue, and kept aside.
//!
//! A trial is a copy of a contract. What is tried in it is a further revision there, on which the
//! documents after it rest, as on issued ones. Nothing of it is an event.

use std::sync::Arc;

use crate::Rejection;
use crate::context::StreamHeads;
use crate::contract::life::ContractAmended;
use crate::contract::patch::TermsPatch;
use crate::contract::{ContractState, Issued, Terms, WithPatch};
use crate::deviation::{self, DeviationAssessed, Stage};
use crate::log::Position;
use crate::market::IndexBook;
use crate::quantities::{GasDay, GasDays, SettlementMonth};
use crate::rules::deviation::Side;
use crate::rules::period::Period;
use crate::rules::settlement::{Settlement, settle};
use crate::settlement::{self, Frame, RULES, SettlementIssued, settled};
use crate::stream::{Stream, StreamHead};
use crate::take_or_pay::{Frozen, TakeOrPaySettled, UnderTakes, settled_counting};

/// A contract in which documents are tried.
pub struct Trial<'a> {
    contract: ContractState,
    indices: &'a IndexBook,
    /// Periods of waived under-takes that are no periods any more.
    lost: Vec<Period>,
}

/// What a patch makes of a contract.
pub enum Changed<'a> {
    /// The contract under the changed terms.
    Trial(Box<Trial<'a>>),
    /// The terms say already what the patch says.
    Same,
    /// The patch changes a group of terms that the contract has not.
    Without(&'static str),
}

/// What is tried has no streams.
struct NoHeads;

impl StreamHeads for NoHeads {
    fn head(&self, _: &Stream) -> StreamHead {
        StreamHead { version: 0, digest: String::new() }
    }
}

const FRAME: Frame<'static> = Frame { four_eyes: None, heads: &NoHeads };

impl<'a> Trial<'a> {
    /// A contract under its own terms.
    #[must_use]
    pub fn of(contract: &ContractState, indices: &'a IndexBook) -> Self {
        Self { contract: contract.clone(), indices, lost: Vec::new() }
    }

    /// A contract with an amendment taken in, as the log would take it in.
    #[must_use]
    pub fn amended(
        contract: &ContractState,
        indices: &'a IndexBook,
        event: &Arc<ContractAmended>,
        position: Position,
    ) -> Self {
        Self { contract: contract.with_amendment(event, position), indices, lost: Vec::new() }
    }

    /// A contract with a patch in all its terms that govern one of these gas days.
    ///
    /// Refused when a change has not the form of its term, and when the changed terms contradict
    /// one another as they would when signed (C2, P1). Where the netting (D7) changes, no period is
    /// assessed yet: periods are counted anew, and waived are those of the same months as before.
    pub fn patched(
        contract: &ContractState,
        indices: &'a IndexBook,
        patch: &TermsPatch,
        days: GasDays,
    ) -> Result<Changed<'a>, Rejection> {
        let mut patched = match contract.with_patch(patch, days)? {
            WithPatch::Changed(patched) => *patched,
            WithPatch::Same => return Ok(Changed::Same),
            WithPatch::Without(group) => return Ok(Changed::Without(group)),
        };
        let netting = |contract: &ContractState| -> Vec<_> {
            contract.versions().iter().map(|version| netting(&version.terms)).collect()
        };
        let counted_anew = netting(contract) != netting(&patched);
        let lost = if counted_anew { count_anew(&mut patched) } else { Vec::new() };
        Ok(Changed::Trial(Box::new(Self { contract: patched, indices, lost })))
    }

    /// Y5: an under-take in these months whose charge was waived, and that is none any more because
    /// periods are counted anew: whether it would have been waived nobody knows.
    #[must_use]
    pub fn lost_waiver(&self, months: Period) -> Option<Period> {
        let inside = |lost: &&Period| months.first <= lost.last && lost.first <= months.last;
        self.lost.iter().find(inside).copied()
    }

    /// The contract with what was tried in it.
    #[must_use]
    pub fn contract(&self) -> &ContractState {
        &self.contract
    }

    /// S2: settles a complete month.
    pub fn settle(&mut self, month: SettlementMonth) -> Result<Arc<SettlementIssued>, Rejection> {
        let found = settled(&self.contract, month, self.indices)?;
        let (document, _) = settlement::document(&self.contract, month, found, FRAME);
        let document = Arc::new(document);
        add(self.contract.settlements.entry(month).or_default(), &document);
        Ok(document)
    }

    /// P7: what a month comes to so far: up to `through`, or the whole month where it has not begun
    /// by then. Days without a reading count nothing; gas without a price is left out and named.
    pub fn run(
        &mut self,
        month: SettlementMonth,
        through: GasDay,
    ) -> Result<Settlement, Rejection> {
        let days = self.contract.days_of(month);
        let through = if days.first <= through { through } else { days.last };
        let (first, last) = (self.contract.first_gas_day(), self.contract.last_gas_day());
        let outside = || settlement::Rejection::OutsideTerm { month, first, last };
        let facts = self.contract.month_facts(month, through, self.indices).ok_or_else(outside)?;
        let found = settle(&facts)?;
        let (document, _) = settlement::document(&self.contract, month, found.clone(), FRAME);
        add(self.contract.settlements.entry(month).or_default(), &Arc::new(document));
        Ok(found)
    }

    /// D7: assesses the netting period that ends with a month, from the settlements there are.
    pub fn assess(&mut self, month: SettlementMonth) -> Result<Arc<DeviationAssessed>, Rejection> {
        let (document, _) = deviation::document(&self.contract, month, None, self.indices, FRAME)?;
        let document = Arc::new(document);
        add(self.contract.deviations.entry(month).or_default(), &document);
        Ok(document)
    }

    /// Y: settles a contract year from the settlements and deviations there are. Y5: every assessed
    /// under-take counts as posted, unless its charge was waived.
    pub fn settle_year(&mut self, year: i64) -> Result<Arc<TakeOrPaySettled>, Rejection> {
        let frozen = Frozen {
            four_eyes: None,
            inputs: Vec::new(),
            posted_on: self.contract.last_gas_day().civil(),
            revision: 1,
            rules: RULES,
        };
        let counting = UnderTakes::AsIfPosted;
        let found = settled_counting(counting, &self.contract, year, self.indices, frozen)?;
        let document = Arc::new(found.value);
        add(self.contract.years.entry(year).or_default(), &document);
        Ok(document)
    }
}

/// Adds a revision; it stands at the position of the one before it.
fn add<T>(revisions: &mut Vec<Issued<T>>, document: &Arc<T>) {
    let position = revisions.last().map_or(Position::default(), |before| before.position);
    revisions.push(Issued { document: Arc::clone(document), position });
}

/// D7: nothing of a contract is assessed any more. Waived stay the periods that have the same
/// months when they are counted anew; returns the months of other under-takes that were waived.
fn count_anew(contract: &mut ContractState) -> Vec<Period> {
    let assessed = std::mem::take(&mut contract.deviations);
    let cases = std::mem::take(&mut contract.cases);
    let mut lost = Vec::new();
    for (last, case) in cases.into_iter().filter(|(_, case)| case.stage == Stage::Waived) {
        let Some(issued) = assessed.get(&last).and_then(|revisions| revisions.last()) else {
            continue;
        };
        let before = Period { first: issued.document.period_first, last };
        if contract.netting_period(last) == Some(before) {
            contract.cases.insert(last, case);
        } else if issued.document.side == Some(Side::Under) {
            lost.push(before);
        }
    }
    lost
}

fn netting(terms: &Terms) -> Option<crate::contract::Netting> {
    terms.deviation.as_ref().map(|deviation| deviation.netting)
}
