use super::{Banks, Entry};
use crate::quantities::{Exact, Price};
use crate::trace::Trace;

/// A closed contract year: its document, and the banks for the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearClosed {
    /// What the year comes to.
    pub document: YearDocument,
    /// What it leaves behind.
    pub banks: Banks,
}

/// The document of a contract year. Every number is as [`super::Rounding`] left it; balances are
/// those after the closing of the year (Y10, Y13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearDocument {
    /// The contract year.
    pub year: i64,
    /// Y1: AACQ; never rounded.
    pub adjusted_quantity: Exact,
    /// Y2: TOPQ.
    pub take_or_pay_quantity: Exact,
    /// Y3.
    pub make_up_drawn: Exact,
    /// Y4.
    pub counted: Exact,
    /// Y5.
    pub deficiency: Exact,
    /// Y6.
    pub carry_forward_applied: Exact,
    /// Y7: deficiency − applied.
    pub paid_quantity: Exact,
    /// Y7: yuan.
    pub payment: Exact,
    /// Make-up that stays.
    pub make_up_balance: Exact,
    /// Y10.
    pub make_up_expired: Exact,
    /// Y9.
    pub carry_forward_earned: Exact,
    /// Carry-forward that stays.
    pub carry_forward_balance: Exact,
    /// Y10.
    pub carry_forward_expired: Exact,
    /// Y13: make-up lost at the end of the term.
    pub forfeited: Exact,
    /// Y13: make-up paid back at the end of the term.
    pub refunded_quantity: Exact,
    /// Y13: yuan.
    pub refund: Exact,
    /// Y11: yuan credited for gas that was made up.
    pub make_up_credit: Exact,
    /// Y12: yuan.
    pub seller_compensation: Exact,
    /// Y8: the entry that the payment opened, unless there was no right to it.
    pub opened: Option<Entry<Price>>,
    /// Y9: the entry that was earned.
    pub earned: Option<Entry<()>>,
    /// Y13: make-up that the end of the term took out: forfeited or refunded, oldest first.
    pub closed: Vec<Entry<Price>>,
    /// Y13: carry-forward that the end of the term took out.
    pub lapsed: Vec<Entry<()>>,
    /// Yuan: what the year's gas was billed at, less the make-up credit, and payment −
    /// compensation − refund.
    pub net: Exact,
    /// Y3: from which years the make-up was drawn, oldest first.
    pub draws: Vec<Entry<Price>>,
    /// Y6: from which years the carry-forward was applied, oldest first.
    pub applications: Vec<Entry<()>>,
    /// Y10: make-up that expired, oldest first.
    pub make_up_expiries: Vec<Entry<Price>>,
    /// Y10: carry-forward that expired.
    pub carry_forward_expiries: Vec<Entry<()>>,
    /// How `net` came to be: one step for each address, in the clause order.
    pub trace: Trace,
}
