//! The words, the rules and the decisions of gas contracts.
//!
//! Pure: no clock, no random number, no file, no database. A [`Command`] is decided against the
//! [`state::Ledger`] into events or one [`Rejection`]; events evolve the ledger; the [`rules`]
//! compute every number with the [`trace`] of how it came to be. Rule addresses such as `D3` are
//! those of `docs/rules.md`.

pub mod quantities;
pub mod rules;
pub mod trace;

pub mod approval;
pub mod books;
pub mod contract;
pub mod customer;
pub mod delivery;
pub mod deviation;
pub mod keys;
pub mod ledger;
pub mod market;
pub mod passage;
pub mod payment;
pub mod scheduler;
pub mod settlement;
pub mod supply;
pub mod take_or_pay;

mod command;
pub mod context;
mod contracts;
mod decide;
mod event;
pub mod log;
pub mod rejection;
pub mod state;
pub mod stream;
pub mod trial;

pub use command::Command;
pub use decide::{Decision, PersonalText, decide};
pub use event::Event;
pub use rejection::Rejection;
