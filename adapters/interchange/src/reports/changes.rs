//! `explain --diff`: the facts between two answers with their shares (S4, M4).

use std::ops::Sub;

use citygate_domain::quantities::Money;
use citygate_domain::rules::tax::Taxed;
use citygate_projections::change::{Change, Step, Word};

use crate::table::Table;
use crate::trace_text::{Words, value};

/// Two revisions of a document: a row before the facts, one for each fact, and one after them with
/// the whole difference.
#[must_use]
pub fn document_change(change: &Change<Taxed>, words: Words<'_>) -> Table {
    let columns = [
        "position",
        "day",
        "event",
        "what",
        "gross_share",
        "net_share",
        "tax_share",
        "gross_after",
    ];
    let share = |share: Taxed| [share.gross, share.net, share.tax].map(|it| it.to_string());
    rows(change, &columns, share, |amount| amount.gross.to_string(), words)
}

/// Two answers about an account, likewise.
#[must_use]
pub fn account_change(change: &Change<Money>, words: Words<'_>) -> Table {
    let columns = ["position", "day", "event", "what", "available_share", "available"];
    rows(change, &columns, |share| [share.to_string()], |amount| amount.to_string(), words)
}

fn rows<A: Copy + Sub<Output = A>, const N: usize>(
    change: &Change<A>,
    columns: &[&'static str],
    shares: impl Fn(A) -> [String; N],
    shown: impl Fn(A) -> String,
    words: Words<'_>,
) -> Table {
    let mut table = Table::new(columns);
    let mut row = |facts: [String; 4], share: [String; N], amount: A| {
        table.push(facts.into_iter().chain(share).chain([shown(amount)]));
    };
    let end = |word: &str| [String::new(), String::new(), words(word), String::new()];
    row(end("before"), [const { String::new() }; N], change.before);
    for step in &change.steps {
        row(fact(step, words), shares(step.share), step.amount);
    }
    row(end("after"), shares(change.after - change.before), change.after);
    table
}

fn fact<A>(step: &Step<A>, words: Words<'_>) -> [String; 4] {
    let position = step.position.map_or_else(String::new, |position| position.to_string());
    let day = step.effective.map_or_else(String::new, |day| day.to_string());
    let said = |(name, said): &Word| format!("{} {}", words(name), value(said, words));
    let said: Vec<String> = step.what.iter().map(said).collect();
    [position, day, words(step.event), said.join("; ")]
}
