//! The terms of the deviation settlement (D2–D7, D9).

use serde::{Deserialize, Serialize};

use crate::quantities::{Percent, Price};

/// D2–D7, D9: how a deviation is measured and charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviationTerms {
    /// D2: below B.
    pub lower_tolerance: Percent,
    /// D2, P4: above L.
    pub upper_tolerance: Percent,
    /// D3.
    pub measured_from: MeasuredFrom,
    /// D4.
    pub tiering: Tiering,
    /// D7.
    pub netting: Netting,
    /// D4, D5: tiers of an under-take, the last open.
    pub under: Vec<Tier>,
    /// D4, D5: tiers of an over-take, the last open.
    pub over: Vec<Tier>,
    /// D9: claims are filed at most so many days after the month's last gas day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_deadline_days: Option<u32>,
    /// D9: a delivered sheet counts as confirmed after so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deemed_confirmed_days: Option<u32>,
}

/// D3: where a deviation is measured from, once outside the tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredFrom {
    /// From the tolerance edge.
    Edge,
    /// From the base itself.
    Base,
}

/// D4: how tiers apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tiering {
    /// Each slab at its own rate.
    Marginal,
    /// The whole quantity at the rate of the band that it falls in.
    Cliff,
}

/// D7: over which months deviations offset one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Netting {
    /// Each month by itself.
    Month,
    /// Three settlement months counted from the contract's first.
    Quarter,
    /// The contract year.
    ContractYear,
}

/// D4: one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Upper limit in percent of B (under) or L (over); absent only in the last tier.
    pub up_to: Option<Percent>,
    /// What a unit costs.
    pub rate: Rate,
}

/// D5: a rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "RateForm")]
pub enum Rate {
    /// Yuan per unit, as agreed.
    PerUnit(Price),
    /// A percentage of the reference price.
    PercentOfPrice(Percent),
}

/// How a rate is read: an object, so that a key it does not know is named as an unknown field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"per_unit\"} or {\"percent_of_price\"}")]
struct RateForm {
    per_unit: Option<Price>,
    percent_of_price: Option<Percent>,
}

impl TryFrom<RateForm> for Rate {
    type Error = &'static str;

    fn try_from(form: RateForm) -> Result<Self, Self::Error> {
        match (form.per_unit, form.percent_of_price) {
            (Some(price), None) => Ok(Self::PerUnit(price)),
            (None, Some(percent)) => Ok(Self::PercentOfPrice(percent)),
            (None, None) | (Some(_), Some(_)) => {
                Err("a rate has either per_unit or percent_of_price")
            }
        }
    }
}
