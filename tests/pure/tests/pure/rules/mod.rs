//! The rules as tables: the worked examples, and both sides of every boundary.

mod arithmetic;
mod time;

mod energy;
mod money;

mod filling;
mod limit;
mod lines;
mod prices;

mod charges;
mod deviation;
mod relief;

mod days;
mod stage;
mod transfer;

use citygate_domain::trace::{Trace, Traced, Value};

/// A value that was simply given.
fn traced<T>(value: T) -> Traced<T> {
    Traced { value, trace: Trace::new("-", "given", Value::Missing) }
}
