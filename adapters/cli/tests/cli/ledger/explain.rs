//! Why a number is what it is, down to the bytes of its events.

use citygate_domain::customer::hex;
use sha2::{Digest, Sha256};

use super::closed;
use crate::support::facts::Facts;

#[test]
fn a_settlement_is_explained_by_rules_and_comes_out_again() {
    let ran = closed().run(&["explain", "settlement/LG-1/2025-01"]).exits(0);
    for address in ["P2", "P4", "P5", "P7", "M2", "M3"] {
        assert!(ran.cites(address), "{address} is not in\n{}", ran.out);
    }
    ran.prints("Every frozen number came out again.");
}

#[test]
fn a_deviation_is_explained_by_rules_and_comes_out_again() {
    let ran = closed().run(&["explain", "deviation/LG-1/2025-01"]).exits(0);
    for address in ["D1", "D2", "D3", "D5", "D6"] {
        assert!(ran.cites(address), "{address} is not in\n{}", ran.out);
    }
    ran.prints("Every frozen number came out again.");
}

#[test]
fn an_account_is_explained_by_rules_and_says_its_position() {
    let ledger = closed();
    let ran = ledger.run(&["explain", "account/LG-1/2025-01-31"]).exits(0);
    for address in ["A2", "A3", "G1", "G2", "G3"] {
        assert!(ran.cites(address), "{address} is not in\n{}", ran.out);
    }
    let head = ledger.head();
    ran.prints(&format!("position {}", head.split(':').next().unwrap()));
}

#[test]
fn an_event_is_shown_as_stored_and_a_document_by_its_position_is_explained() {
    let ledger = closed();
    ledger.run(&["explain", "1"]).exits(0).prints(r#""type":"ledger_opened""#);
    let issued = ledger.run(&["events", "--type", "deviation_assessed", "--format", "csv"]);
    let row = issued.out.lines().nth(1).unwrap();
    let position = row.split(',').next().unwrap();
    let by_position = ledger.run(&["explain", position]).exits(0);
    let by_name = ledger.run(&["explain", "deviation/LG-1/2025-01"]).exits(0);
    assert_eq!(by_position.out, by_name.out);
}

#[test]
fn the_digests_of_a_document_can_be_made_from_the_printed_payloads() {
    let ledger = closed();
    let mut seen = 0;
    for id in ["settlement/LG-1/2025-01", "deviation/LG-3/2025-01"] {
        let explained = ledger.run(&["explain", id]).exits(0);
        let inputs = explained.out.lines().filter_map(|line| line.strip_prefix("  = "));
        for input in inputs {
            let words: Vec<&str> = input.split(' ').collect();
            let [stream, versions, "sha256", digest] = words[..] else { panic!("{input}") };
            let (_, last) = versions.split_once('–').unwrap();
            let args = ["events", "--format", "payload", "--limit", last, "--stream", stream];
            let payloads = ledger.run(&args).exits(0).bytes;
            assert_eq!(hex(&Sha256::digest(&payloads)), digest, "{input}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen} inputs");
}

#[test]
fn a_document_comes_out_again_also_after_later_facts() {
    let ledger = closed();
    let facts = Facts::rows("deliveries.csv", &["LG-1-1,2025-02-01,4000,,manual,"])
        .and_rows("lots.csv", &["T-2,LG-1,2025-02,SHPGX,listing,1,2,true,2025-02-01T00:00:00Z"]);
    let before = ledger.run(&["explain", "settlement/LG-1/2025-01"]).exits(0);
    ledger.import(&facts).exits(0);
    assert_eq!(ledger.run(&["explain", "settlement/LG-1/2025-01"]).exits(0).out, before.out);
}

#[test]
fn what_is_not_there_cannot_be_explained() {
    let ledger = closed();
    let refused = |id: &str, code: &str| {
        ledger.run(&["explain", id]).exits(1).prints_nothing().says(&format!("citygate: {code}: "));
    };
    refused("settlement/LG-1/2025-02", "not_issued");
    refused("deviation/LG-9/2025-01", "not_issued");
    refused("account/LG-9/2025-01-31", "unknown_contract");
    refused("999999", "no_such_event");
    refused("0", "no_such_event");
    for id in ["", "weather/LG-1/2025-01", "settlement/LG-1", "settlement/LG-1/2025-13", "-"] {
        ledger.run(&["explain", "--", id]).exits(2).prints_nothing();
    }
}
