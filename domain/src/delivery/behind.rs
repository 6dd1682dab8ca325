use std::collections::BTreeMap;

use super::PointDay;
use super::park::{is_news, put};
use crate::contract::ContractState;
use crate::quantities::{ContractId, GasDay, MonthEnd, PointId, Quantity, Volume};
use crate::state::Ledger;

/// Gas of a day behind a contract's term, which is nobody's until somebody holds the point on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GasBehind {
    /// The gas day.
    pub gas_day: GasDay,
    /// The point.
    pub point: PointId,
    /// What its parked readings come to (Q5); above zero.
    pub volume: Volume,
}

/// C2, C4: the gas that waits for a contract to be renewed, in the order of gas days: what was
/// parked at its points for days that nobody holds, by the rules that hold for a reading (Q5). A
/// day that comes to zero is no gas.
#[must_use]
pub fn gas_behind(ledger: &Ledger, contract: &ContractState) -> Vec<GasBehind> {
    let waits = |point: &PointId, day: GasDay| {
        let held = ledger.held_before(point, day);
        ledger.held_on(point, day).is_none() && held.is_some_and(|it| it.contract == *contract.id())
    };
    let mut behind = Vec::new();
    for point in contract.known_points() {
        let days = come_to(ledger, contract.id(), point);
        let of_day = |(gas_day, day): (GasDay, PointDay)| {
            let volume = day.current.volume;
            let gas = !volume.value().is_zero() && waits(point, gas_day);
            gas.then(|| GasBehind { gas_day, point: point.clone(), volume })
        };
        behind.extend(days.into_iter().filter_map(of_day));
    }
    behind.sort();
    behind
}

/// What a point's parked readings come to, day by day, whatever a contract would ask of them.
fn come_to(ledger: &Ledger, contract: &ContractId, point: &PointId) -> BTreeMap<GasDay, PointDay> {
    let mut days = BTreeMap::new();
    for parked in ledger.parked(point) {
        let reading = &parked.reading;
        if is_news(days.get(&reading.gas_day), &reading.command()) {
            // Q3: in cubic metres the quantity is the volume.
            let quantity = Quantity::new(reading.volume_m3.value());
            put(&mut days, &reading.recorded(contract, MonthEnd::default(), quantity));
        }
    }
    days
}
