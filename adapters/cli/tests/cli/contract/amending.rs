//! C1: amended, with a preview; renewed; ended early.

use serde_json::json;

use super::{SIGNED, approve, by, file, patch, two};
use crate::support::contract::contract;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

#[track_caller]
fn amend(ledger: &Ledger, from: &str, more: &[&str]) -> Ran {
    let amend = ["amend", "LG-1", "--from", from, "--patch", "change.json"];
    by(ledger, "li", &[&amend, &SIGNED[..], more].concat())
}

#[test]
fn the_approver_sees_the_preview_that_the_maker_saw_and_nothing_is_recorded_by_looking() {
    let ledger = two();
    patch(&ledger);
    let before = ledger.payloads();
    let seen = amend(&ledger, "2025-01-16", &["--preview", "--format", "csv"]).exits(0);
    // 15 days of 3000 m³ at 2.50 and 16 at 2.60; 93 000 m³ of 100 000: inside 10 %, not inside 5 %.
    seen.says("dry run: nothing was recorded")
        .prints("contract,period,item,before,after,difference\n")
        .prints("LG-1,2025-01,contract_quantity,100000.000,100000.000,0.000\n")
        .prints("LG-1,2025-01,quantity,93000.000,93000.000,0.000\n")
        .prints("LG-1,2025-01,gross,232500.00,237300.00,4800.00\n")
        .prints("LG-1,2025-01,under,2000.000,0.000,-2000.000\n")
        .prints("LG-1,2025-01,charge,1000.00,0.00,-1000.00\n")
        .prints("LG-1,2025-03,contract_quantity,")
        .prints("LG-1,2025-02-09,days_remaining,0.0,0.0,\n");
    assert_eq!(ledger.payloads(), before);
    amend(&ledger, "2025-01-16", &[]).exits(0).says("recorded at position ");
    let approver = ["--person", "zhang", "approvals", "--preview", "contract/LG-1"];
    let again = ledger.run(&[&approver[..], &["--format", "csv"]].concat()).exits(0);
    assert_eq!(again.out, amend(&ledger, "2025-01-16", &["--preview", "--format", "csv"]).out);
    ledger.run(&[&["--lang", "zh"], &approver[..]].concat()).exits(0).prints("合同量");
}

#[test]
fn an_amendment_waits_for_a_second_person_and_is_then_a_version() {
    let ledger = two();
    patch(&ledger);
    amend(&ledger, "2025-01-16", &[]).exits(0);
    let show = ["show", "LG-1", "--format", "csv"];
    let one = by(&ledger, "li", &show).exits(0);
    assert_eq!(one.out.lines().count(), 2, "{}", one.out);
    approve(&ledger, "li", "contract/LG-1", "1").exits(1).says("maker_is_approver");
    approve(&ledger, "zhang", "contract/LG-1", "1").exits(0);
    by(&ledger, "li", &show)
        .exits(0)
        .prints("contract,version,from,last_gas_day,points,signed_on,stage,position\n")
        .prints(
            "LG-1,amended,2025-01-16,2025-03-31,LG-1-1 2025-01-16..2025-03-31,2025-01-05,in_force,",
        );
    by(&ledger, "li", &["show", "LG-1"]).exits(0).prints("amended");
    let shown = ledger.run(&["--lang", "zh", "contract", "show", "LG-1"]).exits(0);
    shown.prints("版本");
    let report = String::from_utf8(ledger.report(&["contracts"])).unwrap();
    assert!(report.starts_with("contract,customer,class,"), "{report}");
    assert!(report.lines().next().unwrap().ends_with(",position,stage,versions"), "{report}");
    assert!(report.lines().nth(1).unwrap().ends_with(",in_force,2"), "{report}");
    let nothing = ["approvals", "--preview", "contract/LG-1"];
    ledger.run(&nothing).exits(1).says("citygate: no_approval_pending: ");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn an_amendment_that_reaches_into_an_issued_month_is_refused_also_in_the_preview() {
    let ledger = two();
    patch(&ledger);
    ledger.run(&["close", "--through", "2025-01", "--contract", "LG-1"]).exits(0);
    for more in [&[][..], &["--preview"]] {
        amend(&ledger, "2025-01-16", more).exits(1).prints_nothing().says(
            "citygate: month_already_issued: the settlement of 2025-01 of contract LG-1 is issued; \
             a change from 2025-01-16 would reach into it. ",
        );
    }
    amend(&ledger, "2025-02-01", &["--preview"]).exits(0).prints("2025-02");
    let zh = ["--lang", "zh", "contract", "amend", "LG-1", "--from", "2025-01-16"];
    let zh = [&zh[..], &["--patch", "change.json"], &SIGNED].concat();
    ledger.run(&zh).exits(1).says("新条款");
}

#[test]
fn what_cannot_be_amended_is_told_with_a_code() {
    let ledger = two();
    file(&ledger, "change.json", &json!({"unit": "GJ"}));
    amend(&ledger, "2025-02-15", &[]).exits(1).says("citygate: term_cannot_change: ");
    file(&ledger, "change.json", &json!({"deviation": {"lower": "1"}}));
    amend(&ledger, "2025-02-15", &[]).exits(1).says("citygate: unknown_field: ");
    file(&ledger, "change.json", &json!({"annual_quantity": "1"}));
    amend(&ledger, "2025-02-15", &[]).exits(1).says("citygate: quantities_do_not_sum: ");
    file(&ledger, "change.json", &json!({"price_decimals": 4}));
    amend(&ledger, "2025-02-15", &[]).exits(1).says("citygate: nothing_amended: ");
    amend(&ledger, "2025-04-01", &[]).exits(1).says("citygate: outside_term: ");
    std::fs::write(ledger.beside("change.json"), "{").unwrap();
    amend(&ledger, "2025-02-15", &[]).exits(1).says("citygate: malformed: change.json: ");
    amend(&ledger, "2025-02-15", &["--format", "csv"]).exits(2);
}

#[test]
fn a_contract_is_renewed_by_its_file_and_only_when_it_is_known() {
    let ledger = two();
    let further = |id: &str| {
        let quantities = json!({"2025-04": "50000", "2025-05": "50000"});
        let text = contract(id)
            .with("/terms/first_gas_day", json!("2025-04-01"))
            .with("/terms/last_gas_day", json!("2025-05-31"))
            .with("/terms/annual_quantity", json!("100000"))
            .with("/terms/monthly_quantities", quantities);
        std::fs::write(ledger.beside("next.json"), text.line()).unwrap();
        by(&ledger, "li", &["renew", "--file", "next.json"])
    };
    further("LG-9").exits(1).says("citygate: unknown_contract: contract LG-9 is not known. ");
    further("LG-1").exits(0).says("recorded at position ");
    further("LG-1").exits(0).says("already known");
    let show = by(&ledger, "li", &["show", "LG-1", "--format", "csv"]).exits(0);
    show.prints("LG-1,signed,2025-04-01,2025-05-31,LG-1-1 2025-04-01..2025-05-31,");
    std::fs::write(ledger.beside("next.json"), "{").unwrap();
    let broken = by(&ledger, "li", &["renew", "--file", "next.json"]);
    broken.exits(1).says("citygate: malformed: next.json: ");
    by(&ledger, "li", &["renew", "--file", "none.json"]).exits(3).says("none.json: ");
}

#[test]
fn a_term_is_ended_early_and_the_quantity_of_its_last_month_can_be_said() {
    let ledger = two();
    let end = |on: &str| {
        let end = ["terminate", "LG-1", "--on", on, "--last-month-quantity", "40000"];
        by(&ledger, "li", &[&end, &SIGNED[..]].concat())
    };
    end("2025-01-20").exits(1).says("citygate: readings_behind: ");
    end("2025-03-31").exits(1).says("citygate: nothing_ended: ");
    end("2025-02-15").exits(0);
    approve(&ledger, "zhang", "contract/LG-1", "1").exits(0);
    let show = by(&ledger, "li", &["show", "LG-1", "--format", "csv"]).exits(0);
    show.prints("LG-1,terminated,2025-02-15,2025-02-15,LG-1-1 2025-02-15..2025-02-15,2025-01-05,");
    let report = String::from_utf8(ledger.report(&["contracts", "--as-of", "2025-02-16"])).unwrap();
    assert!(report.lines().nth(1).unwrap().contains(",terminated,"), "{report}");
}
