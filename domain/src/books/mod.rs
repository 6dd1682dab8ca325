//! The books beside money that comes and goes (A1, A4–A6): money assigned to contracts, emergency
//! credit, late fees, invoices, and closing.
//!
//! `documents` names what is posted, `debts` says what of it is still owed; each other file decides
//! one kind of command. What each fact posts is said by the journal of the projections (A4).

mod assign;

mod close;

mod credit;

mod debts;

mod documents;

mod invoice;

mod late_fee;

mod late_fees;

mod rejection;

mod state;

use serde::{Deserialize, Serialize};

use crate::Decision;
use crate::context::Context;
use crate::ledger::FourEyes;
use crate::quantities::{Bank, BankReference, CivilDay, ContractId, InvoiceNumber, Money, Percent};
use crate::rules::tax::Taxed;
use crate::state::Ledger;
use crate::stream::DocumentInput;

pub(crate) use assign::taken_back;
pub use close::check_open;
pub use debts::{OpenDebt, Paid, debts_as_of};
pub use documents::{DocumentName, posted_documents};
pub use late_fee::{charged, overdue};
pub use late_fees::{LateFee, LateFees};
pub use rejection::Rejection;
pub use state::BooksState;

/// What can be asked of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BooksCommand {
    /// Assign unallocated money to contracts (A1).
    Assign(AssignMoney),
    /// Record a payment that belongs to several contracts (A1).
    Split(SplitPayment),
    /// Take an assignment back (A1).
    TakeBack(TakeBackAssignment),
    /// Grant emergency credit (A1).
    GrantCredit(GrantCredit),
    /// Charge a late fee (A6).
    ChargeLateFee(ChargeLateFee),
    /// Waive a late fee (A6).
    WaiveLateFee(WaiveLateFee),
    /// Record the invoice of a document.
    RecordInvoice(RecordInvoice),
    /// Close the books up to a day (A4).
    Close(CloseBooks),
}

/// Decides what is asked of the books.
pub fn decide(
    ledger: &Ledger,
    command: &BooksCommand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    match command {
        BooksCommand::Assign(assign) => assign::assign(ledger, assign),
        BooksCommand::Split(split) => assign::split(ledger, split),
        BooksCommand::TakeBack(back) => assign::take_back(ledger, back),
        BooksCommand::GrantCredit(grant) => credit::grant(ledger, grant, context),
        BooksCommand::ChargeLateFee(charge) => late_fee::charge(ledger, charge, context),
        BooksCommand::WaiveLateFee(waive) => late_fee::waive(ledger, waive, context),
        BooksCommand::RecordInvoice(invoice) => invoice::record(ledger, invoice),
        BooksCommand::Close(close) => close::close(ledger, close, context),
    }
}

/// A part of a payment and the contract that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Whose.
    pub contract: ContractId,
    /// Yuan, above zero.
    pub amount: Money,
}

/// Assigns money that was received without a contract, wholly or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignMoney {
    /// The bank.
    pub bank: Bank,
    /// The payment's reference there.
    pub bank_reference: BankReference,
    /// To whom; what is left over stays unallocated.
    pub shares: Vec<Share>,
    /// The civil day from which it counts; none: the payment's own.
    pub value_date: Option<CivilDay>,
}

/// Records a payment together with the contracts that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPayment {
    /// The civil day on which it counts.
    pub value_date: CivilDay,
    /// The whole payment; above zero.
    pub amount: Money,
    /// The bank.
    pub bank: Bank,
    /// The bank's reference.
    pub bank_reference: BankReference,
    /// To whom; what is left over stays unallocated.
    pub shares: Vec<Share>,
}

/// Takes back what was assigned to a contract; the money is unallocated again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBackAssignment {
    /// The bank.
    pub bank: Bank,
    /// The payment's reference there.
    pub bank_reference: BankReference,
    /// From whom.
    pub contract: ContractId,
    /// The civil day from which it counts; none: the assignment's own.
    pub value_date: Option<CivilDay>,
}

/// Money was assigned to a contract, or taken back from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyAssigned {
    /// Yuan, above zero.
    pub amount: Money,
    /// The bank.
    pub bank: Bank,
    /// The payment's reference there.
    pub bank_reference: BankReference,
    /// Whose.
    pub contract: ContractId,
    /// The civil day from which it counts.
    pub value_date: CivilDay,
}

/// Grants emergency credit: it counts as available from the day of its grant (A3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantCredit {
    /// To whom.
    pub contract: ContractId,
    /// Yuan, above zero.
    pub amount: Money,
    /// Last civil day on which it counts.
    pub until: CivilDay,
}

/// Emergency credit was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditGranted {
    /// Yuan.
    pub amount: Money,
    /// To whom.
    pub contract: ContractId,
    /// First civil day on which it counts.
    pub from: CivilDay,
    /// Last civil day on which it counts.
    pub until: CivilDay,
}

/// Charges the late fee of an overdue debt up to a day (A6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeLateFee {
    /// Whose.
    pub contract: ContractId,
    /// For which debt.
    pub document: DocumentName,
    /// The last civil day that is counted; it is over.
    pub through: CivilDay,
}

/// A late fee was charged for a debt: a document. It is what the days up to `through` come to, less
/// what was charged for them before. Below zero it is a credit: the debt was lowered, or was paid
/// earlier than was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateFeeCharged {
    /// Charged before for the same debt, less credits; its days are counted again in `parts`.
    pub charged_before: Money,
    /// Whose.
    pub contract: ContractId,
    /// The longest that a part was late, in days.
    pub days: u32,
    /// For which debt.
    pub document: DocumentName,
    /// When it was due; parts that a later revision added name their own day.
    pub due: CivilDay,
    /// Σ parts − charged before; tax is included (M3). A credit is at most what is left of the
    /// charges, which a waiver leaves nothing of.
    pub fee: Money,
    /// F: `off` where one person runs the ledger; absent where acts need two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes: Option<FourEyes>,
    /// What it was computed from (S3).
    pub inputs: Vec<DocumentInput>,
    /// M3; of a credit, what the charges that it takes back bore (M4).
    pub net: Money,
    /// The parts of the debt that were paid late or are not paid, by the day of payment.
    pub parts: Vec<LatePart>,
    /// The term `late_fee_percent_per_day`.
    pub percent_per_day: Percent,
    /// A4: the civil day on which the books take it.
    pub posted_on: CivilDay,
    /// Σ parts: the overdue principal.
    pub principal: Money,
    /// The version of the rules.
    pub rules: u32,
    /// M3.
    pub tax: Money,
    /// M3: the rate of the last day that was counted; of a credit, that of the newest charge that
    /// it takes back.
    pub tax_percent: Percent,
    /// The last civil day that was counted.
    pub through: CivilDay,
}

impl LateFeeCharged {
    /// Whether it takes back what was charged before.
    #[must_use]
    pub fn is_credit(&self) -> bool {
        self.fee < Money::ZERO
    }

    /// What it charges, column by column.
    #[must_use]
    pub fn total(&self) -> Taxed {
        Taxed { gross: self.fee, net: self.net, tax: self.tax }
    }
}

/// A part of a debt that was late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatePart {
    /// A6: overdue days.
    pub days: u32,
    /// When it was due, where a later revision added it; absent: with the debt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<CivilDay>,
    /// A6: rounded once.
    pub fee: Money,
    /// When it was paid; absent while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_on: Option<CivilDay>,
    /// Yuan.
    pub principal: Money,
}

/// Waives a late fee that was charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiveLateFee {
    /// Whose.
    pub contract: ContractId,
    /// For which debt it was charged.
    pub document: DocumentName,
    /// The last day that it counted.
    pub through: CivilDay,
}

/// A late fee was waived: the mirror of its charge, less what credits took back of it (M4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateFeeWaived {
    /// Whose.
    pub contract: ContractId,
    /// For which debt it was charged.
    pub document: DocumentName,
    /// As charged, less credits.
    pub fee: Money,
    /// As charged, less credits.
    pub net: Money,
    /// A4: the civil day on which the books take it.
    pub posted_on: CivilDay,
    /// As charged, less credits.
    pub tax: Money,
    /// The last day that the charge counted.
    pub through: CivilDay,
}

/// Records the invoice (发票) of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordInvoice {
    /// Whose document.
    pub contract: ContractId,
    /// Which document.
    pub document: DocumentName,
    /// Which revision of it; a later one is invoiced with its difference.
    pub revision: u32,
    /// The invoice's number, unique in the ledger.
    pub number: InvoiceNumber,
    /// Its date.
    pub date: CivilDay,
    /// Blue, or red for a negative amount.
    pub colour: InvoiceColour,
}

/// Blue invoices charge, red ones take back (红字).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceColour {
    /// An amount above zero.
    Blue,
    /// An amount below zero.
    Red,
}

impl InvoiceColour {
    /// The word that is stored and printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Red => "red",
        }
    }
}

/// An invoice was recorded (开票).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceRecorded {
    /// Blue or red.
    pub colour: InvoiceColour,
    /// Whose document.
    pub contract: ContractId,
    /// The date of the invoice.
    pub date: CivilDay,
    /// Which document.
    pub document: DocumentName,
    /// What the revision posted.
    pub gross: Money,
    /// What the revision posted.
    pub net: Money,
    /// The invoice's number.
    pub number: InvoiceNumber,
    /// Which revision of the document.
    pub revision: u32,
    /// What the revision posted.
    pub tax: Money,
}

/// Closes the books up to a civil day, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseBooks {
    /// The last day that is closed.
    pub through: CivilDay,
}

/// The books were closed up to a civil day, inclusive: nothing is posted to it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BooksClosed {
    /// The last day that is closed.
    pub through: CivilDay,
}
