//! The arguments of the verbs that read, and of those that run without a ledger of their own.

use std::path::PathBuf;

use citygate_domain::quantities::{ContractId, GasDay, SettlementMonth};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::{AtLeast, ExportVerb, KnownAt};

/// `run DIR --through MONTH -- report KIND …`
#[derive(Debug, ClapArgs)]
pub struct RunArgs {
    /// The folder of facts (docs/formats.md).
    pub folder: PathBuf,
    /// Close the months up to and including this one.
    #[arg(long)]
    pub through: Option<SettlementMonth>,
    /// Settle these contract years of take-or-pay after the months, in order.
    #[arg(long = "year", value_name = "YEAR")]
    pub years: Vec<i64>,
    /// Write the refused rows to this file as CSV.
    #[arg(long)]
    pub refused: Option<PathBuf>,
    /// What to print: `report KIND …` or `explain ID …`.
    #[arg(last = true, value_name = "VERB")]
    pub then: Vec<String>,
}

/// What can follow `--` in `run`, and stands alone on a ledger file.
#[derive(Debug, Parser)]
#[command(name = "citygate run … --", no_binary_name = true)]
pub struct ReadArgs {
    /// What to read.
    #[command(subcommand)]
    pub verb: ReadVerb,
}

/// The verbs that only read.
#[derive(Debug, Subcommand)]
pub enum ReadVerb {
    /// Print a report.
    Report(ReportArgs),
    /// Write the books for another program.
    #[command(subcommand)]
    Export(ExportVerb),
    /// Say why a number is what it is.
    Explain(ExplainArgs),
}

/// The reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportKind {
    /// Issued settlements, a row a month.
    Settlements,
    /// Their lines.
    Lines,
    /// Assessed deviations (偏差结算).
    Deviations,
    /// Settled contract years of take-or-pay (照付不议).
    TakeOrPay,
    /// Later revisions of documents, and what they changed (更正).
    Restatements,
    /// Balances and days of gas (可用天数) as of a gas day.
    Accounts,
    /// Recommended and effective stages as of a gas day.
    Stages,
    /// Contracts as signed.
    Contracts,
    /// Readings in the order in which they were recorded.
    Deliveries,
    /// Readings of days behind a term, which wait for a late renewal (暂存读数, C2).
    Parked,
    /// Money and documents of an account with its running balance (对账单).
    AccountStatement,
    /// Every posting of the books, debit and credit (A4).
    Journal,
    /// The sums of all accounts of the books (试算平衡表).
    TrialBalance,
    /// What documents came to and what is still owed of them, as of a gas day (应收).
    Debts,
    /// Invoices of documents (发票).
    Invoices,
}

impl ReportKind {
    /// Whether each of its rows is of one contract, named in the first column.
    pub fn has_contracts(self) -> bool {
        !matches!(self, Self::TrialBalance)
    }

    /// Whether it tells what accounts hold, and with it the log position (G4).
    pub fn is_of_accounts(self) -> bool {
        matches!(
            self,
            Self::Accounts
                | Self::Stages
                | Self::AccountStatement
                | Self::Journal
                | Self::TrialBalance
                | Self::Debts
        )
    }
}

/// `report KIND …`
#[derive(Debug, ClapArgs)]
pub struct ReportArgs {
    /// Which report.
    #[arg(value_enum)]
    pub kind: ReportKind,
    /// How to print it: table, csv or json.
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// As of this gas day (T4, T5); the newest gas day that is over, if left out.
    #[arg(long)]
    pub as_of: Option<GasDay>,
    /// The first day of an account statement; what was before makes its opening balance.
    #[arg(long)]
    pub from: Option<GasDay>,
    /// As known at this position or instant (T4).
    #[arg(long)]
    pub known_at: Option<KnownAt>,
    /// Only this contract.
    #[arg(long)]
    pub contract: Option<ContractId>,
    /// Add the month to date.
    #[arg(long)]
    pub running: bool,
    /// What must be known.
    #[command(flatten)]
    pub at_least: AtLeast,
}

/// `explain ID`, `explain --diff A B`
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// `settlement/CONTRACT/MONTH`, `deviation/CONTRACT/MONTH`, `take-or-pay/CONTRACT/YEAR`, each
    /// with `@REVISION` for another than the newest; `account/CONTRACT/GAS_DAY`, with `@POSITION`
    /// or `@INSTANT` as known then; or the position of an event.
    #[arg(required_unless_present = "diff")]
    pub id: Option<String>,
    /// Say why the later of two revisions of a document, or of two answers about an account,
    /// differs from the earlier one: the facts between them, each with its share.
    #[arg(long, num_args = 2, value_names = ["EARLIER", "LATER"], conflicts_with = "id")]
    pub diff: Vec<String>,
    /// How to print a difference: table, if left out; csv or json.
    #[arg(long)]
    pub format: Option<Format>,
    /// What must be known.
    #[command(flatten)]
    pub at_least: AtLeast,
}

/// `calculate FILE`
#[derive(Debug, ClapArgs)]
pub struct CalculateArgs {
    /// The file with the rule and its numbers; `-` reads standard input.
    pub file: PathBuf,
    /// How to print the result: table, csv or json.
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// Print how the result came to be: after the table, or beside csv and json on standard error.
    #[arg(long)]
    pub explain: bool,
}
