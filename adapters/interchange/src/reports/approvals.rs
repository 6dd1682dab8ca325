use citygate_domain::approval::Act;
use citygate_domain::state::Ledger;

use crate::table::Table;

/// `approvals`: what waits for a second person (F).
#[must_use]
pub fn approvals(ledger: &Ledger) -> Table {
    let mut table = Table::new(&[
        "subject", "number", "revision", "act", "by", "reason", "content", "position",
    ]);
    for pending in ledger.approvals().all_pending() {
        let proposed = &pending.proposed;
        table.push([
            proposed.subject.to_string(),
            proposed.number.to_string(),
            proposed.revision.to_string(),
            proposed.act.word().to_owned(),
            proposed.by.to_string(),
            proposed.reason.clone(),
            content(&proposed.act),
            pending.position.to_string(),
        ]);
    }
    table
}

/// What an act would do: its fields, each with its name.
fn content(act: &Act) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(act) else {
        return String::new();
    };
    let shown =
        |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = fields.iter().filter(|(name, _)| *name != "act");
    fields.map(|(name, value)| format!("{name}={}", shown(value))).collect::<Vec<_>>().join(" ")
}

/// `role list`: persons and what they may do (F).
#[must_use]
pub fn roles(ledger: &Ledger) -> Table {
    let mut table = Table::new(&["person", "role"]);
    for (person, roles) in ledger.approvals().roles() {
        for role in roles {
            table.push([person.to_string(), role.to_string()]);
        }
    }
    table
}
