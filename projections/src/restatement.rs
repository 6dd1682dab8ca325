//! What a later revision of a document changed (S4), column by column (M4).

use std::ops::{Add, Sub};

use citygate_domain::contract::{ContractState, Issued};
use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, Money, SettlementMonth};
use citygate_domain::rules::tax::Taxed;

use crate::explain::Document;

/// Which document of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKey {
    /// The settlement of a month.
    Settlement(SettlementMonth),
    /// The deviation of the netting period that ends with a month.
    Deviation(SettlementMonth),
    /// A contract year of take-or-pay.
    TakeOrPay(i64),
}

/// The columns of a document's total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// With tax.
    pub gross: Money,
    /// Without.
    pub net: Money,
    /// M3.
    pub tax: Money,
}

impl From<Taxed> for Columns {
    fn from(total: Taxed) -> Self {
        let Taxed { gross, net, tax } = total;
        Self { gross, net, tax }
    }
}

impl Add for Columns {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (gross, net, tax) = (self.gross, self.net, self.tax);
        Self { gross: gross + other.gross, net: net + other.net, tax: tax + other.tax }
    }
}

/// M4: a difference is taken column by column.
impl Sub for Columns {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        let (gross, net, tax) = (self.gross, self.net, self.tax);
        Self { gross: gross - other.gross, net: net - other.net, tax: tax - other.tax }
    }
}

/// A document of a later revision, beside the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restatement {
    /// Which contract.
    pub contract: ContractId,
    /// Which document.
    pub document: DocumentKey,
    /// The later revision.
    pub revision: u32,
    /// The event that issued it.
    pub position: Position,
    /// As it was.
    pub before: Columns,
    /// As it is.
    pub after: Columns,
    /// The facts that came between the two.
    pub causes: Vec<Position>,
}

impl DocumentKey {
    /// The word reports and `explain` use for its kind.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Settlement(_) => "settlement",
            Self::Deviation(_) => "deviation",
            Self::TakeOrPay(_) => "take-or-pay",
        }
    }

    /// Its month or its year.
    #[must_use]
    pub fn period(self) -> String {
        match self {
            Self::Settlement(month) | Self::Deviation(month) => month.to_string(),
            Self::TakeOrPay(year) => year.to_string(),
        }
    }

    /// Its revisions, oldest first.
    #[must_use]
    pub fn revisions(self, contract: &ContractState) -> Vec<(Document, Position)> {
        match self {
            Self::Settlement(month) => all(contract.settlements.get(&month), Document::Settlement),
            Self::Deviation(month) => all(contract.deviations.get(&month), Document::Deviation),
            Self::TakeOrPay(year) => all(contract.years.get(&year), Document::TakeOrPay),
        }
    }

    /// The documents of a contract in the order in which they rest on one another: each month, the
    /// deviation that ends with it, and then the years.
    pub fn all(contract: &ContractState) -> impl Iterator<Item = Self> {
        let months = contract.settlements.keys().flat_map(|month| {
            let assessed = contract.deviations.contains_key(month);
            let deviation = assessed.then_some(Self::Deviation(*month));
            [Some(Self::Settlement(*month)), deviation].into_iter().flatten()
        });
        months.chain(contract.years.keys().copied().map(Self::TakeOrPay))
    }
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
pub fn restatements(contract: &ContractState, document: DocumentKey) -> Vec<Restatement> {
    let revisions = document.revisions(contract);
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
