//! The terms of prices (P1–P3, P6).

use serde::{Deserialize, Serialize};

use crate::quantities::{Coefficient, IndexCode, Percent, Price, Tag};

/// P1: a season's tranches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricePlan {
    /// Calendar months of the gas day, 1 to 12.
    pub months: Vec<u32>,
    /// The tranches (标签); their shares sum to exactly 100.
    pub tranches: Vec<Tranche>,
}

/// P1: a tranche.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tranche {
    /// Its name on documents.
    pub tag: Tag,
    /// Its share of the base gas.
    pub share: Percent,
    /// Its price.
    pub price: PriceRule,
}

/// P2: round(clamp(constant + Σ coefficient × index, floor, cap)).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    /// A fixed part; absent, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<Price>,
    /// The index parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indices: Vec<IndexPart>,
    /// The price is never below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Price>,
    /// The price is never above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Price>,
}

/// P2, P3: an index in a price rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexPart {
    /// Which index.
    pub code: IndexCode,
    /// What it is multiplied with.
    pub coefficient: Coefficient,
    /// P3: the mean of so many months instead of the value of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_of_months: Option<u32>,
    /// P3: the months end so many months before the gas day's calendar month; absent, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_months: Option<u32>,
}
