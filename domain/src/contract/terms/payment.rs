//! The terms of payment and supply (A, G, E).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::quantities::{CivilDay, DaysOfGas, Percent, Volume};

/// A, G, E: payment and supply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentTerms {
    /// Before or after the gas flows.
    pub mode: PaymentMode,
    /// Days after issuing within which a postpaid document is due; only with `postpaid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_days: Option<u32>,
    /// A6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_fee_percent_per_day: Option<Percent>,
    /// G1: what the days of gas are counted with.
    pub reference: Reference,
    /// G1: the length of the trailing mean, 1 to 60.
    pub reference_days: u32,
    /// E1, in days of gas.
    pub warn_below: DaysOfGas,
    /// E1, in days of gas.
    pub notice_below: DaysOfGas,
    /// E1, in days of gas.
    pub reduce_below: DaysOfGas,
    /// E1, in days of gas.
    pub suspend_below: DaysOfGas,
    /// E1, in days of gas; not below `notice_below`.
    pub restore_above: DaysOfGas,
    /// E3: hours that a served suspension notice runs.
    pub notice_hours: u32,
    /// E3: days that a served demand runs; absent, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand_days: Option<u32>,
    /// E4: days after which a notice lapses; absent, 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_lapses_days: Option<u32>,
    /// E4: readings older than this many hours are stale; absent, 72.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading_max_age_hours: Option<u32>,
    /// E4: when nobody is cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_cut: Option<NoCut>,
    /// E4: whether an open dispute blocks an order; absent, it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute_blocks_order: Option<bool>,
    /// E4, E6, m³ per gas day; absent, the contract daily quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_daily_quantity: Option<Volume>,
    /// E6, of the contract daily quantity.
    pub reduce_to_percent: Percent,
    /// E7: longest validity of an answer.
    pub lease_hours: u32,
    /// E3: whether the engine may propose and reduce.
    pub automatic: bool,
    /// E4: whether the site must be confirmed before a suspension; absent, it need not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuous_process: Option<bool>,
}

impl PaymentTerms {
    /// The thresholds in their descending order, with their names.
    #[must_use]
    pub fn thresholds(&self) -> [(&'static str, Decimal); 4] {
        [
            ("warn_below", self.warn_below.value()),
            ("notice_below", self.notice_below.value()),
            ("reduce_below", self.reduce_below.value()),
            ("suspend_below", self.suspend_below.value()),
        ]
    }
}

/// A: when gas is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMode {
    /// Before it flows (先款后气).
    Prepaid,
    /// Within `due_days`.
    Postpaid,
}

/// G1: the reference quantity of the days of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The mean of the newest days with readings.
    TrailingMean,
    /// The month's contract quantity per gas day.
    ContractDaily,
    /// The larger of both.
    LargerOfBoth,
}

/// E4: windows in which an order is neither issued nor signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoCut {
    /// Hours of the day, `18:00-09:00`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<String>,
    /// `mon` to `sun`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    /// Civil days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<CivilDay>,
}
