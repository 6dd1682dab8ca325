//! `contract show`, `contract checklist`: where a contract stands in its life (C1, C4).

use citygate_domain::contract::ContractState;
use citygate_domain::contract::life::Open;
use citygate_domain::quantities::GasDay;

use crate::table::Table;

/// The terms of a contract, a row for each day from which others count, with its stage of life as of
/// a gas day.
#[must_use]
pub fn contract(contract: &ContractState, as_of: GasDay) -> Table {
    let mut table = Table::new(&[
        "contract",
        "version",
        "from",
        "last_gas_day",
        "points",
        "signed_on",
        "stage",
        "position",
    ]);
    let stage = contract.stage_on(as_of);
    for version in contract.versions() {
        let points = contract.points_on(version.from).iter().map(|point| point.id.as_str());
        table.push([
            contract.id().to_string(),
            version.agreed.word().to_owned(),
            version.from.to_string(),
            version.terms.last_gas_day.to_string(),
            points.collect::<Vec<_>>().join(" "),
            version.agreed.signed_on().to_string(),
            stage.to_string(),
            version.position.to_string(),
        ]);
    }
    table
}

/// C4: what an account waits for; `done` is `yes` or `no`.
#[must_use]
pub fn checklist(list: &[Open]) -> Table {
    let mut table = Table::new(&["item", "done", "what"]);
    for (item, open) in list {
        let done = if open.is_none() { "yes" } else { "no" };
        let what = open.as_ref().map_or_else(String::new, ToString::to_string);
        table.push([item.word().to_owned(), done.to_owned(), what]);
    }
    table
}
