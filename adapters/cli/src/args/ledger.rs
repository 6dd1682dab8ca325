//! The arguments of the verbs that fill a ledger and close its months.

use std::path::PathBuf;

use citygate_domain::quantities::{CivilDay, ContractId, SettlementMonth};
use citygate_interchange::Format;
use clap::Args as ClapArgs;

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
