//! The arguments of the verbs about money.

use std::str::FromStr;

use citygate_domain::books::Share;
use citygate_domain::quantities::{Bank, BankReference, CivilDay, ContractId, Money};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Subcommand};

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
