//! What `what-if` takes.

use std::path::PathBuf;

use citygate_domain::quantities::{ContractId, SettlementMonth};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, ValueEnum};

/// `what-if --contract ID|--all --terms PATCH.json --from MONTH --to MONTH`
#[derive(Debug, ClapArgs)]
pub struct WhatIfArgs {
    /// Only this contract.
    #[arg(long, required_unless_present = "all", conflicts_with = "all")]
    pub contract: Option<ContractId>,
    /// Every contract of the ledger.
    #[arg(long)]
    pub all: bool,
    /// The terms that change (docs/formats.md, a patch of terms), such as
    /// `{"lower_tolerance": "10"}`; `-` reads standard input.
    #[arg(long, value_name = "PATCH.json")]
    pub terms: PathBuf,
    /// The first settlement month asked about.
    #[arg(long)]
    pub from: SettlementMonth,
    /// The last settlement month asked about.
    #[arg(long)]
    pub to: SettlementMonth,
    /// How to print it: table, csv or json.
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// What to print instead of the summary; csv prints documents, if left out.
    #[arg(long, value_enum)]
    pub rows: Option<WhatIfRows>,
    /// How many of those who would pay less, and of those who would pay more, the summary names.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
}

/// What the rows of `what-if` are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhatIfRows {
    /// A row a settlement, deviation or contract year.
    Documents,
    /// A row a contract.
    Contracts,
    /// A row a kind of document.
    Totals,
    /// What could not be compared, and why.
    LeftOut,
}
