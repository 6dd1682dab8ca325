use std::sync::Arc;

use super::issue::{Frame, document, settled};
use super::revision::{Framed, causes, says_the_same};
use super::{Rejection, RestateSettlement, SettlementIssued};
use crate::books::check_open;
use crate::context::Context;
use crate::contract::ContractState;
use crate::log::Position;
use crate::quantities::SettlementMonth;
use crate::rules::pricer::{Pricer, excess_price};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// S4: issues an issued month again, as the next revision, when a fact that came since leads to
/// another document; a document that comes out the same is known.
///
/// The new revision is made with the rule version of the first one. It posts the difference on the
/// civil day of its making (M4, A4).
pub fn restate(
    ledger: &Ledger,
    command: &RestateSettlement,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let (id, month) = (command.contract.clone(), command.month);
    let none = Rejection::NotIssued { contract: id, month };
    let known = contract.settlement(month).ok_or(none)?;
    let again = settled(contract, month, ledger.indices())?;
    let mut causes = causes(&again.trace, known.position);
    // A firm lot is planned gas (D1), also where none of it is billed.
    let lots = contract.lots_of(month).into_iter().map(|lot| lot.position);
    causes.extend(lots.filter(|event| *event > known.position));
    causes.extend(repriced(ledger, contract, month, known.position));
    causes.sort_unstable();
    causes.dedup();
    let (next, streams) = document(contract, month, again, Frame::of(ledger, context));
    let difference = next.total() - known.document.total();
    let restated = SettlementIssued {
        causes,
        difference: Some(difference.into()),
        posted_on: Some(ledger.clock().civil_day(context.now)),
        revision: known.document.revision + 1,
        rules: known.document.rules,
        ..next
    };
    if says_the_same(&restated, known.document.as_ref()) {
        return Ok(Decision::nothing());
    }
    check_open(ledger, restated.posting_date())?;
    let mut decision = Decision::of([Event::SettlementIssued(Arc::new(restated))]);
    decision.guards = streams;
    Ok(decision.guarded_by(Stream::Books))
}

/// The index values that came since and price a day of the month. A line names those of its first
/// day; a corrected value may have joined a later day to it (P5).
fn repriced(
    ledger: &Ledger,
    contract: &ContractState,
    month: SettlementMonth,
    before: Position,
) -> Vec<Position> {
    let mut pricer = Pricer::new(ledger.indices());
    let mut events = Vec::new();
    for day in contract.days_of(month).iter() {
        let Some(terms) = contract.terms_on(day) else { continue };
        let prices = pricer.prices(terms, day);
        if let Ok((_, prices)) = &prices {
            events.extend(causes(&prices.composite.trace, before));
        }
        if let Ok(price) = excess_price(terms, day, ledger.indices(), prices) {
            events.extend(causes(&price.trace, before));
        }
    }
    events
}

impl Framed for SettlementIssued {
    fn framed_as(self, other: &Self) -> Self {
        let Self { causes, difference, four_eyes, inputs, posted_on, revision, .. } = other.clone();
        Self { causes, difference, four_eyes, inputs, posted_on, revision, ..self }
    }
}
