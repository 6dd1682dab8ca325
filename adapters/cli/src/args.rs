//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use citygate_domain::approval::{Role, Subject};
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, PersonId, SettlementMonth};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::account_args::{BooksVerb, CreditVerb, ExportVerb, InvoiceVerb, LateFeeVerb, MoneyVerb};
use crate::case_args::CaseVerb;
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

    /// The ledger: `sqlite:PATH`.
    #[arg(long, global = true, env = "CITYGATE_STORE", default_value = "sqlite:citygate.db")]
    pub store: StoreUrl,

    /// The time to use instead of the clock's; only for a ledger whose clock is simulated (T6).
    #[arg(long, global = true, env = "CITYGATE_NOW")]
    pub now: Option<DateTime<Utc>>,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Where a ledger lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUrl(pub PathBuf);

impl FromStr for StoreUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self(path.into())),
            _ => Err(format!("{text:?} is not of the form sqlite:PATH")),
        }
    }
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
    /// Open a new ledger with other settings than the usual ones.
    Init(InitArgs),
    /// Import a folder of facts; each row is taken or refused alone.
    Import(ImportArgs),
    /// Issue the settlements of months that are over, assess deviations, settle contract years.
    Close(CloseArgs),
    /// Record and assign money; reverse and refund it.
    #[command(subcommand)]
    Money(MoneyVerb),
    /// Emergency credit.
    #[command(subcommand)]
    Credit(CreditVerb),
    /// Late fees (滞纳金).
    #[command(subcommand)]
    LateFee(LateFeeVerb),
    /// Invoices (发票) of documents.
    #[command(subcommand)]
    Invoice(InvoiceVerb),
    /// The books (A4).
    #[command(subcommand)]
    Books(BooksVerb),
    /// Issue documents again whose facts have changed since (更正): the next revision of exactly those
    /// that come out otherwise, with the difference.
    Restatements(RestatementsArgs),
    /// Print a report.
    Report(ReportArgs),
    /// List what waits for a second person (四眼原则).
    Approvals {
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Approve what another person proposed; it then happens.
    Approve(ApproveArgs),
    /// Take a proposal back, or reject another person's.
    Withdraw {
        /// What it is about, as `approvals` lists it.
        subject: Subject,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Say who may do what: list, grant and revoke roles.
    #[command(subcommand)]
    Role(RoleVerb),
    /// Write the books for another program.
    #[command(subcommand)]
    Export(ExportVerb),
    /// Work on deviation cases (偏差结算), one by one or many at once.
    #[command(subcommand)]
    Case(CaseVerb),
    /// Say why a number is what it is.
    Explain(ExplainArgs),
    /// Print the events of the log.
    Events(EventsArgs),
    /// Compute every hash, the chain, every document table and every document again.
    Verify(VerifyArgs),
    /// Make the document tables and everything in memory anew from the log.
    Rebuild,
    /// Write a verified copy of the ledger.
    Backup {
        /// The file to write; it must not exist.
        to: PathBuf,
    },
    /// Put a verified copy in the ledger's place, and raise its epoch.
    Restore {
        /// The copy.
        from: PathBuf,
        /// Also over a ledger that has more events, or over another one.
        #[arg(long)]
        force: bool,
    },
    /// Say how the ledger is, and what to look after.
    Doctor,
}

/// `init`
#[derive(Debug, ClapArgs)]
pub struct InitArgs {
    /// The IANA zone of gas days and civil days.
    #[arg(long, default_value = "Asia/Shanghai")]
    pub zone: String,
    /// The hour at which a gas day starts.
    #[arg(long, default_value_t = 8)]
    pub gas_day_start_hour: u32,
    /// Tell the time with `--now` instead of reading it; every output is marked.
    #[arg(long)]
    pub simulated_clock: bool,
    /// One person runs the ledger: no act waits for a second one (F).
    #[arg(long)]
    pub four_eyes_off: bool,
    /// The last civil day of the books that were kept before this ledger.
    #[arg(long, value_name = "DATE")]
    pub books_closed_through: Option<CivilDay>,
}

/// `import DIR`
#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// The folder of facts (docs/formats.md).
    pub folder: PathBuf,
    /// Decide every row and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the refused rows to this file as CSV.
    #[arg(long)]
    pub refused: Option<PathBuf>,
    /// Propose what needs a second person (F), for this reason; else rows count as decided outside
    /// of the ledger, under the person who imports them.
    #[arg(long, value_name = "REASON", conflicts_with = "dry_run")]
    pub propose: Option<String>,
}

/// `restatements`
#[derive(Debug, ClapArgs)]
pub struct RestatementsArgs {
    /// Say what would be issued, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Only this contract.
    #[arg(long)]
    pub contract: Option<ContractId>,
    /// How to print it: table, csv or json.
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// `approve SUBJECT`
#[derive(Debug, ClapArgs)]
pub struct ApproveArgs {
    /// What it is about, as `approvals` lists it, such as `account/LG-1`.
    pub subject: Subject,
    /// The revision of the subject that you were shown; refused when it has changed since.
    #[arg(long)]
    pub revision: u32,
    /// Which proposal about the subject you were shown.
    #[arg(long, default_value_t = 1)]
    pub number: u32,
}

/// `role …`
#[derive(Debug, Subcommand)]
pub enum RoleVerb {
    /// Persons and their roles.
    List {
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Propose a role for a person; another person approves it. The first administrator of a ledger
    /// has it at once.
    Grant {
        /// Who gets it.
        to: PersonId,
        /// Which role.
        #[arg(value_parser = role)]
        role: Role,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take a role away; an administrator does it alone.
    Revoke {
        /// Who loses it.
        from: PersonId,
        /// Which role.
        #[arg(value_parser = role)]
        role: Role,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Reads the word of a role.
fn role(text: &str) -> Result<Role, String> {
    let found = Role::ALL.into_iter().find(|role| role.word() == text);
    found.ok_or_else(|| format!("{text:?} is not clerk, approver or administrator"))
}

/// `close --through MONTH`, `close --year YEAR`
#[derive(Debug, ClapArgs)]
pub struct CloseArgs {
    /// The last month to close.
    #[arg(long, value_name = "MONTH", required_unless_present = "year")]
    pub through: Option<SettlementMonth>,
    /// The contract year of take-or-pay to settle (照付不议), after the months: the calendar year
    /// in which it begins.
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i64>,
    /// Only this contract.
    #[arg(long)]
    pub contract: Option<ContractId>,
}

/// `events`
#[derive(Debug, ClapArgs)]
pub struct EventsArgs {
    /// Only events of this contract: its own stream and its readings.
    #[arg(long, conflicts_with = "stream")]
    pub contract: Option<ContractId>,
    /// Only events of this stream, such as `delivery/LG-1/2025-03`.
    #[arg(long)]
    pub stream: Option<String>,
    /// Only events of this type, such as `delivery_recorded`.
    #[arg(long = "type")]
    pub event_type: Option<String>,
    /// Only events after this position.
    #[arg(long, default_value_t = 0)]
    pub after: u64,
    /// At most so many events.
    #[arg(long)]
    pub limit: Option<usize>,
    /// How to print them: `payload` prints the stored payloads, a line each, as documents digest
    /// them.
    #[arg(long, value_enum, default_value_t = EventsFormat::Table)]
    pub format: EventsFormat,
}

/// How events are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventsFormat {
    /// For people.
    Table,
    /// RFC 4180.
    Csv,
    /// An object a line, everything that is stored.
    Jsonl,
    /// The payloads alone, a line each.
    Payload,
}

/// `verify`
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// A head printed earlier: the log must still have this chain at this position.
    #[arg(long, value_name = "POSITION:CHAIN")]
    pub expect: Option<PrintedHead>,
}

/// A position and the chain there, as `verify` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedHead(pub u64, pub [u8; 32]);

impl FromStr for PrintedHead {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not of the form POSITION:CHAIN with 64 hex digits");
        let (position, chain) = text.split_once(':').ok_or_else(wrong)?;
        let position = position.parse().map_err(|_| wrong())?;
        let mut bytes = [0; 32];
        if chain.len() != 64 || !chain.is_ascii() {
            return Err(wrong());
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = chain.get(place * 2..place * 2 + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(position, bytes))
    }
}

/// `--known-at`: a position of the log, or an instant at which something was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// Up to this position.
    Position(u64),
    /// Up to this instant.
    Instant(DateTime<Utc>),
}

impl FromStr for KnownAt {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => Ok(Self::Instant(instant.to_utc())),
            Err(_) => Err(format!("{text:?} is neither a position nor an instant")),
        }
    }
}

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
}

/// `explain ID`, `explain --diff A B`
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// `settlement/CONTRACT/MONTH`, `deviation/CONTRACT/MONTH`, `take-or-pay/CONTRACT/YEAR`, each
    /// with `@REVISION` for another than the newest; `account/CONTRACT/GAS_DAY`, with `@POSITION` or
    /// `@INSTANT` as known then; or the position of an event.
    #[arg(required_unless_present = "diff")]
    pub id: Option<String>,
    /// Say why the later of two revisions of a document, or of two answers about an account, differs
    /// from the earlier one: the facts between them, each with its share.
    #[arg(long, num_args = 2, value_names = ["EARLIER", "LATER"], conflicts_with = "id")]
    pub diff: Vec<String>,
    /// How to print a difference: table, if left out; csv or json.
    #[arg(long)]
    pub format: Option<Format>,
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
