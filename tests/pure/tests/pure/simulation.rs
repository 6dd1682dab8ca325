//! The seeded simulation of supply, in its short form; `tests/simulate` runs the long one.

use citygate_tests_pure::scenario::told;
use citygate_tests_pure::simulation::{Options, Plant, Summary, run};

/// Histories of the short form.
const HISTORIES: u64 = 1_000;
/// Histories within which every planted bug is found.
const WITHIN: u64 = 600;

fn ran(seed: u64, histories: u64, plant: Option<Plant>, threads: u64) -> Summary {
    run(Options { seed, histories, plant, threads }, |_, _| {})
}

#[test]
fn no_history_and_no_fault_lowers_flow_without_a_valid_order() {
    let summary = ran(0, HISTORIES, None, 2);
    if let Some(found) = &summary.found {
        panic!("{}\n{}", found.what, found.story);
    }
    assert_eq!(summary.histories(), HISTORIES);
    // A run in which nothing is stopped proves nothing.
    let [stops, limits, closed, lifted] = summary.busy();
    let least = HISTORIES / 10;
    assert!(stops > least && limits > least && closed > least && lifted > least, "{summary}");
    assert_eq!(summary.never_seen(), Vec::<&str>::new(), "{summary}");
}

#[test]
fn the_same_seed_leaves_the_same_trace_on_any_number_of_threads() {
    let one = ran(700_000, 600, None, 1);
    let again = ran(700_000, 600, None, 3);
    assert_eq!(one.to_string(), again.to_string());
    assert_ne!(one.digest(), ran(800_000, 50, None, 1).digest());
}

#[test]
fn every_planted_bug_is_found_and_told_as_a_short_story() {
    let mut missed = Vec::new();
    for (name, plant) in Plant::ALL {
        match ran(0, WITHIN, Some(plant), 2).found {
            None => missed.push(format!("{name} was not found")),
            Some(found) => {
                if found.steps > 20 {
                    missed.push(format!("{name} takes {} steps", found.steps));
                }
                // A story that nobody could tell would panic.
                let _ = told(&found.story);
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
