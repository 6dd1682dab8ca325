//! The arguments of the verbs about the log and its places.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use citygate_domain::quantities::ContractId;
use clap::{Args as ClapArgs, ValueEnum};

/// `events`
#[derive(Debug, ClapArgs)]
pub struct EventsArgs {
    /// Only events of this contract: its own stream and its readings.
    #[arg(long, conflicts_with = "stream")]
    pub contract: Option<ContractId>,
    /// Only events of this stream, such as `delivery/LG-1/2025-03`.
    #[arg(long)]
    pub stream: Option<String>,
    /// Only events of this type, such as `delivery_recorded`.
    #[arg(long = "type")]
    pub event_type: Option<String>,
    /// Only events after this position.
    #[arg(long, default_value_t = 0)]
    pub after: u64,
    /// At most so many events.
    #[arg(long)]
    pub limit: Option<usize>,
    /// How to print them: `payload` prints the stored payloads, a line each, as documents digest
    /// them.
    #[arg(long, value_enum, default_value_t = EventsFormat::Table)]
    pub format: EventsFormat,
}

/// How events are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventsFormat {
    /// For people.
    Table,
    /// RFC 4180.
    Csv,
    /// An object a line, everything that is stored.
    Jsonl,
    /// The payloads alone, a line each.
    Payload,
}

/// `verify`
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// A head printed earlier: the log must still have this chain at this position.
    #[arg(long, value_name = "POSITION:CHAIN")]
    pub expect: Option<PrintedHead>,
}

/// A position and the chain there, as `verify` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedHead(pub u64, pub [u8; 32]);

impl FromStr for PrintedHead {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not of the form POSITION:CHAIN with 64 hex digits");
        let (position, chain) = text.split_once(':').ok_or_else(wrong)?;
        let position = position.parse().map_err(|_| wrong())?;
        let mut bytes = [0; 32];
        if chain.len() != 64 || !chain.is_ascii() {
            return Err(wrong());
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = chain.get(place * 2..place * 2 + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(position, bytes))
    }
}

/// `--known-at`: a position of the log, or an instant at which something was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// Up to this position.
    Position(u64),
    /// Up to this instant.
    Instant(DateTime<Utc>),
}

impl FromStr for KnownAt {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => Ok(Self::Instant(instant.to_utc())),
            Err(_) => Err(format!("{text:?} is neither a position nor an instant")),
        }
    }
}
