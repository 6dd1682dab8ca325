//! Events that are not what was written: `verify` names the first bad position.

use std::fs;

use crate::support::contract::{january, small};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::sqlite::{bytes, edit_events};

/// A ledger of which 40 or more events can be damaged.
#[track_caller]
fn whole() -> Ledger {
    let ledger = Ledger::simulated();
    ledger.import(&small().and_rows("deliveries.csv", &january("LG-1-1"))).exits(0);
    ledger
}

/// `verify` fails and names this position.
#[track_caller]
fn names(ledger: &Ledger, position: u64) {
    let ran = ledger.run(&["verify"]).exits(1).prints_nothing();
    ran.says(&format!("citygate: log_damaged: the first bad position is {position}: "));
}

#[test]
fn an_edited_event_is_named() {
    let sets = [
        "payload = replace(payload, '3000', '3001')",
        "effective = '2025-01-30'",
        "recorded_at = '2025-02-10T01:00:00.000001Z'",
        "actor = replace(actor, 'operator', 'somebody')",
        "type_version = 1",
        "event_id = zeroblob(16)",
        "chain = zeroblob(32)",
        "hash = zeroblob(32)",
    ];
    let whole = whole();
    for set in sets {
        let ledger = whole.copy();
        let sql = format!("UPDATE event SET {set} WHERE position = 20");
        edit_events(&ledger.path(), Box::leak(sql.into_boxed_str()));
        names(&ledger, 20);
    }
}

#[test]
fn a_deleted_event_is_named() {
    let ledger = whole();
    edit_events(&ledger.path(), "DELETE FROM event WHERE position = 20");
    names(&ledger, 20);
}

#[test]
fn two_swapped_events_are_named_at_the_first_of_them() {
    let ledger = whole();
    edit_events(
        &ledger.path(),
        "UPDATE event SET position = -20 WHERE position = 20;
         UPDATE event SET position = 20 WHERE position = 25;
         UPDATE event SET position = 25 WHERE position = -20;",
    );
    names(&ledger, 20);
}

#[test]
fn a_tail_that_was_cut_with_its_heads_is_found_by_a_head_noted_earlier() {
    let ledger = whole();
    let noted = ledger.head();
    edit_events(
        &ledger.path(),
        "DELETE FROM event WHERE position > 30;
         DELETE FROM stream_head WHERE last_position > 30 AND stream NOT LIKE 'delivery/%';
         UPDATE stream_head SET last_position = 30, version =
           (SELECT max(version) FROM event WHERE event.stream = stream_head.stream)
           WHERE last_position > 30;
         UPDATE log_head SET position = 30, chain =
           (SELECT chain FROM event WHERE position = 30);",
    );
    ledger.run(&["verify"]).exits(0);
    let refused = ledger.run(&["verify", "--expect", &noted]).exits(1).prints_nothing();
    refused.says("citygate: log_damaged: the first bad position is 31: the log ends before");
}

#[test]
fn a_tail_that_was_cut_without_its_heads_is_named() {
    let ledger = whole();
    edit_events(&ledger.path(), "DELETE FROM event WHERE position > 30");
    names(&ledger, 31);
    ledger.run(&["doctor"]).exits(3).prints_nothing().says("citygate: log_damaged: ");
}

#[test]
fn a_flipped_bit_in_an_event_row_fails_the_verification() {
    let whole = whole();
    let bytes = bytes(&whole.path());
    let payload = b"\"gas_day\":\"2025-01-15\"";
    let at = bytes.windows(payload.len()).position(|window| window == payload).unwrap();
    let ledger = whole.copy();
    for bit in [0, 7, 77, 8 * payload.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[at + bit / 8] ^= 1 << (bit % 8);
        fs::write(ledger.path(), &flipped).unwrap();
        let ran = ledger.run(&["verify"]).exits(1).prints_nothing();
        ran.says("citygate: log_damaged: the first bad position is ");
    }
}

#[test]
fn a_flipped_bit_anywhere_is_never_a_clean_ledger_with_other_content() {
    let whole = whole();
    let (head, payloads) = (whole.head(), whole.payloads());
    let bytes = bytes(&whole.path());
    let ledger = whole.copy();
    let step = bytes.len() * 8 / 41;
    for bit in (5..bytes.len() * 8).step_by(step) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(ledger.path(), &flipped).unwrap();
        let ran = ledger.run(&["verify"]);
        if ran.code == 0 {
            assert_eq!((ledger.head(), ledger.payloads()), (head.clone(), payloads.clone()));
        } else {
            let told = ran.err.contains("citygate: ") && ran.out.is_empty();
            assert!(told && [1, 3].contains(&ran.code), "bit {bit}: {} {}", ran.code, ran.err);
        }
    }
}

#[test]
fn a_document_says_that_an_event_it_rests_on_was_changed() {
    let ledger = whole();
    ledger.run(&["close", "--through", "2025-01", "--contract", "LG-1"]).exits(0);
    // The newest events are checked whenever a ledger is opened; the damaged one is older.
    let more: Vec<String> = (0..300).map(|row| format!("X{row},2025-01-01,1.5,,")).collect();
    ledger.import(&Facts::rows("indices.csv", &more)).exits(0);
    edit_events(
        &ledger.path(),
        "UPDATE event SET payload = replace(payload, '3000', '3001') WHERE position = 20",
    );
    let explained = ledger.run(&["explain", "settlement/LG-1/2025-01"]).exits(1);
    explained.prints("did NOT come out again").prints("≠ delivery/LG-1/2025-01");
}
