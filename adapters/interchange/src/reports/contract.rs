//! `contract show`, `contract checklist`: where a contract stands in its life (C1, C4).

use citygate_domain::contract::ContractState;
use citygate_domain::contract::life::Open;
use citygate_domain::quantities::{CivilDay, GasDay, GasDays};

use crate::table::Table;

/// The terms of a contract, a row for each day from which others count: the points held while they
/// count, each with its days, and the stage of life as of a gas day and a civil day.
#[must_use]
pub fn contract(contract: &ContractState, as_of: GasDay, today: CivilDay) -> Table {
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
    let stage = contract.stage_now(as_of, today);
    let versions = contract.versions();
    for (place, version) in versions.iter().enumerate() {
        let next = versions.get(place + 1).map(|next| next.from.previous());
        let last = version.terms.last_gas_day;
        let last = next.map_or(last, |next| next.min(last));
        let held = contract.points_during(GasDays { first: version.from, last });
        let points =
            held.iter().map(|(point, days)| format!("{point} {}..{}", days.first, days.last));
        table.push([
            contract.id().to_string(),
            version.agreed.word().to_owned(),
            version.from.to_string(),
            version.terms.last_gas_day.to_string(),
            points.collect::<Vec<_>>().join("; "),
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
