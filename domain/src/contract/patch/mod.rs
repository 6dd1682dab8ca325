//! A change of terms, told as an object of the terms that change.
//!
//! An amendment and a what-if say in the same form what is to be otherwise: the JSON of the terms
//! (formats.md), with only the fields that change in it. The rest stays as it was agreed.

mod names;
mod rejection;
mod specimen;
mod texts;

use serde_json::{Map, Value};

use super::Terms;
use crate::quantities::SettlementMonth;
use crate::rules::period::Period;
use names::{Meant, is_group, is_term, meant, nearest};

use texts::with_texts;

pub use rejection::Rejection;

/// Groups that a contract need not have, with the terms that make one complete.
const OPTIONAL: [(&str, &[&str]); 3] = [
    (
        "deviation",
        &[
            "lower_tolerance",
            "upper_tolerance",
            "measured_from",
            "tiering",
            "netting",
            "under",
            "over",
        ],
    ),
    ("take_or_pay", &["percent", "credit_deviation", "price", "make_up", "end_of_term"]),
    ("take_or_pay.carry_forward", &["years", "base", "cap_percent"]),
];

/// Terms by which readings, months and years are counted.
const COUNTED_BY: [&str; 4] = ["first_gas_day", "last_gas_day", "month_ends_on", "unit"];

/// Terms that change, by their paths; every one of them is a term.
///
/// # Form
/// An object like `terms` of a contract with only what changes in it: objects are merged,
/// everything else takes the place of what was there. A list is given as a whole. An object with a
/// `kind` takes the place of the whole one before. `null` takes an optional term away. A term may
/// also be named by its dotted path, or by its last word where only one term has it:
/// `lower_tolerance` is `deviation.lower_tolerance`. A decimal may stand as a JSON number too: `10`
/// is `"10"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsPatch {
    changes: Map<String, Value>,
}

/// What a patch makes of a contract's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patched {
    /// Other terms. They have the form of terms; whether they are consistent is asked by
    /// [`super::check_agreed`].
    Changed(Box<Terms>),
    /// The same terms: they say already what the patch says.
    Same,
    /// The patch changes a group of terms that the contract has not, and is no complete group
    /// itself.
    Without(&'static str),
}

impl TermsPatch {
    /// Reads a patch; refuses what names no term (1201), several (1202) or one twice (1203), and
    /// what is no object of terms (1204).
    pub fn try_new(json: &Value) -> Result<Self, Rejection> {
        let Value::Object(named) = json else { return Err(Rejection::NoPatch {}) };
        let mut changes = Map::new();
        for (name, value) in named {
            let path = path_of(name)?;
            check_below(path, value)?;
            place(&mut changes, path, &with_texts(path, value))?;
        }
        if changes.is_empty() { Err(Rejection::NoPatch {}) } else { Ok(Self { changes }) }
    }

    /// The terms that it names, by their paths in alphabetical order; of a group those inside it.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.leaves().into_iter().map(|(path, _)| path).collect()
    }

    /// Refuses a patch of terms by which readings, months and years are counted (1206).
    pub fn check_counting(&self) -> Result<(), Rejection> {
        match COUNTED_BY.iter().find(|path| self.changes.contains_key(**path)) {
            Some(path) => Err(Rejection::TermCannotChange { path: (*path).to_owned() }),
            None => Ok(()),
        }
    }

    /// The months of which it can be asked what they would come to under it. Refused when it
    /// changes terms by which readings, months and years are counted (1206), when a change has not
    /// the form of its term (1201, 1205), and when the months are none (1207).
    pub fn asked_of(
        &self,
        first: SettlementMonth,
        last: SettlementMonth,
    ) -> Result<Period, Rejection> {
        self.check_counting()?;
        specimen::check_form(self)?;
        if last < first {
            return Err(Rejection::MonthsReversed { first, last });
        }
        Ok(Period { first, last })
    }

    /// These terms with the changes in them. Refused when a change has not the form of its term.
    pub fn applied_to(&self, terms: &Terms) -> Result<Patched, Rejection> {
        let before = as_json(terms);
        if let Some(group) = self.missing_group(&before) {
            return Ok(Patched::Without(group));
        }
        let mut after = before.clone();
        merge(&mut after, &self.changes);
        match serde_json::from_value::<Terms>(Value::Object(after)) {
            Ok(after) if after == *terms => Ok(Patched::Same),
            Ok(after) => Ok(Patched::Changed(Box::new(after))),
            Err(error) => Err(self.blamed(&before, &error)),
        }
    }

    /// A group that the terms have not and that the patch does not give as a whole.
    fn missing_group(&self, before: &Map<String, Value>) -> Option<&'static str> {
        let lacks = |(group, needed): &&(&'static str, &[&str])| {
            let Some(Value::Object(given)) = at(&self.changes, group) else { return false };
            at(before, group).is_none() && needed.iter().any(|name| !given.contains_key(*name))
        };
        OPTIONAL.iter().find(lacks).map(|(group, _)| *group)
    }

    /// The change that has not the form of its term: the first that is refused by itself.
    fn blamed(&self, before: &Map<String, Value>, error: &serde_json::Error) -> Rejection {
        for (path, value) in self.leaves() {
            let mut alone = Map::new();
            let mut after = before.clone();
            let placed = place(&mut alone, &path, value);
            merge(&mut after, &alone);
            let read = serde_json::from_value::<Terms>(Value::Object(after));
            if let (Ok(()), Err(error)) = (placed, read) {
                return refused(&path, &error);
            }
        }
        refused("terms", error)
    }

    fn leaves(&self) -> Vec<(String, &Value)> {
        let mut leaves = Vec::new();
        collect("", &self.changes, &mut leaves);
        leaves
    }
}

/// The form of the contract's JSON is where terms have names.
fn as_json(terms: &Terms) -> Map<String, Value> {
    match serde_json::to_value(terms) {
        Ok(Value::Object(terms)) => terms,
        Ok(_) | Err(_) => unreachable!("terms are stored as a JSON object"),
    }
}

fn path_of(name: &str) -> Result<&str, Rejection> {
    if name.contains('.') {
        return if is_term(name) { Ok(name) } else { Err(unknown(name)) };
    }
    match meant(name) {
        Meant::One(path) => Ok(path),
        Meant::Several(paths) => {
            Err(Rejection::AmbiguousTerm { name: name.to_owned(), paths: paths.join(", ") })
        }
        Meant::InLists(lists) => {
            Err(Rejection::UnknownTerm { path: name.to_owned(), near: lists.to_owned() })
        }
        Meant::Nothing => Err(unknown(name)),
    }
}

fn unknown(path: &str) -> Rejection {
    Rejection::UnknownTerm { path: path.to_owned(), near: nearest(path) }
}

/// Every name inside a group is one of its terms.
fn check_below(path: &str, value: &Value) -> Result<(), Rejection> {
    let (Value::Object(inner), true) = (value, is_group(path)) else { return Ok(()) };
    for (name, value) in inner {
        let below = format!("{path}.{name}");
        if !is_term(&below) {
            return Err(unknown(&below));
        }
        check_below(&below, value)?;
    }
    Ok(())
}

/// Puts a value at its path; two values for one term are refused.
fn place(changes: &mut Map<String, Value>, path: &str, value: &Value) -> Result<(), Rejection> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let twice = || Rejection::TermNamedTwice { path: path.to_owned() };
    let inside = |error: Rejection| {
        let Rejection::TermNamedTwice { path } = error else { return error };
        Rejection::TermNamedTwice { path: format!("{name}.{path}") }
    };
    match (rest, changes.get_mut(name), value) {
        (Some(rest), None, _) => {
            let mut inner = Map::new();
            place(&mut inner, rest, value)?;
            changes.insert(name.to_owned(), Value::Object(inner));
            Ok(())
        }
        (Some(rest), Some(Value::Object(inner)), _) => place(inner, rest, value).map_err(inside),
        (None, None, _) => {
            changes.insert(name.to_owned(), value.clone());
            Ok(())
        }
        (None, Some(Value::Object(inner)), Value::Object(more)) => {
            more.iter().try_for_each(|(name, value)| place(inner, name, value).map_err(inside))
        }
        (Some(_) | None, Some(_), _) => Err(twice()),
    }
}

/// Objects are merged; `null` takes away; everything else takes the place of what was there.
fn merge(terms: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (name, value) in changes {
        match value {
            Value::Null => {
                terms.remove(name);
            }
            Value::Object(inner) => {
                let known = terms.entry(name).or_insert(Value::Null);
                if !known.is_object() || inner.contains_key("kind") {
                    *known = Value::Object(Map::new());
                }
                if let Value::Object(known) = known {
                    merge(known, inner);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                terms.insert(name.clone(), value.clone());
            }
        }
    }
}

fn at<'a>(terms: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let found = match path.split_once('.') {
        Some((name, rest)) => at(terms.get(name)?.as_object()?, rest),
        None => terms.get(path),
    };
    found.filter(|value| !value.is_null())
}

fn collect<'a>(path: &str, changes: &'a Map<String, Value>, into: &mut Vec<(String, &'a Value)>) {
    for (name, value) in changes {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let below = value.as_object().filter(|below| !below.contains_key("kind"));
        match below.filter(|_| is_group(&inner)) {
            Some(below) => collect(&inner, below, into),
            None => into.push((inner, value)),
        }
    }
}

/// What is wrong with a term; a name that is none of its fields is an unknown term.
fn refused(path: &str, error: &serde_json::Error) -> Rejection {
    let problem = error.to_string();
    // A value's error that repeats the text needs no text before it.
    let problem = match problem.split_once(": ") {
        Some((text, said)) if text.starts_with('"') && said.starts_with(text) => said.to_owned(),
        Some(_) | None => problem,
    };
    let mut named = problem.split('`');
    match (named.next(), named.next()) {
        (Some("unknown field "), Some(field)) => {
            let near: Vec<&str> = named.skip(1).step_by(2).collect();
            Rejection::UnknownTerm { path: format!("{path}.{field}"), near: near.join(", ") }
        }
        (Some(_) | None, Some(_) | None) => {
            Rejection::MalformedTerm { path: path.to_owned(), problem }
        }
    }
}
