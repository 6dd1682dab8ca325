//! Short versions of `tests/crash`. They need strace, which `tests/run` installs.

use std::path::Path;

use citygate_tests_system::crash::{kill, power, syscall, tables};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_crash"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    kill(program(), 5).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_a_fault_at_a_system_call() {
    syscall(program(), 13).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_a_power_cut() {
    power(program(), 11).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_follow_the_log_after_a_fault_at_a_system_call() {
    tables(program(), 29).await.unwrap();
}
