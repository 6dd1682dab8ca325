//! Q5: first, again, instead: which values of a point's gas day are taken.

use citygate_domain::delivery::{Rejection, Source};
use citygate_tests_pure::story::given;
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{contract, day, delivered, m3, read, signed};
use citygate_tests_pure::world::World;

use super::answer;

/// `t40` telemetry, `m40` by hand, `e40` estimated, `c40:why` corrected; `t40*38.5` with GCV.
fn reading(text: &str) -> Told {
    let (kind, rest) = text.split_at(1);
    let (value, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let (volume, gcv) = value.split_once('*').unwrap_or((value, ""));
    let told = delivered("2026-01-15", m3(volume));
    let told = if gcv.is_empty() { told } else { told.with_gcv(gcv) };
    match kind {
        "t" => told,
        "m" => told.by_hand(),
        "e" => told.estimated(),
        _ => told.correcting(reason),
    }
}

fn answered(template: Told, known: &[String], sent: &str) -> (String, World) {
    let facts = std::iter::once(template).chain(known.iter().map(|text| reading(text)));
    let world = World::of(facts);
    (answer(world.clone(), reading(sent)), world)
}

#[test]
fn the_value_in_force_decides_what_is_taken() {
    check(
        "
        known             sent     | answer
        -                 t40      | recorded
        -                 m40      | recorded
        -                 e40      | recorded
        -                 c40:why  | recorded            # a correction is an actual, also the first
        e40               t40      | recorded            # an actual replaces an estimate, also with the same value
        e40               m41      | recorded
        e40               e41      | recorded
        e40               c41:why  | recorded
        e40               e40      | known
        t40               t40      | known               # the same actual value again
        t40               m40      | known               # by hand and by telemetry are one source
        t40               t40.000  | known               # a number, not a text
        t40               e40      | known               # an estimate of the actual value says nothing new
        t40               t41      | delivery_conflict
        t40               m41      | delivery_conflict
        t40               e41      | delivery_conflict
        t40               c41:why  | recorded
        t40               c40:why  | recorded            # the same value, stated anew
        t40+c41:why       c41:why  | known
        t40+c41:why       c41:again | recorded
        t40+c41:why       c42:why  | recorded
        t40+c41:why       t41      | known               # the value in force, and an actual one
        t40+c41:why       e41      | known
        t40+c41:why       t42      | delivery_conflict
        t40+c41:why       e42      | delivery_conflict
        c40:why           c40:why  | known
    ",
        |row| vec![answered(signed("LG-1"), &row.list("known"), row.text("sent")).0],
    );
}

#[test]
fn a_fact_seen_before_is_known_whatever_came_after_it() {
    check(
        "
        known                   sent     | answer
        e40+t41                 e40      | known          # superseded
        e40+e41                 e40      | known
        e40+e41+t42             e41      | known
        t40+c41:why             t40      | known
        t40+c41:why             m40      | known
        t40+c41:why             e40      | delivery_conflict # never told as an estimate
        t40+c41:why+c40:back    c41:why  | known          # taking back needs a new reason
        t40+c41:why+c40:back    c40:back | known
        t40+c41:why+c40:back    t40      | known
        t40+c41:why+c40:back    t41      | delivery_conflict
        e40+t40                 e40      | known
        e40+t41+c40:why         t40      | known          # the value in force
        e40+t41+c42:why         t40      | delivery_conflict
    ",
        |row| vec![answered(signed("LG-1"), &row.list("known"), row.text("sent")).0],
    );
}

#[test]
fn volume_and_calorific_value_are_one_value() {
    let energy = || contract("LG-1").term("unit", "GJ").signed();
    check(
        "
        known            sent         | answer
        t40*38.5         t40*38.50    | known
        t40*38.5         t40*38.6     | delivery_conflict
        t40*38.5         t41*38.5     | delivery_conflict
        t40*38.5         c40*38.6:gcv | recorded
        e40*38.5         e40*38.6     | recorded
    ",
        |row| vec![answered(energy(), &row.list("known"), row.text("sent")).0],
    );
}

#[test]
fn the_newest_value_taken_is_the_one_that_is_billed() {
    check(
        "
        known                 sent     | billed
        e40                   t41      | 41.000
        t40                   t41      | 40.000   # refused
        t40+c41:why           t40      | 41.000   # known, and not in force again
        t40+c41:why+c40:back  c41:why  | 40.000
        e40+e41               e40      | 41.000
    ",
        |row| {
            let (_, mut world) = answered(signed("LG-1"), &row.list("known"), row.text("sent"));
            let _ = world.tell(&reading(row.text("sent")).command());
            vec![world.running("LG-1", "2026-01", "2026-01-31").quantity.to_string()]
        },
    );
}

#[test]
fn a_conflict_names_both_values_and_their_sources() {
    given([signed("LG-1"), delivered("2026-01-15", m3("40"))])
        .when(delivered("2026-01-15", m3("41")).by_hand())
        .then_rejected(Rejection::Conflict {
            point: read("LG-1-1"),
            gas_day: day("2026-01-15"),
            known: m3("40"),
            known_source: Source::Telemetry,
            sent: m3("41"),
            source_sent: Source::Manual,
        });
}

#[test]
fn points_and_days_do_not_know_of_each_other() {
    let two = contract("LG-1").points(&[("A", "-"), ("B", "-")]).signed();
    given([two, delivered("2026-01-15", m3("40")).at("A")])
        .and([delivered("2026-01-15", m3("41")).at("B")])
        .when(delivered("2026-01-16", m3("42")).at("A"))
        .then_recorded(&["delivery_recorded"]);
}
