//! The account statement (对账单): money and documents of a contract, with a running balance.

use std::collections::BTreeMap;

use citygate_domain::log::Position;
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, Money, SettlementMonth};
use citygate_domain::settlement::SettlementIssued;
use citygate_domain::take_or_pay::TakeOrPaySettled;

/// The statements of all contracts, and of money not yet assigned.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    entries: BTreeMap<Option<ContractId>, Vec<StatementEntry>>,
    /// What the newest revision of each settlement came to.
    settled: BTreeMap<(ContractId, SettlementMonth), Money>,
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
    /// A month's settlement.
    Settlement,
    /// A contract year of take-or-pay.
    TakeOrPay,
}

impl EntryKind {
    /// The word reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Reversal => "reversal",
            Self::Refund => "refund",
            Self::Settlement => "settlement",
            Self::TakeOrPay => "take_or_pay",
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

    pub(crate) fn settled(&mut self, document: &SettlementIssued, position: Position) {
        // M4: a later revision brings the difference to the one before it.
        let key = (document.contract.clone(), document.month);
        let before = self.settled.insert(key, document.gross).unwrap_or(Money::ZERO);
        let entry = StatementEntry {
            date: document.last_gas_day.civil(),
            position,
            kind: EntryKind::Settlement,
            reference: format!("{} r{}", document.month, document.revision),
            month: Some(document.month),
            amount: before - document.gross,
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
            amount: -document.gross,
        };
        self.entries.entry(Some(document.contract.clone())).or_default().push(entry);
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
