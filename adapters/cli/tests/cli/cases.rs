//! D9: deviation cases from the command line, one by one and in bulk.

use citygate_domain::customer::hex;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::contract::{contract, january};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

/// January of three contracts closed: `LG-1` and `LG-2` took 93 000 of 100 000 m³, a charge of
/// 1 000.00 each, and `LG-3` stayed inside the tolerance.
#[track_caller]
fn closed() -> Ledger {
    let of =
        |id: &str| contract(id).with("/terms/deviation/deemed_confirmed_days", json!(5)).line();
    let inside: Vec<String> =
        january("LG-3-1").iter().map(|row| row.replace(",3000,", ",3200,")).collect();
    let facts = Facts::rows("contracts.jsonl", &["LG-1", "LG-2", "LG-3"].map(of))
        .and_rows("deliveries.csv", &[january("LG-1-1"), january("LG-2-1"), inside].concat());
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    ledger
}

#[track_caller]
fn by(ledger: &Ledger, person: &str, args: &[&str]) -> Ran {
    let args = [&["--person", person, "case"], args].concat();
    ledger.run(&args)
}

#[track_caller]
fn stages(ledger: &Ledger) -> Vec<String> {
    let list = by(ledger, "li.wei", &["list", "--format", "csv"]).exits(0);
    let rows = list.out.lines().skip(1);
    rows.map(|row| row.split(',').nth(3).unwrap().to_owned()).collect()
}

const ONE: [&str; 2] = ["LG-1", "2025-01"];

#[test]
fn a_case_goes_from_its_sheet_to_its_posting() {
    let ledger = closed();
    let list = by(&ledger, "li.wei", &["list", "--month", "2025-01", "--format", "csv"]).exits(0);
    list.prints("contract,month,revision,stage,side,quantity,charge,flagged,posted,sheet,")
        .prints("LG-1,2025-01,1,assessed,under,2000.000,1000.00,no,0.00,,,\n")
        .prints("LG-3,2025-01,1,no_charge,inside,0.000,0.00,no,0.00,,,\n");
    std::fs::write(ledger.beside("seal.pdf"), b"a sealed sheet").unwrap();
    let step = |person, verb: &str, more: &[&str]| {
        by(&ledger, person, &[&[verb][..], &ONE, more].concat())
    };
    step("li.wei", "post", &[]).exits(1).says("LG-1 2025-01: not_confirmed: the case LG-1 ");
    step("li.wei", "issue", &["--revision", "2"]).exits(1).says("changed_since_shown: revision 2");
    step("li.wei", "issue", &["--revision", "1"]).exits(0).says("1 done, 0 already so, 0 refused");
    step("li.wei", "deliver", &["--on", "2025-02-09", "--proof", "SF14022"]).exits(1).says(
        "before_sheet: sheet 1 was issued on 2025-02-10; nothing happened to it on 2025-02-09",
    );
    step("li.wei", "deliver", &["--on", "2025-02-10", "--proof", "SF14022"]).exits(0);
    let seal = ["--on", "2025-02-10", "--receipt", "seal.pdf"];
    step("li.wei", "confirm", &seal).exits(0);
    step("li.wei", "post", &[]).exits(1).says("posting_not_approved: ");
    step("li.wei", "approve", &[]).exits(1).says("maker_is_approver: li.wei proposed ");
    step("zhang.min", "approve", &[]).exits(0);
    step("li.wei", "post", &[]).exits(0);
    step("li.wei", "post", &[]).exits(0).says("0 done, 1 already so, 0 refused");
    assert_eq!(stages(&ledger), ["posted", "assessed", "no_charge"]);
    let statement = ledger.run(&["report", "account-statement", "--format", "csv"]).exits(0);
    statement.prints("LG-1,2025-01-31,deviation,2025-01 r1,-1000.00,");
    let journal = ledger.run(&["report", "journal", "--format", "csv"]).exits(0);
    journal.prints("deviation 2025-01 r1");
    // The scan lies beside the log under the digest that the event names.
    let confirmed = ledger.run(&["events", "--type", "sheet_confirmed", "--format", "payload"]);
    confirmed.exits(0).prints(&hex(&Sha256::digest(b"a sealed sheet")));
    ledger.run(&["verify"]).exits(0);
    ledger.run(&["rebuild"]).exits(0);
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn many_cases_take_a_step_at_once_and_the_exceptions_are_listed() {
    let ledger = closed().at("2025-02-10T01:00:00Z");
    by(&ledger, "li.wei", &["issue", "LG-2", "2025-01"]).exits(0);
    by(&ledger, "li.wei", &["issue", "--month", "2025-01"])
        .exits(1)
        .says("LG-2 2025-01: sheet_already_issued: sheet 1 of this revision is issued already. ")
        .says("1 done, 0 already so, 1 refused");
    by(&ledger, "li.wei", &["deliver", "--month", "2025-01", "--on", "2025-02-10", "--proof", "x"])
        .exits(0)
        .says("2 done, 0 already so, 0 refused");
    let deem = ["confirm", "--month", "2025-01", "--deemed"];
    let early = ledger.at("2025-02-14T01:00:00Z");
    by(&early, "li.wei", &deem).exits(1).says("not_deemed_yet: ").says("0 done, 0 already so, 2");
    let ledger = early.at("2025-02-15T01:00:00Z");
    by(&ledger, "li.wei", &deem).exits(0).says("2 done");
    let ready = ["--where", "stage=deemed_confirmed", "--where", "side=under"];
    by(&ledger, "zhang.min", &[&["approve"][..], &ready].concat()).exits(0).says("2 done");
    by(&ledger, "li.wei", &["post", "--where", "stage=posting_approved"]).exits(0).says("2 done");
    by(&ledger, "li.wei", &["post", "--where", "charge-below=1000.00"]).exits(0).says("0 done");
    assert_eq!(stages(&ledger), ["posted", "posted", "no_charge"]);
}

#[test]
fn a_claim_is_granted_by_two_and_the_case_assessed_again() {
    let ledger = closed();
    std::fs::write(ledger.beside("notice.pdf"), b"the notice").unwrap();
    let claim = [
        "claim",
        "LG-1",
        "--id",
        "CL-1",
        "--kind",
        "force_majeure",
        "--from",
        "2025-01-10",
        "--to",
        "2025-01-12",
        "--quantity",
        "1500",
        "--received",
        "2025-02-03",
    ];
    by(&ledger, "li.wei", &claim).exits(0);
    by(&ledger, "li.wei", &claim).exits(0).says("already known; nothing was recorded");
    assert_eq!(stages(&ledger), ["claim_open", "assessed", "no_charge"]);
    by(&ledger, "li.wei", &["issue", "LG-1", "2025-01"]).exits(1).says("claim_pending: ");
    let why = ["--reason", "the notice was seen"];
    let verify = [&["verify", "CL-1", "--evidence", "notice.pdf"][..], &why].concat();
    by(&ledger, "li.wei", &verify).exits(0);
    by(&ledger, "li.wei", &[&["decide", "CL-1", "--grant", "1501"][..], &why].concat())
        .exits(1)
        .says("granted_above_claimed: ");
    by(&ledger, "li.wei", &[&["decide", "CL-1", "--grant", "1500"][..], &why].concat()).exits(0);
    let approve = ["--person", "zhang.min", "approve", "claim/CL-1", "--revision", "2"];
    ledger.run(&approve).exits(0).says("LG-1 2025-01: assessed again, its relief has changed");
    // The lower edge is now (100 000 − 1 500) × 95 % = 93 575: 575 m³ at 0.50.
    let show = by(&ledger, "li.wei", &["show", "LG-1", "2025-01", "--format", "csv"]).exits(0);
    show.prints("LG-1,2025-01,2,assessed,under,575.000,287.50,no,0.00,,,\n")
        .prints("CL-1,granted,2025-01-10,2025-01-12,1500,1500,2025-02-03\n");
    by(&ledger, "li.wei", &["reassess", "LG-1", "2025-01"]).exits(0).says("0 done, 1 already so");
    ledger.run(&["explain", "deviation/LG-1/2025-01"]).exits(0);
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_dispute_is_resolved_and_a_charge_waived_by_two() {
    let ledger = closed();
    by(&ledger, "li.wei", &["issue", "--month", "2025-01"]).exits(0);
    let dispute = ["dispute", "LG-1", "2025-01", "--on", "2025-02-10", "--reason", "slow meter"];
    by(&ledger, "li.wei", &dispute).exits(0);
    let resolve = |how| ["resolve", "LG-1", "2025-01", "--as", how, "--reason", "tested"];
    by(&ledger, "li.wei", &resolve("reassessed")).exits(0).says("0 done, 1 already so");
    by(&ledger, "li.wei", &resolve("upheld")).exits(0);
    by(&ledger, "li.wei", &resolve("withdrawn")).exits(1).says("not_disputed: ");
    let waive = ["waive", "LG-2", "2025-01", "--reason", "goodwill"];
    by(&ledger, "li.wei", &waive).exits(0);
    let approve = ["--person", "zhang.min", "approve", "deviation/LG-2/2025-01", "--revision", "1"];
    ledger.run(&approve).exits(0);
    assert_eq!(stages(&ledger), ["upheld", "waived", "no_charge"]);
}

#[test]
fn a_step_needs_to_be_told_which_cases() {
    let ledger = closed();
    by(&ledger, "li.wei", &["issue"]).exits(2).says("usage: name CONTRACT and MONTH");
    by(&ledger, "li.wei", &["issue", "LG-1"]).exits(2);
    by(&ledger, "li.wei", &["issue", "LG-9", "2025-01"]).exits(1).says("not_assessed");
    by(&ledger, "li.wei", &["issue", "--where", "colour=red"]).exits(2).says("is none of side=");
    by(&ledger, "li.wei", &["show", "LG-9", "2025-01"]).exits(1).says("not_assessed");
    let absent = ["confirm", "LG-1", "2025-01", "--on", "2025-02-10", "--receipt", "none.pdf"];
    by(&ledger, "li.wei", &absent).exits(3).says("none.pdf");
}

#[test]
fn a_ledger_of_one_person_says_so_on_its_documents() {
    let ledger = Ledger::absent().at("2025-02-10T01:00:00Z");
    ledger.run(&["init", "--four-eyes-off", "--simulated-clock"]).exits(0);
    let facts = Facts::rows("contracts.jsonl", &[contract("LG-1").line()])
        .and_rows("deliveries.csv", &january("LG-1-1"));
    ledger.import(&facts).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    std::fs::write(ledger.beside("seal.pdf"), b"a sealed sheet").unwrap();
    for step in [
        &["issue", "LG-1", "2025-01"][..],
        &["confirm", "LG-1", "2025-01", "--on", "2025-02-10", "--receipt", "seal.pdf"],
        &["post", "LG-1", "2025-01"],
    ] {
        by(&ledger, "li.wei", step).exits(0);
    }
    for event in ["settlement_issued", "deviation_assessed", "deviation_posted"] {
        let events = ledger.run(&["events", "--type", event, "--format", "payload"]).exits(0);
        events.prints(r#""four_eyes":"off""#);
    }
}
