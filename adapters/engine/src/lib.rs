//! Runs the pure core on a log: command, decide, append, project.
//!
//! The engine owns no rule. It keeps the state that decisions need in memory, gives each decision
//! its [`citygate_domain::context::Context`], appends what was decided with the versions of the
//! streams it rests on, and tells the read models when the log has taken it.

mod append;
mod audit;
mod change;
mod close;
mod codec;
mod delivery_form;
mod elect;
mod engine;
mod error;
mod event_types;
mod explain;
mod follow;
mod heads;
mod names;
mod node;
mod office;
mod persons;
mod restate;
mod snapshot;
mod sources;
mod spill;
mod tables;
mod tick;
mod told;
mod upcast;
mod what_if;
mod world;
mod writer;

pub use audit::{Audit, Finding};
pub use change::{Revised, account_change};
pub use close::{Closed, close, close_year};
pub use codec::{CodecError, Encoded, current_version, decode, encode};
pub use elect::{Elected, Mandate};
pub use engine::{Answer, Engine, Request};
pub use error::EngineError;
pub use event_types::event_types;
pub use explain::{Explanation, InputCheck};
pub use follow::{Follow, POLL};
pub use heads::Heads;
pub use node::{Listener, Node, Notice, SCHEDULER_LEASE, Work};
pub use office::Office;
pub use restate::{Restated, restate};
pub use snapshot::{EVERY, FORM, Kept, NAME};
pub use sources::Sources;
pub use tables::{DocumentTables, RowCounts, TableDump, TableRows};
pub use tick::{Ticked, check_clocks, clocks, tick};
pub use upcast::lift;
pub use what_if::what_if;
pub use world::World;
pub use writer::Writer;
