//! What if, over many contracts: each of them is a question of its own, so all processors ask.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use citygate_domain::contract::ContractState;
use citygate_domain::quantities::ContractId;
use citygate_domain::state::Ledger;
use citygate_projections::what_if::{Compared, Question, what_if as compare};

/// Compares one contract, or all, in the order of ids. The number of threads changes no answer.
#[must_use]
pub fn what_if(ledger: &Ledger, question: &Question, only: Option<&ContractId>) -> Vec<Compared> {
    let wanted = |contract: &&ContractState| only.is_none_or(|only| only == contract.id());
    let contracts: Vec<&ContractState> = ledger.contracts().filter(wanted).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(contract) = contracts.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.extend(compare(contract, ledger.indices(), question));
        }
        done
    };
    let helpers = thread::available_parallelism().map_or(1, NonZero::get) - 1;
    let mut compared = thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for helper in helpers {
            all.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    compared.sort_by(|one, other| one.contract.cmp(&other.contract));
    compared
}
