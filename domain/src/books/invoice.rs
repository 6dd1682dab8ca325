use std::cmp::Ordering;

use super::{InvoiceColour, InvoiceRecorded, RecordInvoice, Rejection, posted_documents};
use crate::payment::{Reference, ReferenceUse};
use crate::quantities::Money;
use crate::state::Ledger;
use crate::{Decision, Event};

/// Records the invoice of a document's revision, once: blue for an amount above zero, red below.
pub(super) fn record(
    ledger: &Ledger,
    command: &RecordInvoice,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let RecordInvoice { document, revision, number, date, colour, .. } = command;
    if let Some(known) = ledger.books().invoice(number) {
        let same = known.contract == command.contract
            && known.document == *document
            && (known.revision, known.date, known.colour) == (*revision, *date, *colour);
        if same {
            return Ok(Decision::nothing());
        }
        return Err(Rejection::DuplicateInvoice {
            number: number.clone(),
            contract: known.contract.clone(),
            document: known.document,
        }
        .into());
    }
    let posted = posted_documents(contract);
    let posted = posted.iter().find(|one| one.document == *document && one.revision == *revision);
    let (name, revision) = (*document, *revision);
    let Some(posted) = posted else {
        return Err(Rejection::UnknownDocument { document: name, revision }.into());
    };
    if let Some(known) = ledger.books().invoice_of(&command.contract, document, revision) {
        let number = known.number.clone();
        return Err(Rejection::Invoiced { document: name, revision, number }.into());
    }
    let amount = posted.amount;
    let wanted = match amount.gross.cmp(&Money::ZERO) {
        Ordering::Greater => InvoiceColour::Blue,
        Ordering::Less => InvoiceColour::Red,
        Ordering::Equal => {
            return Err(Rejection::NothingToInvoice { document: name, revision }.into());
        }
    };
    if *colour != wanted {
        let gross = amount.gross;
        return Err(Rejection::WrongColour { gross, wanted: wanted.word() }.into());
    }
    let recorded = InvoiceRecorded {
        colour: *colour,
        contract: command.contract.clone(),
        date: *date,
        document: name,
        gross: amount.gross,
        net: amount.net,
        number: number.clone(),
        revision,
        tax: amount.tax,
    };
    let reference = Reference::Invoice { reference: number.clone() };
    let taken = ReferenceUse::new(Some(&command.contract), reference);
    Ok(Decision::of([Event::ReferenceTaken(taken), Event::InvoiceRecorded(recorded)]))
}
