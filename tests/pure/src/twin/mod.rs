//! The slow twins: everything the core computes, computed a second time.
//!
//! Written from the rules alone, day by day and with rationals of its own, without a thought for
//! speed. Values and terms are read as data; nothing of `citygate_domain::rules` is used, and none
//! of what the domain knows to do with terms: two implementations that share a function share its
//! mistake. A test reads these files and holds them to that.

pub mod calendar;
pub mod number;

pub mod facts;

pub mod journal;
pub mod price;

pub mod fill;
pub mod settlement;

pub mod account;
pub mod deviation;
pub mod years;
