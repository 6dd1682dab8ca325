use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::quantities::{
    Bank, BankReference, CivilDay, ClaimId, ContractId, GasDay, IndexCode, KeyId, OrderId,
    PersonId, PointId, SettlementMonth, TransferReference,
};
use crate::stream::Part;

/// Longest subject, in bytes: with `approval/` before it, it still names a stream.
const MAX_BYTES: usize = 391;

/// What an act is about: at most one approval of it is pending at a time (F).
///
/// **Guarantee.** Not empty, at most 391 bytes, no control characters. The parts of a subject are
/// separated by `/`; inside a part it is written `%2F`, as in the names of streams.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(Arc<str>);

/// The text is no subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no subject: 1 to 391 bytes of printable text")]
pub struct NotASubject(pub String);

impl Subject {
    /// The account of a contract, or the money that is nobody's yet.
    #[must_use]
    pub fn account(contract: Option<&ContractId>) -> Self {
        match contract {
            Some(contract) => Self::of(format_args!("account/{}", Part(contract.as_str()))),
            None => Self::of(format_args!("unallocated")),
        }
    }

    /// A claim.
    #[must_use]
    pub fn claim(claim: &ClaimId) -> Self {
        Self::of(format_args!("claim/{}", Part(claim.as_str())))
    }

    /// The terms and the points of a contract.
    #[must_use]
    pub fn contract(contract: &ContractId) -> Self {
        Self::of(format_args!("contract/{}", Part(contract.as_str())))
    }

    /// The reading of a point and gas day.
    #[must_use]
    pub fn delivery(point: &PointId, gas_day: GasDay) -> Self {
        Self::of(format_args!("delivery/{}/{gas_day}", Part(point.as_str())))
    }

    /// The deviation case of a contract and the last month of its period.
    #[must_use]
    pub fn deviation(contract: &ContractId, month: SettlementMonth) -> Self {
        Self::of(format_args!("deviation/{}/{month}", Part(contract.as_str())))
    }

    /// An index value.
    #[must_use]
    pub fn index(code: &IndexCode, effective_day: CivilDay) -> Self {
        Self::of(format_args!("index/{}/{effective_day}", Part(code.as_str())))
    }

    /// A key.
    #[must_use]
    pub fn key(key: &KeyId) -> Self {
        Self::of(format_args!("key/{}", Part(key.as_str())))
    }

    /// One movement of money.
    #[must_use]
    pub fn money(bank: &Bank, reference: &BankReference) -> Self {
        Self::of(format_args!("bank/{}/{}", Part(bank.as_str()), Part(reference.as_str())))
    }

    /// An order about the supply of a contract.
    #[must_use]
    pub fn order(contract: &ContractId, order: &OrderId) -> Self {
        Self::of(format_args!("order/{}/{}", Part(contract.as_str()), Part(order.as_str())))
    }

    /// A person and the roles they have.
    #[must_use]
    pub fn person(person: &PersonId) -> Self {
        Self::of(format_args!("person/{}", Part(person.as_str())))
    }

    /// A transfer of monthly quantity.
    #[must_use]
    pub fn transfer(reference: &TransferReference) -> Self {
        Self::of(format_args!("transfer/{}", Part(reference.as_str())))
    }

    fn of(text: fmt::Arguments<'_>) -> Self {
        Self(text.to_string().into())
    }

    /// The subject as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = NotASubject;
    fn from_str(text: &str) -> Result<Self, NotASubject> {
        let bad = text.is_empty() || text.len() > MAX_BYTES || text.chars().any(char::is_control);
        if bad { Err(NotASubject(text.to_owned())) } else { Ok(Self(text.into())) }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

crate::quantities::serde_as_text!(Subject);
