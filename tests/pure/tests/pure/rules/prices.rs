//! P1–P3: index values, price rules, composites.

use citygate_domain::contract::PriceRule;
use citygate_domain::quantities::{Exact, GasDay, Unit};
use citygate_domain::rules::price::{index_reading, price_on, unit_price};
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{contract, day, published};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

fn rule(json: Value) -> PriceRule {
    serde_json::from_value(json).unwrap()
}

fn oil() -> Vec<Told> {
    let values = ["80.36", "76.41", "75.25", "76.32", "77.31", "75.90"];
    let months = 7..=12;
    months
        .zip(values)
        .map(|(month, value)| published("OIL", &format!("2026-{month:02}-01"), value))
        .collect()
}

#[test]
fn a_mean_of_six_months_with_a_lag_of_one() {
    let world = World::of(oil());
    let rule = rule(json!({"constant": "0.5", "indices": [
        {"code": "OIL", "coefficient": "0.12", "mean_of_months": 6, "lag_months": 1},
    ]}));
    check(
        "
        gas_day    decimals | price
        2027-01-15        4 | 9.7310         # worked example
        2027-01-01        3 | 9.731
        2027-01-31        6 | 9.731000
        2027-02-01        4 | 9.6418         # August to January, where December still holds
        2026-12-31        4 | missing        # June has no value
    ",
        |row| {
            let (day, decimals) = (row.get("gas_day"), row.get("decimals"));
            let price = price_on(&rule, day, world.ledger.indices(), decimals, Unit::CubicMetre);
            vec![price.map_or("missing".to_owned(), |price| price.value.to_string())]
        },
    );
}

#[test]
fn the_mean_itself_is_exact() {
    let world = World::of([
        published("IX", "2026-01-01", "1"),
        published("IX", "2026-02-01", "1"),
        published("IX", "2026-03-01", "2"),
    ]);
    let rule = rule(json!({"indices": [{"code": "IX", "coefficient": "3", "mean_of_months": 3}]}));
    let part = rule.indices.first().unwrap();
    let read = |gas_day| index_reading(part, day(gas_day), world.ledger.indices()).unwrap().value;
    assert_eq!(read("2026-03-31"), Exact::from(4) / Exact::from(3));
    assert_eq!(read("2026-05-01"), Exact::from(2));
    let readings = [index_reading(part, day("2026-03-31"), world.ledger.indices()).unwrap()];
    let price = unit_price(&rule, &readings, 6, Unit::CubicMetre).unwrap().value;
    assert_eq!(price.to_string(), "4.000000", "three thirds of four are four");
}

#[test]
fn an_index_value_holds_until_the_next_one_or_until_it_lapses() {
    let world = World::of([
        published("IX", "2026-01-10", "10"),
        published("IX", "2026-01-20", "20").valid_through("2026-01-25"),
        published("IX", "2026-02-05", "30"),
        published("IX", "2026-02-05", "31").correcting("misprint"),
    ]);
    let daily = rule(json!({"indices": [{"code": "IX", "coefficient": "1"}]}));
    let monthly =
        rule(json!({"indices": [{"code": "IX", "coefficient": "1", "mean_of_months": 1}]}));
    check(
        "
        gas_day    | daily   mean_of_the_month
        2026-01-09 | missing missing    # before the first
        2026-01-10 | 10      missing    # on its day, but not on the first of the month
        2026-01-19 | 10      missing
        2026-01-20 | 20      missing
        2026-01-25 | 20      missing    # the last day on which it may be used
        2026-01-26 | missing missing    # an older one does not come back
        2026-02-04 | missing missing
        2026-02-05 | 31      missing    # the correction
        2026-03-01 | 31      31
    ",
        |row| {
            let day: GasDay = row.get("gas_day");
            let price = |rule| price_on(rule, day, world.ledger.indices(), 0, Unit::CubicMetre);
            [price(&daily), price(&monthly)]
                .map(|price| price.map_or("missing".to_owned(), |price| price.value.to_string()))
                .to_vec()
        },
    );
}

#[test]
fn a_price_is_clamped_before_it_is_rounded() {
    let collared = |floor: &str, cap: &str| {
        let index = json!([{"code": "IX", "coefficient": "0.1485"}]);
        let mut rule = json!({"constant": "0.80", "indices": index});
        for (name, bound) in [("floor", floor), ("cap", cap)] {
            if bound != "-" {
                rule[name] = bound.into();
            }
        }
        self::rule(rule)
    };
    check(
        "
        index floor   cap     decimals | price
        10    3.0275  5.255          5 | 3.02750   # worked example
        22.5  3.0275  5.255          5 | 4.14125   # worked example
        40    3.0275  5.255          5 | 5.25500   # worked example
        15    3.0275  5.255          5 | 3.02750   # exactly the floor
        30    3.0275  5.255          5 | 5.25500   # exactly the cap
        10    -       -              5 | 2.28500
        10    3.02755 -              4 | 3.0276    # the clamped value is rounded, not the clamp
        40    -       5.25504        4 | 5.2550
        -10   -       -              2 | -0.69     # -0.685 moves away from zero
    ",
        |row| {
            let world = World::of([published("IX", "2026-01-01", row.text("index"))]);
            let rule = collared(row.text("floor"), row.text("cap"));
            let (day, decimals) = (day("2026-01-31"), row.get("decimals"));
            let price = price_on(&rule, day, world.ledger.indices(), decimals, Unit::CubicMetre);
            vec![price.unwrap().value.to_string()]
        },
    );
}

/// The composite of a plan, as the next unit's price before anything is taken (G2).
fn composite(decimals: u32, tranches: &[(&str, &str, Value)]) -> String {
    let told = contract("LG-1").priced(tranches).term("price_decimals", &decimals.to_string());
    let world = World::of([
        published("GATE", "2025-01-01", "1.84"),
        published("CLD", "2025-01-01", "3.60"),
        told.signed(),
    ]);
    world.account("LG-1", "2026-01-15").price.unwrap().to_string()
}

#[test]
fn a_composite_adds_the_tranches_rounded_prices_by_share() {
    let index = |code: &str, coefficient: &str| json!({"indices": [{"code": code, "coefficient": coefficient}]});
    let plan = [
        ("regulated", "60", index("GATE", "1.185")),
        ("unregulated-fixed", "33", index("GATE", "1.70")),
        ("unregulated-floating", "7", index("CLD", "1")),
    ];
    assert_eq!(composite(5, &plan), "2.59248", "worked example, before the rounding of M1");
    assert_eq!(composite(4, &plan), "2.5925", "worked example");
    let halves = [("a", "50", json!({"constant": "0.4"})), ("b", "50", json!({"constant": "0.4"}))];
    assert_eq!(composite(0, &halves), "0", "the parts are rounded first: 0 and 0");
    let fives = [("a", "50", json!({"constant": "0.5"})), ("b", "50", json!({"constant": "0.4"}))];
    assert_eq!(composite(0, &fives), "1", "1 and 0 by halves is a tie");
}
