//! T1, T6: the settings of a ledger's first event.

use crate::support::contract::small;
use crate::support::facts::Facts;
use crate::support::ledger::{Ledger, NOW};

#[test]
fn a_real_clock_takes_no_told_time() {
    let ledger = Ledger::absent();
    ledger.run(&["init"]).exits(0);
    let told = ledger.at(NOW);
    let facts = small();
    told.import(&facts).exits(2).says("citygate: usage: this ledger's clock is real");
    told.run(&["report", "contracts"]).exits(2).prints_nothing();
}

#[test]
fn everything_told_on_a_simulated_ledger_is_marked() {
    let ledger = Ledger::simulated();
    for verb in [&["report", "contracts"][..], &["events"], &["doctor"], &["rebuild"]] {
        ledger.run(verb).exits(0).says("simulated clock: the times of this ledger are told");
    }
    let events = ledger.run(&["events", "--format", "jsonl"]).exits(0);
    events.prints(r#""recorded_at":"2025-02-10T01:00:00.000000Z""#);
}

#[test]
fn settings_are_fixed_by_the_first_event() {
    let ledger = Ledger::absent();
    let berlin = ["init", "--zone", "Europe/Berlin", "--gas-day-start-hour", "6"];
    ledger.run(&berlin).exits(0);
    ledger.run(&berlin).exits(0);
    let refused = ledger.run(&["init"]).exits(1);
    refused.says("citygate: ledger_already_open: the ledger was opened with other settings. ");
    let said = ledger.run(&["doctor"]).exits(0);
    said.prints("Europe/Berlin").prints("clock                real");
    assert_eq!(ledger.payloads().len(), 1);
}

#[test]
fn a_zone_or_an_hour_that_does_not_exist_is_refused_and_nothing_is_recorded() {
    for (name, value) in [("--zone", "Asia/Shenzhen"), ("--gas-day-start-hour", "24")] {
        let ledger = Ledger::absent();
        let refused = ledger.run(&["init", name, value]).exits(1);
        refused.says("citygate: settings_invalid: ").says(value);
        ledger.run(&["init"]).exits(0);
        assert_eq!(ledger.payloads().len(), 1);
    }
}

#[test]
fn gas_days_are_those_of_the_ledgers_zone_and_hour() {
    let ledger = Ledger::absent().at("2025-01-06T04:59:59Z");
    let init =
        ["init", "--simulated-clock", "--zone", "Europe/Berlin", "--gas-day-start-hour", "6"];
    ledger.run(&init).exits(0);
    ledger.import(&small()).exits(0);
    let reading = Facts::rows("deliveries.csv", &["LG-1-1,2025-01-05,10,,manual,"]);
    let early = ledger.import(&reading).exits(1);
    early.says("gas_day_not_over: gas day 2025-01-05 ends at 2025-01-06T06:00:00+01:00");
    ledger.at("2025-01-06T05:00:00Z").import(&reading).exits(0).says("1 recorded");
}
