//! Who holds a point (Q4), and which readings wait for somebody to hold it (C2).

use super::Ledger;
use crate::contract::PointAssigned;
use crate::delivery::Parked;
use crate::log::Position;
use crate::quantities::{GasDay, PointId};

impl Ledger {
    /// The contracts that hold a point, in the order in which they took it.
    #[must_use]
    pub fn assignments(&self, point: &PointId) -> &[PointAssigned] {
        self.points.get(point).map_or(&[], Vec::as_slice)
    }

    /// The newest event that says who holds a point; the begin of the log where none does.
    #[must_use]
    pub fn holder_told(&self, point: &PointId) -> Position {
        self.holder_told.get(point).copied().unwrap_or_default()
    }

    /// Q4: who holds a point on a gas day; at most one contract does.
    #[must_use]
    pub fn held_on(&self, point: &PointId, day: GasDay) -> Option<&PointAssigned> {
        let mut held = self.assignments(point).iter();
        held.find(|one| one.first_gas_day <= day && day <= one.last_gas_day)
    }

    /// C2: who held a point last before a gas day, and would be renewed to hold it on that day.
    #[must_use]
    pub fn held_before(&self, point: &PointId, day: GasDay) -> Option<&PointAssigned> {
        let before = self.assignments(point).iter().filter(|one| one.last_gas_day < day);
        before.max_by_key(|one| one.last_gas_day)
    }

    /// C2: readings of a point that wait for a renewal, in the order in which they came.
    #[must_use]
    pub fn parked(&self, point: &PointId) -> &[Parked] {
        self.parked.get(point).map_or(&[], Vec::as_slice)
    }

    /// C2: every reading that waits, by point, in the order in which they came.
    pub fn all_parked(&self) -> impl Iterator<Item = &Parked> {
        self.parked.values().flatten()
    }
}
