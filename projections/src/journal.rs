//! The delivery journal: readings by point in the order in which they were recorded.

use std::collections::BTreeMap;

use citygate_domain::delivery::{DeliveryRecorded, Source};
use citygate_domain::log::Position;
use citygate_domain::quantities::{CalorificValue, ContractId, GasDay, PointId, Quantity, Volume};

/// The readings of all contracts.
#[derive(Debug, Clone, Default)]
pub struct DeliveryJournal {
    entries: BTreeMap<ContractId, Vec<JournalEntry>>,
}

/// One recorded reading; a later one of the same point and day replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The event.
    pub position: Position,
    /// The point.
    pub point: PointId,
    /// The gas day.
    pub gas_day: GasDay,
    /// m³.
    pub volume: Volume,
    /// MJ/m³.
    pub calorific_value: Option<CalorificValue>,
    /// Billing units.
    pub quantity: Quantity,
    /// Where it came from.
    pub source: Source,
    /// Why it replaced another.
    pub reason: Option<Box<str>>,
}

impl DeliveryJournal {
    pub(crate) fn recorded(&mut self, event: &DeliveryRecorded, position: Position) {
        let entry = entry(event, position);
        match self.entries.get_mut(&event.contract) {
            Some(entries) => entries.push(entry),
            None => {
                self.entries.insert(event.contract.clone(), vec![entry]);
            }
        }
    }

    /// The readings of a contract, oldest event first.
    #[must_use]
    pub fn of(&self, contract: &ContractId) -> &[JournalEntry] {
        self.entries.get(contract).map_or(&[], Vec::as_slice)
    }

    /// All contracts that have readings.
    pub fn contracts(&self) -> impl Iterator<Item = &ContractId> {
        self.entries.keys()
    }
}

fn entry(event: &DeliveryRecorded, position: Position) -> JournalEntry {
    JournalEntry {
        position,
        point: event.point.clone(),
        gas_day: event.gas_day,
        volume: event.volume_m3,
        calorific_value: event.gcv_mj_per_m3,
        quantity: event.quantity,
        source: event.source,
        reason: event.reason.as_deref().map(Into::into),
    }
}
