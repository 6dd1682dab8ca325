//! Names. Each kind is a type of its own, and none converts into another.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text cannot be a name in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing stands there.
    #[error("a name is empty")]
    Empty,
    /// Longer than 64 bytes.
    #[error("{0:?} is longer than 64 bytes")]
    TooLong(String),
    /// Control characters, or blanks at an end.
    #[error("{0:?} contains control characters or begins or ends with a blank")]
    Unprintable(String),
}

fn checked(text: &str) -> Result<Arc<str>, NameError> {
    if text.is_empty() {
        Err(NameError::Empty)
    } else if text.len() > 64 {
        Err(NameError::TooLong(text.to_owned()))
    } else if text.chars().any(char::is_control) || text.trim() != text {
        Err(NameError::Unprintable(text.to_owned()))
    } else {
        Ok(text.into())
    }
}

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident;)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as written.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> { checked(text).map(Self) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        super::serde_as_text!($name);
    )+ };
}
name! {
    /// A contract, such as `LG-2025-0001`.
    ContractId;
    /// A customer.
    CustomerId;
    /// A delivery point: a meter and, with a gateway, its valve.
    PointId;
    /// A price index, such as `SHPGX-CLD`.
    IndexCode;
    /// A tranche of a price plan (标签).
    Tag;
    /// A transfer of monthly quantity.
    TransferReference;
    /// A trade on an online venue.
    TradeReference;
    /// An online trading venue.
    Venue;
    /// A claim of an uncontrollable cause.
    ClaimId;
    /// A bank.
    Bank;
    /// A bank's reference of one movement of money; unique with its bank.
    BankReference;
    /// A performance guarantee (履约保函).
    GuaranteeReference;
    /// An invoice (发票).
    InvoiceNumber;
    /// A signing key: 16 hexadecimal digits of the digest of its public key.
    KeyId;
    /// A process that works on a ledger; another name for each start.
    NodeId;
    /// A person who acts; names of persons are never in an event.
    PersonId;
    /// A demand for payment (催款); unique in its contract.
    DemandId;
    /// A suspension notice (停气通知); unique in its contract.
    NoticeId;
    /// An order to reduce or to suspend supply; unique in its contract.
    OrderId;
    /// Who tells what a valve did: a gateway, or a person on site.
    ReporterId;
}
