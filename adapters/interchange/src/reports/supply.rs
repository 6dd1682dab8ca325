use chrono::{DateTime, Utc};
use citygate_domain::quantities::GasDayClock;
use citygate_domain::supply::{Answer, SupplyDecision};
use citygate_projections::procedure::ProcedureCard;

use crate::table::Table;

/// `supply show`: where a procedure stands (E).
#[must_use]
pub fn procedure(card: &ProcedureCard, clock: GasDayClock) -> Table {
    let mut table = Table::new(&["part", "name", "state", "at", "until", "by", "detail"]);
    for row in &card.rows {
        table.push([
            row.part.to_owned(),
            row.name.clone(),
            row.state.clone(),
            shown(row.at, clock),
            shown(row.until, clock),
            row.by.clone(),
            row.detail.clone(),
        ]);
    }
    table
}

/// `supply answer`: what a valve is to do (E7).
#[must_use]
pub fn answer(answer: &Answer) -> Table {
    let mut table = Table::new(&[
        "point",
        "class",
        "decision",
        "daily_maximum",
        "stage",
        "reasons",
        "order_id",
        "valid_seconds",
        "epoch_position",
        "position",
    ]);
    let daily_maximum = match &answer.decision {
        SupplyDecision::Limit { daily_maximum } => daily_maximum.to_string(),
        SupplyDecision::Allow | SupplyDecision::Keep | SupplyDecision::Stop { .. } => String::new(),
    };
    table.push([
        answer.point.to_string(),
        answer.class.map_or_else(|| "unknown".to_owned(), |class| class.to_string()),
        answer.decision.word().to_owned(),
        daily_maximum,
        answer.stage.map(|stage| stage.to_string()).unwrap_or_default(),
        answer.reasons.join(";"),
        answer.order.as_ref().map(ToString::to_string).unwrap_or_default(),
        answer.valid_seconds.value.to_string(),
        answer.epoch_position.to_string(),
        answer.position.to_string(),
    ]);
    table
}

/// An instant as the ledger's own clocks show it.
fn shown(at: Option<DateTime<Utc>>, clock: GasDayClock) -> String {
    at.map(|at| clock.local(at).to_rfc3339()).unwrap_or_default()
}
