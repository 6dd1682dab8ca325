//! The program as its users meet it: a child process, files, standard output, exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod support;

mod run;

mod ledger;

mod rows;

mod closing;

mod cases;

mod contract;

mod keys;

mod supply;

mod books;

mod money;

mod export;

mod damage;

mod garbage;

mod arguments;

mod nodes;

mod postgres;

mod failover;

mod operations;
