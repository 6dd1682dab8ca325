use std::collections::BTreeMap;

use super::{DocumentName, InvoiceRecorded, MoneyAssigned};
use crate::quantities::{Bank, BankReference, CivilDay, ContractId, InvoiceNumber};

/// What the books of the whole ledger come to: what decisions on them need.
#[derive(Debug, Clone, Default)]
pub struct BooksState {
    /// The last day that a closing has closed.
    pub(crate) closed_through: Option<CivilDay>,
    assigned: BTreeMap<(Bank, BankReference), Vec<MoneyAssigned>>,
    invoices: BTreeMap<InvoiceNumber, InvoiceRecorded>,
}

impl BooksState {
    /// What of a payment is assigned now.
    #[must_use]
    pub fn assigned(&self, bank: &Bank, reference: &BankReference) -> &[MoneyAssigned] {
        self.assigned.get(&(bank.clone(), reference.clone())).map_or(&[], Vec::as_slice)
    }

    /// The invoice of a number.
    #[must_use]
    pub fn invoice(&self, number: &InvoiceNumber) -> Option<&InvoiceRecorded> {
        self.invoices.get(number)
    }

    /// Every invoice, by number.
    pub fn invoices(&self) -> impl Iterator<Item = &InvoiceRecorded> {
        self.invoices.values()
    }

    /// The invoice of a document's revision.
    #[must_use]
    pub fn invoice_of(
        &self,
        contract: &ContractId,
        document: &DocumentName,
        revision: u32,
    ) -> Option<&InvoiceRecorded> {
        self.invoices.values().find(|invoice| {
            invoice.contract == *contract
                && invoice.document == *document
                && invoice.revision == revision
        })
    }

    pub(crate) fn assign(&mut self, event: &MoneyAssigned) {
        self.of(event).push(event.clone());
    }

    pub(crate) fn take_back(&mut self, event: &MoneyAssigned) {
        let same =
            |one: &MoneyAssigned| one.contract == event.contract && one.amount == event.amount;
        let assigned = self.of(event);
        if let Some(place) = assigned.iter().position(same) {
            assigned.remove(place);
        }
    }

    fn of(&mut self, event: &MoneyAssigned) -> &mut Vec<MoneyAssigned> {
        self.assigned.entry((event.bank.clone(), event.bank_reference.clone())).or_default()
    }

    pub(crate) fn invoiced(&mut self, event: &InvoiceRecorded) {
        self.invoices.insert(event.number.clone(), event.clone());
    }

    pub(crate) fn close(&mut self, through: CivilDay) {
        self.closed_through = self.closed_through.max(Some(through));
    }
}
