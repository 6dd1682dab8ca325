//! What a later revision of a document changed (S4), column by column (M4).

use citygate_domain::books::DocumentName;
use citygate_domain::contract::{ContractState, Issued};
use citygate_domain::log::Position;
use citygate_domain::quantities::ContractId;
use citygate_domain::rules::tax::Taxed;

use crate::explain::Document;

/// A document of a later revision, beside the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restatement {
    /// Which contract.
    pub contract: ContractId,
    /// Which document.
    pub document: DocumentName,
    /// The later revision.
    pub revision: u32,
    /// The event that issued it.
    pub position: Position,
    /// As it was.
    pub before: Taxed,
    /// As it is.
    pub after: Taxed,
    /// The facts that came between the two.
    pub causes: Vec<Position>,
}

/// The revisions of a document, oldest first.
#[must_use]
pub fn revisions(contract: &ContractState, document: DocumentName) -> Vec<(Document, Position)> {
    match document {
        DocumentName::Settlement { month } => {
            all(contract.settlements.get(&month), Document::Settlement)
        }
        DocumentName::Deviation { month } => {
            all(contract.deviations.get(&month), Document::Deviation)
        }
        DocumentName::TakeOrPay { year } => all(contract.years.get(&year), Document::TakeOrPay),
    }
}

/// The documents of a contract in the order in which they rest on one another: each month, the
/// deviation that ends with it, and then the years.
pub fn documents(contract: &ContractState) -> impl Iterator<Item = DocumentName> {
    let months = contract.settlements.keys().flat_map(|month| {
        let month = *month;
        let assessed = contract.deviations.contains_key(&month);
        let deviation = assessed.then_some(DocumentName::Deviation { month });
        [Some(DocumentName::Settlement { month }), deviation].into_iter().flatten()
    });
    months.chain(contract.years.keys().map(|year| DocumentName::TakeOrPay { year: *year }))
}

fn all<T>(
    revisions: Option<&Vec<Issued<T>>>,
    wrap: impl Fn(std::sync::Arc<T>) -> Document,
) -> Vec<(Document, Position)> {
    let each = |issued: &Issued<T>| (wrap(issued.document.clone()), issued.position);
    revisions.into_iter().flatten().map(each).collect()
}

/// Every later revision of a document, oldest first.
#[must_use]
pub fn restatements(contract: &ContractState, document: DocumentName) -> Vec<Restatement> {
    let revisions = revisions(contract, document);
    let pairs = revisions.iter().zip(revisions.iter().skip(1));
    pairs
        .map(|((before, _), (after, position))| Restatement {
            contract: contract.id().clone(),
            document,
            revision: after.revision(),
            position: *position,
            before: before.columns(),
            after: after.columns(),
            causes: after.causes().to_vec(),
        })
        .collect()
}
