use std::fmt;

use citygate_domain::books::DocumentName;
use citygate_domain::quantities::{ContractId, GasDay};

use crate::args::KnownAt;
use crate::failure::Failure;
use crate::lang::Lang;

/// What an id asks for.
pub enum Subject {
    /// A document.
    Document(DocumentId),
    /// An account as of a gas day; as known now, or then.
    Account(ContractId, GasDay, Option<KnownAt>),
    /// The event at a position.
    Event(u64),
}

/// Which document.
pub struct DocumentId {
    /// Whose.
    pub contract: ContractId,
    /// Which month or year of what.
    pub key: DocumentName,
    /// Which revision; none for the newest.
    pub revision: Option<u32>,
}

impl Subject {
    /// Reads an id of the command line.
    pub fn of(id: &str, lang: Lang) -> Result<Self, Failure> {
        let wrong = || Failure::usage(lang.no_subject(id));
        if let Ok(position) = id.parse() {
            return Ok(Self::Event(position));
        }
        let (kind, rest) = id.split_once('/').ok_or_else(wrong)?;
        let (contract, when) = rest.rsplit_once('/').ok_or_else(wrong)?;
        let contract = contract.parse().map_err(Failure::usage)?;
        let (when, at) = match when.split_once('@') {
            Some((when, at)) => (when, Some(at)),
            None => (when, None),
        };
        if kind == "account" {
            let known = at.map(str::parse).transpose().map_err(Failure::usage)?;
            return Ok(Self::Account(contract, when.parse().map_err(Failure::usage)?, known));
        }
        let key = match kind {
            "settlement" => {
                DocumentName::Settlement { month: when.parse().map_err(Failure::usage)? }
            }
            "deviation" => DocumentName::Deviation { month: when.parse().map_err(Failure::usage)? },
            "take-or-pay" => DocumentName::TakeOrPay { year: when.parse().map_err(|_| wrong())? },
            _ => return Err(wrong()),
        };
        let revision = at.map(str::parse).transpose().map_err(|_| wrong())?;
        Ok(Self::Document(DocumentId { contract, key, revision }))
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { contract, key, revision } = self;
        write!(formatter, "{}/{contract}/{}", key.kind(), key.period())?;
        match revision {
            Some(revision) => write!(formatter, "@{revision}"),
            None => Ok(()),
        }
    }
}
