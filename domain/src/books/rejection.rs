use super::DocumentName;
use crate::quantities::{
    Bank, BankReference, CivilDay, ContractId, InvoiceNumber, Money, SettlementMonth,
};
use crate::rejection::rejections;

/// How many months a sentence shows; the rest are counted.
const SHOWN: usize = 24;

fn months(all: &[(ContractId, SettlementMonth)]) -> String {
    let shown = all.iter().take(SHOWN).map(|(contract, month)| format!("{contract} {month}"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

rejections! {
    /// Refusals of the books.
    pub enum Rejection {
        901 "books_closed" "Give the posting a date after the day up to which the books are closed."
        /// A4.
        #[error("a posting of {posting_date} is refused: the books are closed through \
                 {closed_through}")]
        Closed {
            /// The date that the posting would bear.
            posting_date: CivilDay,
            /// The last closed day.
            closed_through: CivilDay,
        },

        902 "books_closed_further" "Closed books stay closed; name a later day."
        /// A4: closing only goes forward.
        #[error("the books are closed through {closed_through} already, not only {through}")]
        ClosedFurther {
            /// As sent.
            through: CivilDay,
            /// The last closed day.
            closed_through: CivilDay,
        },

        903 "day_not_over" "Name a day that is over."
        /// A4, A6: only what is over is counted and closed.
        #[error("{day} is not over; today is {today}")]
        DayNotOver {
            /// As sent.
            day: CivilDay,
            /// The civil day of now.
            today: CivilDay,
        },

        904 "months_not_issued" "Close the months that are listed first."
        /// A4: their settlements could never be posted.
        #[error("closing the books through {through} would shut out months that are not issued: \
                 {}", months(missing))]
        MonthsNotIssued {
            /// As sent.
            through: CivilDay,
            /// Contracts and months.
            missing: Box<[(ContractId, SettlementMonth)]>,
        },

        910 "unknown_contract" "Check the contract's id."
        /// There is no such contract.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        911 "nothing_to_assign" "Name a payment that was recorded without a contract."
        /// A1.
        #[error("{bank} has no unallocated payment {reference}")]
        NothingToAssign {
            /// The bank.
            bank: Bank,
            /// The payment's reference.
            reference: BankReference,
        },

        912 "no_shares" "Name at least one contract and its amount."
        /// A1.
        #[error("the payment is assigned to nobody")]
        NoShares {},

        913 "assigned_above_payment" "Assign at most what is left of the payment."
        /// A1: the shares are the payment's amount or less.
        #[error("{amount} yuan exceed the {left} yuan that are left to assign by {excess}")]
        AssignedAbovePayment {
            /// The shares together.
            amount: Money,
            /// What is left.
            left: Money,
            /// amount − left.
            excess: Money,
        },

        914 "assigned_before_paid" "Name the payment's value date or a later day."
        /// A1: nobody has money before it came.
        #[error("{value_date} is before the money came, on {paid}")]
        AssignedBeforePaid {
            /// As sent.
            value_date: CivilDay,
            /// When it came.
            paid: CivilDay,
        },

        915 "nothing_to_take_back" "Name a payment and a contract that holds a part of it."
        /// A1.
        #[error("contract {contract} holds nothing of {bank} {reference}")]
        NothingToTakeBack {
            /// The bank.
            bank: Bank,
            /// The payment's reference.
            reference: BankReference,
            /// The contract.
            contract: ContractId,
        },

        921 "unknown_document" "Issue or post the document first, or correct its name."
        /// An invoice is of something that was posted.
        #[error("{document} has no posted revision {revision}")]
        UnknownDocument {
            /// The document.
            document: DocumentName,
            /// As sent.
            revision: u32,
        },

        922 "duplicate_reference" "Give the invoice its own number."
        /// A number stands for one invoice.
        #[error("invoice {number} is already recorded for {document} of {contract}")]
        DuplicateInvoice {
            /// The number.
            number: InvoiceNumber,
            /// As recorded.
            contract: ContractId,
            /// As recorded.
            document: DocumentName,
        },

        923 "document_invoiced" "A document's revision has one invoice."
        /// The revision has its invoice.
        #[error("{document} revision {revision} is invoiced with {number}")]
        Invoiced {
            /// The document.
            document: DocumentName,
            /// The revision.
            revision: u32,
            /// Its invoice.
            number: InvoiceNumber,
        },

        924 "nothing_to_invoice" "A revision that posts nothing needs no invoice."
        /// Nothing was posted.
        #[error("{document} revision {revision} comes to 0.00 yuan")]
        NothingToInvoice {
            /// The document.
            document: DocumentName,
            /// The revision.
            revision: u32,
        },

        925 "wrong_invoice_colour" "Use a blue invoice above zero and a red one below."
        /// 红字: a negative difference needs a red invoice.
        #[error("{gross} yuan need a {wanted} invoice")]
        WrongColour {
            /// What the revision posted.
            gross: Money,
            /// The right one.
            wanted: &'static str,
        },

        931 "credit_over" "Let the credit end today or later."
        /// A1.
        #[error("a credit until {until} is over; today is {today}")]
        CreditOver {
            /// As sent.
            until: CivilDay,
            /// The civil day of now.
            today: CivilDay,
        },

        941 "no_late_fee" "Name the debt and the last day of a late fee that was charged."
        /// A6.
        #[error("contract {contract} was charged no late fee for {document} through {through}")]
        NoLateFee {
            /// The contract.
            contract: ContractId,
            /// The debt.
            document: DocumentName,
            /// As sent.
            through: CivilDay,
        },

        942 "late_fee_credited" "Nothing is to be done: the debt was lowered, or paid earlier."
        /// A6, M4: a credit has taken back all of it.
        #[error("of the late fee for {document} through {through} nothing is left to waive: it was \
                 credited")]
        LateFeeCredited {
            /// The debt.
            document: DocumentName,
            /// As sent.
            through: CivilDay,
        },
    }
}
