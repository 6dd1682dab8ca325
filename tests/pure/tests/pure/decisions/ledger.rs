//! T1, T6, P3: the ledger's settings and its indices.

use citygate_domain::{ledger, market};
use citygate_tests_pure::story::{given, given_nothing};
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{
    civil, day, delivered, instant, m3, opened, published, read, signed,
};
use citygate_tests_pure::world::World;

use super::answer;

#[test]
fn a_ledger_is_opened_once() {
    let world = given_nothing().when(opened("Europe/Berlin", 6)).then_recorded(&["ledger_opened"]);
    let at = instant("2019-03-31T03:30:00+02:00");
    assert_eq!(world.ledger.clock().gas_day(at), day("2019-03-30"));
    given([opened("Europe/Berlin", 6)]).when(opened("Europe/Berlin", 6)).then_known();
    given([opened("Europe/Berlin", 6)])
        .when(opened("Europe/Berlin", 7))
        .then_rejected(ledger::Rejection::AlreadyOpen {});
}

#[test]
fn the_settings_say_when_a_gas_day_is_over() {
    given([opened("Europe/Berlin", 6), signed("LG-1")])
        .at("2026-03-29T06:00:00+02:00")
        .when(delivered("2026-03-28", m3("40")))
        .then_recorded(&["delivery_recorded"]);
    given([opened("Europe/Berlin", 6), signed("LG-1")])
        .at("2026-03-29T05:59:59+02:00")
        .when(delivered("2026-03-28", m3("40")))
        .then_refused("gas_day_not_over");
}

#[test]
fn an_index_value_is_published_once_and_corrected_with_a_reason() {
    check(
        "
        known              sent      | answer
        -                  2         | recorded
        -                  2:late    | recorded        # a first value may say why
        2                  2         | known
        2                  2.000     | known           # the same number
        2                  3         | index_conflict
        2                  3:misprint | recorded
        2                  2:misprint | recorded       # a reason makes it another fact
        2+3:misprint       3:misprint | known
        2+3:misprint       2         | known           # superseded, and still known
        2+3:misprint       3         | index_conflict  # the value in force, but never told like this
        2+3:misprint       2:misprint | recorded       # taking a correction back is a correction
        2+3:misprint       3:again   | recorded
        2+3:misprint+2:back 3:misprint | known         # it needs a new reason
    ",
        |row| {
            let value = |text: &str| match text.split_once(':') {
                Some((value, reason)) => published("GATE", "2026-01-01", value).correcting(reason),
                None => published("GATE", "2026-01-01", text),
            };
            let known = row.list::<String>("known").iter().map(|text| value(text)).collect::<Vec<_>>();
            vec![answer(World::of(known), value(row.text("sent")))]
        },
    );
}

#[test]
fn a_conflict_of_index_values_names_both() {
    given([published("GATE", "2026-01-01", "1.84")])
        .when(published("GATE", "2026-01-01", "1.85"))
        .then_rejected(market::Rejection::IndexConflict {
            code: read("GATE"),
            effective_day: civil("2026-01-01"),
            known: read("1.84"),
            sent: read("1.85"),
        });
    given([published("GATE", "2026-01-01", "1.84")])
        .when(published("GATE", "2026-01-02", "1.85"))
        .then_recorded(&["index_published"]);
    given([published("GATE", "2026-01-01", "1.84")])
        .when(published("ONLINE", "2026-01-01", "1.85"))
        .then_recorded(&["index_published"]);
}
