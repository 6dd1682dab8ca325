//! `what-if`: old and new side by side, as tables.

use citygate_domain::quantities::Money;
use citygate_projections::what_if::{Compared, Effect, Note, Row, Standing, Summary, Total, Why};

use crate::table::Table;

/// A row a document.
#[must_use]
pub fn what_if_documents(compared: &[Compared]) -> Table {
    let mut table =
        Table::new(&["contract", "document", "period", "old", "new", "difference", "note"]);
    for contract in compared {
        for row in &contract.rows {
            table.push([
                contract.contract.to_string(),
                row.document.kind().to_owned(),
                row.document.period(),
                shown(row.old),
                shown(row.new),
                row.difference().to_string(),
                notes(row),
            ]);
        }
    }
    table
}

/// A row a contract: what the patch does to its terms, and what all its documents come to.
#[must_use]
pub fn what_if_contracts(compared: &[Compared]) -> Table {
    let mut table = Table::new(&["contract", "effect", "old", "new", "difference", "reason"]);
    for contract in compared {
        let total = contract.total();
        let (effect, reason) = match &contract.effect {
            Effect::Changed => ("changed", String::new()),
            Effect::Same => ("same", String::new()),
            Effect::NotApplicable(group) => ("not_applicable", format!("no {group}")),
            Effect::Refused(rejection) => ("refused", format!("{}: {rejection}", rejection.code())),
        };
        let refused = matches!(contract.effect, Effect::Refused(_));
        let money = |money: Money| if refused { String::new() } else { money.to_string() };
        table.push([
            contract.contract.to_string(),
            effect.to_owned(),
            money(total.old),
            money(total.new),
            money(total.difference()),
            reason,
        ]);
    }
    table
}

/// A row a document that could not be compared.
#[must_use]
pub fn what_if_left_out(compared: &[Compared]) -> Table {
    let mut table = Table::new(&["contract", "document", "period", "reason"]);
    for contract in compared {
        for left_out in &contract.left_out {
            let reason = match &left_out.why {
                Why::Beyond(months) => {
                    format!("reaches from {} to {}", months.first, months.last)
                }
                Why::Refused(rejection) => format!("{}: {rejection}", rejection.code()),
                Why::OtherSide => "its months are left out on the other side".to_owned(),
                Why::WaivedBefore(months) => format!(
                    "credits under-takes, and one from {} to {} was waived, which is no period any \
                     more",
                    months.first, months.last
                ),
            };
            table.push([
                contract.contract.to_string(),
                left_out.document.kind().to_owned(),
                left_out.document.period(),
                reason,
            ]);
        }
    }
    table
}

/// A row a kind of document, and the total of all.
#[must_use]
pub fn what_if_totals(summary: &Summary) -> Table {
    let mut table = Table::new(&["document", "old", "new", "difference"]);
    for total in &summary.totals {
        table.push(numbers(total.kind, total));
    }
    table
}

/// A row a contract, in the order given.
#[must_use]
pub fn what_if_standings(standings: &[Standing]) -> Table {
    let mut table = Table::new(&["contract", "old", "new", "difference"]);
    for standing in standings {
        table.push(numbers(standing.contract.as_str(), &standing.total));
    }
    table
}

fn numbers(name: &str, total: &Total) -> [String; 4] {
    let difference = total.difference().to_string();
    [name.to_owned(), total.old.to_string(), total.new.to_string(), difference]
}

fn shown(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

fn notes(row: &Row) -> String {
    let note = |note: &Note| match note {
        Note::NotIssued => "not_issued".to_owned(),
        Note::DiffersFromIssued(issued) => format!("issued={issued}"),
        Note::Waived => "waived".to_owned(),
        Note::CountedAsPosted => "counted_as_posted".to_owned(),
    };
    row.notes.iter().map(note).collect::<Vec<_>>().join(";")
}
