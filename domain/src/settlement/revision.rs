//! S4: what every later revision of a document has in common, whichever document it is.

use crate::contract::ContractState;
use crate::log::Position;
use crate::trace::Trace;

/// A document that a later revision may restate.
pub(crate) trait Framed: Clone + PartialEq {
    /// The document with the frame of another: its number, what it rests on, and when and by whom
    /// it was made.
    fn framed_as(self, other: &Self) -> Self;
}

/// Whether a document says what the known one says: everything but its frame.
pub(crate) fn says_the_same<D: Framed>(found: &D, known: &D) -> bool {
    found.clone().framed_as(known) == *known
}

/// The facts that a document rests on and that came after the revision before it.
pub(super) fn causes(trace: &Trace, before: Position) -> Vec<Position> {
    let mut events = trace.events();
    events.retain(|event| *event > before);
    events
}

/// The same for a document that rests on settled months. A restated month is no fact; what restated
/// it, once or more often, is.
pub(crate) fn causes_since(
    contract: &ContractState,
    trace: &Trace,
    before: Position,
) -> Vec<Position> {
    let mut all = causes(trace, before);
    for revisions in contract.settlements.values() {
        let Some(newest) = revisions.last() else { continue };
        let Some(place) = all.iter().position(|event| *event == newest.position) else { continue };
        all.remove(place);
        let since = revisions.iter().filter(|month| month.position > before);
        all.extend(since.flat_map(|month| month.document.causes.iter().copied()));
    }
    all.sort_unstable();
    all.dedup();
    all
}
