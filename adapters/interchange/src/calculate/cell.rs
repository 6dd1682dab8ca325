//! How results are printed: cells, and traces without what a form does not say.

use citygate_domain::quantities::{Exact, Overflow};
use citygate_domain::trace::{Input, Trace, Value};

/// An exact value, trailing zeros cut; refused when it cannot be written in full.
pub(super) fn exact(value: &Exact) -> Result<String, Overflow> {
    let text = value.to_string();
    if text.contains('/') { Err(Overflow) } else { Ok(text) }
}

/// The trace of a rule that needs a unit and events, where the form gives neither.
pub(super) fn bare(trace: Trace) -> Trace {
    let inputs = trace.inputs.into_iter();
    let bare_input =
        |input: Input| Input { events: Vec::new(), value: bare_value(input.value), ..input };
    Trace {
        inputs: inputs.map(bare_input).collect(),
        result: bare_value(trace.result),
        steps: trace.steps.into_iter().map(bare).collect(),
        ..trace
    }
}

fn bare_value(value: Value) -> Value {
    match value {
        Value::Quantity(quantity, _) => Value::Number(quantity.value()),
        Value::ExactQuantity(exact, _) | Value::Exact(exact) => Value::Text(exact.to_string()),
        Value::Price(price, _) => Value::Number(price.value()),
        other @ (Value::Money(_)
        | Value::Percent(_)
        | Value::Number(_)
        | Value::Count(_)
        | Value::GasDay(_)
        | Value::GasDays(_)
        | Value::CivilDay(_)
        | Value::Month(_)
        | Value::Text(_)
        | Value::Unlimited
        | Value::Missing) => other,
    }
}
