//! The command line: here the verbs, beside it what each of them takes, a file a family.

mod approvals;
mod books;
mod case;
mod contract;
mod key;
mod ledger;
mod log;
mod money;
mod node;
mod read;
mod supply;
mod what_if;

use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use citygate_domain::approval::Subject;
use citygate_domain::quantities::PersonId;
use citygate_interchange::Format;
use clap::{Parser, Subcommand};

pub use approvals::{ApproveArgs, RoleVerb};
pub use books::{BooksVerb, ExportArgs, ExportVerb, InvoiceVerb, JournalFormat, LateFeeVerb};
pub use case::{CaseVerb, ClaimArgs, Filter, Selection};
pub use contract::ContractVerb;
pub use key::KeyVerb;
pub use ledger::{CloseArgs, ImportArgs, InitArgs, RestatementsArgs};
pub use log::{EventsArgs, EventsFormat, KnownAt, VerifyArgs};
pub use money::{CreditVerb, MoneyVerb, Movement, ShareArg};
pub use node::{AtLeast, NodeArgs};
pub use read::{CalculateArgs, ExplainArgs, ReadArgs, ReadVerb, ReportArgs, ReportKind, RunArgs};
pub use supply::{LeaseArgs, ReportValveArgs, SupplyVerb, TickArgs};
pub use what_if::{WhatIfArgs, WhatIfRows};

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

    /// The ledger: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; several servers
    /// as `HOST:PORT,HOST:PORT`, of which the primary is taken.
    #[arg(
        long,
        global = true,
        env = "CITYGATE_STORE",
        default_value = "sqlite:citygate.db",
        hide_env_values = true
    )]
    pub store: StoreUrl,

    /// The time to use instead of the clock's; only for a ledger whose clock is simulated (T6).
    #[arg(long, global = true, env = "CITYGATE_NOW")]
    pub now: Option<DateTime<Utc>>,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Where a ledger lies: the path of a file, or the whole address of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUrl(pub PathBuf);

impl FromStr for StoreUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self(path.into())),
            None if ["postgres://", "postgresql://"].iter().any(|it| text.starts_with(it)) => {
                Ok(Self(text.into()))
            }
            _ => Err(format!("{text:?} is not of the form sqlite:PATH or postgres://…")),
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
    /// Issue documents again whose facts have changed since (更正): the next revision of exactly
    /// those that come out otherwise, with the difference.
    Restatements(RestatementsArgs),
    /// Print a report.
    Report(ReportArgs),
    /// List what waits for a second person (四眼原则).
    Approvals {
        /// Print what the amendment that waits about this subject would change, such as
        /// `contract/LG-1`.
        #[arg(long, value_name = "SUBJECT")]
        preview: Option<Subject>,
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
    /// Keys that sign leases and valve commands: new, list, grant, revoke.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Write the books for another program.
    #[command(subcommand)]
    Export(ExportVerb),
    /// The life of a contract: amend and end it, move its points, close its account (变更、终止、销户、过户).
    #[command(subcommand)]
    Contract(ContractVerb),
    /// Work on deviation cases (偏差结算), one by one or many at once.
    #[command(subcommand)]
    Case(CaseVerb),
    /// Work on the supply of a contract: demand, notice, order, valve (先款后气).
    #[command(subcommand)]
    Supply(SupplyVerb),
    /// Do what the passage of time asks for, once (T6).
    Tick(TickArgs),
    /// Run until told to end: follow the ledger, and tick while elected among several nodes.
    Node(NodeArgs),
    /// Say why a number is what it is.
    Explain(ExplainArgs),
    /// Replay the past under changed terms (假设测算): old and new side by side; nothing is recorded.
    WhatIf(WhatIfArgs),
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
    /// Make or update the tables of a ledger in a database; or take a ledger from a file into one.
    Migrate {
        /// Take the ledger of this file, `sqlite:PATH`, into the database of `--to`. Nobody can
        /// write to the file meanwhile.
        #[arg(long, requires = "to", conflicts_with = "activate", value_name = "STORE")]
        from: Option<StoreUrl>,
        /// The database that takes it in, `postgres://…`; it must not hold a ledger.
        #[arg(long, requires = "from", value_name = "STORE", hide_env_values = true)]
        to: Option<StoreUrl>,
        /// Also allow the forms of events that are new with this release; refused while a node of
        /// an older release is alive.
        #[arg(long)]
        activate: bool,
    },
    /// Say how the ledger is, and what to look after.
    Doctor,
}
