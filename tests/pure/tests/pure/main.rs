//! The pure core, tested as one binary: tables, decisions, twins, properties, scenarios.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod asked;
mod decisions;
mod dependencies;
mod leases;
mod model;
mod properties;
mod refusals;
mod rules;
mod scenarios;
mod simulation;
mod twins;
