//! A5: what of the documents is still owed, and when each part was paid.

use std::collections::BTreeMap;

use super::{DocumentName, posted_documents};
use crate::contract::ContractState;
use crate::payment::{MoneyFact, Way};
use crate::quantities::{CivilDay, Money, Percent};
use crate::rules::allocation::{Debt, DebtParts, allocate};

/// A document as a debt, or a tranche of it: what is due on one day. A later revision that adds to
/// the document opens a tranche of its own; one that lowers it takes from the newest tranches
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDebt {
    /// Which document.
    pub document: DocumentName,
    /// When it is due.
    pub due: CivilDay,
    /// A6, where its terms charge late fees.
    pub late_fee: Option<Percent>,
    /// What it comes to, over all revisions so far.
    pub principal: Money,
    /// Late fees charged and not waived; those of the whole document are in its first tranche.
    pub interest: Money,
    /// What was paid of it, oldest first; below zero where it was lowered below what was paid.
    pub paid: Vec<Paid>,
}

/// A payment's part that went into a debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// When.
    pub on: CivilDay,
    /// Into late fees.
    pub interest: Money,
    /// Into the debt itself.
    pub principal: Money,
}

impl OpenDebt {
    /// A6: the rate by which days up to this one may cost a late fee; none where the terms charge
    /// none, or no such day is overdue.
    #[must_use]
    pub fn late_fee_through(&self, through: CivilDay) -> Option<Percent> {
        self.late_fee.filter(|_| self.due < through)
    }

    /// What was paid of the principal that is still owed or was paid for, oldest first. Where the
    /// debt was lowered, the newest payments before that were not of it.
    #[must_use]
    pub fn paid_for(&self) -> Vec<(CivilDay, Money)> {
        let mut kept: Vec<(CivilDay, Money)> = Vec::new();
        for paid in &self.paid {
            if paid.principal > Money::ZERO {
                kept.push((paid.on, paid.principal));
                continue;
            }
            let mut over = -paid.principal;
            while let Some((_, newest)) = kept.last_mut().filter(|_| over > Money::ZERO) {
                let part = over.min(*newest);
                (over, *newest) = (over - part, *newest - part);
                if *newest == Money::ZERO {
                    kept.pop();
                }
            }
        }
        kept
    }

    /// What is not paid, by the parts of A5.
    #[must_use]
    pub fn open(&self) -> DebtParts {
        let interest: Money = self.paid.iter().map(|paid| paid.interest).sum();
        let principal: Money = self.paid.iter().map(|paid| paid.principal).sum();
        DebtParts {
            costs: Money::ZERO,
            interest: self.interest - interest,
            principal: self.principal - principal,
        }
    }
}

/// What changes a debt or pays it, on a day.
#[derive(Clone, Copy)]
enum Change {
    /// A document, or a later revision's difference, is posted.
    Owed { document: DocumentName, due: CivilDay, late_fee: Option<Percent>, amount: Money },
    /// A late fee is charged, or waived where it is below zero.
    Fee { document: DocumentName, amount: Money },
    /// Money comes, or goes where it is below zero.
    Money(Money),
}

/// A5: the debts of a contract as of a civil day, the earliest document first, the tranches of a
/// document by their due days.
///
/// Payments count on their value date and pay what is owed then: inside a debt late fees before the
/// debt itself, between debts the earliest due first; what is left over pays the next debt on the
/// day on which it arises. A payment that was returned has never paid.
#[must_use]
pub fn debts_as_of(contract: &ContractState, as_of: CivilDay) -> Vec<OpenDebt> {
    let mut changes: Vec<(CivilDay, Change)> = Vec::new();
    for posted in posted_documents(contract) {
        let (document, due, late_fee) = (posted.document, posted.due, posted.late_fee);
        let owed = Change::Owed { document, due, late_fee, amount: posted.amount.gross };
        changes.push((posted.posted_on, owed));
    }
    for fee in contract.late_fees.iter() {
        let document = fee.charged.document;
        let charged = Change::Fee { document, amount: fee.charged.fee };
        changes.push((fee.charged.posted_on, charged));
        if let Some((waived, _)) = &fee.waived {
            changes.push((waived.posted_on, Change::Fee { document, amount: -waived.fee }));
        }
    }
    let money = that_stayed(&contract.money, as_of);
    changes.extend(money.into_iter().map(|(date, amount)| (date, Change::Money(amount))));
    let moved = contract.balances_moved.iter().map(|(moved, _)| moved);
    changes.extend(moved.map(|it| (it.value_date, Change::Money(it.signed_amount()))));
    changes.retain(|(date, _)| *date <= as_of);
    // Of one day, what is owed comes before what pays it: both kinds stand in that order above.
    changes.sort_by_key(|(date, _)| *date);
    let mut account = Account::default();
    for (date, change) in changes {
        account.take(change);
        account.pay(date);
    }
    account.by_document()
}

/// Money with its sign, without payments that were returned by the day and without their returns.
fn that_stayed(money: &[MoneyFact], as_of: CivilDay) -> Vec<(CivilDay, Money)> {
    let mut stayed: Vec<(&MoneyFact, Money)> = Vec::new();
    for fact in money.iter().filter(|fact| fact.moved.value_date <= as_of) {
        let moved = &fact.moved;
        let returned = match fact.way {
            Way::Payment { .. } | Way::Assigned => {
                stayed.push((fact, moved.amount));
                continue;
            }
            Way::Refund => {
                stayed.push((fact, -moved.amount));
                continue;
            }
            Way::Reversal => moved.reverses.as_ref(),
            Way::AssignmentReversed => Some(&moved.bank_reference),
        };
        let names = |(paid, amount): &(&MoneyFact, Money)| {
            paid.moved.bank == moved.bank
                && Some(&paid.moved.bank_reference) == returned
                && *amount == moved.amount
        };
        match stayed.iter().rposition(names) {
            Some(place) => {
                stayed.remove(place);
            }
            None => stayed.push((fact, -moved.amount)),
        }
    }
    stayed.into_iter().map(|(fact, amount)| (fact.moved.value_date, amount)).collect()
}

#[derive(Default)]
struct Account {
    debts: Vec<OpenDebt>,
    /// The places of each document's tranches, oldest first; never empty.
    tranches: BTreeMap<DocumentName, Vec<usize>>,
    /// Money that no debt has needed yet; below zero after a refund of what had paid a debt.
    credit: Money,
}

impl Account {
    fn take(&mut self, change: Change) {
        match change {
            Change::Money(amount) => self.credit = self.credit + amount,
            Change::Fee { document, amount } => {
                if let Some(first) = self.first(document) {
                    first.interest = first.interest + amount;
                }
            }
            Change::Owed { document, amount, .. } if amount < Money::ZERO => {
                let left = self.lower(document, -amount);
                match self.first(document) {
                    Some(first) => first.principal = first.principal - left,
                    None => self.open(change),
                }
            }
            // A revision that adds nothing opens nothing.
            Change::Owed { document, amount, .. }
                if amount == Money::ZERO && self.tranches.contains_key(&document) => {}
            Change::Owed { document, due, amount, .. } => match self.due_on(document, due) {
                Some(tranche) => tranche.principal = tranche.principal + amount,
                None => self.open(change),
            },
        }
    }

    fn open(&mut self, change: Change) {
        let Change::Owed { document, due, late_fee, amount: principal } = change else { return };
        self.tranches.entry(document).or_default().push(self.debts.len());
        let (interest, paid) = (Money::ZERO, Vec::new());
        self.debts.push(OpenDebt { document, due, late_fee, principal, interest, paid });
    }

    /// Takes from the tranches of a document, the newest first, what they come to; the rest of the
    /// amount comes back.
    fn lower(&mut self, document: DocumentName, amount: Money) -> Money {
        let mut left = amount;
        for place in self.tranches.get(&document).into_iter().flatten().rev() {
            let Some(tranche) = self.debts.get_mut(*place) else { continue };
            let part = tranche.principal.max(Money::ZERO).min(left);
            (tranche.principal, left) = (tranche.principal - part, left - part);
        }
        left
    }

    fn first(&mut self, document: DocumentName) -> Option<&mut OpenDebt> {
        let place = self.tranches.get(&document)?.first()?;
        self.debts.get_mut(*place)
    }

    fn due_on(&mut self, document: DocumentName, due: CivilDay) -> Option<&mut OpenDebt> {
        let mut all = self.debts.iter_mut();
        all.find(|debt| debt.document == document && debt.due == due)
    }

    /// The tranches of a document together, documents in the order in which they arose.
    fn by_document(self) -> Vec<OpenDebt> {
        let Self { mut debts, tranches, .. } = self;
        debts.sort_by_key(|debt| tranches.get(&debt.document).and_then(|all| all.first()));
        debts
    }

    /// A5 with the money that is there; what a lowered document was overpaid by is money again.
    fn pay(&mut self, on: CivilDay) {
        for debt in &mut self.debts {
            let DebtParts { interest, principal, .. } = debt.open();
            let over = |open: Money| if open < Money::ZERO { open } else { Money::ZERO };
            let (interest, principal) = (over(interest), over(principal));
            if interest + principal < Money::ZERO {
                self.credit = self.credit - interest - principal;
                debt.paid.push(Paid { on, interest, principal });
            }
        }
        if self.credit <= Money::ZERO {
            return;
        }
        let open = self.debts.iter().enumerate().map(|(place, debt)| Debt {
            id: place.to_string(),
            due: debt.due,
            parts: debt.open(),
        });
        let allocated = allocate(self.credit, &open.collect::<Vec<_>>()).value;
        self.credit = allocated.left_over;
        for (debt, parts) in allocated.paid {
            let place = debt.id.parse().ok();
            let Some(debt) = place.and_then(|place: usize| self.debts.get_mut(place)) else {
                continue;
            };
            if parts.sum() > Money::ZERO {
                let DebtParts { interest, principal, .. } = parts;
                debt.paid.push(Paid { on, interest, principal });
            }
        }
    }
}
