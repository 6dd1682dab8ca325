use std::collections::BTreeSet;

use citygate_domain::Rejection;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::payment::available_as_of;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, Money};
use citygate_domain::state::Ledger;
use citygate_domain::trace::Value;

use super::fact::{Fact, moves_an_account};
use super::{Change, Steps, Word};
use crate::explain::contract_of;

/// Which answer about an account: as of a gas day, known at a position (T4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// As of.
    pub as_of: GasDay,
    /// Known at.
    pub known_at: Position,
}

/// Why the money that a contract has available (A3) is another in a later answer.
///
/// `log` are the events of the contract's streams and of its indices, in the log's order. First
/// the facts that became known between the two answers are applied to the earlier day, in that
/// order. Then the days between them pass, with all that the later answer knows: of each day first
/// the day itself, with which guarantees and credit end, and then its facts.
pub fn account(
    contract: &ContractId,
    log: &[Recorded],
    earlier: Answer,
    later: Answer,
) -> Result<Change<Money>, Rejection> {
    let known = |at: Position| log.partition_point(|recorded| recorded.position <= at);
    let (first, last) = (known(earlier.known_at), known(later.known_at));
    let (begun, learned) = log.get(..last).unwrap_or(log).split_at(first);
    let mut ledger = folded(begun);
    let mut steps = Steps::from(available(&ledger, contract, earlier.as_of)?);
    for recorded in learned {
        let counts = counts_by(recorded, earlier.as_of);
        let fact = counts.then(|| Fact::of(recorded, &ledger));
        ledger.evolve(recorded);
        if let Some(mut fact) = fact {
            // Terms of a later day are named when that day comes.
            fact.changes_terms &= fact.effective.is_none_or(|on| earlier.as_of.includes(on));
            steps.take(fact, available(&ledger, contract, earlier.as_of)?);
        }
    }
    // The whole log leads to the later amount in its own order; the days lead there in theirs.
    let after = available(&ledger, contract, later.as_of)?;
    let all = log.get(..last).unwrap_or(log);
    pass_days(&mut steps, contract, (all, &ledger), (earlier.as_of, later.as_of))?;
    Ok(steps.to(after, true))
}

/// The days after `from` through `to`, each with the facts that count from it on. `ledger` knows
/// the whole log.
fn pass_days(
    steps: &mut Steps<Money>,
    contract: &ContractId,
    (log, ledger): (&[Recorded], &Ledger),
    (from, to): (GasDay, GasDay),
) -> Result<(), Rejection> {
    let (counted, mut pending): (Vec<_>, Vec<_>) =
        log.iter().partition(|recorded| counts_by(recorded, from));
    // Stable: the facts of a day stay in the order of the log.
    pending.sort_by_key(|recorded| recorded.event.effective());
    let mut days = days_of_change(ledger, contract);
    days.extend(pending.iter().filter_map(|next| next.event.effective()).map(gas_day));
    // On no other day can anything change; the last one is asked in any case.
    days.insert(to);
    let mut ledger = folded(counted);
    let mut pending = pending.into_iter().peekable();
    for day in days.into_iter().filter(|day| from < *day && *day <= to) {
        for begun in Fact::of_terms(&ledger, contract, day) {
            steps.take(begun, steps.amount);
        }
        let passed = available(&ledger, contract, day)?;
        if passed != steps.amount {
            steps.take(Fact::day_passed(day, ended(&ledger, contract, day)), passed);
        }
        while let Some(recorded) = pending.next_if(|next| counts_by(next, day)) {
            let fact = Fact::of(recorded, &ledger);
            ledger.evolve(recorded);
            steps.take(fact, available(&ledger, contract, day)?);
        }
    }
    Ok(())
}

/// The days on which an answer may change without a fact that counts from then on: guarantees and
/// credit have ended, other terms begin.
fn days_of_change(ledger: &Ledger, id: &ContractId) -> BTreeSet<GasDay> {
    let Some(contract) = ledger.contract(id) else { return BTreeSet::new() };
    let guarantees = contract.guarantees.iter().map(|(given, _)| given.valid_to);
    let credits = contract.credits.iter().map(|(credit, _)| credit.until);
    let ends = guarantees.chain(credits).map(|last| gas_day(last).plus(1));
    ends.chain(contract.versions().iter().map(|version| version.from)).collect()
}

/// T5: the gas day as of which a civil day counts first.
fn gas_day(day: CivilDay) -> GasDay {
    GasDay::new(day.date())
}

/// Whether a fact is in an answer as of a gas day: what moves no account is in all of them.
fn counts_by(recorded: &Recorded, day: GasDay) -> bool {
    !moves_an_account(&recorded.event)
        || recorded.event.effective().is_none_or(|on| day.includes(on))
}

fn folded<'a>(log: impl IntoIterator<Item = &'a Recorded>) -> Ledger {
    log.into_iter().fold(Ledger::default(), |mut ledger, recorded| {
        ledger.evolve(recorded);
        ledger
    })
}

fn available(ledger: &Ledger, id: &ContractId, day: GasDay) -> Result<Money, Rejection> {
    let contract = contract_of(ledger, id)?;
    Ok(available_as_of(contract, ledger.indices(), day)?.value)
}

/// Guarantees and credit of which the day before was the last.
fn ended(ledger: &Ledger, id: &ContractId, day: GasDay) -> Vec<Word> {
    let Some(contract) = ledger.contract(id) else { return Vec::new() };
    let last = day.previous().civil();
    let guarantees = contract.guarantees.iter().filter(|(given, _)| given.valid_to == last);
    let guarantees =
        guarantees.map(|(given, _)| ("guarantee_ended", Value::Text(given.reference.to_string())));
    let credits = contract.credits.iter().filter(|(credit, _)| credit.until == last);
    let credits = credits.map(|(credit, _)| ("credit_ended", Value::Money(credit.amount)));
    guarantees.chain(credits).collect()
}
