//! What the tests of the pure core share: words of the trade, tables, stories, slow twins.
//!
//! [`words`], [`book_words`] and [`template`] say facts the way a clerk would; [`story`] puts them
//! into given/when/then; [`table`] checks labelled rows; [`catalogue`] provokes every refusal;
//! [`twin`] recomputes everything a second time from the rules alone; [`history`] throws dice for
//! the twins and the properties; [`scenario`] reads stories that a dispatcher writes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

pub mod words;

pub mod book_words;

pub mod key_words;

pub mod supply_words;

pub mod life_words;
pub mod template;
pub mod told;

pub mod catalogue;
pub mod gateway;
pub mod history;
pub mod scenario;
pub mod simulation;
pub mod story;
pub mod table;
pub mod twin;
pub mod world;
