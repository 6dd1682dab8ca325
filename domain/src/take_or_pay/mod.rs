//! Annual take-or-pay (照付不议) as a document: a contract year is settled (Y1–Y13).
//!
//! `years` says which contract years a contract has, `gather` what a year is settled with, `settle`
//! refuses or makes the document; the formulas are those of [`crate::rules::take_or_pay`].

mod gather;
mod rejection;
mod restate;
mod settle;
mod years;

use serde::{Deserialize, Serialize};

use crate::ledger::FourEyes;
use crate::log::Position;
use crate::quantities::{
    CivilDay, ContractId, GasDay, Money, Percent, Price, Quantity, SettlementMonth, Unit,
};
use crate::rules::tax::Taxed;
use crate::settlement::Difference;
use crate::stream::DocumentInput;

pub use crate::rules::take_or_pay::{CarryForwardEntry, MakeUpEntry};
pub(crate) use gather::UnderTakes;
pub use rejection::Rejection;
pub use restate::restate;
pub(crate) use settle::settled_counting;
pub use settle::{Frozen, settle, settled};
pub use years::Span;

/// Settles a contract year (Y). A year is named by the calendar year in which it begins; the year
/// after the last one is the extension for make-up (Y13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleYear {
    /// Which contract.
    pub contract: ContractId,
    /// Which contract year.
    pub year: i64,
}

/// Settles a settled contract year again when what came since leads to another document (S4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestateYear {
    /// Which contract.
    pub contract: ContractId,
    /// Which contract year.
    pub year: i64,
}

/// A contract year of take-or-pay was settled: a document, and its posting (A2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeOrPaySettled {
    /// Y1: AACQ, half-up to the unit's decimals; later steps used it exact.
    pub adjusted_quantity: Quantity,
    /// Y1: ACQ.
    pub annual_quantity: Quantity,
    /// Gross totals of the year's settlements.
    pub billed: Money,
    /// Y6, Y9, Y10, Y13.
    pub carry_forward: CarryForwardYear,
    /// S4: of a later revision, the facts that came after the revision before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Position>,
    /// Which contract.
    pub contract: ContractId,
    /// Y4.
    pub counted: Quantity,
    /// Y5.
    pub deficiency: Quantity,
    /// Y5: under-takes posted as deviation.
    pub deviation_credited: Quantity,
    /// M4: of a later revision, what it adds to the one before it; this is what it posts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// First settlement month of the year.
    pub first_month: SettlementMonth,
    /// F: `off` where one person runs the ledger; absent where acts need two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes: Option<FourEyes>,
    /// Payment − make-up credit − seller's compensation − refund: what the buyer owes for the year
    /// beside its settlements; below zero it is the buyer's.
    pub gross: Money,
    /// What it was computed from (S3).
    pub inputs: Vec<DocumentInput>,
    /// Last gas day of the year; the document is effective on it.
    pub last_gas_day: GasDay,
    /// Last settlement month of the year; in the books the document belongs to it.
    pub last_month: SettlementMonth,
    /// Y3, Y8, Y10, Y13.
    pub make_up: MakeUpYear,
    /// Y11, with the rate of gas.
    pub make_up_credit: Charge,
    /// Of `gross`: the sum of the parts' net columns.
    pub net: Money,
    /// Y7: deficiency − applied.
    pub paid_quantity: Quantity,
    /// Y7, with the rate of take-or-pay.
    pub payment: Charge,
    /// A4: the civil day on which the books take it.
    pub posted_on: CivilDay,
    /// Y13: paid back at the end of the term, with the rate of take-or-pay.
    pub refund: Charge,
    /// A4: what leaves the make-up liability for income, with the rate of take-or-pay: make-up
    /// drawn, expired and forfeited, and a payment without a right. Refunded make-up is not in it.
    pub released: Charge,
    /// Y1: relief by D1, half-up to the unit's decimals.
    pub relief: Quantity,
    /// 1 for the first document of the year.
    pub revision: u32,
    /// The version of the rules.
    pub rules: u32,
    /// Y12. It is a compensation, so that A4 posts it without tax: net is gross.
    pub seller_compensation: Charge,
    /// Y12, half-up to the unit's decimals.
    pub seller_shortfall: Quantity,
    /// Y7.
    pub take_or_pay_price: Price,
    /// Y2: TOPQ.
    pub take_or_pay_quantity: Quantity,
    /// Y3.
    pub taken: Quantity,
    /// Of `gross`: the sum of the parts' tax columns.
    pub tax: Money,
    /// The billing unit.
    pub unit: Unit,
    /// Which contract year.
    pub year: i64,
    /// Billed + gross: what the whole year comes to.
    pub year_net: Money,
}

/// An amount of a document with its tax (M3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// With tax.
    pub gross: Money,
    /// Without.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// The rate of the year's last gas day.
    pub tax_percent: Percent,
}

/// What happened to the make-up bank in a year; every list oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUpYear {
    /// Y3: taken out by taking gas.
    pub drawn: Vec<MakeUpEntry>,
    /// Y10.
    pub expired: Vec<MakeUpEntry>,
    /// Y13: lost at the end of the term.
    pub forfeited: Vec<MakeUpEntry>,
    /// What stays for the next year.
    pub left: Vec<MakeUpEntry>,
    /// Y8: for the quantity paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<MakeUpEntry>,
    /// Y13: paid back at the end of the term; `amount` is what had been paid, not the refund.
    pub refunded: Vec<MakeUpEntry>,
}

/// What happened to the carry-forward bank in a year; every list oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryForwardYear {
    /// Y6.
    pub applied: Vec<CarryForwardEntry>,
    /// Y9.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<CarryForwardEntry>,
    /// Y10.
    pub expired: Vec<CarryForwardEntry>,
    /// Y13: lost at the end of the term.
    pub lapsed: Vec<CarryForwardEntry>,
    /// What stays for the next year.
    pub left: Vec<CarryForwardEntry>,
}

/// The quantity of make-up entries together.
#[must_use]
pub fn made_up(entries: &[MakeUpEntry]) -> Quantity {
    entries.iter().map(|entry| entry.quantity).sum()
}

/// The quantity of carry-forward entries together.
#[must_use]
pub fn carried(entries: &[CarryForwardEntry]) -> Quantity {
    entries.iter().map(|entry| entry.quantity).sum()
}

impl TakeOrPaySettled {
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
}
