//! Decimals that a patch gives as JSON numbers.

use serde_json::{Number, Value};

/// The terms, and the fields inside lists of terms, that are whole numbers and not decimals.
const COUNTS: [&str; 8] = [
    "lag_months",
    "lease_hours",
    "mean_of_months",
    "month_ends_on",
    "months",
    "notice_hours",
    "price_decimals",
    "years",
];

/// More digits than these a binary number cannot keep.
const DIGITS: usize = 15;

/// A value of a patch with its decimals as texts, which is their form (formats.md). A number that a
/// binary number cannot keep stays as it is, and is refused later.
pub(super) fn with_texts(path: &str, value: &Value) -> Value {
    let name = path.rsplit('.').next().unwrap_or(path);
    match value {
        Value::Number(number) if !is_count(name) => text(number).unwrap_or_else(|| value.clone()),
        Value::Array(inner) => {
            Value::Array(inner.iter().map(|value| with_texts(path, value)).collect())
        }
        Value::Object(inner) => {
            let inner = inner.iter().map(|(name, value)| (name.clone(), with_texts(name, value)));
            Value::Object(inner.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn is_count(name: &str) -> bool {
    COUNTS.contains(&name) || name.ends_with("_days") || name.ends_with("_hours")
}

fn text(number: &Number) -> Option<Value> {
    let text = number.to_string();
    let plain = text.chars().all(|one| one.is_ascii_digit() || one == '.' || one == '-');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    // What a program writes as 10.0 is 10.
    let short = text.strip_suffix(".0").unwrap_or(&text);
    (plain && digits <= DIGITS).then(|| Value::String(short.to_owned()))
}
