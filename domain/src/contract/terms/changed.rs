use std::collections::BTreeSet;

use serde_json::Value;

use super::Terms;

/// Terms that are one agreement, whichever of their entries differ.
const WHOLE: [&str; 2] = ["annual_quantity", "monthly_quantities"];

/// The names of the terms in which two agreements differ, in alphabetical order; as formats.md
/// writes them, such as `take_or_pay.make_up.years`. Groups that only one of the two has are named
/// as a whole.
#[must_use]
pub fn changed_terms(before: &Terms, after: &Terms) -> Vec<String> {
    let mut names = Vec::new();
    compare("", &as_stored(before), &as_stored(after), &mut names);
    names
}

/// The form of the contract's JSON is where terms have names.
fn as_stored(terms: &Terms) -> Value {
    serde_json::to_value(terms)
        .unwrap_or_else(|error| unreachable!("terms are stored as JSON: {error}"))
}

fn compare(name: &str, before: &Value, after: &Value, names: &mut Vec<String>) {
    if before == after {
        return;
    }
    let (Value::Object(before), Value::Object(after), false) =
        (before, after, WHOLE.contains(&name))
    else {
        names.push(name.to_owned());
        return;
    };
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let inner = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        let absent = &Value::Null;
        let (one, other) = (before.get(key), after.get(key));
        compare(&inner, one.unwrap_or(absent), other.unwrap_or(absent), names);
    }
}
