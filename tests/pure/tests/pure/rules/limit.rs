//! E6, E7: limits and their parts; how long an answer may be used.

use citygate_domain::quantities::{Exact, Unit, Volume};
use citygate_domain::rules::limit::{rounded_up, split};
use citygate_domain::rules::validity::{ValidityInput, validity};
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::table::{cell, check};
use citygate_tests_pure::words::{m3, read};
use rust_decimal::Decimal;

#[test]
fn a_limit_is_split_by_capacity_and_its_parts_sum_to_the_whole() {
    check(
        "
        whole  capacities | parts
        100    1+3        | 25.000,75.000
        10     1+1+1      | 3.334,3.333,3.333   # of equal rests the first point comes first
        0.001  1+1        | 0.001,0.000
        20     1+2+3      | 3.333,6.667,10.000
        0      5+7        | 0.000,0.000
    ",
        |row| {
            let capacities: Vec<_> = (row.list::<Volume>("capacities").into_iter().enumerate())
                .map(|(place, capacity)| (read(&format!("P-{place}")), capacity))
                .collect();
            let parts = split(row.get("whole"), &capacities).unwrap();
            let parts: Vec<String> =
                parts.iter().map(|part| format!("{:.3}", part.daily_maximum.value())).collect();
            vec![parts.join(",")]
        },
    );
}

#[test]
fn the_parts_of_any_limit_sum_to_it_and_stay_within_a_thousandth_of_their_share() {
    for seed in 0..2_000 {
        let mut dice = Dice::new(seed);
        let whole = Volume::new(dice.decimal(1_000_000, 3));
        let capacities: Vec<_> = (0..dice.between(1, 9))
            .map(|place| {
                let capacity = Volume::new(dice.decimal(10_000, 3) + Decimal::new(1, 3));
                (read(&format!("P-{place}")), capacity)
            })
            .collect();
        let parts = split(whole, &capacities).unwrap();
        let sum: Decimal = parts.iter().map(|part| part.daily_maximum.value()).sum();
        assert_eq!(sum, whole.value(), "seed {seed}");
        let total: Exact = capacities.iter().map(|(_, it)| Exact::from(it.value())).sum();
        for (part, (point, capacity)) in parts.iter().zip(&capacities) {
            assert_eq!(part.point, *point);
            let share = Exact::from(whole.value()) * Exact::from(capacity.value()) / total.clone();
            let given = Exact::from(part.daily_maximum.value());
            let step = Exact::from(Decimal::new(1, 3));
            assert!(given.clone() + step.clone() > share && given < share + step, "seed {seed}");
        }
    }
}

#[test]
fn a_limit_is_never_rounded_down() {
    for (exact, rounded) in [("1000/31", "32.259"), ("16/1", "16.000"), ("1/3000", "0.001")] {
        let (over, under) = exact.split_once('/').unwrap();
        let exact = Exact::from(read::<i64>(over)) / Exact::from(read::<i64>(under));
        assert_eq!(rounded_up(&exact).unwrap(), m3(rounded));
    }
}

#[test]
fn an_answer_is_valid_until_the_money_would_be_used_up_at_full_capacity() {
    check(
        "
        available capacity price unit gcv | seconds
        1000      100      2.50  m3   -   | 86400     # 4 days: the lease ends before
        125       100      2.50  m3   -   | 43200
        125.01    100      2.50  m3   -   | 43203     # cut, not rounded
        1.74      100      2.50  m3   -   | 601
        1.73      100      2.50  m3   -   | 600       # never under ten minutes
        0         100      2.50  m3   -   | 600
        -5        100      2.50  m3   -   | 600
        1         -        2.50  m3   -   | 86400     # what cannot be counted shortens nothing
        1         100      -     m3   -   | 86400
        125       100      0.25  kWh  36  | 43200     # 1 m3 is 10 kWh
        125       100      0.25  kWh  -   | 86400
        1         100      0     m3   -   | 86400
    ",
        |row| {
            let unit = Unit::ALL.into_iter().find(|unit| unit.symbol() == row.text("unit"));
            let input = ValidityInput {
                available: row.get("available"),
                capacity: row.opt("capacity"),
                price: row.opt("price"),
                unit: unit.unwrap(),
                calorific_value: row.opt("gcv"),
                lease_hours: 24,
            };
            vec![cell(Some(validity(&input).unwrap().value))]
        },
    );
}
