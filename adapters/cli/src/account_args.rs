//! The arguments of the verbs about money and the books.

use std::path::PathBuf;
use std::str::FromStr;

use citygate_domain::books::{DocumentName, Share};
use citygate_domain::quantities::{
    Bank, BankReference, CivilDay, ContractId, GasDay, InvoiceNumber, Money, SettlementMonth,
};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::args::KnownAt;

/// `money …`
#[derive(Debug, Subcommand)]
pub enum MoneyVerb {
    /// Record a payment; without a contract it is unallocated.
    Pay {
        /// Whose.
        #[arg(long)]
        contract: Option<ContractId>,
        /// What came.
        #[command(flatten)]
        movement: Movement,
    },
    /// Record one payment that belongs to several contracts.
    Split {
        /// What came.
        #[command(flatten)]
        movement: Movement,
        /// A contract and its part, `LG-1=1000.00`; what is left over stays unallocated.
        #[arg(long = "share", value_name = "CONTRACT=AMOUNT", required = true)]
        shares: Vec<ShareArg>,
    },
    /// Assign unallocated money to contracts.
    Assign {
        /// Which payment.
        #[command(flatten)]
        payment: PaymentName,
        /// A contract and its part, `LG-1=1000.00`.
        #[arg(long = "share", value_name = "CONTRACT=AMOUNT", required = true)]
        shares: Vec<ShareArg>,
        /// The day from which it counts; left out: the payment's.
        #[arg(long)]
        value_date: Option<CivilDay>,
    },
    /// Take back what a contract was assigned by mistake.
    TakeBack {
        /// Which payment.
        #[command(flatten)]
        payment: PaymentName,
        /// From whom.
        #[arg(long)]
        contract: ContractId,
        /// The day from which it counts; left out: the assignment's.
        #[arg(long)]
        value_date: Option<CivilDay>,
    },
    /// Record that the bank returned a payment.
    Reverse {
        /// Whose.
        #[arg(long)]
        contract: Option<ContractId>,
        /// What went.
        #[command(flatten)]
        movement: Movement,
        /// The returned payment's reference.
        #[arg(long)]
        reverses: BankReference,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Pay money back to the buyer.
    Refund {
        /// Whose.
        #[arg(long)]
        contract: Option<ContractId>,
        /// What went.
        #[command(flatten)]
        movement: Movement,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// List payments that are not assigned, with what is left of each.
    Unallocated {
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
}

/// A movement of money at a bank.
#[derive(Debug, Clone, ClapArgs)]
pub struct Movement {
    /// Yuan, above zero.
    #[arg(long)]
    pub amount: Money,
    /// The bank.
    #[arg(long)]
    pub bank: Bank,
    /// The bank's reference of this movement.
    #[arg(long)]
    pub reference: BankReference,
    /// The civil day on which it counts.
    #[arg(long)]
    pub value_date: CivilDay,
}

/// The name of a payment.
#[derive(Debug, Clone, ClapArgs)]
pub struct PaymentName {
    /// The bank.
    #[arg(long)]
    pub bank: Bank,
    /// The bank's reference of the payment.
    #[arg(long)]
    pub reference: BankReference,
}

/// `CONTRACT=AMOUNT`
#[derive(Debug, Clone)]
pub struct ShareArg(pub Share);

impl FromStr for ShareArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not of the form CONTRACT=AMOUNT");
        let (contract, amount) = text.rsplit_once('=').ok_or_else(wrong)?;
        let contract = contract.parse().map_err(|error| format!("{text:?}: {error}"))?;
        let amount = amount.parse().map_err(|error| format!("{text:?}: {error}"))?;
        Ok(Self(Share { contract, amount }))
    }
}

/// `credit …`
#[derive(Debug, Subcommand)]
pub enum CreditVerb {
    /// Grant emergency credit: it counts as available from today on.
    Grant {
        /// To whom.
        #[arg(long)]
        contract: ContractId,
        /// Yuan.
        #[arg(long)]
        amount: Money,
        /// Last civil day on which it counts.
        #[arg(long)]
        until: CivilDay,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
}

/// `late-fee …`
#[derive(Debug, Subcommand)]
pub enum LateFeeVerb {
    /// Charge what the days through one come to and was not charged before (A6).
    Charge {
        /// The last civil day that is counted.
        #[arg(long)]
        through: CivilDay,
        /// Only this contract.
        #[arg(long)]
        contract: Option<ContractId>,
    },
    /// Waive a late fee that was charged.
    Waive {
        /// The debt: `settlement/CONTRACT/MONTH`.
        #[arg(long)]
        document: DocumentArg,
        /// The last day that the late fee counted.
        #[arg(long)]
        through: CivilDay,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
}

/// `invoice …`
#[derive(Debug, Subcommand)]
pub enum InvoiceVerb {
    /// Record the invoice (发票) of a document.
    Record {
        /// The document: `settlement/CONTRACT/MONTH`, `deviation/…` or `take-or-pay/CONTRACT/YEAR`.
        #[arg(long)]
        document: DocumentArg,
        /// Its revision.
        #[arg(long, default_value_t = 1)]
        revision: u32,
        /// The invoice's number.
        #[arg(long)]
        number: InvoiceNumber,
        /// Its date.
        #[arg(long)]
        date: CivilDay,
        /// A red invoice (红字), for a negative amount.
        #[arg(long)]
        red: bool,
    },
}

/// `books …`
#[derive(Debug, Subcommand)]
pub enum BooksVerb {
    /// Close the books: nothing is posted to days up to this one any more (A4).
    Close {
        /// The last civil day that is closed.
        #[arg(long)]
        through: CivilDay,
    },
}

/// A document of a contract: `settlement/CONTRACT/MONTH`.
#[derive(Debug, Clone)]
pub struct DocumentArg {
    /// Whose.
    pub contract: ContractId,
    /// Which.
    pub document: DocumentName,
}

impl FromStr for DocumentArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is none of settlement/CONTRACT/MONTH, deviation/CONTRACT/MONTH and \
                 take-or-pay/CONTRACT/YEAR"
            )
        };
        let (kind, rest) = text.split_once('/').ok_or_else(wrong)?;
        let (contract, period) = rest.rsplit_once('/').ok_or_else(wrong)?;
        let contract = contract.parse().map_err(|_| wrong())?;
        let month = || period.parse::<SettlementMonth>().map_err(|_| wrong());
        let document = match kind {
            "settlement" => DocumentName::Settlement { month: month()? },
            "deviation" => DocumentName::Deviation { month: month()? },
            "take-or-pay" => DocumentName::TakeOrPay { year: period.parse().map_err(|_| wrong())? },
            _ => return Err(wrong()),
        };
        Ok(Self { contract, document })
    }
}

/// `export …`
#[derive(Debug, Subcommand)]
pub enum ExportVerb {
    /// Write the journal of the books in the language of a plain-text accounting program.
    Journal(ExportArgs),
}

/// `export journal`
#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    /// For which program.
    #[arg(long, value_enum)]
    pub format: JournalFormat,
    /// Only this contract.
    #[arg(long)]
    pub contract: Option<ContractId>,
    /// Up to this day; left out: everything that is posted.
    #[arg(long)]
    pub as_of: Option<GasDay>,
    /// As known at this position or instant (T4).
    #[arg(long)]
    pub known_at: Option<KnownAt>,
    /// Write to this file; left out: standard output.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// The programs that read the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JournalFormat {
    /// hledger, and what reads its files.
    Hledger,
    /// beancount.
    Beancount,
}
