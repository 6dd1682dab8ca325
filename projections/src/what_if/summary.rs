//! What a comparison comes to: totals, and who would pay less or more.

use std::cmp::Reverse;

use citygate_domain::quantities::{ContractId, Money};

use super::{Compared, Effect, Row};

/// The kinds of document, in the order in which they are told.
const KINDS: [&str; 3] = ["settlement", "deviation", "take-or-pay"];

/// A comparison of many contracts in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// A total by kind of document, and then the total of all.
    pub totals: Vec<Total>,
    /// Contracts that would pay less, the largest saving first.
    pub less: Vec<Standing>,
    /// Contracts that would pay more, the largest increase first.
    pub more: Vec<Standing>,
    /// Contracts whose total stays.
    pub unchanged: usize,
    /// Of those, contracts to which the patch does not apply.
    pub not_applicable: usize,
    /// Contracts whose changed terms are refused.
    pub refused: usize,
    /// Documents that could not be compared.
    pub left_out: usize,
}

/// What documents of a kind come to, with tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// `settlement`, `deviation`, `take-or-pay`, `total`.
    pub kind: &'static str,
    /// Under the terms as they are.
    pub old: Money,
    /// Under the changed terms.
    pub new: Money,
}

impl Total {
    /// New − old.
    #[must_use]
    pub fn difference(&self) -> Money {
        self.new - self.old
    }

    fn of<'a>(kind: &'static str, rows: impl Iterator<Item = &'a Row>) -> Self {
        let nothing = Self { kind, old: Money::ZERO, new: Money::ZERO };
        rows.fold(nothing, |total, row| Self {
            kind,
            old: total.old + row.old.unwrap_or(Money::ZERO),
            new: total.new + row.new.unwrap_or(Money::ZERO),
        })
    }
}

/// What a contract comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The contract.
    pub contract: ContractId,
    /// All its documents.
    pub total: Total,
}

impl Compared {
    /// What all its documents come to.
    #[must_use]
    pub fn total(&self) -> Total {
        Total::of("total", self.rows.iter())
    }
}

impl Summary {
    /// Sums up.
    #[must_use]
    pub fn of(compared: &[Compared]) -> Self {
        let rows = || compared.iter().flat_map(|contract| &contract.rows);
        let of_kind = |kind: &'static str| {
            Total::of(kind, rows().filter(move |row| row.document.kind() == kind))
        };
        let mut totals: Vec<Total> = KINDS.into_iter().map(of_kind).collect();
        totals.push(Total::of("total", rows()));
        let is_refused = |one: &&Compared| matches!(one.effect, Effect::Refused(_));
        let standing =
            |one: &Compared| Standing { contract: one.contract.clone(), total: one.total() };
        let standings: Vec<Standing> =
            compared.iter().filter(|one| !is_refused(one)).map(standing).collect();
        let unchanged =
            standings.iter().filter(|one| one.total.difference() == Money::ZERO).count();
        let not_applicable = |one: &&Compared| matches!(one.effect, Effect::NotApplicable(_));
        let (mut less, mut more): (Vec<Standing>, Vec<Standing>) = standings
            .into_iter()
            .filter(|one| one.total.difference() != Money::ZERO)
            .partition(|one| one.total.difference() < Money::ZERO);
        less.sort_by_key(|one| (one.total.difference(), one.contract.clone()));
        more.sort_by_key(|one| (Reverse(one.total.difference()), one.contract.clone()));
        Self {
            totals,
            less,
            more,
            unchanged,
            not_applicable: compared.iter().filter(not_applicable).count(),
            refused: compared.iter().filter(is_refused).count(),
            left_out: compared.iter().map(|one| one.left_out.len()).sum(),
        }
    }
}
