//! T6: the passage of time, recorded once.

use super::{SERVED, noticed, owing};
use crate::support::contract::contract;
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;

#[test]
fn a_tick_tells_what_went_by_and_a_second_one_nothing() {
    let ledger = owing(&contract("LG-1"));
    let guarantee = Facts::rows("guarantees.csv", &["LG-1,G-1,ICBC,100.00,2025-01-01,2025-02-09"]);
    ledger.import(&guarantee).exits(0);
    let tick = ledger.run(&["tick", "--format", "csv"]).exits(0);
    tick.prints("passage/LG-1,guarantee_ended,G-1,2025-02-10T00:00:00+08:00,")
        .prints("passage/LG-1,stage_crossed,\"normal -> suspended: 0.0 days, ");
    ledger.run(&["tick", "--format", "csv"]).exits(0);
    ledger.run(&["tick"]).exits(0).prints("Nothing is there.");
    ledger.run(&["--lang", "zh", "tick"]).exits(0).prints("无记录。");
    let accounts = ledger.report(&["accounts", "--as-of", "2025-02-09"]);
    assert!(!accounts.is_empty());
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_notice_that_has_run_is_told_and_nothing_is_ordered_unless_the_contract_says_so() {
    let ledger = noticed(&contract("LG-1"));
    let tick = ledger.run(&["tick", "--format", "csv"]).exits(0);
    let tick = tick.prints("passage/LG-1,notice_period_ran,N-1,2025-02-13T08:45:00+08:00,");
    assert!(!tick.out.contains("order_"), "{}", tick.out);
}

#[test]
fn a_clock_behind_the_log_records_nothing() {
    let ledger = owing(&contract("LG-1")).at("2025-02-10T00:59:59Z");
    let before = ledger.run(&["events"]).exits(0).out;
    ledger.run(&["tick"]).exits(1).says("citygate: clock_behind_log: the clock shows 2025-02-10 ");
    assert_eq!(ledger.run(&["events"]).exits(0).out, before);
    let ledger = ledger.at(SERVED);
    ledger.run(&["tick"]).exits(0);
}

#[test]
fn a_told_time_ticks_once_and_a_real_one_as_often_as_asked() {
    let ledger = Ledger::simulated();
    ledger.run(&["tick", "--every", "1"]).exits(2).says("the time of a simulated ledger is told");
    ledger.run(&["--lang", "zh", "tick", "--every", "1"]).exits(2).says("只告知一次时间");
    let real = Ledger::absent();
    real.run(&["init"]).exits(0);
    real.run(&["tick", "--every", "1", "--rounds", "2"]).exits(0).prints("Nothing is there.");
    real.run(&["tick", "--rounds", "2"]).exits(2);
    real.run(&["tick", "--every", "0"]).exits(2);
}
