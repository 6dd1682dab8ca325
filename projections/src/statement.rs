//! The account statement (对账单): money and documents of a contract, with a running balance.

use std::collections::BTreeMap;

use citygate_domain::books::{LateFeeCharged, LateFeeWaived, MoneyAssigned};
use citygate_domain::contract::Direction;
use citygate_domain::contract::life::BalanceMoved;
use citygate_domain::deviation::DeviationPosted;
use citygate_domain::log::Position;
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, Money, SettlementMonth};
use citygate_domain::settlement::SettlementIssued;
use citygate_domain::take_or_pay::TakeOrPaySettled;

/// The statements of all contracts, and of money not yet assigned.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    entries: BTreeMap<Option<ContractId>, Vec<StatementEntry>>,
}

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Money received.
    Payment,
    /// A payment returned.
    Reversal,
    /// Money paid back.
    Refund,
    /// Unallocated money that was assigned to the contract.
    Assignment,
    /// An assignment that was taken back.
    AssignmentReversal,
    /// A balance that came from another contract.
    BalanceIn,
    /// A balance that went to another contract.
    BalanceOut,
    /// A late fee.
    LateFee,
    /// A late fee that was waived.
    LateFeeWaiver,
    /// A month's settlement.
    Settlement,
    /// A contract year of take-or-pay.
    TakeOrPay,
    /// A posted deviation, or its difference.
    Deviation,
}

impl EntryKind {
    /// The word reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Reversal => "reversal",
            Self::Refund => "refund",
            Self::Assignment => "assignment",
            Self::AssignmentReversal => "assignment_reversal",
            Self::BalanceIn => "balance_in",
            Self::BalanceOut => "balance_out",
            Self::LateFee => "late_fee",
            Self::LateFeeWaiver => "late_fee_waiver",
            Self::Settlement => "settlement",
            Self::TakeOrPay => "take_or_pay",
            Self::Deviation => "deviation",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementEntry {
    /// The civil day on which it counts.
    pub date: CivilDay,
    /// The event.
    pub position: Position,
    /// What it records.
    pub kind: EntryKind,
    /// The bank and its reference, or the month or year with the revision.
    pub reference: String,
    /// The settlement month of a document.
    pub month: Option<SettlementMonth>,
    /// What it adds to the balance; negative for what it takes.
    pub amount: Money,
}

impl Statements {
    pub(crate) fn paid(&mut self, moved: &MoneyMoved, position: Position) {
        self.money(moved, EntryKind::Payment, moved.amount, position);
    }

    pub(crate) fn reversed(&mut self, moved: &MoneyMoved, position: Position) {
        self.money(moved, EntryKind::Reversal, -moved.amount, position);
    }

    pub(crate) fn refunded(&mut self, moved: &MoneyMoved, position: Position) {
        self.money(moved, EntryKind::Refund, -moved.amount, position);
    }

    /// Money goes from nobody's account to a contract's.
    pub(crate) fn assigned(&mut self, assigned: &MoneyAssigned, position: Position) {
        self.assignment(assigned, EntryKind::Assignment, assigned.amount, position);
    }

    /// And back.
    pub(crate) fn taken_back(&mut self, assigned: &MoneyAssigned, position: Position) {
        self.assignment(assigned, EntryKind::AssignmentReversal, -assigned.amount, position);
    }

    fn assignment(
        &mut self,
        assigned: &MoneyAssigned,
        kind: EntryKind,
        amount: Money,
        position: Position,
    ) {
        let reference = format!("{} {}", assigned.bank, assigned.bank_reference);
        let date = assigned.value_date;
        let to = StatementEntry { date, position, kind, reference, month: None, amount };
        let from = StatementEntry { amount: -amount, ..to.clone() };
        self.entries.entry(Some(assigned.contract.clone())).or_default().push(to);
        self.entries.entry(None).or_default().push(from);
    }

    /// C4: one side of a balance that moved.
    pub(crate) fn balance_moved(&mut self, moved: &BalanceMoved, position: Position) {
        let kind = match moved.direction {
            Direction::In => EntryKind::BalanceIn,
            Direction::Out => EntryKind::BalanceOut,
        };
        let entry = StatementEntry {
            date: moved.value_date,
            position,
            kind,
            reference: moved.counterparty.to_string(),
            month: None,
            amount: moved.signed_amount(),
        };
        self.entries.entry(Some(moved.contract.clone())).or_default().push(entry);
    }

    pub(crate) fn late_fee(&mut self, fee: &LateFeeCharged, position: Position) {
        let entry = StatementEntry {
            date: fee.posted_on,
            position,
            kind: EntryKind::LateFee,
            reference: fee.document.to_string(),
            month: None,
            amount: -fee.fee,
        };
        self.entries.entry(Some(fee.contract.clone())).or_default().push(entry);
    }

    pub(crate) fn waived(&mut self, fee: &LateFeeWaived, position: Position) {
        let entry = StatementEntry {
            date: fee.posted_on,
            position,
            kind: EntryKind::LateFeeWaiver,
            reference: fee.document.to_string(),
            month: None,
            amount: fee.fee,
        };
        self.entries.entry(Some(fee.contract.clone())).or_default().push(entry);
    }

    pub(crate) fn settled(&mut self, document: &SettlementIssued, position: Position) {
        let entry = StatementEntry {
            date: document.last_gas_day.civil(),
            position,
            kind: EntryKind::Settlement,
            reference: format!("{} r{}", document.month, document.revision),
            month: Some(document.month),
            amount: -document.posted_gross(),
        };
        self.entries.entry(Some(document.contract.clone())).or_default().push(entry);
    }

    pub(crate) fn settled_year(&mut self, document: &TakeOrPaySettled, position: Position) {
        let entry = StatementEntry {
            date: document.last_gas_day.civil(),
            position,
            kind: EntryKind::TakeOrPay,
            reference: format!("{} r{}", document.year, document.revision),
            month: None,
            amount: -document.posted_gross(),
        };
        self.entries.entry(Some(document.contract.clone())).or_default().push(entry);
    }

    pub(crate) fn deviated(&mut self, posted: &DeviationPosted, position: Position) {
        let entry = StatementEntry {
            date: posted.last_gas_day.civil(),
            position,
            kind: EntryKind::Deviation,
            reference: format!("{} r{}", posted.month, posted.revision),
            month: Some(posted.month),
            amount: -posted.gross,
        };
        self.entries.entry(Some(posted.contract.clone())).or_default().push(entry);
    }

    fn money(&mut self, moved: &MoneyMoved, kind: EntryKind, amount: Money, position: Position) {
        let entry = StatementEntry {
            date: moved.value_date,
            position,
            kind,
            reference: format!("{} {}", moved.bank, moved.bank_reference),
            month: None,
            amount,
        };
        self.entries.entry(moved.contract.clone()).or_default().push(entry);
    }

    /// The entries of an account as of a gas day, by date and then log order, each with the balance
    /// after it. `None` asks for the money that is not assigned yet.
    #[must_use]
    pub fn of(
        &self,
        contract: Option<&ContractId>,
        as_of: Option<GasDay>,
    ) -> Vec<(StatementEntry, Money)> {
        let all = self.entries.get(&contract.cloned()).map_or(&[][..], Vec::as_slice);
        let counts = |entry: &&StatementEntry| as_of.is_none_or(|day| day.includes(entry.date));
        let mut entries: Vec<StatementEntry> = all.iter().filter(counts).cloned().collect();
        entries.sort_by_key(|entry| (entry.date, entry.position));
        let mut balance = Money::ZERO;
        let with_balance = entries.into_iter().map(|entry| {
            balance = balance + entry.amount;
            (entry, balance)
        });
        with_balance.collect()
    }

    /// The accounts that have entries.
    pub fn accounts(&self) -> impl Iterator<Item = Option<&ContractId>> {
        self.entries.keys().map(Option::as_ref)
    }
}
