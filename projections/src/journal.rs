//! The delivery journal: every reading of a contract in the order in which it was recorded.

use citygate_domain::contract::ContractState;
use citygate_domain::delivery::Reading;
use citygate_domain::quantities::{GasDay, PointId};

/// One recorded reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalEntry<'a> {
    /// The point.
    pub point: &'a PointId,
    /// The gas day.
    pub gas_day: GasDay,
    /// The reading, with its event.
    pub reading: &'a Reading,
    /// Whether it is the one in force; a later one of the same point and day replaced the others.
    pub in_force: bool,
}

/// The readings of a contract, of one gas day or of all, oldest event first.
#[must_use]
pub fn journal(contract: &ContractState, only: Option<GasDay>) -> Vec<JournalEntry<'_>> {
    let mut entries: Vec<JournalEntry<'_>> = Vec::new();
    for (key, day) in contract.readings.all() {
        if only.is_some_and(|only| only != key.gas_day) {
            continue;
        }
        let Some(point) = contract.point_at(key.point) else { continue };
        let gas_day = key.gas_day;
        let superseded = day.superseded.iter().map(|reading| (reading, false));
        entries.extend(
            superseded.chain([(&day.current, true)]).map(|(reading, in_force)| JournalEntry {
                point,
                gas_day,
                reading,
                in_force,
            }),
        );
    }
    entries.sort_by_key(|entry| entry.reading.position);
    entries
}
