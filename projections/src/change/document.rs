use citygate_domain::Rejection;
use citygate_domain::log::Recorded;
use citygate_domain::rules::tax::Taxed;
use citygate_domain::state::Ledger;

use super::fact::Fact;
use super::{Change, Steps};
use crate::explain::Document;

/// Why a later revision of a document says something else than an earlier one (S4, M4).
///
/// `known` are the events that the earlier revision was computed from, `since` those that the later
/// one was computed from beyond them; both in the order of the log. After each of `since` the
/// document is computed again, as [`Document::again`] does. Where that is not possible, as while a
/// price is missing, the fact with which it is possible again bears the step.
pub fn document(
    earlier: &Document,
    known: &[Recorded],
    later: &Document,
    since: &[Recorded],
) -> Result<Change<Taxed>, Rejection> {
    let mut ledger = Ledger::default();
    for recorded in known {
        ledger.evolve(recorded);
    }
    let begun = earlier.again(&ledger)?;
    let mut steps = Steps::from(begun.columns);
    let mut ended = Ok(begun.clone());
    for recorded in since {
        let fact = Fact::of(recorded, &ledger);
        ledger.evolve(recorded);
        ended = later.again(&ledger);
        let amount = ended.as_ref().map_or(steps.amount, |now| now.columns);
        steps.take(fact, amount);
    }
    let ended = ended?;
    // Between two revisions lies at least one fact; a document beside itself came out already.
    let came_out = begun.agrees && (ended.agrees || since.is_empty());
    let frozen = begun.columns == earlier.columns() && ended.columns == later.columns();
    Ok(steps.to(later.columns(), came_out && frozen))
}
