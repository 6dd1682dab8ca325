//! Ledger files that are none, or none any more; places where none can be; ledgers in use.

use crate::support::ledger::Ledger;

mod files;

mod events;

mod writers;

/// The verbs that need a ledger, each with its arguments.
const VERBS: [&[&str]; 9] = [
    &["close", "--through", "2025-01"],
    &["report", "contracts"],
    &["explain", "1"],
    &["events"],
    &["verify"],
    &["rebuild"],
    &["backup", "copy.db"],
    &["doctor"],
    &["init"],
];

/// Every verb ends with this exit code and code, and prints nothing for programs.
#[track_caller]
fn every_verb_says(ledger: &Ledger, exit: i32, code: &str) {
    for verb in VERBS {
        let ran = ledger.run(verb);
        assert_eq!((ran.code, ran.out.as_str()), (exit, ""), "{verb:?}: {}", ran.err);
        let sentence = ran.err.lines().find_map(|line| {
            line.strip_prefix("citygate: ").and_then(|line| line.strip_prefix(code))
        });
        let sentence = sentence.unwrap_or_else(|| panic!("{verb:?}: {}", ran.err));
        assert!(sentence.len() > 20, "{verb:?}: {sentence}");
    }
}
