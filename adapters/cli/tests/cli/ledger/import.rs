//! Importing again, in parts, in other folders, or only to see what would come.

use std::fs;

use super::{closed, facts, open};
use crate::support::facts::{Facts, text};
use crate::support::ledger::Ledger;

const REPORTS: [&[&str]; 5] = [
    &["settlements"],
    &["lines"],
    &["deviations"],
    &["accounts", "--as-of", "2025-01-31"],
    &["stages", "--as-of", "2025-01-31"],
];

#[track_caller]
fn reports(ledger: &Ledger) -> Vec<String> {
    let text = |report: &&[&str]| String::from_utf8(ledger.report(report)).unwrap();
    REPORTS.iter().map(text).collect()
}

#[test]
fn importing_again_records_nothing_and_changes_nothing() {
    let ledger = closed();
    let (head, before) = (ledger.head(), reports(&ledger));
    let statement = ledger.report(&["account-statement"]);
    ledger.import(&facts()).exits(0).says("0 recorded, 100 already known, 0 refused");
    assert_eq!(ledger.head(), head);
    assert_eq!(reports(&ledger), before);
    assert_eq!(ledger.report(&["account-statement"]), statement);
    let again = ledger.run(&["close", "--through", "2025-01"]).exits(0);
    again.says("0 settlements issued, 0 deviations assessed, 6 already there");
    assert_eq!(ledger.head(), head);
}

#[test]
fn files_in_separate_folders_and_rows_in_two_halves_give_the_same_reports() {
    let whole = facts();
    let file = |name: &str| fs::read_to_string(whole.path().join(name)).unwrap();
    let readings = file("deliveries.csv");
    let (header, rows) = readings.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let (early, late) = rows.split_at(rows.len() / 2);
    let half =
        |rows: &[&str]| Facts::raw("deliveries.csv", format!("{header}\n{}\n", rows.join("\n")));
    let ledger = Ledger::simulated();
    ledger.import(&Facts::raw("contracts.jsonl", file("contracts.jsonl"))).exits(0);
    ledger.import(&Facts::raw("payments.csv", file("payments.csv"))).exits(0);
    ledger.import(&half(late)).exits(0);
    ledger.import(&half(early)).exits(0);
    ledger.import(&Facts::raw("lots.csv", file("lots.csv"))).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    assert_eq!(reports(&ledger), reports(&closed()));
}

#[test]
fn a_dry_run_decides_every_row_and_records_none() {
    let ledger = open();
    let head = ledger.head();
    let rows = [
        "LG-1-1,2025-02-01,10,,manual,",
        "LG-1-1,2025-02-01,10,,manual,",
        "LG-1-1,2025-02-01,11,,manual,",
        "LG-9-1,2025-02-01,10,,manual,",
    ];
    let more = Facts::rows("deliveries.csv", &rows);
    let dry = ["import", text(more.path()), "--dry-run", "--refused", "refused.csv"];
    ledger
        .run(&dry)
        .exits(1)
        .says("deliveries.csv:4: delivery_conflict: ")
        .says("deliveries.csv:5: unknown_delivery_point: ")
        .says("1 recorded, 1 already known, 2 refused")
        .says("dry run: nothing was recorded");
    let refused = fs::read_to_string(ledger.beside("refused.csv")).unwrap();
    let wanted = "file,line,code\ndeliveries.csv,4,delivery_conflict\n\
        deliveries.csv,5,unknown_delivery_point\n";
    assert_eq!(refused, wanted);
    assert_eq!(ledger.head(), head);
}

#[test]
fn a_dry_run_without_a_ledger_makes_none() {
    let (ledger, facts) = (Ledger::absent(), facts());
    let dry = ledger.run(&["import", text(facts.path()), "--dry-run"]);
    dry.exits(0).says("100 recorded, 0 already known, 0 refused");
    assert!(!ledger.path().exists());
}

#[test]
fn a_refused_row_has_no_effect_on_the_rows_after_it() {
    let rows = [
        "LG-1-1,2025-02-01,-1,,manual,",
        "LG-1-1,2025-02-01,10,,manual,",
        "LG-1-1,2025-02-02,6000,,manual,",
        "LG-1-1,2025-02-02,10,,estimate,",
    ];
    let (with, without) = (open(), open());
    with.import(&Facts::rows("deliveries.csv", &rows)).exits(1).says("2 recorded, 0 already");
    without.import(&Facts::rows("deliveries.csv", &[rows[1], rows[3]])).exits(0);
    assert_eq!(with.payloads(), without.payloads());
    let running = ["settlements", "--running", "--as-of", "2025-02-09"];
    assert_eq!(with.report(&running), without.report(&running));
}

#[test]
fn every_event_says_who_imported_it_and_that_nobody_proved_who() {
    let ledger = Ledger::simulated();
    let facts = facts();
    ledger.run(&["--person", "li.wei", "import", text(facts.path())]).exits(0);
    let events = ledger.run(&["events", "--format", "jsonl", "--after", "1"]).exits(0);
    let actor = r#""actor":{"authenticated":false,"channel":"import","person":"li.wei"}"#;
    assert!(events.out.lines().all(|line| line.contains(actor)), "{}", events.out);
    let opened = ledger.run(&["events", "--type", "ledger_opened", "--format", "jsonl"]).exits(0);
    opened.prints(r#""channel":"cli","person":"operator"#);
}

#[test]
fn names_of_customers_are_never_in_the_log() {
    let ledger = open();
    let events = ledger.run(&["events", "--format", "jsonl"]).exits(0);
    assert!(events.out.contains("C-LG-1") && !events.out.contains("机械制造客户"));
}
