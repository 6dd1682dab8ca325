//! How readings come into the state: one by one from the log, or all at once from a snapshot.

use super::Ledger;
use crate::contract::{ReadingKey, Readings};
use crate::delivery::{DeliveryRecorded, Parked, PointDay, Reading, ReadingParked};
use crate::log::{Position, Recorded};
use crate::quantities::ContractId;

impl Ledger {
    /// The state at `position`, from one that was told every event up to there but the readings,
    /// and from what the readings came to. The same as telling all in their order, because no other
    /// event looks at readings, and a reading looks at nothing but the points of its contract; of
    /// parked readings it takes away the one that it is (C2).
    /// None when a contract, or the point of a reading, is not known.
    #[must_use]
    pub fn with_readings(
        mut self,
        position: Position,
        readings: Vec<(ContractId, Readings)>,
    ) -> Option<Self> {
        for (id, readings) in readings {
            let contract = self.contracts.get_mut(&id)?;
            if readings.all().iter().any(|(key, _)| contract.point_at(key.point).is_none()) {
                return None;
            }
            contract.readings = readings;
        }
        let mut parked = std::mem::take(&mut self.parked);
        for waiting in parked.values_mut() {
            waiting.retain(|one| !self.has_taken(&one.reading));
        }
        self.parked = parked;
        self.position = position;
        Some(self)
    }

    /// Whether a parked reading was recorded.
    fn has_taken(&self, parked: &ReadingParked) -> bool {
        let assigned = self.assignments(&parked.point).iter();
        let holders = assigned.filter_map(|held| self.contract(&held.contract));
        let mut days = holders.filter_map(|contract| {
            let point = contract.place_of(&parked.point)?;
            contract.readings.get(ReadingKey { gas_day: parked.gas_day, point })
        });
        days.any(|day| [&day.current].into_iter().chain(&day.superseded).any(|it| parked.is(it)))
    }

    /// C2: a reading waits for a renewal.
    pub(super) fn park(&mut self, event: &ReadingParked, recorded: &Recorded) {
        let Recorded { position, recorded_at, .. } = *recorded;
        let parked = Parked { reading: event.clone(), position, recorded_at };
        self.parked.entry(event.point.clone()).or_default().push(parked);
    }

    /// Q5: a reading is recorded; one that was parked waits no longer.
    pub(super) fn delivered(&mut self, event: &DeliveryRecorded, position: Position) {
        if let Some(parked) = self.parked.get_mut(&event.point) {
            let taken = Reading::of(event, position);
            parked.retain(|one| one.reading.gas_day != event.gas_day || !one.reading.is(&taken));
        }
        self.with(&event.contract, |contract| {
            let Some(point) = contract.place_of(&event.point) else { return };
            let key = ReadingKey { gas_day: event.gas_day, point };
            contract.readings.record(
                key,
                || PointDay::first(event, position),
                |day| day.replace(event, position),
            );
        });
    }
}
