//! The books in the words of the trade: assigning, late fees, invoices, closing.

use citygate_domain::Command;
use citygate_domain::books::{
    AssignMoney, BooksCommand, ChargeLateFee, CloseBooks, DocumentName, GrantCredit, InvoiceColour,
    RecordInvoice, Share, SplitPayment, TakeBackAssignment, WaiveLateFee,
};

use crate::template::Template;
use crate::told::Told;
use crate::words::{CONTRACT, civil, contract, month, read, yuan};

const BANK: &str = "ICBC";

fn told(command: BooksCommand) -> Told {
    Told::Command(Command::Books(command))
}

fn shares(shares: &[(&str, &str)]) -> Vec<Share> {
    let share = |(contract, amount): &(&str, &str)| Share {
        contract: read(contract),
        amount: yuan(amount),
    };
    shares.iter().map(share).collect()
}

/// A contract that pays ten days after the month, with a late fee of 0.05 % a day.
#[must_use]
pub fn postpaid(id: &str) -> Template {
    contract(id)
        .term("payment.mode", "postpaid")
        .term("payment.due_days", "10")
        .term("payment.late_fee_percent_per_day", "0.05")
}

/// Unallocated money assigned from its value date on.
#[must_use]
pub fn assigned(reference: &str, to: &[(&str, &str)]) -> Told {
    told(BooksCommand::Assign(AssignMoney {
        bank: read(BANK),
        bank_reference: read(reference),
        shares: shares(to),
        value_date: None,
    }))
}

/// Unallocated money assigned from a later day on.
#[must_use]
pub fn assigned_on(reference: &str, value_date: &str, to: &[(&str, &str)]) -> Told {
    told(BooksCommand::Assign(AssignMoney {
        bank: read(BANK),
        bank_reference: read(reference),
        shares: shares(to),
        value_date: Some(civil(value_date)),
    }))
}

/// One payment of several contracts.
#[must_use]
pub fn split(reference: &str, value_date: &str, amount: &str, to: &[(&str, &str)]) -> Told {
    told(BooksCommand::Split(SplitPayment {
        value_date: civil(value_date),
        amount: yuan(amount),
        bank: read(BANK),
        bank_reference: read(reference),
        shares: shares(to),
    }))
}

/// An assignment taken back.
#[must_use]
pub fn taken_back(reference: &str, from: &str) -> Told {
    told(BooksCommand::TakeBack(TakeBackAssignment {
        bank: read(BANK),
        bank_reference: read(reference),
        contract: read(from),
        value_date: None,
    }))
}

/// Emergency credit.
#[must_use]
pub fn credited(amount: &str, until: &str) -> Told {
    let (amount, until) = (yuan(amount), civil(until));
    told(BooksCommand::GrantCredit(GrantCredit { contract: read(CONTRACT), amount, until }))
}

/// The late fee of a month's settlement charged through a day.
#[must_use]
pub fn fee_charged(of_month: &str, through: &str) -> Told {
    told(BooksCommand::ChargeLateFee(ChargeLateFee {
        contract: read(CONTRACT),
        document: DocumentName::Settlement { month: month(of_month) },
        through: civil(through),
    }))
}

/// The late fee of a month's settlement waived.
#[must_use]
pub fn fee_waived(of_month: &str, through: &str) -> Told {
    told(BooksCommand::WaiveLateFee(WaiveLateFee {
        contract: read(CONTRACT),
        document: DocumentName::Settlement { month: month(of_month) },
        through: civil(through),
    }))
}

/// The blue invoice of a month's first settlement.
#[must_use]
pub fn invoiced(number: &str, of_month: &str, date: &str) -> Told {
    invoiced_as(number, of_month, 1, date, InvoiceColour::Blue)
}

/// The invoice of a revision of a month's settlement.
#[must_use]
pub fn invoiced_as(
    number: &str,
    of_month: &str,
    revision: u32,
    date: &str,
    colour: InvoiceColour,
) -> Told {
    told(BooksCommand::RecordInvoice(RecordInvoice {
        contract: read(CONTRACT),
        document: DocumentName::Settlement { month: month(of_month) },
        revision,
        number: read(number),
        date: civil(date),
        colour,
    }))
}

/// The books closed through a day.
#[must_use]
pub fn books_closed(through: &str) -> Told {
    told(BooksCommand::Close(CloseBooks { through: civil(through) }))
}
