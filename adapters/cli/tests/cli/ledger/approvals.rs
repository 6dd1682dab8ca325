//! F: what needs a second person waits for one.

use super::closed;
use crate::support::facts::{Facts, text};
use crate::support::ledger::Ledger;

fn refund() -> Facts {
    Facts::rows("payments.csv", &["LG-1,2025-02-01,1000.00,ICBC,R-1,refund,,"])
}

/// January closed, and a refund of `LG-1` proposed by li.wei.
#[track_caller]
fn pending() -> Ledger {
    let ledger = closed();
    let facts = refund();
    let import = ["--person", "li.wei", "import", text(facts.path()), "--propose", "moves out"];
    ledger.run(&import).exits(0).says("1 recorded, 0 already known, 0 refused");
    ledger.run(&import).exits(0).says("0 recorded, 1 already known, 0 refused");
    ledger
}

#[test]
fn a_refund_waits_in_the_list_until_another_person_approves_it() {
    let ledger = pending();
    let before = ledger.report(&["accounts", "--as-of", "2025-02-01"]);
    let list = ledger.run(&["approvals", "--format", "csv"]).exits(0);
    list.prints("subject,number,revision,act,by,reason,content,position\n")
        .prints("account/LG-1,1,1,refund,li.wei,moves out,")
        .prints("amount=1000.00 bank=ICBC bank_reference=R-1 contract=LG-1");
    let approve = |person: &str, revision: &str| {
        let args = ["--person", person, "approve", "account/LG-1", "--revision", revision];
        ledger.run(&args)
    };
    approve("li.wei", "1").exits(1).says("citygate: maker_is_approver: li.wei proposed ");
    approve("zhang.min", "0").exits(1).says("citygate: changed_since_shown: account/LG-1 was ");
    assert_eq!(ledger.report(&["accounts", "--as-of", "2025-02-01"]), before);
    approve("zhang.min", "1").exits(0).says("recorded at position ");
    approve("zhang.min", "1").exits(0).says("already known; nothing was recorded");
    assert_ne!(ledger.report(&["accounts", "--as-of", "2025-02-01"]), before);
    ledger.run(&["approvals"]).exits(0).prints("Nothing is there.");
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_proposal_is_withdrawn_and_says_why() {
    let ledger = pending();
    let withdraw = ["--person", "li.wei", "withdraw", "account/LG-1", "--reason", "wrong amount"];
    ledger.run(&withdraw).exits(0).says("recorded at position ");
    let approve = ["--person", "zhang.min", "approve", "account/LG-1", "--revision", "1"];
    ledger.run(&approve).exits(1).says("citygate: no_approval_pending: no proposal of account/");
    ledger.run(&["events", "--type", "act_withdrawn"]).exits(0).prints("wrong amount");
}

#[test]
fn rows_that_need_nobody_count_at_once_also_when_proposed() {
    let ledger = closed();
    let facts = Facts::rows("payments.csv", &["LG-1,2025-02-01,10.00,ICBC,P-9,payment,,"])
        .and_rows("deliveries.csv", &["LG-1-1,2025-01-05,2999,,correction,meter"]);
    let import = ["--person", "li.wei", "import", text(facts.path()), "--propose", "found late"];
    ledger.run(&import).exits(0).says("2 recorded, 0 already known, 0 refused");
    let list = ledger.run(&["approvals", "--format", "csv"]).exits(0);
    list.prints("delivery/LG-1-1/2025-01-05,1,1,correct_delivery,li.wei,found late,");
    ledger.run(&["events", "--type", "payment_received"]).exits(0).prints("P-9");
}

#[test]
fn roles_are_granted_by_an_administrator_and_one_other() {
    let ledger = Ledger::simulated();
    let role = |person: &str, args: &[&str]| {
        let args = [&["--person", person, "role"], args].concat();
        ledger.run(&args)
    };
    let why = ["--reason", "new here"];
    role("chen", &[&["grant", "li", "clerk"][..], &why].concat()).exits(1).says("role_missing");
    role("chen", &[&["grant", "chen", "administrator"][..], &why].concat()).exits(0);
    role("chen", &[&["grant", "zhang", "approver"][..], &why].concat()).exits(0);
    role("chen", &["list", "--format", "csv"]).exits(0).prints("person,role\nchen,administrator\n");
    let approve = ["--person", "li", "approve", "person/zhang", "--revision", "0"];
    ledger.run(&approve).exits(0);
    role("li", &["list", "--format", "csv"]).exits(0).prints("zhang,approver\n");
    role("chen", &[&["revoke", "chen", "administrator"][..], &why].concat())
        .exits(1)
        .says("citygate: last_administrator: chen is the last administrator. ");
    role("chen", &["grant", "li", "king", "--reason", "x"]).exits(2).says("\"king\" is not clerk");
}
