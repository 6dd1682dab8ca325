use citygate_domain::state::Ledger;

use crate::table::Table;

/// `key list`: keys and what they may sign (F).
#[must_use]
pub fn keys(ledger: &Ledger) -> Table {
    let mut table = Table::new(&["key_id", "purpose", "public_key", "from", "revoked_at"]);
    let zone = ledger.clock();
    for (id, key) in ledger.keys().all() {
        table.push([
            id.to_string(),
            key.purpose.to_string(),
            key.public_key.to_string(),
            zone.local(key.from).to_rfc3339(),
            key.revoked_at.map(|at| zone.local(at).to_rfc3339()).unwrap_or_default(),
        ]);
    }
    table
}
