//! How documents, cases, claims and transfers come into the state.

use std::sync::Arc;

use super::Ledger;
use crate::contract::{Direction, Issued, QuantityTransferred, TransferQuantity};
use crate::deviation::{
    Case, CaseEvent, ClaimDecided, ClaimFiled, ClaimState, ClaimVerified, DeviationAssessed,
};
use crate::log::Position;
use crate::settlement::SettlementIssued;
use crate::take_or_pay::TakeOrPaySettled;

impl Ledger {
    pub(super) fn settled(&mut self, event: &Arc<SettlementIssued>, position: Position) {
        self.with(&event.contract, |contract| {
            let issued = Issued { document: Arc::clone(event), position };
            contract.settlements.entry(event.month).or_default().push(issued);
        });
    }

    pub(super) fn assessed(&mut self, event: &Arc<DeviationAssessed>, position: Position) {
        self.with(&event.contract, |contract| {
            let issued = Issued { document: Arc::clone(event), position };
            contract.deviations.entry(event.month).or_default().push(issued);
            match contract.cases.get_mut(&event.month) {
                Some(case) => case.assessed(event),
                None => {
                    contract.cases.insert(event.month, Case::new(event));
                }
            }
        });
    }

    pub(super) fn settled_year(&mut self, event: &Arc<TakeOrPaySettled>, position: Position) {
        self.with(&event.contract, |contract| {
            let issued = Issued { document: Arc::clone(event), position };
            contract.years.entry(event.year).or_default().push(issued);
        });
    }

    pub(super) fn transferred(&mut self, event: &QuantityTransferred, position: Position) {
        let (from, to) = match event.direction {
            Direction::Out => (Some(event.contract.clone()), event.counterparty.clone()),
            Direction::In => (event.counterparty.clone(), Some(event.contract.clone())),
        };
        let transfer = TransferQuantity {
            reference: event.reference.clone(),
            from,
            to,
            month: event.month,
            quantity: event.quantity,
            agreed_on: event.agreed_on,
        };
        self.transfers.insert(event.reference.clone(), transfer);
        self.with(&event.contract, |contract| contract.add_transfer(event, position));
    }

    pub(super) fn claim_filed(&mut self, event: &ClaimFiled, position: Position) {
        self.claims.insert(event.claim.clone(), event.contract.clone());
        let claim =
            ClaimState { filed: event.clone(), filed_at: position, verified: None, decided: None };
        self.with(&event.contract, |contract| {
            contract.claims.insert(event.claim.clone(), claim);
        });
    }

    pub(super) fn claim_verified(&mut self, event: &ClaimVerified, position: Position) {
        self.with(&event.contract, |contract| {
            if let Some(claim) = contract.claims.get_mut(&event.claim) {
                claim.verified = Some((event.clone(), position));
            }
        });
    }

    pub(super) fn claim_decided(&mut self, event: &ClaimDecided, position: Position) {
        self.with(&event.contract, |contract| {
            if let Some(claim) = contract.claims.get_mut(&event.claim) {
                claim.decided = Some((event.clone(), position));
            }
        });
    }

    pub(super) fn case(&mut self, event: &impl CaseEvent, position: Position) {
        self.with(event.contract(), |contract| {
            if let Some(case) = contract.cases.get_mut(&event.month()) {
                event.apply(case, position);
            }
        });
    }
}
