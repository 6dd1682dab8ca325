use super::{CreditGranted, GrantCredit, Rejection};
use crate::context::Context;
use crate::payment::Rejection as MoneyRejection;
use crate::quantities::Money;
use crate::state::Ledger;
use crate::{Decision, Event};

/// A1: emergency credit counts from the day on which it is granted, until a day. The same amount
/// until the same day is the same credit.
pub(super) fn grant(
    ledger: &Ledger,
    command: &GrantCredit,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let GrantCredit { contract: id, amount, until } = command;
    let unknown = || Rejection::UnknownContract { contract: id.clone() };
    let contract = ledger.contract(id).ok_or_else(unknown)?;
    let same = |known: &CreditGranted| known.amount == *amount && known.until == *until;
    if contract.credits.iter().any(|(known, _)| same(known)) {
        return Ok(Decision::nothing());
    }
    if *amount <= Money::ZERO {
        return Err(MoneyRejection::NotPositive { amount: *amount }.into());
    }
    let from = ledger.clock().civil_day(context.now);
    if *until < from {
        return Err(Rejection::CreditOver { until: *until, today: from }.into());
    }
    let (amount, until) = (*amount, *until);
    let granted = CreditGranted { amount, contract: id.clone(), from, until };
    Ok(Decision::of([Event::CreditGranted(granted)]))
}
