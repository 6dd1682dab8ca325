//! The arguments of the verbs about keys (F).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use citygate_domain::keys::{KeyPurpose, PublicKey};
use citygate_domain::quantities::KeyId;
use citygate_interchange::Format;
use clap::{Subcommand, ValueEnum};

/// `key …`
#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Make a key: its secret seed goes into a new file that only you can read; its id and its
    /// public key are printed. Needs no ledger.
    New {
        /// The file for the seed; it must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Keys and what they may sign.
    List {
        /// How to print them: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Propose a key; another person approves it.
    Grant {
        /// The public key, as `key new` printed it.
        public_key: PublicKey,
        /// What it may sign.
        #[arg(long = "for", value_enum)]
        purpose: PurposeArg,
        /// From when on it counts; else from when it is approved.
        #[arg(long)]
        from: Option<DateTime<Utc>>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take a key out of use for ever; an administrator does it alone.
    Revoke {
        /// Which key.
        key: KeyId,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PurposeArg {
    /// Leases.
    Lease,
    /// Valve commands inside leases.
    Order,
    /// A gateway's reports.
    Gateway,
}

impl PurposeArg {
    /// As the ledger takes it.
    pub fn purpose(self) -> KeyPurpose {
        match self {
            Self::Lease => KeyPurpose::Lease,
            Self::Order => KeyPurpose::Order,
            Self::Gateway => KeyPurpose::Gateway,
        }
    }
}
