//! `contracts`, `deliveries`, `parked`: facts as they were told.

use citygate_domain::contract::TermsVersion;
use citygate_domain::quantities::{ContractId, GasDay};
use citygate_domain::state::Ledger;
use citygate_projections::contract_card::ContractCards;
use citygate_projections::journal::journal;
use citygate_projections::parked::parked as waiting;

use crate::table::Table;

/// `contracts`: contracts as signed and renewed, a row a term, with the stage of life of the
/// contract as of a gas day and how many versions of the term's terms there are (C1).
#[must_use]
pub fn contracts(ledger: &Ledger, cards: &ContractCards, as_of: GasDay) -> Table {
    let mut table = Table::new(&[
        "contract",
        "customer",
        "class",
        "first_gas_day",
        "last_gas_day",
        "unit",
        "points",
        "signed_on",
        "position",
        "stage",
        "versions",
    ]);
    for (contract, card) in cards.all() {
        let state = ledger.contract(contract);
        let stage = state.map_or_else(String::new, |state| state.stage_on(as_of).to_string());
        let class = cards.class_of(&card.customer);
        for (signed, position) in &card.versions {
            let first = signed.terms.first_gas_day;
            let of_term = |version: &&TermsVersion| version.terms.first_gas_day == first;
            let versions = state.map_or(0, |state| state.versions().iter().filter(of_term).count());
            let points = signed.delivery_points.iter().map(|point| point.id.as_str());
            table.push([
                contract.to_string(),
                card.customer.to_string(),
                class.map_or_else(String::new, |class| class.to_string()),
                signed.terms.first_gas_day.to_string(),
                signed.terms.last_gas_day.to_string(),
                signed.terms.unit.to_string(),
                points.collect::<Vec<_>>().join(" "),
                signed.signed_on.to_string(),
                position.to_string(),
                stage.clone(),
                versions.to_string(),
            ]);
        }
    }
    table
}

/// one gas day or of all.
#[must_use]
pub fn deliveries(ledger: &Ledger, only: Option<&ContractId>, gas_day: Option<GasDay>) -> Table {
    let mut table = Table::new(&[
        "contract",
        "delivery_point",
        "gas_day",
        "volume_m3",
        "gcv_mj_per_m3",
        "quantity",
        "source",
        "reason",
        "in_force",
        "position",
    ]);
    for contract in ledger.contracts().filter(|one| only.is_none_or(|only| one.id() == only)) {
        for entry in journal(contract, gas_day) {
            let reading = entry.reading;
            table.push([
                contract.id().to_string(),
                entry.point.to_string(),
                entry.gas_day.to_string(),
                reading.volume.to_string(),
                reading.calorific_value.map_or_else(String::new, |value| value.to_string()),
                reading.quantity.to_string(),
                reading.source.to_string(),
                reading.reason.as_deref().unwrap_or_default().to_owned(),
                entry.in_force.to_string(),
                reading.position.to_string(),
            ]);
        }
    }
    table
}

/// `parked`: readings that wait for a renewal of their contract (C2), of one gas day or of all.
#[must_use]
pub fn parked(ledger: &Ledger, gas_day: Option<GasDay>) -> Table {
    let mut table = Table::new(&[
        "contract",
        "delivery_point",
        "gas_day",
        "volume_m3",
        "gcv_mj_per_m3",
        "source",
        "reason",
        "recorded_at",
        "position",
    ]);
    for row in waiting(ledger, gas_day) {
        let reading = &row.parked.reading;
        table.push([
            row.contract.to_string(),
            reading.point.to_string(),
            reading.gas_day.to_string(),
            reading.volume_m3.to_string(),
            reading.gcv_mj_per_m3.map_or_else(String::new, |value| value.to_string()),
            reading.source.to_string(),
            reading.reason.clone().unwrap_or_default(),
            ledger.clock().local(row.parked.recorded_at).to_rfc3339(),
            row.parked.position.to_string(),
        ]);
    }
    table
}
