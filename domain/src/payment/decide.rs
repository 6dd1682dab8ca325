use super::{
    GiveGuarantee, GuaranteeGiven, MoneyFact, MoneyKind, MoneyMoved, RecordMoney, Reference,
    ReferenceUse, Rejection, Way, balance_as_of,
};
use crate::books::{check_open, taken_back};
use crate::quantities::{BankReference, GasDay, Money};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// A1: records a payment, a reversal or a refund, once.
pub fn record(ledger: &Ledger, command: &RecordMoney) -> Result<Decision, crate::Rejection> {
    if let Some(contract) = &command.contract
        && ledger.contract(contract).is_none()
    {
        return Err(Rejection::UnknownContract { contract: contract.clone() }.into());
    }
    let moved = moved(command);
    let known = ledger.money(&command.bank, &command.bank_reference);
    if known.iter().any(|fact| fact.moved == moved && is_way(fact.way, &command.kind)) {
        return Ok(Decision::nothing());
    }
    if let Some(fact) = known.iter().find(|fact| fact.way != (Way::Payment { reversed: true })) {
        return Err(Rejection::DuplicateReference {
            bank: command.bank.clone(),
            reference: command.bank_reference.clone(),
            known: fact.moved.amount,
            value_date: fact.moved.value_date,
        }
        .into());
    }
    if command.amount <= Money::ZERO {
        return Err(Rejection::NotPositive { amount: command.amount }.into());
    }
    let decision = match &command.kind {
        MoneyKind::Payment => Decision::of([Event::PaymentReceived(moved)]),
        MoneyKind::Reversal { reverses } => {
            check_reversal(ledger, command, reverses)?;
            let mut events = vec![Event::ReferenceReleased(reference(command, reverses))];
            if command.contract.is_none() {
                events.extend(taken_back(ledger, &command.bank, reverses, command.value_date));
            }
            events.push(Event::PaymentReversed(moved));
            Decision::of(events)
        }
        MoneyKind::Refund => {
            check_refund(ledger, command)?;
            Decision::of([Event::RefundPaid(moved)])
        }
    };
    check_open(ledger, command.value_date)?;
    let taken = Event::ReferenceTaken(reference(command, &command.bank_reference));
    Ok(Decision::of([taken]).and(decision).guarded_by(Stream::Books))
}

fn moved(command: &RecordMoney) -> MoneyMoved {
    let reverses = match &command.kind {
        MoneyKind::Reversal { reverses } => Some(reverses.clone()),
        MoneyKind::Payment | MoneyKind::Refund => None,
    };
    MoneyMoved {
        amount: command.amount,
        bank: command.bank.clone(),
        bank_reference: command.bank_reference.clone(),
        contract: command.contract.clone(),
        reverses,
        value_date: command.value_date,
    }
}

fn is_way(way: Way, kind: &MoneyKind) -> bool {
    match way {
        Way::Payment { .. } => *kind == MoneyKind::Payment,
        Way::Reversal => matches!(kind, MoneyKind::Reversal { .. }),
        Way::Refund => *kind == MoneyKind::Refund,
        // What was assigned is kept under its own name, never under the payment's.
        Way::Assigned | Way::AssignmentReversed => false,
    }
}

fn reference(command: &RecordMoney, name: &BankReference) -> ReferenceUse {
    let bank = command.bank.clone();
    let reference = Reference::Bank { bank, reference: name.clone() };
    ReferenceUse::new(command.contract.as_ref(), reference)
}

/// A1: a reversal names a payment of the same contract, bank and amount, not yet reversed.
fn check_reversal(
    ledger: &Ledger,
    command: &RecordMoney,
    reverses: &BankReference,
) -> Result<(), Rejection> {
    let open = |fact: &MoneyFact| {
        fact.way == (Way::Payment { reversed: false })
            && fact.moved.contract == command.contract
            && fact.moved.amount == command.amount
    };
    if ledger.money(&command.bank, reverses).iter().any(open) {
        return Ok(());
    }
    Err(Rejection::NothingToReverse {
        bank: command.bank.clone(),
        reverses: reverses.clone(),
        amount: command.amount,
    })
}

/// A1: a refund is tested against the balance of its value date over the facts recorded so far,
/// without guarantees.
fn check_refund(ledger: &Ledger, command: &RecordMoney) -> Result<(), crate::Rejection> {
    let as_of = GasDay::new(command.value_date.date());
    let balance = match command.contract.as_ref().and_then(|id| ledger.contract(id)) {
        Some(contract) => balance_as_of(contract, ledger.indices(), as_of)?.balance.value,
        None => ledger.unallocated_as_of(as_of),
    };
    if command.amount <= balance {
        return Ok(());
    }
    Err(Rejection::RefundAboveBalance {
        amount: command.amount,
        balance,
        value_date: command.value_date,
        excess: command.amount - balance,
    }
    .into())
}

/// A1: records a guarantee, once.
pub fn give_guarantee(
    ledger: &Ledger,
    command: &GiveGuarantee,
) -> Result<Decision, crate::Rejection> {
    let given = GuaranteeGiven {
        amount: command.amount,
        bank: command.bank.clone(),
        contract: command.contract.clone(),
        reference: command.reference.clone(),
        valid_from: command.valid_from,
        valid_to: command.valid_to,
    };
    if ledger.contract(&command.contract).is_none() {
        return Err(Rejection::UnknownContract { contract: command.contract.clone() }.into());
    }
    match ledger.guarantee(&command.reference) {
        Some(known) if *known == given => return Ok(Decision::nothing()),
        Some(_) => {
            let reference = command.reference.clone();
            return Err(Rejection::DuplicateGuarantee { reference }.into());
        }
        None => {}
    }
    if command.amount <= Money::ZERO {
        return Err(Rejection::NotPositive { amount: command.amount }.into());
    }
    if command.valid_to < command.valid_from {
        let (valid_from, valid_to) = (command.valid_from, command.valid_to);
        return Err(Rejection::EmptyValidity { valid_from, valid_to }.into());
    }
    let reference = Reference::Guarantee { reference: command.reference.clone() };
    Ok(Decision::of([
        Event::ReferenceTaken(ReferenceUse::new(Some(&command.contract), reference)),
        Event::GuaranteeGiven(given),
    ]))
}
