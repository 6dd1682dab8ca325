//! E8: what valves did, and when supply is as before (E5).

use chrono::{DateTime, Utc};

use super::command::ReportValve;
use super::decide::{check_clerk, check_past, recorded};
use super::event::{Seen, SupplyEvent, SupplyRestored, ValveReported, ValveState};
use super::state::{Procedure, Restoring};
use super::{OrderRejection, Rejection};
use crate::Decision;
use crate::context::Context;
use crate::contract::ContractState;
use crate::quantities::PointId;
use crate::state::Ledger;

/// E8: records a report, once. It changes no answer: late, repeated and reordered ones are history. The
/// report that opens the last valve of a lifted suspension restores supply, in the same decision.
pub(super) fn report(
    ledger: &Ledger,
    contract: &ContractState,
    command: &ReportValve,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let reported = ValveReported {
        at: command.at,
        contract: command.contract.clone(),
        on: ledger.clock().civil_day(command.at),
        order: command.order.clone(),
        point: command.point.clone(),
        reporter: command.reporter.clone(),
        seen: command.seen,
        state: command.state,
    };
    if contract.supply.reports().contains(&reported) {
        return Ok(Decision::nothing());
    }
    if contract.place_of(&command.point).is_none() {
        let (point, contract) = (command.point.clone(), command.contract.clone());
        return Err(Rejection::UnknownPoint { point, contract }.into());
    }
    if let Some(order) = &command.order
        && contract.supply.order(order).is_none()
    {
        let (contract, order) = (command.contract.clone(), order.clone());
        return Err(OrderRejection::UnknownOrder { contract, order }.into());
    }
    check_past(ledger, command.at, context)?;
    // E5: what ends a suspension on site is a person's word; a device sees from afar.
    if command.seen == Seen::OnSite {
        check_clerk(ledger, context)?;
    }
    let restored = match contract.supply.procedure() {
        Procedure::Restoring(restoring) => opened(ledger, contract, restoring, Some(&reported)),
        Procedure::Nothing
        | Procedure::Demanded(_)
        | Procedure::Noticed(_)
        | Procedure::Reduced(..)
        | Procedure::Suspended(..) => Decision::nothing(),
    };
    Ok(recorded(SupplyEvent::ValveReported(reported)).and(restored))
}

/// E5: that supply is as before, where every valve was found open on site since the lifting.
pub(super) fn restored(ledger: &Ledger, contract: &ContractState) -> Decision {
    match contract.supply.procedure() {
        Procedure::Restoring(restoring) => opened(ledger, contract, restoring, None),
        Procedure::Nothing
        | Procedure::Demanded(_)
        | Procedure::Noticed(_)
        | Procedure::Reduced(..)
        | Procedure::Suspended(..) => Decision::nothing(),
    }
}

/// E5: every point that the order stopped was found open, also one whose term is over since.
fn opened(
    ledger: &Ledger,
    contract: &ContractState,
    restoring: &Restoring,
    reported: Option<&ValveReported>,
) -> Decision {
    let mut last = None;
    for point in restoring.order.issued.measure.points() {
        match opened_at(contract, restoring, point, reported) {
            Some(at) => last = last.max(Some(at)),
            None => return Decision::nothing(),
        }
    }
    // Without a report nothing is restored, also where no point was named.
    let Some(last) = last else { return Decision::nothing() };
    recorded(SupplyEvent::SupplyRestored(SupplyRestored {
        at: last,
        contract: contract.id().clone(),
        on: ledger.clock().civil_day(last),
        order: restoring.order.issued.order.clone(),
    }))
}

/// When a point was found open on site, by the newest report from there since the lifting.
fn opened_at(
    contract: &ContractState,
    restoring: &Restoring,
    point: &PointId,
    reported: Option<&ValveReported>,
) -> Option<DateTime<Utc>> {
    let counts = |report: &&ValveReported| {
        report.point == *point && report.seen == Seen::OnSite && report.at > restoring.lifted.at
    };
    let known = contract.supply.reports().iter().rev().find(counts);
    let newest = [known, reported.filter(counts)].into_iter().flatten().max()?;
    match newest.state {
        ValveState::Open => Some(newest.at),
        ValveState::Limited | ValveState::Closed | ValveState::Refused => None,
    }
}
