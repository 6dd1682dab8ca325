//! A seeded simulation of supply: random histories and faults against the pure core, with what must hold
//! asked at every step.
//!
//! Read in this order: `agreed` and `draw` make a history from a seed, `faults` weaves faults into it;
//! `play` plays it on `office`, `ask` gives its leases (`signing`) to `device`s, `again` lets all of it come
//! out again from the log; they ask `invariants` at every step, which know only the
//! twin's own notes (`facts`, `account`, `law`). `core` is what is asked of the domain, and where bugs are
//! planted. `shrink` makes a counterexample small, `story` prints it.

mod agreed;
mod step;

mod draw;
mod faults;

mod account;
mod facts;
mod law;
mod procedure;

mod core;
mod device;
mod invariants;
mod office;
mod signing;

mod again;
mod ask;
mod commands;
mod play;
mod tally;

mod run;
mod shrink;
mod story;

pub use self::core::Plant;
pub use run::{Counterexample, Options, Summary, run};
