//! The arguments of the verbs about late fees, invoices and the books.

use std::path::PathBuf;
use std::str::FromStr;

use citygate_domain::books::DocumentName;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, InvoiceNumber, SettlementMonth};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::KnownAt;

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
