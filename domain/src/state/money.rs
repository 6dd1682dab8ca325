//! How money comes into the state, and what is nobody's yet (A1).

use super::Ledger;
use crate::books::{CreditGranted, LateFeeCharged, LateFeeWaived, MoneyAssigned};
use crate::log::Position;
use crate::payment::{GuaranteeGiven, MoneyFact, MoneyMoved, Way};
use crate::quantities::{GasDay, Money};

impl Ledger {
    /// A1: movements of money not yet assigned to a contract, in log order.
    #[must_use]
    pub fn unallocated(&self) -> &[MoneyFact] {
        &self.unallocated
    }

    /// A1: money not yet assigned to a contract, as of a gas day.
    #[must_use]
    pub fn unallocated_as_of(&self, as_of: GasDay) -> Money {
        let held = |money: &[MoneyFact]| {
            let parts = crate::payment::money_parts(money, as_of);
            crate::rules::account::balance(&parts).value
        };
        held(&self.unallocated) - held(&self.assigned)
    }

    pub(super) fn moved(&mut self, event: &MoneyMoved, way: Way, position: Position) {
        let fact = MoneyFact { moved: event.clone(), way, position };
        let key = (event.bank.clone(), event.bank_reference.clone());
        self.money.entry(key).or_default().push(fact.clone());
        match &event.contract {
            Some(contract) => self.with(contract, |contract| contract.money.push(fact)),
            None => self.unallocated.push(fact),
        }
    }

    /// Records a reversal, and marks the payment that it names.
    pub(super) fn reversed(&mut self, event: &MoneyMoved, position: Position) {
        self.moved(event, Way::Reversal, position);
        let Some(reverses) = &event.reverses else { return };
        let key = (event.bank.clone(), reverses.clone());
        let open = |fact: &&mut MoneyFact| {
            fact.way == (Way::Payment { reversed: false })
                && fact.moved.contract == event.contract
                && fact.moved.amount == event.amount
        };
        if let Some(fact) = self.money.get_mut(&key).and_then(|all| all.iter_mut().find(open)) {
            fact.way = Way::Payment { reversed: true };
        }
    }

    /// Money goes from nobody's account to a contract's, or back.
    pub(super) fn assigned(&mut self, event: &MoneyAssigned, way: Way, position: Position) {
        let moved = MoneyMoved {
            amount: event.amount,
            bank: event.bank.clone(),
            bank_reference: event.bank_reference.clone(),
            contract: Some(event.contract.clone()),
            reverses: None,
            value_date: event.value_date,
        };
        if way == Way::Assigned {
            self.books.assign(event);
        } else {
            self.books.take_back(event);
        }
        let fact = MoneyFact { moved, way, position };
        self.assigned.push(fact.clone());
        self.with(&event.contract, |contract| contract.money.push(fact));
    }

    pub(super) fn credited(&mut self, event: &CreditGranted, position: Position) {
        self.with(&event.contract, |contract| contract.credit(event, position));
    }

    pub(super) fn late_fee_charged(&mut self, event: &LateFeeCharged, position: Position) {
        self.with(&event.contract, |contract| contract.late_fees.charged(event, position));
    }

    pub(super) fn late_fee_waived(&mut self, event: &LateFeeWaived, position: Position) {
        self.with(&event.contract, |contract| contract.late_fees.waived(event, position));
    }

    pub(super) fn guaranteed(&mut self, event: &GuaranteeGiven, position: Position) {
        self.guarantees.insert(event.reference.clone(), event.clone());
        self.with(&event.contract, |contract| contract.guarantees.push((event.clone(), position)));
    }
}
