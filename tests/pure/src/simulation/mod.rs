//! A seeded simulation of supply: random histories and faults against the pure core, with what must hold
//! asked at every step.
//!
//! Read in this order: `agreed` and `draw` make a history from a seed, `noise` and `turns` weave into it what
//! else happens and what becomes of its contracts, `faults` what goes wrong; `play` plays it on `office`:
//! `tell` decides what is told (`commands`, `asks`, `lives`), `ask` gives leases (`signing`) to `device`s, `tick`
//! lets time be looked at, `nodes` start again, `again` lets all of it come out again from the log. They ask
//! `invariants` and `flow` at every step, which know only the twin's own notes (`facts`, taken in by `take_in`,
//! `procedure` and `terms`; counted by `account`, `law` and `conditions`). `core` is what is asked of the domain,
//! and where bugs (`plant`, `bugs`) are planted. `shrink` makes a counterexample small, `story` prints it in the
//! words of `statements`.

mod agreed;
mod step;

mod draw;
mod faults;
mod noise;
mod turns;

mod account;
mod conditions;
mod facts;
mod law;
mod procedure;
mod take_in;
mod terms;

mod bugs;
mod core;
mod device;
mod flow;
mod invariants;
mod office;
mod plant;
mod signing;

mod again;
mod ask;
mod asks;
mod commands;
mod lives;
mod nodes;
mod play;
mod tally;
mod tell;
mod tick;

mod run;
mod shrink;
mod statements;
mod story;

pub use plant::Plant;
pub use run::{Counterexample, Options, Summary, run};
