//! What is left of late fees: credits and waivers take from what was charged (M4).

use super::{DocumentName, LateFeeCharged, LateFeeWaived};
use crate::log::Position;
use crate::quantities::Money;
use crate::rules::tax::Taxed;

/// The late fees of a contract, in log order.
#[derive(Debug, Clone, Default)]
pub struct LateFees(Vec<LateFee>);

/// A late fee or a credit of one, and whether it was waived.
#[derive(Debug, Clone)]
pub struct LateFee {
    /// As charged.
    pub charged: LateFeeCharged,
    /// The event that charged it.
    pub position: Position,
    /// What of it was neither credited nor waived; nothing of a credit.
    pub left: Taxed,
    /// Its waiver, with its event.
    pub waived: Option<(LateFeeWaived, Position)>,
}

impl LateFees {
    /// All of them, in log order.
    pub fn iter(&self) -> std::slice::Iter<'_, LateFee> {
        self.0.iter()
    }

    /// Those of a debt, in log order.
    pub fn of(&self, document: DocumentName) -> impl DoubleEndedIterator<Item = &LateFee> {
        self.0.iter().filter(move |fee| fee.charged.document == document)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a charge in. A credit takes from the newest charges of its debt first, column by
    /// column.
    pub(crate) fn charged(&mut self, event: &LateFeeCharged, position: Position) {
        let (charged, waived) = (event.clone(), None);
        let mut left = event.total();
        if event.is_credit() {
            let mut credit = Taxed::ZERO - left;
            left = Taxed::ZERO;
            for fee in self.0.iter_mut().rev() {
                if fee.charged.document != event.document {
                    continue;
                }
                let part = if fee.left.gross <= credit.gross { fee.left } else { credit };
                (fee.left, credit) = (fee.left - part, credit - part);
            }
        }
        self.0.push(LateFee { charged, position, left, waived });
    }

    /// Takes a waiver in: of the first charge that it names and of which something is left.
    pub(crate) fn waived(&mut self, event: &LateFeeWaived, position: Position) {
        let named = |fee: &&mut LateFee| {
            fee.charged.document == event.document
                && fee.charged.through == event.through
                && fee.left.gross > Money::ZERO
        };
        if let Some(fee) = self.0.iter_mut().find(named) {
            fee.waived = Some((event.clone(), position));
            fee.left = Taxed::ZERO;
        }
    }
}
