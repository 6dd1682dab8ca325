//! How facts come into the state of a contract, one by one from the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::points::PointRuns;
use super::{Agreed, ContractState, RecordedLot, TermsVersion};
use crate::books::{CreditGranted, LateFees};
use crate::contract::life::{
    AccountClosed, BalanceMoved, ContractAmended, ContractTerminated, PointMoved,
};
use crate::contract::{ContractSigned, Direction, QuantityTransferred, Readings};
use crate::log::Position;
use crate::market::LotRecorded;
use crate::quantities::{GasDays, PointId};
use crate::rules::fill::LotFacts;
use crate::rules::transfer::TransferFacts;
use crate::supply::Supply;

impl ContractState {
    pub(crate) fn new(event: &ContractSigned, position: Position) -> Self {
        let mut contract = Self {
            id: event.contract.clone(),
            customer: event.customer.clone(),
            versions: Vec::new(),
            signings: Vec::new(),
            amendments: Vec::new(),
            points: Vec::new(),
            held: PointRuns::default(),
            moved_points: Vec::new(),
            readings: Readings::default(),
            lots: BTreeMap::new(),
            transfers: BTreeMap::new(),
            claims: BTreeMap::new(),
            money: Vec::new(),
            credits: Vec::new(),
            balances_moved: Vec::new(),
            late_fees: LateFees::default(),
            guarantees: Vec::new(),
            settlements: BTreeMap::new(),
            deviations: BTreeMap::new(),
            years: BTreeMap::new(),
            cases: BTreeMap::new(),
            supply: Supply::default(),
            terminated: None,
            closed: None,
        };
        contract.sign(event, position);
        contract
    }

    pub(crate) fn sign(&mut self, event: &ContractSigned, position: Position) {
        for point in &event.delivery_points {
            self.know(&point.id);
        }
        self.held.hold(event.terms.days(), &event.delivery_points);
        self.supply.terms_amended();
        let signed = Arc::new(event.clone());
        self.signings.push(Arc::clone(&signed));
        self.agree(TermsVersion {
            terms: event.terms.clone(),
            from: event.terms.first_gas_day,
            agreed: Agreed::Signed(signed),
            position,
        });
    }

    /// The contract as it would be with an amendment: for who wants to see it first.
    #[must_use]
    pub fn with_amendment(&self, event: &Arc<ContractAmended>, position: Position) -> Self {
        let mut contract = self.clone();
        contract.amend(event, position);
        contract
    }

    /// C1: other terms from a gas day on. Of two amendments from one day the later one counts.
    pub(crate) fn amend(&mut self, event: &Arc<ContractAmended>, position: Position) {
        self.amendments.push(Arc::clone(event));
        self.supply.terms_amended();
        self.agree(TermsVersion {
            terms: event.terms.clone(),
            from: event.from,
            agreed: Agreed::Amended(Arc::clone(event)),
            position,
        });
    }

    /// C1: the term ends early; whatever was to begin later does not.
    pub(crate) fn terminate(&mut self, event: &Arc<ContractTerminated>, position: Position) {
        let last = event.terms.last_gas_day;
        self.supply.terms_amended();
        self.versions.retain(|version| version.from <= last);
        self.held.end_with(last);
        self.agree(TermsVersion {
            terms: event.terms.clone(),
            from: last,
            agreed: Agreed::Terminated(Arc::clone(event)),
            position,
        });
        self.terminated = Some((Arc::clone(event), position));
    }

    fn agree(&mut self, version: TermsVersion) {
        let place = self.versions.partition_point(|known| known.from <= version.from);
        self.versions.insert(place, version);
    }

    /// Q4: a point comes from another contract, or goes to one.
    pub(crate) fn move_point(&mut self, event: &PointMoved, position: Position) {
        let days = GasDays { first: event.first_gas_day, last: event.last_gas_day };
        match event.direction {
            Direction::In => {
                self.know(&event.delivery_point.id);
                self.held.add(days, &event.delivery_point);
            }
            Direction::Out => self.held.take(days, &event.delivery_point.id),
        }
        self.supply.terms_amended();
        self.moved_points.push((event.clone(), position));
    }

    fn know(&mut self, point: &PointId) {
        if !self.points.contains(point) {
            self.points.push(point.clone());
        }
    }

    pub(crate) fn move_balance(&mut self, event: &BalanceMoved, position: Position) {
        self.balances_moved.push((event.clone(), position));
    }

    pub(crate) fn close_account(&mut self, event: &Arc<AccountClosed>, position: Position) {
        self.closed = Some((Arc::clone(event), position));
    }

    pub(crate) fn add_lot(&mut self, lot: &LotRecorded, position: Position) {
        let facts = LotFacts {
            reference: lot.trade_reference.clone(),
            quantity: lot.quantity,
            unit_price: lot.unit_price,
            firm: lot.firm,
            position,
        };
        let order = (lot.traded_at, lot.trade_reference.to_string());
        let lots = self.lots.entry(lot.month).or_default();
        let place = lots.partition_point(|known| known.order < order);
        lots.insert(place, RecordedLot { order, facts });
    }

    pub(crate) fn add_transfer(&mut self, event: &QuantityTransferred, position: Position) {
        let facts = TransferFacts {
            reference: event.reference.clone(),
            quantity: event.quantity,
            incoming: event.direction == Direction::In,
            position,
        };
        self.transfers.entry(event.month).or_default().push((facts, event.clone()));
    }

    pub(crate) fn credit(&mut self, event: &CreditGranted, position: Position) {
        self.credits.push((event.clone(), position));
    }
}
