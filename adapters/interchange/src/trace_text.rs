//! A trace as indented lines, in the reader's language.

use citygate_domain::log::Position;
use citygate_domain::quantities::Exact;
use citygate_domain::trace::{Trace, Value};

/// Gives each word of a trace in the reader's language; unknown words stay as they are.
pub type Words<'a> = &'a dyn Fn(&str) -> String;

/// Decimals of a fraction that are shown.
const FIRST_DIGITS: u32 = 8;

/// How many events of an input are named; the rest are counted.
const SHOWN_EVENTS: usize = 6;

/// The lines of a trace: the result first, then what it rests on, deeper lines further in.
#[must_use]
pub fn trace_lines(trace: &Trace, words: Words<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    write(trace, 0, words, &mut lines);
    lines
}

fn write(trace: &Trace, depth: usize, words: Words<'_>, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let mut head = format!(
        "{indent}{:<3} {} = {}",
        trace.rule,
        words(trace.name),
        value(&trace.result, words)
    );
    if let Some(exact) = trace.exact.as_ref().filter(|exact| !is_result(exact, &trace.result)) {
        head.push_str(&format!("  ({} {})", words("exactly"), shown(exact)));
    }
    lines.push(head);
    for input in &trace.inputs {
        let events = events(&input.events, words);
        let shown = value(&input.value, words);
        lines.push(format!("{indent}    · {}: {shown}{events}", words(input.name)));
    }
    for step in &trace.steps {
        write(step, depth + 1, words, lines);
    }
}

/// Whether rounding changed nothing, so that the exact value need not stand beside the result.
fn is_result(exact: &Exact, result: &Value) -> bool {
    match result {
        Value::Quantity(quantity, _) => *exact == quantity.exact(),
        Value::Money(money) => *exact == Exact::from(money.value()),
        Value::Price(price, _) => *exact == Exact::from(price.value()),
        Value::Number(number) => *exact == Exact::from(*number),
        Value::ExactQuantity(result, _) | Value::Exact(result) => exact == result,
        Value::Text(result) => *result == exact.to_string(),
        Value::Percent(_)
        | Value::Count(_)
        | Value::GasDay(_)
        | Value::GasDays(_)
        | Value::CivilDay(_)
        | Value::Month(_)
        | Value::Unlimited
        | Value::Missing => false,
    }
}

/// A finite decimal in full; anything else as its first digits and the fraction that it is.
fn shown(exact: &Exact) -> String {
    let full = exact.to_string();
    match exact.truncate(FIRST_DIGITS) {
        Ok(first) if full.contains('/') => format!("{first}… = {full}"),
        Ok(_) | Err(_) => full,
    }
}

fn events(all: &[Position], words: Words<'_>) -> String {
    if all.is_empty() {
        return String::new();
    }
    let runs = runs(all);
    let named = runs.iter().take(SHOWN_EVENTS).cloned().collect::<Vec<_>>().join(", ");
    let more = if runs.len() > SHOWN_EVENTS { ", …" } else { "" };
    format!("  ← {} {named}{more}", words("event"))
}

/// Positions as runs: 5–7, 9.
fn runs(all: &[Position]) -> Vec<String> {
    let mut sorted: Vec<u64> = all.iter().map(|position| position.number()).collect();
    sorted.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in sorted {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 >= number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let text = |(first, last): (u64, u64)| {
        if first == last { format!("#{first}") } else { format!("#{first}–#{last}") }
    };
    runs.into_iter().map(text).collect()
}

/// A value with its unit.
pub(crate) fn value(value: &Value, words: Words<'_>) -> String {
    match value {
        Value::Quantity(quantity, unit) => format!("{quantity} {unit}"),
        Value::ExactQuantity(exact, unit) => format!("{} {unit}", shown(exact)),
        Value::Money(money) => format!("{money} {}", words("yuan")),
        Value::Price(price, unit) => format!("{price} {}/{unit}", words("yuan")),
        Value::Percent(percent) => format!("{percent} %"),
        Value::Number(number) => number.to_string(),
        Value::Exact(exact) => exact.to_string(),
        Value::Count(count) => count.to_string(),
        Value::GasDay(day) => day.to_string(),
        Value::GasDays(days) => format!("{} … {}", days.first, days.last),
        Value::CivilDay(day) => day.to_string(),
        Value::Month(month) => month.to_string(),
        Value::Text(text) => words(text),
        Value::Unlimited => words("unlimited"),
        Value::Missing => words("missing"),
    }
}
