//! The command line.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use citygate_domain::quantities::{ContractId, GasDay, PersonId, SettlementMonth};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::lang::Lang;

/// Settles gas contracts from an append-only log: deviation settlement (偏差结算), prepayment
/// (先款后气), days of gas (可用天数), every number explained.
#[derive(Debug, Parser)]
#[command(name = "citygate", version, max_term_width = 100)]
pub struct Args {
    /// The language of tables and explanations.
    #[arg(long, global = true, env = "CITYGATE_LANG", value_enum)]
    pub lang: Option<Lang>,

    /// Who acts; recorded with every event.
    #[arg(long, global = true, env = "CITYGATE_PERSON", default_value = "operator")]
    pub person: PersonId,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show what citygate does, on facts shipped with it; needs nothing.
    Demo,
    /// Import a folder, close its months and print one report, on a ledger that lives for this run.
    Run(RunArgs),
    /// Run one rule on given numbers; stores nothing.
    Calculate(CalculateArgs),
}

/// `run DIR --through MONTH -- report KIND …`
#[derive(Debug, ClapArgs)]
pub struct RunArgs {
    /// The folder of facts (docs/formats.md).
    pub folder: PathBuf,
    /// Close the months up to and including this one.
    #[arg(long)]
    pub through: Option<SettlementMonth>,
    /// Write the refused rows to this file as CSV.
    #[arg(long)]
    pub refused: Option<PathBuf>,
    /// The time to use instead of the clock's; the ledger is then marked as simulated.
    #[arg(long)]
    pub now: Option<DateTime<Utc>>,
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
    /// Balances and days of gas (可用天数) as of a gas day.
    Accounts,
    /// Recommended and effective stages as of a gas day.
    Stages,
    /// Contracts as signed.
    Contracts,
    /// Readings in the order in which they were recorded.
    Deliveries,
    /// Money and documents of an account with its running balance (对账单).
    AccountStatement,
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
    /// Only this contract.
    #[arg(long)]
    pub contract: Option<ContractId>,
    /// Add the month to date.
    #[arg(long)]
    pub running: bool,
}

/// `explain ID`
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// `settlement/CONTRACT/MONTH`, `deviation/CONTRACT/MONTH`, `account/CONTRACT/GAS_DAY`.
    pub id: String,
}

/// `calculate FILE`
#[derive(Debug, ClapArgs)]
pub struct CalculateArgs {
    /// The file with the rule and its numbers; `-` reads standard input.
    pub file: PathBuf,
    /// How to print the result: table, csv or json.
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// Print how the result came to be.
    #[arg(long)]
    pub explain: bool,
}
