//! E1, E2: the stage that the facts recommend.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::days::DaysRemaining;
use crate::contract::PaymentTerms;
use crate::customer::CustomerClass;
use crate::quantities::Money;

/// E1: the stages of supply, from the mildest to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A suspension is lifted; somebody on site opens the valves. Never recommended.
    Restoring,
    /// Enough gas is paid.
    Normal,
    /// Below `warn_below`.
    Low,
    /// Below `notice_below`.
    Noticed,
    /// Below `reduce_below`.
    Reduced,
    /// Below `suspend_below`, or nothing available where that is 0.
    Suspended,
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Restoring => "restoring",
            Self::Normal => "normal",
            Self::Low => "low",
            Self::Noticed => "noticed",
            Self::Reduced => "reduced",
            Self::Suspended => "suspended",
        })
    }
}

/// What E2 looks at.
#[derive(Debug, Clone, Copy)]
pub struct StageInput<'a> {
    /// G3; `None` when a price is missing, and then nothing severe is recommended.
    pub days: Option<DaysRemaining>,
    /// A3.
    pub available: Money,
    /// The thresholds.
    pub terms: &'a PaymentTerms,
    /// The customer's class.
    pub class: CustomerClass,
    /// The stage in effect (E3): it is left upwards only at `restore_above`.
    pub effective: Stage,
}

/// E2: a recommendation and the reason codes of what decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// The stage.
    pub stage: Stage,
    /// Codes, the deciding one first.
    pub reasons: Vec<&'static str>,
}

/// E2: the most severe stage that holds, left upwards only at `restore_above`, capped by
/// protection. Nothing here reduces or stops gas: only facts do (E3).
#[must_use]
pub fn recommended(input: &StageInput<'_>) -> Recommendation {
    let terms = input.terms;
    // What is being restored recommends nothing by itself.
    let effective = input.effective.max(Stage::Normal);
    let suspend_below = terms.suspend_below.value();
    let nothing = suspend_below.is_zero() && input.available <= Money::ZERO;
    let days = match input.days {
        Some(days) => days,
        // That nothing is available needs no price.
        None if nothing => DaysRemaining::Days(Decimal::ZERO),
        None => {
            return Recommendation { stage: effective, reasons: vec!["price_missing"] };
        }
    };
    let below = |threshold: Decimal| match days {
        DaysRemaining::Days(days) => days < threshold,
        DaysRemaining::Unlimited => false,
    };
    let mut found = if below(suspend_below) {
        Recommendation { stage: Stage::Suspended, reasons: vec!["days_below_suspend"] }
    } else if nothing {
        Recommendation { stage: Stage::Suspended, reasons: vec!["nothing_available"] }
    } else if below(terms.reduce_below.value()) {
        Recommendation { stage: Stage::Reduced, reasons: vec!["days_below_reduce"] }
    } else if below(terms.notice_below.value()) {
        Recommendation { stage: Stage::Noticed, reasons: vec!["days_below_notice"] }
    } else if below(terms.warn_below.value()) {
        Recommendation { stage: Stage::Low, reasons: vec!["days_below_warn"] }
    } else {
        Recommendation { stage: Stage::Normal, reasons: vec!["days_sufficient"] }
    };
    let holds = effective >= Stage::Noticed && below(terms.restore_above.value());
    if holds && found.stage < effective {
        found = Recommendation { stage: effective, reasons: vec!["days_below_restore"] };
    }
    if found.stage == Stage::Suspended && input.class.is_protected() {
        found.stage = Stage::Reduced;
        found.reasons.push("class_protected");
    }
    found
}
