use std::sync::Arc;

use super::amend::{check_inside, check_open_from, check_reason, known};
use super::checklist::nothing_parked;
use super::move_point::check_not_curtailed;
use super::{ContractTerminated, PointReleased, Rejection, TerminateContract};
use crate::contract::{AnnualQuantity, ContractState, ReadingKey, Terms, check_agreed};
use crate::quantities::{GasDay, PointId, Quantity, SettlementMonth};
use crate::rules::period::contract_year;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// C1: ends a term before its last gas day. What was agreed for later days falls away.
pub(super) fn terminate(
    ledger: &Ledger,
    command: &TerminateContract,
) -> Result<Decision, crate::Rejection> {
    let contract = known(ledger, &command.contract)?;
    let last = command.last_gas_day;
    if let Some((event, _)) = &contract.terminated {
        let same = event.terms.last_gas_day == last
            && event.reason == command.reason
            && event.signed_on == command.signed_on;
        if same {
            return Ok(Decision::nothing());
        }
        let (contract, last) = (command.contract.clone(), contract.last_gas_day());
        return Err(Rejection::ContractTerminated { contract, last }.into());
    }
    check_not_curtailed(contract)?;
    let event = ended(contract, command)?;
    // C1: no reading lies behind an early end, also none that waits for a renewal.
    nothing_parked(ledger, contract)?;
    let mut events = vec![Event::ContractTerminated(Arc::new(event))];
    let held = contract.points_held_from(last.plus(1));
    events.extend(held.into_iter().map(|point| released(contract, point, last.plus(1))));
    let mut decision = Decision::of(events);
    decision.guards = readings_from(contract, last.plus(1));
    decision.guards.extend(contract.known_points().cloned().map(Stream::Point));
    Ok(decision)
}

/// The streams of the readings from a gas day on: who looks at readings guards them.
pub(super) fn readings_from(contract: &ContractState, day: GasDay) -> Vec<Stream> {
    let months = contract.month_of(day).through(contract.last_month());
    months.map(|month| Stream::Delivery(contract.id().clone(), month)).collect()
}

pub(super) fn released(contract: &ContractState, point: PointId, from: GasDay) -> Event {
    Event::PointReleased(PointReleased { contract: contract.id().clone(), from, point })
}

/// The early end of a term, or why it cannot end so.
pub(super) fn ended(
    contract: &ContractState,
    command: &TerminateContract,
) -> Result<ContractTerminated, crate::Rejection> {
    let (id, last) = (contract.id().clone(), command.last_gas_day);
    check_inside(contract, last)?;
    let known_last = contract.last_gas_day();
    if last == known_last {
        return Err(Rejection::NothingEnded { contract: id, day: last, last: known_last }.into());
    }
    check_reason(&command.reason)?;
    check_open_from(contract, last.plus(1))?;
    let month = contract.month_of(last);
    let year = contract.year_of(month);
    if contract.settled_year(year).is_some() {
        let day = last.plus(1);
        return Err(Rejection::YearAlreadySettled { contract: id, year, day }.into());
    }
    check_no_readings(contract, None, last.plus(1))?;
    if let Some(month) = contract.traded_months().find(|traded| *traded > month) {
        return Err(Rejection::QuantityBehind { contract: id, month, last }.into());
    }
    let terms = shortened(contract, last, command.last_month_quantity)?;
    Ok(ContractTerminated {
        contract: id,
        reason: command.reason.clone(),
        signed_on: command.signed_on,
        terms,
    })
}

/// Q4: no reading from a gas day on, of one point or of all.
pub(super) fn check_no_readings(
    contract: &ContractState,
    point: Option<&PointId>,
    day: GasDay,
) -> Result<(), Rejection> {
    let place = point.map(|point| contract.place_of(point));
    let from = ReadingKey { gas_day: day, point: 0 };
    let to = ReadingKey { gas_day: contract.last_gas_day(), point: u16::MAX };
    if to < from {
        return Ok(());
    }
    let behind = contract
        .readings
        .range(from..=to)
        .iter()
        .filter(|(key, _)| place.is_none_or(|place| place == Some(key.point)));
    let days: Vec<GasDay> = behind.map(|(key, _)| key.gas_day).collect();
    match days.first() {
        None => Ok(()),
        Some(first) => {
            let (contract, count, first) = (contract.id().clone(), days.len(), *first);
            Err(Rejection::ReadingsBehind { contract, day, count, first })
        }
    }
}

/// The terms of a last gas day that came early: monthly quantities end with its month, and the last
/// year's annual quantity is what its months sum to (C2).
pub fn shortened(
    contract: &ContractState,
    last: GasDay,
    last_month_quantity: Option<Quantity>,
) -> Result<Terms, crate::Rejection> {
    let Some(before) = contract.terms_on(last) else {
        unreachable!("every gas day of a contract has terms (C2)")
    };
    let mut terms = before.clone();
    terms.last_gas_day = last;
    let month = terms.last_month();
    terms.monthly_quantities.retain(|known, _| *known <= month);
    if let (Some(wanted), Some(quantity)) =
        (last_month_quantity, terms.monthly_quantities.get_mut(&month))
    {
        let was = *quantity;
        if contract.settlement(month).is_some() && was != wanted {
            return Err(Rejection::MonthQuantityFixed { month, was, wanted, from: last }.into());
        }
        let transferred = contract.transferred_away(month);
        if wanted < transferred {
            return Err(
                Rejection::QuantityBelowZero { month, quantity: wanted, transferred }.into()
            );
        }
        *quantity = wanted;
    }
    let year = contract_year(month, contract.first_month(), month);
    let first = year.first.max(terms.first_month());
    let sum: Quantity = terms.monthly_quantities.range(first..).map(|(_, it)| *it).sum();
    terms.annual_quantity = annual(&terms.annual_quantity, first, sum);
    check_agreed(&terms, contract.first_month())?;
    Ok(terms)
}

/// The annual quantities without the years that do not come, the last one as its months sum up.
fn annual(before: &AnnualQuantity, first: SettlementMonth, sum: Quantity) -> AnnualQuantity {
    match before {
        AnnualQuantity::One(_) => AnnualQuantity::One(sum),
        AnnualQuantity::ByYear(map) => {
            let mut years = map.clone();
            years.retain(|year, _| *year < first);
            years.insert(first, sum);
            AnnualQuantity::ByYear(years)
        }
    }
}
