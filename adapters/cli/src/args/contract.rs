//! The arguments of the verbs about the life of a contract (C1, C4, Q4).

use std::path::PathBuf;

use citygate_domain::quantities::{
    Bank, BankReference, CivilDay, ContractId, GasDay, PointId, Quantity,
};
use citygate_interchange::Format;
use clap::Subcommand;

/// `contract …`
#[derive(Debug, Subcommand)]
pub enum ContractVerb {
    /// Terms, stage of life and points of a contract.
    Show {
        /// Which contract.
        contract: ContractId,
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Amend terms (变更) from a gas day on; another person approves.
    Amend {
        /// Which contract.
        contract: ContractId,
        /// The first gas day on which they count.
        #[arg(long)]
        from: GasDay,
        /// A JSON file with the terms that change.
        #[arg(long)]
        patch: PathBuf,
        /// When it was signed.
        #[arg(long)]
        signed_on: CivilDay,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Record nothing; print what it would change in every open month, before and after.
        #[arg(long)]
        preview: bool,
        /// How to print the preview: table, csv or json.
        #[arg(long, default_value = "table", requires = "preview")]
        format: Format,
    },
    /// Sign a further term (续签): a contract as a line of `contracts.jsonl`, of one that is known.
    Renew {
        /// A JSON file with the contract.
        #[arg(long)]
        file: PathBuf,
    },
    /// End the term early (终止); another person approves.
    Terminate {
        /// Which contract.
        contract: ContractId,
        /// Its last gas day.
        #[arg(long)]
        on: GasDay,
        /// The quantity of its last month; without it, as agreed for the whole month.
        #[arg(long)]
        last_month_quantity: Option<Quantity>,
        /// When it was signed.
        #[arg(long)]
        signed_on: CivilDay,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Move a delivery point to another contract from a gas day on.
    MovePoint {
        /// Which point.
        point: PointId,
        /// From which contract.
        #[arg(long)]
        from: ContractId,
        /// To which contract.
        #[arg(long)]
        to: ContractId,
        /// The first gas day on which the other one holds it.
        #[arg(long)]
        on: GasDay,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Give all points to a successor's contract (过户) from a gas day on; another person approves.
    HandOver {
        /// Which contract.
        contract: ContractId,
        /// To which contract.
        #[arg(long)]
        to: ContractId,
        /// The first gas day on which the successor holds them.
        #[arg(long)]
        on: GasDay,
        /// The quantity of the last month; without it, as agreed for the whole month.
        #[arg(long)]
        last_month_quantity: Option<Quantity>,
        /// When it was signed.
        #[arg(long)]
        signed_on: CivilDay,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// What an account still waits for before it can be closed.
    Checklist {
        /// Which contract.
        contract: ContractId,
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Close an account (销户); where money goes, another person approves.
    Close {
        /// Which contract.
        contract: ContractId,
        /// The civil day on which its balance goes.
        #[arg(long)]
        on: CivilDay,
        /// The bank that pays the balance back.
        #[arg(long, requires = "reference", conflicts_with = "to")]
        bank: Option<Bank>,
        /// The bank's reference.
        #[arg(long, requires = "bank")]
        reference: Option<BankReference>,
        /// The contract to which the balance goes.
        #[arg(long)]
        to: Option<ContractId>,
        /// A debt goes there too, with the seller's consent.
        #[arg(long, requires = "to")]
        with_debt: bool,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}
