//! Words shared by the tests, the crash writer and the measurements of the shell.

pub mod bench;
pub mod crash;
pub mod failover;
pub mod history;
pub mod ledger;
pub mod nodes;
pub mod postgres;
pub mod proxy;
pub mod sample;
