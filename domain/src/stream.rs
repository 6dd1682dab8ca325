//! Streams: which events contend with one another (invariant 5).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::approval::Subject;
use crate::quantities::{
    Bank, BankReference, ClaimId, ContractId, CustomerId, GuaranteeReference, IndexCode,
    InvoiceNumber, KeyId, PersonId, PointId, SettlementMonth, TradeReference, TransferReference,
};

/// A stream of events. Readings have streams of their own, so they never conflict with clerks; a
/// tiny stream owns each unique name, so two nodes cannot take it at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// `ledger`: its settings.
    Ledger,
    /// `scheduler`: which node is the scheduler, one election after another.
    Scheduler,
    /// `contract/ID`: terms, money, documents, supply.
    Contract(ContractId),
    /// `delivery/ID/MONTH`: the readings of a settlement month.
    Delivery(ContractId, SettlementMonth),
    /// `customer/ID`.
    Customer(CustomerId),
    /// `index/CODE`.
    Index(IndexCode),
    /// `point/ID`: the contracts that hold the point, from day to day.
    Point(PointId),
    /// `bank/BANK/REFERENCE`: one movement of money.
    Bank(Bank, BankReference),
    /// `trade/REFERENCE`: one online trade.
    Trade(TradeReference),
    /// `transfer/REFERENCE`: one transfer of monthly quantity.
    Transfer(TransferReference),
    /// `claim/ID`: one claim.
    Claim(ClaimId),
    /// `guarantee/REFERENCE`: one guarantee.
    Guarantee(GuaranteeReference),
    /// `invoice/NUMBER`: one invoice.
    Invoice(InvoiceNumber),
    /// `unallocated`: money whose contract is not known yet.
    Unallocated,
    /// `approval/SUBJECT`: what was proposed about a subject, and what became of it (F).
    Approval(Subject),
    /// `person/ID`: the roles of a person (F).
    Person(PersonId),
    /// `key/ID`: a public key, granted and revoked (F).
    Key(KeyId),
    /// `passage/ID`: time that went by for a contract (T6).
    Passage(ContractId),
    /// `books`: how far they are closed.
    Books,
}

/// `/` separates the parts of a stream's name, so inside a part it is written `%2F`.
pub(crate) struct Part<'a>(pub(crate) &'a str);

impl fmt::Display for Part<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(['/', '%']) {
            formatter.write_str(&self.0.replace('%', "%25").replace('/', "%2F"))
        } else {
            formatter.write_str(self.0)
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ledger => formatter.write_str("ledger"),
            Self::Scheduler => formatter.write_str("scheduler"),
            Self::Contract(id) => write!(formatter, "contract/{}", Part(id.as_str())),
            Self::Delivery(id, month) => {
                write!(formatter, "delivery/{}/{month}", Part(id.as_str()))
            }
            Self::Customer(id) => write!(formatter, "customer/{}", Part(id.as_str())),
            Self::Index(code) => write!(formatter, "index/{}", Part(code.as_str())),
            Self::Point(id) => write!(formatter, "point/{}", Part(id.as_str())),
            Self::Bank(bank, reference) => {
                write!(formatter, "bank/{}/{}", Part(bank.as_str()), Part(reference.as_str()))
            }
            Self::Trade(reference) => write!(formatter, "trade/{}", Part(reference.as_str())),
            Self::Transfer(reference) => write!(formatter, "transfer/{}", Part(reference.as_str())),
            Self::Claim(id) => write!(formatter, "claim/{}", Part(id.as_str())),
            Self::Guarantee(reference) => {
                write!(formatter, "guarantee/{}", Part(reference.as_str()))
            }
            Self::Invoice(number) => write!(formatter, "invoice/{}", Part(number.as_str())),
            Self::Unallocated => formatter.write_str("unallocated"),
            Self::Approval(subject) => write!(formatter, "approval/{subject}"),
            Self::Person(person) => write!(formatter, "person/{}", Part(person.as_str())),
            Self::Key(key) => write!(formatter, "key/{}", Part(key.as_str())),
            Self::Passage(id) => write!(formatter, "passage/{}", Part(id.as_str())),
            Self::Books => formatter.write_str("books"),
        }
    }
}

/// How far a stream has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamHead {
    /// The number of its events.
    pub version: u64,
    /// SHA-256 of their payloads, each followed by a line feed, in hexadecimal.
    pub digest: String,
}

/// An input of a document: a stream as it was (S3). `digest` is the SHA-256 of the payloads of the
/// versions 1 to `version`, a line each, so that anybody can compute it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentInput {
    /// SHA-256, hexadecimal.
    pub digest: String,
    /// First version used.
    pub from: u64,
    /// The stream's name.
    pub stream: String,
    /// Last version used.
    pub to: u64,
}
