//! How facts come into the state of a contract, one by one from the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ContractState, RecordedLot, TermsVersion};
use crate::books::{CreditGranted, LateFees};
use crate::contract::{ContractSigned, Direction, QuantityTransferred, Readings};
use crate::log::Position;
use crate::market::LotRecorded;
use crate::rules::fill::LotFacts;
use crate::rules::transfer::TransferFacts;
use crate::supply::Supply;

impl ContractState {
    pub(crate) fn new(event: &ContractSigned, position: Position) -> Self {
        let mut contract = Self {
            id: event.contract.clone(),
            customer: event.customer.clone(),
            versions: Vec::new(),
            points: Vec::new(),
            readings: Readings::default(),
            lots: BTreeMap::new(),
            transfers: BTreeMap::new(),
            claims: BTreeMap::new(),
            money: Vec::new(),
            credits: Vec::new(),
            late_fees: LateFees::default(),
            guarantees: Vec::new(),
            settlements: BTreeMap::new(),
            deviations: BTreeMap::new(),
            years: BTreeMap::new(),
            cases: BTreeMap::new(),
            supply: Supply::default(),
        };
        contract.sign(event, position);
        contract
    }

    pub(crate) fn sign(&mut self, event: &ContractSigned, position: Position) {
        for point in &event.delivery_points {
            if !self.points.contains(&point.id) {
                self.points.push(point.id.clone());
            }
        }
        let signed = Arc::new(event.clone());
        self.versions.push(TermsVersion { terms: event.terms.clone(), signed, position });
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
