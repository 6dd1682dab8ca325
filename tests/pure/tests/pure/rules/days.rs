//! G1–G3: reference quantity, reference price, days of gas.

use citygate_domain::contract::Reference;
use citygate_domain::quantities::{Exact, Quantity, Unit};
use citygate_domain::rules::days::{ReferenceFacts, days_remaining, reference_quantity};
use citygate_tests_pure::table::{cell, check};
use citygate_tests_pure::words::{contract, day, delivered, delivered_daily, m3, traded};
use citygate_tests_pure::world::World;

use super::traced;

#[test]
fn days_of_gas_are_cut_to_one_decimal() {
    check(
        "
        available  quantity price | days
        1000000    20000    2.50  | 20.0         # worked example
        850000     20000    2.50  | 17.0         # 150 000 less available
        1000000    25000    2.50  | 16.0
        1000000    20000    3.00  | 16.6         # 16.66… is cut, not rounded
        1000000    0        2.50  | unlimited    # nothing is taken
        1000000    20000    0     | unlimited    # it costs nothing
        0          0        2.50  | 0.0          # nothing available comes first
        0          20000    2.50  | 0.0
        -0.01      20000    2.50  | 0.0
        0.01       20000    2.50  | 0.0          # less than a tenth
        4999.99    20000    2.50  | 0.0
        5000.00    20000    2.50  | 0.1
        999999.99  20000    2.50  | 19.9         # one fen short of 20 days
    ",
        |row| {
            let quantity = Exact::from(row.get::<Quantity>("quantity").value());
            let (available, price) = (row.get("available"), row.get("price"));
            let days = days_remaining(available, &quantity, price, Unit::CubicMetre).unwrap();
            vec![days.value.to_string()]
        },
    );
}

#[test]
fn the_reference_quantity_is_not_rounded() {
    let third = Exact::from(1) / Exact::from(3);
    let days = days_remaining("1".parse().unwrap(), &third, "3".parse().unwrap(), Unit::CubicMetre);
    assert_eq!(
        days.unwrap().value.to_string(),
        "1.0",
        "0.333 would give 1.0, 0.334 would give 0.9"
    );
    let slightly = Exact::from(1_001) / Exact::from(3_000);
    let days =
        days_remaining("1".parse().unwrap(), &slightly, "3".parse().unwrap(), Unit::CubicMetre);
    assert_eq!(days.unwrap().value.to_string(), "0.9");
}

#[test]
fn the_reference_quantity_is_a_term() {
    check(
        "
        reference       metered      contract month_days | quantity
        trailing_mean   10+20+40     310      31         | 70/3
        trailing_mean   -            310      31         | 10      # no day was read: the daily quantity
        trailing_mean   0            310      31         | 0       # a recorded zero counts
        contract_daily  10+20+40     310      31         | 10
        contract_daily  -            310      30         | 31/3
        larger_of_both  10+20+40     310      31         | 70/3
        larger_of_both  1            310      31         | 10
        larger_of_both  -            310      31         | 10
    ",
        |row| {
            let reference = match row.text("reference") {
                "trailing_mean" => Reference::TrailingMean,
                "contract_daily" => Reference::ContractDaily,
                _ => Reference::LargerOfBoth,
            };
            let metered = row.list::<Quantity>("metered").into_iter();
            let facts = ReferenceFacts {
                metered_days: metered.map(|taken| (day("2026-01-01"), taken, Vec::new())).collect(),
                contract_quantity: traced(row.get("contract")),
                month_days: row.get("month_days"),
                unit: Unit::CubicMetre,
            };
            vec![reference_quantity(reference, &facts).value.to_string()]
        },
    );
}

#[test]
fn the_trailing_mean_is_of_the_newest_days_on_which_every_point_was_read() {
    let contract = contract("LG-1")
        .points(&[("LG-1-1", "-"), ("LG-1-2", "-")])
        .term_of("2026-01-01", "2026-02-28")
        .in_month("2026-02", "2800")
        .term("payment.reference_days", "3");
    let both = |day: &str, one: &str, two: &str| {
        [delivered(day, m3(one)), delivered(day, m3(two)).at("LG-1-2")]
    };
    let mut facts = vec![contract.signed(), delivered("2026-01-20", m3("7000"))];
    facts.extend(both("2026-01-05", "10", "20"));
    facts.extend(both("2026-01-10", "0", "0"));
    facts.extend(both("2026-01-15", "30", "60"));
    facts.extend(both("2026-02-25", "100", "200"));
    let world = World::of(facts);
    check(
        "
        as_of      | quantity unmetered
        2026-01-04 | 1000/31  4     # nothing yet: C ÷ gas days
        2026-01-05 | 30       4
        2026-01-10 | 15       8
        2026-01-15 | 40       12
        2026-01-20 | 40       17    # one of two points is no reading
        2026-01-31 | 40       28
        2026-02-24 | 40       52    # however long ago
        2026-02-25 | 130      52    # the three newest
        2026-03-15 | 130      55    # after the term it stands still
    ",
        |row| {
            let account = world.account("LG-1", row.text("as_of"));
            vec![account.reference_quantity.to_string(), account.unmetered_days.to_string()]
        },
    );
}

#[test]
fn after_the_term_the_contract_daily_quantity_is_its_last_months() {
    let contract = contract("LG-1")
        .term_of("2026-01-01", "2026-02-14")
        .in_month("2026-02", "140")
        .term("payment.reference", "contract_daily");
    let world = World::of([contract.signed()]);
    check(
        "
        as_of      | quantity
        2026-01-31 | 1000/31
        2026-02-01 | 10        # 140 over the 14 days inside the term
        2026-02-14 | 10
        2026-05-01 | 10
    ",
        |row| vec![world.account("LG-1", row.text("as_of")).reference_quantity.to_string()],
    );
}

#[test]
fn the_reference_price_is_that_of_the_next_unit() {
    let contract =
        contract("LG-1").in_month("2026-01", "100").term("excess_price", r#"{"constant": "4"}"#);
    let mut facts = vec![contract.signed(), traded("T-1", "2026-01", "20", "3.5")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "5"));
    let world = World::of(facts);
    check(
        "
        as_of      | price
        2026-01-19 | 2.5000     # 95 of 100 taken
        2026-01-20 | 3.5        # all 100: the lot is next, as agreed
        2026-01-23 | 3.5        # 115 of 120
        2026-01-24 | 2.5000     # the band of 5
        2026-01-25 | 4.0000     # all 125: excess
        2026-01-31 | 4.0000     # also on the month's last day
        2026-02-01 | 2.5000     # a new month
    ",
        |row| vec![cell(world.account("LG-1", row.text("as_of")).price)],
    );
}
