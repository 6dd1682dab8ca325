//! C2: readings of days behind a term that wait for a renewal.

use citygate_domain::delivery::{Parked, gas_behind};
use citygate_domain::quantities::{ContractId, GasDay};
use citygate_domain::state::Ledger;

/// A reading that counts for nothing yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParkedRow<'a> {
    /// The contract that held the point last before the gas day; its renewal is missing.
    pub contract: &'a ContractId,
    /// The reading, and when it came.
    pub parked: &'a Parked,
}

/// Every reading that waits, or those of a gas day; by contract, then in the order in which they
/// came.
#[must_use]
pub fn parked(ledger: &Ledger, gas_day: Option<GasDay>) -> Vec<ParkedRow<'_>> {
    let wanted = |one: &&Parked| gas_day.is_none_or(|day| one.reading.gas_day == day);
    let row = |parked| Some(ParkedRow { contract: holder(ledger, parked)?, parked });
    let mut rows: Vec<_> = ledger.all_parked().filter(wanted).filter_map(row).collect();
    rows.sort_by_key(|row| (row.contract, row.parked.position));
    rows
}

/// A reading is parked only behind the term of a contract, so there is one. Behind a closed account
/// nothing waits but gas.
fn holder<'a>(ledger: &'a Ledger, parked: &Parked) -> Option<&'a ContractId> {
    let (day, point) = (parked.reading.gas_day, &parked.reading.point);
    let held = ledger.held_before(point, day)?;
    let closed = ledger.contract(&held.contract).filter(|contract| contract.closed.is_some());
    let gas = |contract| {
        let behind = gas_behind(ledger, contract);
        behind.iter().any(|gas| gas.gas_day == day && gas.point == *point)
    };
    closed.is_none_or(gas).then_some(&held.contract)
}
