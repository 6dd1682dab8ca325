//! `run`: import, close and one report in one go, on a ledger that lives for the run.

use std::fs;

use crate::support::contract::{contract, january, small};
use crate::support::facts::{Facts, demo, expected, text};
use crate::support::ran::{Ran, run};

/// Runs the sample through the year; its refused rows go to `refused.csv` of an own folder.
#[track_caller]
fn demo_report(report: &[&str], name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let sample = demo();
    let args = ["run", text(&sample), "--through", "2025-12", "--refused", "refused.csv", "--"];
    let args: Vec<&str> = args.iter().chain(report).copied().collect();
    let ran = run(folder.path(), &args).exits(1).says("26 refused");
    assert_eq!(ran.bytes, expected(name), "{name}");
    let refused = fs::read(folder.path().join("refused.csv")).unwrap();
    assert_eq!(refused, expected("refused.csv"));
}

#[test]
fn the_sample_gives_its_settlements_to_the_byte_and_its_refused_rows() {
    demo_report(&["report", "settlements", "--format", "csv"], "settlements.csv");
}

#[test]
fn the_sample_gives_its_lines_to_the_byte() {
    demo_report(&["report", "lines", "--format", "csv"], "lines.csv");
}

#[test]
fn the_sample_gives_its_deviations_to_the_byte() {
    demo_report(&["report", "deviations", "--format", "csv"], "deviations.csv");
}

#[test]
fn the_sample_gives_its_accounts_of_two_days_to_the_byte() {
    for day in ["2025-09-17", "2025-12-18"] {
        let report = ["report", "accounts", "--as-of", day, "--format", "csv"];
        demo_report(&report, &format!("accounts-{day}.csv"));
    }
}

fn run_small(rows: &[&str], args: &[&str]) -> Ran {
    let facts = small().and_rows("deliveries.csv", rows);
    let args: Vec<&str> = ["run", text(facts.path())].iter().chain(args).copied().collect();
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &args);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left behind");
    ran
}

#[test]
fn a_run_without_refusals_ends_with_0_and_one_with_them_with_1() {
    run_small(&["LG-1-1,2025-01-05,10,,manual,"], &[]).exits(0).prints_nothing();
    run_small(&["LG-9-1,2025-01-05,10,,manual,"], &[]).exits(1).prints_nothing();
    run_small(&[], &["--through", "2025-01"]).exits(1).says("readings_missing");
}

#[test]
fn what_follows_the_dashes_is_understood_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["report"][..], &["report", "weather"], &["import", "x"], &["--format", "csv"]] {
        let args: Vec<&str> = ["run", "absent", "--"].iter().chain(words).copied().collect();
        let ran = run(folder.path(), &args).exits(2).prints_nothing();
        assert!(!ran.err.contains("absent"), "{}", ran.err);
    }
}

#[test]
fn a_run_explains_what_it_has_closed() {
    let facts = Facts::rows("contracts.jsonl", &[contract("LG-1").line()])
        .and_rows("deliveries.csv", &january("LG-1-1"));
    let args = ["run", text(facts.path()), "--through", "2025-01", "--", "explain"];
    let folder = tempfile::tempdir().unwrap();
    let explain = |id| run(folder.path(), &[&args[..], &[id]].concat());
    explain("settlement/LG-1/2025-01").exits(0).prints("Every frozen number came out again.");
    let deviation = explain("deviation/LG-1/2025-01").exits(0);
    assert!(deviation.cites("D2") && deviation.cites("D6"), "{}", deviation.out);
    explain("settlement/LG-1/2025-02").exits(1).says("not_issued").prints_nothing();
}

#[test]
fn a_told_time_makes_the_run_a_simulated_one_and_says_so() {
    let facts = Facts::rows("contracts.jsonl", &[contract("LG-1").line()])
        .and_rows("deliveries.csv", &["LG-1-1,2025-01-05,10,,manual,"]);
    let folder = tempfile::tempdir().unwrap();
    let at = |now| run(folder.path(), &["--now", now, "run", text(facts.path())]);
    at("2025-01-05T23:59:59Z").exits(1).says("gas_day_not_over").says("simulated clock");
    at("2025-01-06T00:00:00Z").exits(0).says("simulated clock");
}
