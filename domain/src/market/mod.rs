//! The market: published indices (P3) and online-trade lots (P4).

mod decide;
mod rejection;
mod state;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::quantities::exact::{NumberError, parse_plain};
use crate::quantities::{
    CivilDay, ContractId, GasDay, IndexCode, Price, Quantity, SettlementMonth, TradeReference,
    Venue,
};

pub use decide::{publish, record_lot};
pub use rejection::Rejection;
pub use state::{IndexBook, PublishedValue};

/// Publishes an index value, or with a reason corrects one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishIndex {
    /// Which index.
    pub code: IndexCode,
    /// First day on which the value holds.
    pub effective_day: CivilDay,
    /// The value.
    pub value: IndexNumber,
    /// Last day on which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_through: Option<CivilDay>,
    /// Why a known day has another value now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An index value: a plain number in the index's own unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexNumber(pub rust_decimal::Decimal);

impl std::str::FromStr for IndexNumber {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse_plain(text).map(Self)
    }
}

impl std::fmt::Display for IndexNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, formatter)
    }
}

crate::quantities::serde_as_text!(IndexNumber);

/// An index value was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexPublished {
    /// Which index.
    pub code: IndexCode,
    /// First day on which the value holds.
    pub effective_day: CivilDay,
    /// Why a known day has another value now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Last day on which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_through: Option<CivilDay>,
    /// The value.
    pub value: IndexNumber,
}

/// Records an online-trade lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLot {
    /// The trade's reference, unique in the ledger.
    pub trade_reference: TradeReference,
    /// The contract that it adds to.
    pub contract: ContractId,
    /// For which settlement month.
    pub month: SettlementMonth,
    /// Where it was traded.
    pub venue: Venue,
    /// How it was traded.
    pub mode: TradeMode,
    /// Billing units.
    pub quantity: Quantity,
    /// As agreed.
    pub unit_price: Price,
    /// D1: whether it counts as planned.
    pub firm: bool,
    /// When it was traded: orders the lots of a month (P4).
    pub traded_at: DateTime<FixedOffset>,
}

/// How a lot was traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeMode {
    /// 挂牌.
    Listing,
    /// 协议.
    Agreement,
    /// 竞价.
    Auction,
}

/// A lot was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotRecorded {
    /// The contract that it adds to.
    pub contract: ContractId,
    /// D1.
    pub firm: bool,
    /// The month's first gas day inside the term.
    pub first_gas_day: GasDay,
    /// How it was traded.
    pub mode: TradeMode,
    /// For which settlement month.
    pub month: SettlementMonth,
    /// Billing units.
    pub quantity: Quantity,
    /// The trade's reference.
    pub trade_reference: TradeReference,
    /// When it was traded.
    pub traded_at: DateTime<FixedOffset>,
    /// As agreed.
    pub unit_price: Price,
    /// Where it was traded.
    pub venue: Venue,
}
