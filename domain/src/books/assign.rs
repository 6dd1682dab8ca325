use super::{
    AssignMoney, MoneyAssigned, Rejection, Share, SplitPayment, TakeBackAssignment, check_open,
};
use crate::payment::{
    self, MoneyFact, MoneyKind, RecordMoney, Reference, ReferenceUse, Rejection as MoneyRejection,
    Way,
};
use crate::quantities::{Bank, BankReference, CivilDay, ContractId, GasDay, Money};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// A1: assigns what is left of an unallocated payment; the same shares again change nothing.
pub(super) fn assign(ledger: &Ledger, command: &AssignMoney) -> Result<Decision, crate::Rejection> {
    let AssignMoney { bank, bank_reference, shares, .. } = command;
    let payment = open_payment(ledger, bank, bank_reference);
    let assigned = ledger.books().assigned(bank, bank_reference);
    let date = command.value_date.or(payment.map(|fact| fact.moved.value_date));
    let same = |share: &Share| {
        assigned.iter().any(|one| {
            one.contract == share.contract
                && one.amount == share.amount
                && Some(one.value_date) == date
        })
    };
    if !shares.is_empty() && shares.iter().all(same) {
        return Ok(Decision::nothing());
    }
    let (Some(payment), Some(value_date)) = (payment, date) else {
        let (bank, reference) = (bank.clone(), bank_reference.clone());
        return Err(Rejection::NothingToAssign { bank, reference }.into());
    };
    let paid = payment.moved.value_date;
    if value_date < paid {
        return Err(Rejection::AssignedBeforePaid { value_date, paid }.into());
    }
    let before: Money = assigned.iter().map(|one| one.amount).sum();
    // A refund of unallocated money names no payment: what is left is also what is there at all.
    let there = ledger.unallocated_as_of(GasDay::new(chrono::NaiveDate::MAX));
    let left = (payment.moved.amount - before).min(there);
    check_shares(ledger, shares, left)?;
    check_open(ledger, value_date)?;
    let events = events(bank, bank_reference, shares, value_date);
    Ok(Decision::of(events).guarded_by(Stream::Unallocated).guarded_by(Stream::Books))
}

/// A1: a payment with its shares: unallocated for no longer than one commit.
pub(super) fn split(ledger: &Ledger, command: &SplitPayment) -> Result<Decision, crate::Rejection> {
    let SplitPayment { value_date, amount, bank, bank_reference, shares } = command;
    let received = RecordMoney {
        contract: None,
        value_date: *value_date,
        amount: *amount,
        bank: bank.clone(),
        bank_reference: bank_reference.clone(),
        kind: MoneyKind::Payment,
    };
    let received = payment::record(ledger, &received)?;
    if received.events.is_empty() {
        // The payment is known: its shares may be told with it or after it.
        let (bank, bank_reference) = (bank.clone(), bank_reference.clone());
        let shares = shares.clone();
        return assign(ledger, &AssignMoney { bank, bank_reference, shares, value_date: None });
    }
    check_shares(ledger, shares, *amount)?;
    let assigned = Decision::of(events(bank, bank_reference, shares, *value_date));
    Ok(received.and(assigned))
}

/// A1: takes back what a contract was assigned by mistake.
pub(super) fn take_back(
    ledger: &Ledger,
    command: &TakeBackAssignment,
) -> Result<Decision, crate::Rejection> {
    let TakeBackAssignment { bank, bank_reference, contract, .. } = command;
    let assigned = ledger.books().assigned(bank, bank_reference);
    let of_contract: Vec<_> = assigned.iter().filter(|one| one.contract == *contract).collect();
    if of_contract.is_empty() {
        let (bank, reference) = (bank.clone(), bank_reference.clone());
        let contract = contract.clone();
        return Err(Rejection::NothingToTakeBack { bank, reference, contract }.into());
    }
    let mut events = vec![use_of(None, bank, bank_reference)];
    for assigned in of_contract {
        let value_date = command.value_date.unwrap_or(assigned.value_date);
        let paid = assigned.value_date;
        if value_date < paid {
            return Err(Rejection::AssignedBeforePaid { value_date, paid }.into());
        }
        check_open(ledger, value_date)?;
        events.push(Event::AssignmentReversed(MoneyAssigned { value_date, ..assigned.clone() }));
    }
    Ok(Decision::of(events).guarded_by(Stream::Unallocated).guarded_by(Stream::Books))
}

/// M4: when a payment is returned by the bank, what was assigned of it is taken back first, on the
/// same day.
pub(crate) fn taken_back(
    ledger: &Ledger,
    bank: &Bank,
    reference: &BankReference,
    value_date: CivilDay,
) -> Vec<Event> {
    let assigned = ledger.books().assigned(bank, reference);
    let back = |one: &MoneyAssigned| {
        Event::AssignmentReversed(MoneyAssigned { value_date, ..one.clone() })
    };
    assigned.iter().map(back).collect()
}

/// The payment of this name that nobody's account holds and that was not returned.
fn open_payment<'a>(
    ledger: &'a Ledger,
    bank: &Bank,
    reference: &BankReference,
) -> Option<&'a MoneyFact> {
    let open = |fact: &&MoneyFact| {
        fact.way == (Way::Payment { reversed: false }) && fact.moved.contract.is_none()
    };
    ledger.money(bank, reference).iter().find(open)
}

fn check_shares(ledger: &Ledger, shares: &[Share], left: Money) -> Result<(), crate::Rejection> {
    if shares.is_empty() {
        return Err(Rejection::NoShares {}.into());
    }
    for share in shares {
        if ledger.contract(&share.contract).is_none() {
            let contract = share.contract.clone();
            return Err(Rejection::UnknownContract { contract }.into());
        }
        if share.amount <= Money::ZERO {
            return Err(MoneyRejection::NotPositive { amount: share.amount }.into());
        }
    }
    let amount: Money = shares.iter().map(|share| share.amount).sum();
    if amount > left {
        let excess = amount - left;
        return Err(Rejection::AssignedAbovePayment { amount, left, excess }.into());
    }
    Ok(())
}

fn events(
    bank: &Bank,
    reference: &BankReference,
    shares: &[Share],
    value_date: CivilDay,
) -> Vec<Event> {
    let assigned = shares.iter().flat_map(|share| {
        let assigned = MoneyAssigned {
            amount: share.amount,
            bank: bank.clone(),
            bank_reference: reference.clone(),
            contract: share.contract.clone(),
            value_date,
        };
        // The name's own stream moves too: two nodes cannot assign the same money at once.
        let name = use_of(Some(&share.contract), bank, reference);
        [name, Event::MoneyAssigned(assigned)]
    });
    assigned.collect()
}

fn use_of(contract: Option<&ContractId>, bank: &Bank, reference: &BankReference) -> Event {
    let reference = Reference::Bank { bank: bank.clone(), reference: reference.clone() };
    Event::ReferenceTaken(ReferenceUse::new(contract, reference))
}
