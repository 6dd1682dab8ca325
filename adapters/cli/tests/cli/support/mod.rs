//! What the tests share, in the order in which a test needs it.

pub mod facts;

pub mod contract;

pub mod ledger;

pub mod ran;

pub mod check;

pub mod sqlite;
