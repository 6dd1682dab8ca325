//! How the life of contracts comes into the state (C1, C4, Q4).

use std::sync::Arc;

use super::Ledger;
use crate::contract::life::{
    AccountClosed, BalanceMoved, ContractAmended, ContractTerminated, PointMoved, PointReleased,
};
use crate::contract::{ContractSigned, ContractState, PointAssigned};
use crate::log::Position;

impl Ledger {
    pub(super) fn signed(&mut self, event: &ContractSigned, position: Position) {
        match self.contracts.get_mut(&event.contract) {
            Some(contract) => contract.sign(event, position),
            None => {
                self.contracts.insert(ContractState::new(event, position));
            }
        }
    }

    pub(super) fn amended(&mut self, event: &Arc<ContractAmended>, position: Position) {
        self.with(&event.contract, |contract| contract.amend(event, position));
    }

    pub(super) fn terminated(&mut self, event: &Arc<ContractTerminated>, position: Position) {
        self.with(&event.contract, |contract| contract.terminate(event, position));
    }

    pub(super) fn point_assigned(&mut self, event: &PointAssigned, position: Position) {
        self.holder_told.insert(event.point.clone(), position);
        self.points.entry(event.point.clone()).or_default().push(event.clone());
    }

    /// Q4: the contract holds the point up to the day before.
    pub(super) fn released(&mut self, event: &PointReleased, position: Position) {
        self.holder_told.insert(event.point.clone(), position);
        let Some(held) = self.points.get_mut(&event.point) else { return };
        held.retain(|held| held.contract != event.contract || held.first_gas_day < event.from);
        for held in held.iter_mut().filter(|held| held.contract == event.contract) {
            held.last_gas_day = held.last_gas_day.min(event.from.previous());
        }
    }

    pub(super) fn point_moved(&mut self, event: &PointMoved, position: Position) {
        self.with(&event.contract, |contract| contract.move_point(event, position));
    }

    pub(super) fn balance_moved(&mut self, event: &BalanceMoved, position: Position) {
        self.with(&event.contract, |contract| contract.move_balance(event, position));
    }

    pub(super) fn account_closed(&mut self, event: &Arc<AccountClosed>, position: Position) {
        self.with(&event.contract, |contract| contract.close_account(event, position));
    }
}
