//! The four stories of supply, through the program.

use serde_json::json;

use super::{
    answer, approve, by, demand, issue, notice, noticed, of_class, owing, pay, propose, suspended,
};
use crate::support::contract::contract;

#[test]
fn a_payment_during_the_notice_cancels_everything_and_nobody_approves() {
    let ledger = owing(&contract("LG-1"));
    demand(&ledger, "1000.00").exits(0).says("recorded at position ");
    demand(&ledger, "1000.00").exits(0).says("already known");
    demand(&ledger, "999.00").exits(1);
    notice(&ledger).exits(0);
    let stages = String::from_utf8(ledger.report(&["stages", "--as-of", "2025-02-10"])).unwrap();
    assert!(stages.contains("LG-1,0.0,suspended,noticed,nothing_available\n"), "{stages}");
    let show = ["supply", "show", "--contract", "LG-1"];
    let shown = ledger.run(&[&show[..], &["--format", "csv"]].concat()).exits(0);
    shown
        .prints("part,name,state,at,until,by,detail\n")
        .prints("notice,N-1,period_running,2025-02-10T08:45:00+08:00,2025-02-13T08:45:00+08:00,")
        .prints("lacks,suspend,notice_period_running,")
        .prints("lacks,suspend,approvals_missing,");
    assert!(answer(&ledger).starts_with("LG-1-1,industrial,allow,,noticed,nothing_available,,"));
    pay(&ledger, "2025-02-10", "1000.00");
    let shown = ledger.run(&show).exits(0).prints("as known at log position ");
    assert!(!shown.out.contains("N-1"), "{}", shown.out);
    ledger.run(&["events", "--type", "supply_lifted"]).exits(0).prints("demand_paid");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_hospital_that_owes_is_never_stopped_and_keeps_what_is_protected() {
    let ledger = noticed(&of_class("public_service"));
    propose(&ledger, "suspend").exits(1).says("citygate: class_protected: ");
    propose(&ledger, "reduce").exits(0);
    approve(&ledger, "li").exits(0);
    issue(&ledger).exits(0);
    // The contract daily quantity of February: 100 000 ÷ 28, never less for the protected.
    let told = answer(&ledger);
    assert!(told.starts_with("LG-1-1,public_service,limit,3571.42"), "{told}");
    pay(&ledger, "2025-02-13", "900000.00");
    assert!(answer(&ledger).starts_with("LG-1-1,public_service,allow,,normal,days_sufficient,"));
}

#[test]
fn a_city_gas_company_is_reduced_by_the_engine_and_never_suspended() {
    let automatic = of_class("city_gas")
        .with("/terms/payment/automatic", json!(true))
        .with("/terms/payment/protected_daily_quantity", json!("1000"));
    let ledger = noticed(&automatic);
    let tick = ledger.run(&["tick", "--format", "csv"]).exits(0);
    tick.prints("stream,what,subject,at,position\n")
        .prints("contract/LG-1,order_issued,,2025-02-13,");
    let told = answer(&ledger);
    assert!(told.starts_with("LG-1-1,city_gas,limit,1785.71"), "{told}");
    ledger.run(&["tick"]).exits(0).prints("Nothing is there.");
    propose(&ledger, "suspend").exits(1).says("citygate: class_protected: ");
    ledger.run(&["supply", "show", "--contract", "LG-1"]).exits(0).prints("auto-2025-02-13");
}

#[test]
fn a_suspension_goes_from_the_demand_to_the_person_on_site() {
    let ledger = owing(&contract("LG-1"));
    propose(&ledger, "suspend").exits(1).says("citygate: demand_not_served: ");
    demand(&ledger, "1000.00").exits(0);
    notice(&ledger).exits(0);
    propose(&ledger, "suspend").exits(0);
    approve(&ledger, "chen").exits(1).says("citygate: maker_is_approver: ");
    approve(&ledger, "li").exits(0);
    approve(&ledger, "li").exits(1).says("citygate: already_approved_by_you: ");
    issue(&ledger).exits(1).says("citygate: notice_period_running: ");

    let ledger = suspended();
    assert!(
        answer(&ledger).starts_with("LG-1-1,industrial,stop,,suspended,nothing_available,O-1,")
    );
    let report = |state: &str, at: &str, more: &[&str]| {
        let args = ["supply", "report-valve", "LG-1", "LG-1-1", "--state", state, "--at", at];
        by(&ledger, "chen", &[&args[..], &["--reporter", "gw-1"], more].concat())
    };
    report("closed", "2025-02-13T01:00:00Z", &["--order", "O-1"]).exits(0);
    report("closed", "2025-02-13T01:00:00Z", &["--order", "O-1"]).exits(0).says("already known");
    pay(&ledger, "2025-02-13", "1000.00");
    assert!(answer(&ledger).starts_with("LG-1-1,industrial,keep,,restoring,restoring,O-1,"));
    let ledger = ledger.at("2025-02-13T08:00:00Z");
    let open = ["supply", "report-valve", "LG-1", "LG-1-1", "--state", "open", "--on-site"];
    let seen = ["--at", "2025-02-13T07:30:00Z", "--reporter", "fitter-7"];
    by(&ledger, "chen", &[&open, &seen[..]].concat()).exits(0);
    assert!(answer(&ledger).starts_with("LG-1-1,industrial,allow,,normal,"));
    ledger.run(&["verify"]).exits(0);
    let chinese = ["--lang", "zh", "supply", "show", "--contract", "LG-1"];
    ledger.run(&chinese).exits(0).prints("状态").prints("阶段").prints("正常").prints("交付点");
}

#[test]
fn a_dispute_keeps_the_valve_and_ends_the_procedure_when_the_buyer_was_right() {
    let ledger = suspended();
    let dispute = ["supply", "dispute", "LG-1", "--demand", "D-1", "--reason", "paid in cash"];
    by(&ledger, "chen", &dispute).exits(0);
    assert!(answer(&ledger).starts_with("LG-1-1,industrial,keep,,suspended,demand_disputed,O-1,"));
    let resolve = ["supply", "resolve", "LG-1", "--demand", "D-1", "--as", "upheld"];
    by(&ledger, "chen", &[&resolve, &["--reason", "the receipt was found"][..]].concat()).exits(0);
    assert!(answer(&ledger).starts_with("LG-1-1,industrial,keep,,restoring,restoring,"));
}

#[test]
fn what_is_unknown_or_missing_is_told_with_a_code() {
    let ledger = owing(&contract("LG-1"));
    ledger
        .run(&["supply", "show", "--contract", "LG-9"])
        .exits(1)
        .says("unknown_contract")
        .says("Import");
    let nowhere = ["supply", "answer", "--point", "nowhere", "--format", "csv"];
    ledger.run(&nowhere).exits(0).prints("nowhere,unknown,keep,,,unknown_delivery_point,,600,");
    let show = ["supply", "show", "--contract", "LG-1", "--format", "csv"];
    let shown = ledger.run(&show).exits(0).prints("stage,LG-1,normal,,,,revision 0\n");
    assert!(!shown.out.contains("lacks"), "{}", shown.out);
    by(&ledger, "li", &["supply", "issue", "LG-1", "O-9"]).exits(1).says("citygate: unknown_order");
    let withdraw = ["supply", "withdraw", "LG-1", "O-9", "--reason", "x"];
    by(&ledger, "li", &withdraw).exits(1).says("citygate: unknown_order");
    let served = ["--id", "D-1", "--served-at", "2025-02-10T00:30:00Z", "--proof", "none.pdf"];
    let demand = ["supply", "demand", "LG-1", "--amount", "1.00"];
    ledger.run(&[&demand, &served[..]].concat()).exits(3).says("none.pdf: ");
    ledger.run(&["supply", "review", "LG-1"]).exits(0).says("already known");
}

#[test]
fn a_clock_behind_the_log_issues_nothing_and_keeps_the_valve() {
    let ledger = noticed(&contract("LG-1"));
    propose(&ledger, "reduce").exits(0);
    approve(&ledger, "li").exits(0);
    let ledger = ledger.at("2025-02-13T00:59:59Z");
    issue(&ledger).exits(1).says("citygate: clock_behind_log: ");
    ledger.run(&["supply", "review", "LG-1"]).exits(1).says("citygate: clock_behind_log: ");
    let ledger = ledger.at("2025-02-13T01:00:00Z");
    issue(&ledger).exits(0);
    let shown = ledger.run(&["supply", "show", "--contract", "LG-1", "--format", "csv"]).exits(0);
    shown.prints("approved by li");
    assert!(answer(&ledger).contains(",limit,"));
    let ledger = ledger.at("2025-02-13T00:59:59Z");
    assert!(answer(&ledger).contains(",keep,,reduced,clock_behind_log,"));
}

#[test]
fn a_demand_served_in_error_is_taken_back() {
    let ledger = owing(&contract("LG-1"));
    demand(&ledger, "1000.00").exits(0);
    let back = ["supply", "withdraw-demand", "LG-1", "D-1", "--reason", "another customer's"];
    by(&ledger, "li", &back).exits(0).says("recorded at position ");
    by(&ledger, "li", &back).exits(0).says("already known");
    ledger.run(&["events", "--type", "supply_lifted"]).exits(0).prints("demand_withdrawn");
}
