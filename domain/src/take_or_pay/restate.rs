use std::sync::Arc;

use super::settle::{Frozen, settled};
use super::{Rejection, RestateYear, TakeOrPaySettled};
use crate::books::check_open;
use crate::context::Context;
use crate::contract::ContractState;
use crate::log::Position;
use crate::settlement::{Difference, causes, input_streams, inputs};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::trace::Trace;
use crate::{Decision, Event};

/// S4: settles a settled contract year again, as the next revision, when what came since leads to
/// another document: a restated month, a further posted deviation, relief, or the banks of a
/// restated year before it. A document that comes out the same is known.
pub fn restate(
    ledger: &Ledger,
    command: &RestateYear,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let (id, year) = (command.contract.clone(), command.year);
    let none = Rejection::NotSettled { contract: id, year };
    let known = contract.settled_year(year).ok_or(none)?;
    let streams = input_streams(contract, []);
    let frozen = Frozen {
        four_eyes: ledger.run_by_one(),
        inputs: inputs(&streams, context.heads),
        posted_on: ledger.clock().civil_day(context.now),
        revision: known.document.revision + 1,
        rules: known.document.rules,
    };
    let again = settled(contract, year, ledger.indices(), frozen)?;
    let causes = causes_since(contract, &again.trace, known.position);
    let (now, before) = (again.value, &known.document);
    let difference = Difference {
        gross: now.gross - before.gross,
        net: now.net - before.net,
        tax: now.tax - before.tax,
    };
    let restated = TakeOrPaySettled { causes, difference: Some(difference), ..now };
    if says_the_same(&restated, &known.document) {
        return Ok(Decision::nothing());
    }
    check_open(ledger, restated.posted_on)?;
    let mut decision = Decision::of([Event::TakeOrPaySettled(Arc::new(restated))]);
    decision.guards = streams;
    Ok(decision.guarded_by(Stream::Books))
}

/// S4: the facts that came after the revision before. A restated month is no fact; what restated it
/// is.
fn causes_since(contract: &ContractState, trace: &Trace, before: Position) -> Vec<Position> {
    let newest = contract.settlements.values().filter_map(|revisions| revisions.last());
    let restated: Vec<_> = newest.filter(|month| month.position > before).collect();
    let (months, mut all): (Vec<_>, Vec<_>) = causes(trace, before)
        .into_iter()
        .partition(|event| restated.iter().any(|month| month.position == *event));
    let of_months = restated.iter().filter(|month| months.contains(&month.position));
    all.extend(of_months.flat_map(|month| month.document.causes.iter().copied()));
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a document says what the known one says: everything but its number, what it rests on
/// and when and by whom it was made.
fn says_the_same(found: &TakeOrPaySettled, known: &TakeOrPaySettled) -> bool {
    let TakeOrPaySettled { causes, difference, four_eyes, inputs, posted_on, revision, .. } =
        known.clone();
    let found = found.clone();
    TakeOrPaySettled { causes, difference, four_eyes, inputs, posted_on, revision, ..found }
        == *known
}
