//! Makes a counterexample small: leaves out whatever the same invariant fails without.

use super::core::Core;
use super::draw::History;
use super::play::{Failure, play};
use super::tally::Tally;

/// The smallest history found in which the same invariant fails, and how.
#[must_use]
pub fn shrunk(history: &History, core: Core, failure: &Failure) -> (History, Failure) {
    let mut small = history.clone();
    let mut failure = failure.clone();
    let invariant = failure.broken.invariant;
    let fails = |candidate: &History| {
        let failed = play(candidate, core, &mut Tally::default()).err();
        failed.filter(|failed| failed.broken.invariant == invariant)
    };
    small.steps.truncate(failure.step + 1);
    loop {
        let before = size(&small);
        for candidate in simpler(&small) {
            if let Some(failed) = fails(&candidate) {
                (small, failure) = (candidate, failed);
            }
        }
        let mut run = small.steps.len().div_ceil(2);
        while run > 0 {
            let mut from = 0;
            while from < small.steps.len() {
                let mut candidate = small.clone();
                let to = (from + run).min(candidate.steps.len());
                candidate.steps.drain(from..to);
                match fails(&candidate) {
                    Some(failed) => (small, failure) = (candidate, failed),
                    None => from += run,
                }
            }
            run /= 2;
        }
        if size(&small) == before {
            return (small, failure);
        }
    }
}

fn size(history: &History) -> (usize, usize, usize) {
    let points = history.agreed.contracts.iter().map(|terms| terms.capacities.len()).sum();
    let told = format!("{:?}", history.agreed).len();
    (history.steps.len(), points, told)
}

/// Histories with one thing less agreed. Steps about what is not there any more find nothing.
fn simpler(history: &History) -> Vec<History> {
    let mut simpler = Vec::new();
    let mut with = |change: &dyn Fn(&mut History)| {
        let mut candidate = history.clone();
        change(&mut candidate);
        simpler.push(candidate);
    };
    with(&|it| it.agreed.roles = false);
    with(&|it| {
        it.agreed.contracts.truncate(it.agreed.contracts.len().saturating_sub(1).max(1));
    });
    for place in 0..history.agreed.contracts.len() {
        let mut of = |change: &dyn Fn(&mut super::agreed::Contract)| {
            with(&|it| it.agreed.contracts.get_mut(place).into_iter().for_each(change));
        };
        of(&|terms| terms.capacities.truncate(1));
        of(&|terms| terms.no_cut = None);
        of(&|terms| terms.demand_days = None);
        of(&|terms| terms.notice_lapses_days = None);
        of(&|terms| terms.reading_max_age_hours = None);
        of(&|terms| terms.dispute_blocks_order = None);
        of(&|terms| terms.continuous_process = None);
        of(&|terms| terms.protected = None);
        of(&|terms| terms.automatic = false);
    }
    simpler
}
