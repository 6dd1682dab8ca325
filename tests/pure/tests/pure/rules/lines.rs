//! P5–P7: segments, tranches, lots, excess: the lines of a month.

use citygate_domain::quantities::Money;
use citygate_domain::rules::settlement::Settlement;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{contract, delivered, delivered_daily, m3, published, traded};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

/// The lines as text, as reports have them.
fn printed(settled: &Settlement) -> String {
    let lines = settled.lines.iter().map(|line| {
        let day = |day: Option<_>| {
            day.map_or_else(String::new, |day: citygate_domain::quantities::GasDay| day.to_string())
        };
        let (first, last) = (day(line.first_gas_day), day(line.last_gas_day));
        let (kind, tag) = (line.kind.word(), &line.tag);
        let line = format!(
            "{kind} {tag} {first} {last} {} {} {}",
            line.quantity, line.unit_price, line.amount
        );
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn assert_lines(facts: impl IntoIterator<Item = Told>, month: &str, expected: &str) {
    let world = World::of(facts);
    let settled = world.running("LG-1", month, "2026-12-31");
    let expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(printed(&settled), expected.join("\n"));
    let sum: Money = settled.lines.iter().map(|line| line.amount).sum();
    assert_eq!(sum, settled.total.gross, "the total is the sum of the lines");
}

fn fixed(price: &str) -> Value {
    json!({ "constant": price })
}

fn indexed(code: &str) -> Value {
    json!({"indices": [{"code": code, "coefficient": "1"}]})
}

#[test]
fn the_last_tranche_takes_the_remainder() {
    let plan = [("a", "33.33", fixed("1")), ("b", "33.33", fixed("2")), ("c", "33.34", fixed("3"))];
    let month = contract("LG-1").priced(&plan).signed();
    assert_lines(
        [month, delivered("2026-01-02", m3("0.100"))],
        "2026-01",
        "
        base a 2026-01-01 2026-01-31 0.033 1.0000 0.03
        base b 2026-01-01 2026-01-31 0.033 2.0000 0.07
        base c 2026-01-01 2026-01-31 0.034 3.0000 0.10
    ",
    );
}

#[test]
fn a_tranche_never_takes_more_than_is_left_and_stands_there_at_zero() {
    let plan = [("a", "50", fixed("1")), ("b", "50", fixed("2")), ("c", "0", fixed("3"))];
    let month = contract("LG-1").priced(&plan).signed();
    assert_lines(
        [month, delivered("2026-01-02", m3("0.001"))],
        "2026-01",
        "
        base a 2026-01-01 2026-01-31 0.001 1.0000 0.00
        base b 2026-01-01 2026-01-31 0.000 2.0000 0.00
        base c 2026-01-01 2026-01-31 0.000 3.0000 0.00
    ",
    );
}

#[test]
fn a_month_without_gas_has_no_lines() {
    let month = contract("LG-1").signed();
    assert_lines([month, delivered("2026-01-02", m3("0"))], "2026-01", "");
}

#[test]
fn a_new_price_begins_a_segment_also_on_a_day_without_gas() {
    let month = contract("LG-1").priced(&[("gas", "100", indexed("IX"))]).signed();
    let facts = [
        published("IX", "2025-01-01", "2"),
        published("IX", "2026-01-10", "3"),
        published("IX", "2026-01-20", "2"),
        published("IX", "2026-01-25", "2.00000"),
        month,
        delivered("2026-01-05", m3("10")),
        delivered("2026-01-12", m3("20")),
        delivered("2026-01-28", m3("30")),
    ];
    assert_lines(
        facts,
        "2026-01",
        "
        base gas 2026-01-01 2026-01-09 10.000 2.0000 20.00
        base gas 2026-01-10 2026-01-19 20.000 3.0000 60.00
        base gas 2026-01-20 2026-01-31 30.000 2.0000 60.00
    ",
    );
}

#[test]
fn a_segment_in_which_nothing_was_filled_has_no_line_and_still_parts_its_neighbours() {
    let month = contract("LG-1").priced(&[("gas", "100", indexed("IX"))]).signed();
    let facts = [
        published("IX", "2025-01-01", "2"),
        published("IX", "2026-01-10", "3"),
        published("IX", "2026-01-12", "2"),
        month,
        delivered("2026-01-05", m3("0.004")),
        delivered("2026-01-12", m3("0.004")),
    ];
    assert_lines(
        facts,
        "2026-01",
        "
        base gas 2026-01-01 2026-01-09 0.004 2.0000 0.01
        base gas 2026-01-12 2026-01-31 0.004 2.0000 0.01
    ",
    );
}

#[test]
fn another_plan_at_the_same_prices_is_another_segment() {
    let plan = |tag: &'static str| [(tag, "100", fixed("2"))];
    let seasons = contract("LG-1")
        .seasons(&[("1 2 3", &plan("winter")), ("4 5 6 7 8 9 10 11 12", &plan("summer"))])
        .term_of("2026-01-21", "2026-12-20")
        .term("month_ends_on", "20");
    assert_lines(
        [seasons.signed(), delivered("2026-03-30", m3("1")), delivered("2026-04-02", m3("2"))],
        "2026-04",
        "
        base winter 2026-03-21 2026-03-31 1.000 2.0000 2.00
        base summer 2026-04-01 2026-04-20 2.000 2.0000 4.00
    ",
    );
}

#[test]
fn a_day_without_price_and_without_gas_belongs_to_the_segment_before_it() {
    let month = contract("LG-1").priced(&[("gas", "100", indexed("IX"))]).signed();
    let facts = [
        published("IX", "2026-01-03", "2").valid_through("2026-01-09"),
        published("IX", "2026-01-20", "2"),
        month,
        delivered("2026-01-05", m3("10")),
        delivered("2026-01-28", m3("30")),
    ];
    assert_lines(facts, "2026-01", "base gas 2026-01-03 2026-01-31 40.000 2.0000 80.00");
}

#[test]
fn gas_without_a_price_is_left_out_and_parts_the_segments_around_it() {
    let month = contract("LG-1").priced(&[("gas", "100", indexed("IX"))]).signed();
    let facts = [
        published("IX", "2026-01-03", "2").valid_through("2026-01-09"),
        published("IX", "2026-01-20", "2"),
        month,
        delivered("2026-01-05", m3("0.003")),
        delivered("2026-01-12", m3("7")),
        delivered("2026-01-28", m3("0.003")),
    ];
    assert_lines(
        facts,
        "2026-01",
        "
        base gas 2026-01-03 2026-01-11 0.003 2.0000 0.01
        base gas 2026-01-20 2026-01-31 0.003 2.0000 0.01
    ",
    );
}

#[test]
fn lots_stand_by_trade_time_and_excess_by_first_use() {
    let month = contract("LG-1")
        .in_month("2026-01", "10")
        .term("deviation.upper_tolerance", "10")
        .term("excess_price", r#"{"indices": [{"code": "ONLINE", "coefficient": "1.10"}]}"#)
        .signed();
    let facts = [
        published("ONLINE", "2025-01-01", "3"),
        published("ONLINE", "2026-01-04", "4"),
        published("ONLINE", "2026-01-05", "3"),
        month,
        traded("T-C", "2026-01", "2", "0.0912").traded_at("2025-12-02T10:00:00+08:00"),
        traded("T-B", "2026-01", "2", "3.123456").traded_at("2025-12-01T10:00:00+08:00"),
        traded("T-A", "2026-01", "2", "1.5").traded_at("2025-12-01T02:00:00Z"),
        traded("T-D", "2026-01", "2", "9").traded_at("2025-12-03T10:00:00+08:00"),
        delivered("2026-01-01", m3("12")),
        delivered("2026-01-02", m3("3")),
        delivered("2026-01-03", m3("5")),
        delivered("2026-01-04", m3("1")),
        delivered("2026-01-05", m3("1")),
    ];
    assert_lines(
        facts,
        "2026-01",
        "
        base gas 2026-01-01 2026-01-31 11.000 2.5000 27.50
        lot T-A 2.000 1.5 3.00
        lot T-B 2.000 3.123456 6.25
        lot T-C 2.000 0.0912 0.18
        lot T-D 2.000 9 18.00
        excess 2.000 3.3000 6.60
        excess 1.000 4.4000 4.40
    ",
    );
}

#[test]
fn excess_without_a_price_of_its_own_costs_the_composite_of_its_day() {
    let plan = [("a", "50", indexed("IX")), ("b", "50", fixed("1"))];
    let month = contract("LG-1").in_month("2026-01", "0").priced(&plan).signed();
    let facts = [
        published("IX", "2025-01-01", "2"),
        published("IX", "2026-01-02", "3"),
        month,
        delivered("2026-01-01", m3("1")),
        delivered("2026-01-02", m3("2")),
    ];
    assert_lines(
        facts,
        "2026-01",
        "
        excess 1.000 1.5000 1.50
        excess 2.000 2.0000 4.00
    ",
    );
}

#[test]
fn the_last_running_value_is_the_settlement() {
    let month =
        contract("LG-1").in_month("2026-01", "310").priced(&[("gas", "100", indexed("IX"))]);
    let mut facts = vec![published("IX", "2025-01-01", "2"), published("IX", "2026-01-17", "3")];
    facts.push(month.signed());
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "11"));
    let mut world = World::of(facts);
    let running = world.running("LG-1", "2026-01", "2026-01-31");
    world.take(citygate_tests_pure::words::closed("2026-01"));
    let issued = world.contract("LG-1").settlement("2026-01".parse().unwrap()).unwrap();
    assert_eq!(issued.document.lines, running.lines);
    assert_eq!(issued.document.gross, running.total.gross);
}
