//! Refusals of patches of terms.

use citygate_domain::Rejection;
use citygate_domain::contract::patch::TermsPatch;

use super::{Asked, Case};
use crate::words::{contract, month};

fn patch(sentence: &'static str, told: &'static str, json: &'static str) -> Case {
    let asked = Asked::Patch(json);
    Case { rule: "formats.md", sentence, told, given: Vec::new(), now: None, asked }
}

/// What is said to a patch of the terms of LG-1.
pub(super) fn refusal(json: &str) -> Rejection {
    let json = serde_json::from_str(json).expect("the patch is JSON");
    let terms = contract("LG-1").command().terms;
    let applied = TermsPatch::try_new(&json).and_then(|patch| {
        patch.check_counting()?;
        patch.applied_to(&terms)
    });
    applied.expect_err("the patch is refused").into()
}

/// What is said to a question about months in the wrong order.
pub(super) fn reversed(first: &str, last: &str) -> Rejection {
    let json = serde_json::json!({"lower_tolerance": "10"});
    let patch = TermsPatch::try_new(&json).expect("it names a term");
    patch.asked_of(month(first), month(last)).expect_err("the months are none").into()
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        patch(
            "A patch names terms of a contract, and no other fields.",
            "a patch of `deviation.lower_tolerence`",
            r#"{"deviation": {"lower_tolerence": "10"}}"#,
        ),
        patch(
            "A term may be named without its path where only one term has that name.",
            "a patch of `years`",
            r#"{"years": 3}"#,
        ),
        patch(
            "A patch gives each term one value.",
            "a patch that names the lower tolerance with its path and without",
            r#"{"deviation": {"lower_tolerance": "8"}, "lower_tolerance": "10"}"#,
        ),
        patch(
            "A patch is an object of terms.",
            "a patch that is a list",
            r#"["lower_tolerance", "10"]"#,
        ),
        patch(
            "A term in a patch has the form of the term.",
            "a lower tolerance of `ten`",
            r#"{"lower_tolerance": "ten"}"#,
        ),
        patch(
            "Terms by which readings, months and years are counted stay as signed.",
            "a patch of the billing unit",
            r#"{"unit": "MJ"}"#,
        ),
        Case {
            asked: Asked::Months("2026-06", "2026-03"),
            ..patch("A range of months begins before it ends.", "a what-if from June to March", "")
        },
    ]
}
