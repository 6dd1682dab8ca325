//! A1–A3, G1: what counts of a contract's account as of a gas day.

use super::{MoneyFact, Way};
use crate::contract::ContractState;
use crate::log::Position;
use crate::quantities::{Exact, GasDay, GasDays, Quantity, SettlementMonth};
use crate::rules::RuleError;
use crate::rules::account::{AccountParts, Part};
use crate::rules::days::{ReferenceFacts, reference_quantity};
use crate::trace::Traced;

/// A1: movements of money that count as of a gas day.
pub(crate) fn money_parts(money: &[MoneyFact], as_of: GasDay) -> AccountParts {
    let mut parts = AccountParts::default();
    for fact in money.iter().filter(|fact| as_of.includes(fact.moved.value_date)) {
        let part = match fact.way {
            Way::Payment { .. } | Way::Assigned => &mut parts.payments,
            Way::Reversal | Way::AssignmentReversed => &mut parts.reversals,
            Way::Refund => &mut parts.refunds,
        };
        part.add(fact.moved.amount, fact.position);
    }
    parts
}

pub(super) fn guarantees(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for (guarantee, position) in &contract.guarantees {
        if as_of.includes(guarantee.valid_from) && as_of.civil() <= guarantee.valid_to {
            part.add(guarantee.amount, *position);
        }
    }
    part
}

pub(super) fn emergency_credit(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for (credit, position) in &contract.credits {
        if as_of.includes(credit.from) && as_of.civil() <= credit.until {
            part.add(credit.amount, *position);
        }
    }
    part
}

/// C4: balances that came from other contracts by the day, less those that went there.
pub(super) fn moved(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for (moved, position) in &contract.balances_moved {
        if as_of.includes(moved.value_date) {
            part.add(moved.signed_amount(), *position);
        }
    }
    part
}

/// A6: late fees charged by the day, less those waived by it.
pub(super) fn late_fees(contract: &ContractState, as_of: GasDay) -> Part {
    let mut part = Part::default();
    for fee in contract.late_fees.iter() {
        if as_of.includes(fee.charged.posted_on) {
            part.add(fee.charged.fee, fee.position);
        }
        if let Some((waived, position)) = &fee.waived
            && as_of.includes(waived.posted_on)
        {
            part.add(-waived.fee, *position);
        }
    }
    part
}

/// A2 never waits for a missing price: the answer has none.
pub(super) fn priced<T>(result: Result<T, RuleError>) -> Result<Option<T>, RuleError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(RuleError::PriceReferenceMissing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// G1 for a gas day of the term, by its own terms.
pub(super) fn reference(
    contract: &ContractState,
    month: SettlementMonth,
    day: GasDay,
) -> Traced<Exact> {
    let terms = contract.terms_at(day);
    let facts = ReferenceFacts {
        metered_days: metered_days(contract, day, terms.payment.reference_days as usize),
        contract_quantity: contract.contract_quantity(month).unwrap_or_else(|| {
            unreachable!("every settlement month of a term has a monthly quantity (C2)")
        }),
        month_days: contract.days_of(month).count(),
        unit: contract.unit(),
    };
    reference_quantity(terms.payment.reference, &facts)
}

/// The newest gas days up to `last` on which every point has a reading.
fn metered_days(
    contract: &ContractState,
    last: GasDay,
    wanted: usize,
) -> Vec<(GasDay, Quantity, Vec<Position>)> {
    let mut newest = Vec::with_capacity(wanted);
    let mut day = last;
    while newest.len() < wanted && day >= contract.first_gas_day() {
        let facts = contract.facts_of(GasDays { first: day, last: day });
        let full = facts.into_iter().filter(|facts| facts.unmetered.is_empty());
        newest.extend(full.map(|facts| (facts.gas_day, facts.taken, facts.readings)));
        day = day.previous();
    }
    newest
}
