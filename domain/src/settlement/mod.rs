//! The monthly settlement: closing a month issues it (S1–S3).

mod issue;
mod rejection;
mod restate;
mod revision;

use serde::{Deserialize, Serialize};

use crate::ledger::FourEyes;
use crate::log::Position;
use crate::quantities::{
    CivilDay, ContractId, GasDay, Money, Percent, Quantity, SettlementMonth, Unit,
};
use crate::rules::lines::Line;
use crate::rules::tax::Taxed;
use crate::stream::DocumentInput;

pub(crate) use issue::{Frame, document, index_codes};
pub use issue::{input_streams, inputs, issue, settled};
pub use rejection::Rejection;
pub use restate::restate;
pub(crate) use revision::{Framed, causes_since, says_the_same};

/// The version of the rules that documents are made with. A released formula is never edited: a new
/// version stands beside it.
pub const RULES: u32 = 1;

/// Issues the settlement of a month that is over (S1, S2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueSettlement {
    /// Which contract.
    pub contract: ContractId,
    /// Which month.
    pub month: SettlementMonth,
}

/// Issues an issued month again when facts that came since lead to another document (S4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestateSettlement {
    /// Which contract.
    pub contract: ContractId,
    /// Which month.
    pub month: SettlementMonth,
}

/// A settlement was issued: a document, and its posting (A2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementIssued {
    /// S4: of a later revision, the facts that came after the revision before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Position>,
    /// Which contract.
    pub contract: ContractId,
    /// C (P4).
    pub contract_quantity: Quantity,
    /// M4: of a later revision, what it adds to the one before it; this is what it posts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// D1: firm lots of the month.
    pub firm_lots: Quantity,
    /// First gas day of the month inside the term.
    pub first_gas_day: GasDay,
    /// F: `off` where one person runs the ledger; absent where acts need two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes: Option<FourEyes>,
    /// Σ lines.
    pub gross: Money,
    /// What it was computed from (S3).
    pub inputs: Vec<DocumentInput>,
    /// Last gas day of the month inside the term; the document is effective on it.
    pub last_gas_day: GasDay,
    /// In the order of P5.
    pub lines: Vec<Line>,
    /// Which month.
    pub month: SettlementMonth,
    /// M3.
    pub net: Money,
    /// A4: the civil day on which a later revision is posted; a first one is posted on its last
    /// gas day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_on: Option<CivilDay>,
    /// All gas of the month.
    pub quantity: Quantity,
    /// 1 for the first document of the month.
    pub revision: u32,
    /// The version of the rules.
    pub rules: u32,
    /// M3.
    pub tax: Money,
    /// M3: the rate of the last gas day.
    pub tax_percent: Percent,
    /// The billing unit.
    pub unit: Unit,
}

/// M4: what a later revision of a document adds to the one before it, column by column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// With tax.
    pub gross: Money,
    /// Without.
    pub net: Money,
    /// M3.
    pub tax: Money,
}

impl From<Taxed> for Difference {
    fn from(added: Taxed) -> Self {
        let Taxed { gross, net, tax } = added;
        Self { gross, net, tax }
    }
}

impl SettlementIssued {
    /// Its total, column by column.
    #[must_use]
    pub fn total(&self) -> Taxed {
        Taxed { gross: self.gross, net: self.net, tax: self.tax }
    }

    /// What it adds to the account: its total, or of a later revision the difference (M4).
    #[must_use]
    pub fn posted_gross(&self) -> Money {
        self.difference.map_or(self.gross, |difference| difference.gross)
    }

    /// A4: the day that its postings bear in the books.
    #[must_use]
    pub fn posting_date(&self) -> CivilDay {
        self.posted_on.unwrap_or(self.last_gas_day.civil())
    }
}
