//! `restatements`: what later revisions of documents changed (S4, M4).

use citygate_domain::log::Position;
use citygate_projections::restatement::Restatement;

use crate::table::Table;

/// A row a revision: the total before and after it, the difference column by column, and the
/// positions of the facts that came between.
#[must_use]
pub fn restatements<'a>(rows: impl IntoIterator<Item = &'a Restatement>) -> Table {
    let mut table = Table::new(&[
        "contract",
        "document",
        "period",
        "revision",
        "gross_before",
        "gross_after",
        "gross_difference",
        "net_difference",
        "tax_difference",
        "causes",
    ]);
    for row in rows {
        let causes: Vec<String> = row.causes.iter().map(Position::to_string).collect();
        table.push([
            row.contract.to_string(),
            row.document.kind().to_owned(),
            row.document.period(),
            row.revision.to_string(),
            row.before.gross.to_string(),
            row.after.gross.to_string(),
            (row.after.gross - row.before.gross).to_string(),
            (row.after.net - row.before.net).to_string(),
            (row.after.tax - row.before.tax).to_string(),
            causes.join(";"),
        ]);
    }
    table
}
