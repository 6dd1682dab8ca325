//! Money: payments, reversals, refunds and guarantees (A1), and what an account holds (A2, A3).

mod account;
mod accounts;
mod decide;
mod parts;
mod rejection;

use serde::{Deserialize, Serialize};

use crate::log::Position;
use crate::quantities::{
    Bank, BankReference, CivilDay, ClaimId, ContractId, GuaranteeReference, InvoiceNumber, Money,
    TradeReference, TransferReference,
};
use crate::stream::Stream;

pub use account::{AccountAsOf, BalanceAsOf, account_as_of, available_as_of, balance_as_of};
pub use accounts::{Accounts, Remaining};
pub use decide::{give_guarantee, record};
pub(crate) use parts::money_parts;
pub use rejection::Rejection;

/// Records a movement of money; bank and reference name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordMoney {
    /// Whose account; none for money that is not assigned yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// The civil day on which it counts.
    pub value_date: CivilDay,
    /// Above zero, whichever way it moved.
    pub amount: Money,
    /// The bank.
    pub bank: Bank,
    /// The bank's reference.
    pub bank_reference: BankReference,
    /// Which way it moved.
    pub kind: MoneyKind,
}

/// Which way money moved (A1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MoneyKind {
    /// Received.
    Payment,
    /// A payment was returned.
    Reversal {
        /// The payment's reference at the same bank.
        reverses: BankReference,
    },
    /// Paid back.
    Refund,
}

/// Money was received, returned or paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyMoved {
    /// Yuan, above zero.
    pub amount: Money,
    /// The bank.
    pub bank: Bank,
    /// The bank's reference.
    pub bank_reference: BankReference,
    /// Whose account; absent for unallocated money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// The reversed payment's reference; only in a reversal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<BankReference>,
    /// The civil day on which it counts.
    pub value_date: CivilDay,
}

/// A movement of money as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyFact {
    /// The event's content.
    pub moved: MoneyMoved,
    /// Which way.
    pub way: Way,
    /// The event.
    pub position: Position,
}

/// Which way a recorded movement went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A payment; `reversed` once a reversal names it.
    Payment {
        /// Whether it was returned.
        reversed: bool,
    },
    /// The return of a payment.
    Reversal,
    /// Money paid back.
    Refund,
    /// Unallocated money that was assigned.
    Assigned,
    /// Assigned money that was taken back.
    AssignmentReversed,
}

/// Records a performance guarantee (履约保函).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveGuarantee {
    /// For which contract.
    pub contract: ContractId,
    /// Its reference, unique in the ledger.
    pub reference: GuaranteeReference,
    /// Who guarantees.
    pub bank: Bank,
    /// Yuan.
    pub amount: Money,
    /// First civil day on which it counts.
    pub valid_from: CivilDay,
    /// Last civil day on which it counts, inclusive.
    pub valid_to: CivilDay,
}

/// A guarantee was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeGiven {
    /// Yuan.
    pub amount: Money,
    /// Who guarantees.
    pub bank: Bank,
    /// For which contract.
    pub contract: ContractId,
    /// Its reference.
    pub reference: GuaranteeReference,
    /// First civil day on which it counts.
    pub valid_from: CivilDay,
    /// Last civil day on which it counts, inclusive.
    pub valid_to: CivilDay,
}

/// A unique name of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reference {
    /// A movement of money.
    Bank {
        /// The bank.
        bank: Bank,
        /// Its reference.
        reference: BankReference,
    },
    /// A claim.
    Claim {
        /// Its id.
        reference: ClaimId,
    },
    /// A guarantee.
    Guarantee {
        /// Its reference.
        reference: GuaranteeReference,
    },
    /// An invoice.
    Invoice {
        /// Its number.
        reference: InvoiceNumber,
    },
    /// An online trade.
    Trade {
        /// Its reference.
        reference: TradeReference,
    },
    /// A transfer of monthly quantity.
    Transfer {
        /// Its reference.
        reference: TransferReference,
    },
}

/// A unique name is used, or free again; its stream lets two nodes not take it at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceUse {
    /// By which contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// Which name.
    pub reference: Reference,
}

impl ReferenceUse {
    /// The use of a name by a contract.
    #[must_use]
    pub fn new(contract: Option<&ContractId>, reference: Reference) -> Self {
        Self { contract: contract.cloned(), reference }
    }

    /// The tiny stream that owns the name.
    #[must_use]
    pub fn stream(&self) -> Stream {
        match &self.reference {
            Reference::Bank { bank, reference } => Stream::Bank(bank.clone(), reference.clone()),
            Reference::Claim { reference } => Stream::Claim(reference.clone()),
            Reference::Guarantee { reference } => Stream::Guarantee(reference.clone()),
            Reference::Invoice { reference } => Stream::Invoice(reference.clone()),
            Reference::Trade { reference } => Stream::Trade(reference.clone()),
            Reference::Transfer { reference } => Stream::Transfer(reference.clone()),
        }
    }
}
