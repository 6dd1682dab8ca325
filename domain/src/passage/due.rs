//! What time will go by, and when.

use chrono::{DateTime, Utc};

use super::{PassageKind, StageCrossed};
use crate::contract::ContractState;
use crate::payment::account_as_of;
use crate::rules::RuleError;
use crate::rules::days::DaysRemaining;
use crate::state::Ledger;
use crate::supply::{deciding_day, demand_runs_until, last_day_of, notice_runs_until};

/// A moment that matters to a contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    /// When.
    pub at: DateTime<Utc>,
    /// What goes by.
    pub kind: PassageKind,
    /// Of what.
    pub subject: String,
}

/// The moments that matter to a contract, past and to come, in their order. What is over by another
/// fact, such as a demand that was paid, is not among them.
#[must_use]
pub fn crossings(ledger: &Ledger, contract: &ContractState, now: DateTime<Utc>) -> Vec<Crossing> {
    let clock = ledger.clock();
    let mut crossings = vec![Crossing {
        at: clock.end(contract.last_gas_day()),
        kind: PassageKind::TermEnded,
        subject: contract.last_gas_day().to_string(),
    }];
    for (guarantee, _) in &contract.guarantees {
        crossings.push(Crossing {
            at: clock.midnight(guarantee.valid_to.plus(1)),
            kind: PassageKind::GuaranteeEnded,
            subject: guarantee.reference.to_string(),
        });
    }
    for (credit, position) in &contract.credits {
        crossings.push(Crossing {
            at: clock.midnight(credit.until.plus(1)),
            kind: PassageKind::EmergencyCreditEnded,
            // Two credits may have the same days; their events differ.
            subject: format!("{}..{} of event {position}", credit.from, credit.until),
        });
    }
    crossings.extend(of_supply(ledger, contract, now));
    crossings.sort();
    crossings
}

/// E4: the periods of what was served, by the terms that hold now, as an order would be asked.
fn of_supply(ledger: &Ledger, contract: &ContractState, now: DateTime<Utc>) -> Vec<Crossing> {
    let (clock, procedure) = (ledger.clock(), contract.supply.procedure());
    let terms = contract.terms_at(clock.gas_day(now));
    let terms = &terms.payment;
    let mut crossings = Vec::new();
    if let Some(demand) = procedure.demand() {
        let served = &demand.served;
        crossings.push(Crossing {
            at: demand_runs_until(served, terms, clock),
            kind: PassageKind::DemandPeriodRan,
            subject: served.demand.to_string(),
        });
    }
    if let Some(notice) = procedure.notice() {
        let served = &notice.served;
        let mut push = |at, kind| {
            crossings.push(Crossing { at, kind, subject: served.notice.to_string() });
        };
        push(notice_runs_until(served, terms), PassageKind::NoticePeriodRan);
        let lapses = clock.midnight(last_day_of(served, terms).plus(1));
        push(lapses, PassageKind::NoticeLapsed);
    }
    crossings
}

/// E2: the recommended stage, where it is another one than was told last: an alert on the edge.
pub(super) fn stage_crossed(
    ledger: &Ledger,
    contract: &ContractState,
    now: DateTime<Utc>,
) -> Result<Option<StageCrossed>, RuleError> {
    let (clock, id) = (ledger.clock(), contract.id());
    let as_of = deciding_day(clock, now);
    // Before the term begins and after it is over there is no gas to be short of.
    if as_of < contract.first_gas_day() || contract.last_gas_day() < clock.gas_day(now) {
        return Ok(None);
    }
    let account = account_as_of(contract, ledger.indices(), as_of)?;
    let terms = contract.terms_at(as_of);
    let class = ledger.class_or_protected(contract.customer());
    let effective = contract.supply.stage_on(clock.civil_day(now));
    let found = account.remaining().recommends(&terms.payment, class, effective);
    let from = ledger.passages().stage(id);
    if found.stage == from {
        return Ok(None);
    }
    let days = account.days.and_then(|days| match days {
        DaysRemaining::Days(days) => Some(days),
        DaysRemaining::Unlimited => None,
    });
    Ok(Some(StageCrossed {
        as_of,
        available: account.available,
        contract: id.clone(),
        days,
        from,
        on: clock.civil_day(now),
        reasons: found.reasons.into_iter().map(str::to_owned).collect(),
        to: found.stage,
    }))
}
