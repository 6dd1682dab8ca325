//! E5: whether a procedure is over, by what is known at a moment. Time that passes ends it as a fact does,
//! whether anybody looks or not (T6), so the days since the demand was served are asked about too.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::LiftCause;
use super::by_day::ByDay;
use super::state::Demand;
use crate::contract::{ContractState, Direction};
use crate::market::IndexBook;
use crate::payment::{MoneyFact, Way};
use crate::quantities::{
    Bank, BankReference, CivilDay, DaysOfGas, GasDay, GasDayClock, Money, SettlementMonth,
};
use crate::rules::RuleError;
use crate::rules::days::DaysRemaining;
use crate::settlement::index_codes;

/// T5: the gas day as of which supply is decided at a moment. Money of a civil day counts from its
/// first minute, also before the gas day of the same date begins.
#[must_use]
pub fn deciding_day(clock: GasDayClock, now: DateTime<Utc>) -> GasDay {
    clock.gas_day(now).max(GasDay::new(clock.civil_day(now).date()))
}

/// E4, E5: what of a demand has been received: payments, assigned money and balances moved in,
/// recorded after the demand or dated after the day on which it was served, less the reversals of
/// just these. A debt that is moved in takes nothing from it. T5: what is dated after today has not
/// been received.
#[must_use]
pub fn received(contract: &ContractState, demand: &Demand, today: CivilDay) -> Money {
    let mut received: Vec<(&Bank, &BankReference, Money)> = Vec::new();
    let counts = |fact: &MoneyFact| {
        fact.position > demand.position || fact.moved.value_date > demand.served.on
    };
    for fact in contract.money.iter().filter(|fact| fact.moved.value_date <= today) {
        let taken_back = match fact.way {
            Way::Payment { .. } | Way::Assigned => {
                if counts(fact) {
                    received.push((
                        &fact.moved.bank,
                        &fact.moved.bank_reference,
                        fact.moved.amount,
                    ));
                }
                continue;
            }
            Way::Reversal => fact.moved.reverses.as_ref(),
            Way::AssignmentReversed => Some(&fact.moved.bank_reference),
            // Paying back is the seller's act; it does not make a paid demand unpaid.
            Way::Refund => None,
        };
        let Some(reference) = taken_back else { continue };
        let same = |one: &(&Bank, &BankReference, Money)| {
            one.0 == &fact.moved.bank && one.1 == reference && one.2 == fact.moved.amount
        };
        if let Some(place) = received.iter().rposition(same) {
            received.remove(place);
        }
    }
    let moved_in = contract.balances_moved.iter().filter(|(moved, position)| {
        let later = *position > demand.position || moved.value_date > demand.served.on;
        let due = moved.value_date <= today;
        later && due && moved.direction == Direction::In && moved.amount > Money::ZERO
    });
    let moved_in = moved_in.map(|(moved, _)| moved.amount);
    received.into_iter().map(|(_, _, amount)| amount).chain(moved_in).sum()
}

/// That a running procedure is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    /// The first civil day on which it was.
    pub since: CivilDay,
    /// What lifts it as of that day; never empty.
    pub causes: Vec<LiftCause>,
}

/// E5: that the running procedure of a contract is over, where what is known lifts it as of this day, or as
/// of one since the demand was served on which that may have come about by time alone. A number that
/// cannot be computed lifts nothing.
pub(super) fn over(by_day: &ByDay<'_>, as_of: GasDay) -> Option<Over> {
    let contract = by_day.contract();
    let demand = contract.supply.procedure().demand()?;
    let days = days_of_change(contract, by_day.indices(), demand.served.on, as_of.civil());
    days.into_iter().find_map(|since| {
        let causes = lift_causes(by_day, demand, GasDay::new(since.date()));
        (!causes.is_empty()).then_some(Over { since, causes })
    })
}

/// E5: what lifts a demand as of one gas day.
fn lift_causes(by_day: &ByDay<'_>, demand: &Demand, as_of: GasDay) -> Vec<LiftCause> {
    let mut causes = Vec::new();
    let received = received(by_day.contract(), demand, as_of.civil());
    let amount = demand.served.amount;
    if received >= amount {
        let demand = demand.served.demand.clone();
        causes.push(LiftCause::DemandPaid { amount, demand, received });
    }
    causes.extend(restored(by_day, as_of).ok().flatten());
    causes
}

/// E5: that the days of gas as of a gas day are not below `restore_above`. There are none of a day before
/// the term, and none while a price is missing.
pub(super) fn restored(by_day: &ByDay<'_>, as_of: GasDay) -> Result<Option<LiftCause>, RuleError> {
    let contract = by_day.contract();
    if as_of < contract.first_gas_day() {
        return Ok(None);
    }
    let restore_above = restore_above(contract, as_of);
    Ok(match by_day.remaining(as_of)?.days {
        Some(DaysRemaining::Unlimited) => {
            Some(LiftCause::DaysRestored { days: None, restore_above })
        }
        Some(DaysRemaining::Days(days)) if days >= restore_above.value() => {
            let days = Some(DaysOfGas::new(days));
            Some(LiftCause::DaysRestored { days, restore_above })
        }
        Some(DaysRemaining::Days(_)) | None => None,
    })
}

/// E5: the days that end a shortage. A civil day has hours of two gas days, and terms change with a gas
/// day (C1): on the first day of other terms the lower one of both counts, from midnight to midnight.
fn restore_above(contract: &ContractState, as_of: GasDay) -> DaysOfGas {
    let terms = [contract.terms_on(as_of.previous()), contract.terms_on(as_of)];
    let known = terms.into_iter().flatten().map(|terms| terms.payment.restore_above).min();
    known.unwrap_or(contract.newest_terms().payment.restore_above)
}

/// The last of these civil days, and those after the first on which the days of gas may rise or money is
/// received without a further fact: what was told before counts from them on, other terms or prices
/// begin, a month begins or ends. A reading is no such thing: it is told after its day, and asked about
/// when it is.
pub(super) fn days_of_change(
    contract: &ContractState,
    indices: &IndexBook,
    first: CivilDay,
    last: CivilDay,
) -> BTreeSet<CivilDay> {
    let mut days = BTreeSet::new();
    days.extend(contract.money.iter().map(|fact| fact.moved.value_date));
    days.extend(contract.guarantees.iter().map(|(given, _)| given.valid_from));
    days.extend(contract.credits.iter().map(|(granted, _)| granted.from));
    days.extend(contract.balances_moved.iter().map(|(moved, _)| moved.value_date));
    let waived = contract.late_fees.iter().filter_map(|fee| fee.waived.as_ref());
    days.extend(waived.map(|(waived, _)| waived.posted_on));
    days.extend(contract.versions().iter().map(|version| version.from.civil()));
    for code in index_codes(contract) {
        days.extend(indices.days_of_change(&code));
    }
    let month = |day: CivilDay| SettlementMonth::containing(day.date());
    for month in month(first).through(month(last).plus(1)) {
        let settled = contract.days_of(month);
        days.extend([CivilDay::new(month.date(1)), settled.first.civil(), settled.last.civil()]);
    }
    days.retain(|day| first < *day && *day < last);
    days.insert(last);
    days
}
