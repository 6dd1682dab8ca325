use std::sync::Arc;

use super::settle::{Frozen, settled};
use super::{Rejection, RestateYear, TakeOrPaySettled};
use crate::books::check_open;
use crate::context::Context;
use crate::settlement::{Framed, causes_since, input_streams, inputs, says_the_same};
use crate::state::Ledger;
use crate::stream::Stream;
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
    let difference = again.value.total() - known.document.total();
    let difference = Some(difference.into());
    let restated = TakeOrPaySettled { causes, difference, ..again.value };
    if says_the_same(&restated, known.document.as_ref()) {
        return Ok(Decision::nothing());
    }
    check_open(ledger, restated.posted_on)?;
    let mut decision = Decision::of([Event::TakeOrPaySettled(Arc::new(restated))]);
    decision.guards = streams;
    Ok(decision.guarded_by(Stream::Books))
}

impl Framed for TakeOrPaySettled {
    fn framed_as(self, other: &Self) -> Self {
        let Self { causes, difference, four_eyes, inputs, posted_on, revision, .. } = other.clone();
        Self { causes, difference, four_eyes, inputs, posted_on, revision, ..self }
    }
}
