use super::{BooksClosed, CloseBooks, Rejection};
use crate::context::Context;
use crate::contract::ContractState;
use crate::quantities::{CivilDay, ContractId, SettlementMonth};
use crate::state::Ledger;
use crate::{Decision, Event};

/// A4: a posting may not bear a date up to which the books are closed. Who asks also guards the
/// stream of the books, so that they cannot be closed meanwhile.
pub fn check_open(ledger: &Ledger, posting_date: CivilDay) -> Result<(), Rejection> {
    match ledger.closed_through() {
        Some(closed_through) if posting_date <= closed_through => {
            Err(Rejection::Closed { posting_date, closed_through })
        }
        Some(_) | None => Ok(()),
    }
}

/// A4: closes the books up to a day that is over; never less far than they are. A month that has
/// not been issued would be shut out for ever, so it is asked for first.
pub(super) fn close(
    ledger: &Ledger,
    command: &CloseBooks,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let through = command.through;
    let known = ledger.closed_through();
    if known == Some(through) {
        return Ok(Decision::nothing());
    }
    if let Some(closed_through) = known.filter(|known| through < *known) {
        return Err(Rejection::ClosedFurther { through, closed_through }.into());
    }
    let today = ledger.clock().civil_day(context.now);
    if through >= today {
        return Err(Rejection::DayNotOver { day: through, today }.into());
    }
    let missing: Vec<_> =
        (ledger.contracts()).flat_map(|contract| not_issued(contract, known, through)).collect();
    if !missing.is_empty() {
        return Err(Rejection::MonthsNotIssued { through, missing: missing.into() }.into());
    }
    Ok(Decision::of([Event::BooksClosed(BooksClosed { through })]))
}

/// The months of a contract whose settlement would be posted to the days that are closed now.
fn not_issued(
    contract: &ContractState,
    closed: Option<CivilDay>,
    through: CivilDay,
) -> impl Iterator<Item = (ContractId, SettlementMonth)> {
    let shut_out = move |month: &SettlementMonth| {
        let last = contract.days_of(*month).last.civil();
        last <= through
            && closed.is_none_or(|closed| last > closed)
            && contract.settlement(*month).is_none()
    };
    contract.months().filter(shut_out).map(|month| (contract.id().clone(), month))
}
