//! The sample of 24 contracts on a ledger file.

use crate::support::facts::{demo, expected, text};
use crate::support::ledger::Ledger;

#[track_caller]
fn reports_are_as_expected(ledger: &Ledger) {
    for kind in ["settlements", "lines", "deviations"] {
        assert_eq!(ledger.report(&[kind]), expected(&format!("{kind}.csv")), "{kind}");
    }
    for day in ["2025-09-17", "2025-12-18"] {
        let accounts = ledger.report(&["accounts", "--as-of", day]);
        assert_eq!(accounts, expected(&format!("accounts-{day}.csv")), "{day}");
    }
}

#[test]
fn imported_and_closed_the_sample_gives_its_reports_to_the_byte_and_a_second_time_nothing() {
    let (ledger, sample) = (Ledger::absent(), demo());
    let import = ["import", text(&sample), "--refused", "refused.csv"];
    let close = ["close", "--through", "2025-12"];
    ledger.run(&import).exits(1).says(" recorded, 21 already known, 26 refused");
    let refused = std::fs::read(ledger.beside("refused.csv")).unwrap();
    assert_eq!(refused, expected("refused.csv"));
    ledger.run(&close).exits(0).says("288 settlements issued, 155 deviations assessed, 0 already");
    reports_are_as_expected(&ledger);

    let head = ledger.head();
    ledger.run(&import).exits(1).says("0 recorded, 10476 already known, 26 refused");
    ledger.run(&close).exits(0).says("0 settlements issued, 0 deviations assessed, 443 already");
    assert_eq!(ledger.head(), head);
    reports_are_as_expected(&ledger);

    ledger.run(&["rebuild"]).exits(0).says("rebuilt from ");
    assert_eq!(ledger.head(), head);
    reports_are_as_expected(&ledger);
}

#[test]
fn accounts_of_the_sample_do_not_depend_on_closing() {
    let (ledger, sample) = (Ledger::absent(), demo());
    ledger.run(&["import", text(&sample)]).exits(1);
    let accounts = |day| ledger.report(&["accounts", "--as-of", day]);
    let days = ["2025-03-31", "2025-09-17", "2025-12-18", "2025-12-31"];
    let before = days.map(accounts);
    assert_eq!(before[1], expected("accounts-2025-09-17.csv"));
    for month in ["2025-02", "2025-08", "2025-12"] {
        ledger.run(&["close", "--through", month]).exits(0);
        assert_eq!(days.map(accounts), before, "closed through {month}");
    }
}
