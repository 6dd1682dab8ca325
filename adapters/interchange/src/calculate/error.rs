use std::fmt::Display;

use citygate_domain::Rejection;
use citygate_domain::quantities::Overflow;
use citygate_domain::rules::RuleError;

use crate::FormError;

/// Why a calculation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CalculateError {
    /// The public code; where an import refuses for the same reason, the same one.
    pub code: &'static str,
    /// A sentence with the place and the value that stood there.
    pub message: String,
    /// What the person who sees it can do.
    pub advice: &'static str,
}

impl CalculateError {
    pub(super) fn unknown_rule(rule: &str, known: &[&str]) -> Self {
        Self {
            code: "unknown_rule",
            message: format!("rule: {rule:?} is none of {}", known.join(", ")),
            advice: "Name one of the rules; docs/formats.md describes each.",
        }
    }

    pub(super) fn malformed(message: String) -> Self {
        Self {
            code: "malformed",
            message,
            advice: "Correct the file; docs/formats.md describes the calculations.",
        }
    }

    pub(super) fn too_many_decimals(message: String) -> Self {
        Self { code: "too_many_decimals", message, advice: "Round the amount to 0.01 yuan." }
    }

    pub(super) fn not_a_date(message: String) -> Self {
        let advice = "Write an instant with its offset, as 2024-03-01T07:59:59+08:00.";
        Self { code: "not_a_date", message, advice }
    }

    pub(super) fn negative(place: impl Display, value: impl Display) -> Self {
        Self {
            code: "negative_quantity",
            message: format!("{place}: {value} is below zero"),
            advice: "Give a value that is not below zero.",
        }
    }

    pub(super) fn value(place: impl Display, problem: impl Display) -> Self {
        Self {
            code: "value_invalid",
            message: format!("{place}: {problem}"),
            advice: "Correct the value; docs/formats.md describes the calculations.",
        }
    }

    pub(super) fn years_not_consecutive(place: impl Display, year: i64, before: i64) -> Self {
        Self {
            code: "years_not_consecutive",
            message: format!("{place}: {year} does not follow {before}"),
            advice: "Give every contract year once, in order and without gaps.",
        }
    }

    pub(super) fn relief_above_annual(place: impl Display, problem: impl Display) -> Self {
        Self {
            code: "relief_above_annual_quantity",
            message: format!("{place}: {problem}"),
            advice: "Correct the relief; it is at most the annual quantity.",
        }
    }

    /// A refusal of the engine, with the place in the file.
    pub(super) fn refused(place: &str, rejection: impl Into<Rejection>) -> Self {
        let rejection = rejection.into();
        let (code, advice) = (rejection.code(), rejection.advice());
        let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
        Self { code, message: format!("{place}{rejection}"), advice }
    }
}

impl From<FormError> for CalculateError {
    fn from(error: FormError) -> Self {
        Self { code: error.code(), advice: error.advice(), message: error.message }
    }
}

impl From<Overflow> for CalculateError {
    fn from(error: Overflow) -> Self {
        Self::refused("", error)
    }
}

impl From<RuleError> for CalculateError {
    fn from(error: RuleError) -> Self {
        Self::refused("", error)
    }
}
