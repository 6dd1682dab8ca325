//! Y11: the walk back through what was billed.

use citygate_domain::log::Position;
use citygate_domain::quantities::exact::parse_plain;
use citygate_domain::quantities::{Exact, Money, Quantity, Unit};
use citygate_domain::rules::lines::{Line, LineKind};
use citygate_domain::rules::take_or_pay::{BilledMonth, Rounding, TakeOrPayError, billed_at};
use citygate_tests_pure::table::check;
use proptest::prelude::*;

const CUBIC_METRES: Rounding = Rounding::Unit(Unit::CubicMetre);

/// `base 1 60 1.86 111.60`: kind, first day of the segment, quantity, unit price, amount.
fn line(text: &str) -> Line {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [kind, day, quantity, price, amount] = parts.as_slice() else { panic!("{text}") };
    let kind = match *kind {
        "base" => LineKind::Base,
        "lot" => LineKind::Lot,
        _ => LineKind::Excess,
    };
    let day = (kind == LineKind::Base).then(|| format!("2026-01-{day:0>2}").parse().unwrap());
    Line {
        amount: amount.parse().unwrap(),
        first_gas_day: day,
        kind,
        last_gas_day: day,
        quantity: quantity.parse().unwrap(),
        tag: String::new(),
        unit_price: price.parse().unwrap(),
    }
}

fn lines(texts: &[&str]) -> Vec<Line> {
    texts.iter().map(|text| line(text)).collect()
}

fn month<'a>(name: &str, lines: &'a [Line]) -> BilledMonth<'a> {
    BilledMonth { month: name.parse().unwrap(), lines, position: Position::new(1) }
}

/// The newest month has two segments, two lots and two prices of excess.
fn newest() -> Vec<Line> {
    lines(&[
        "base 1 50 2.00 100.00",
        "base 1 50 4.00 200.00",
        "base 9 60 2.50 150.00",
        "base 9 40 4.00 160.00",
        "lot - 15 2.80 42.00",
        "lot - 20 2.90 58.00",
        "excess - 10 3.60 36.00",
        "excess - 5 3.80 19.00",
    ])
}

#[test]
fn the_last_billed_unit_comes_first() {
    let (newest, older) = (newest(), lines(&["base 1 1000 3.00 3000.00"]));
    let months = [month("2026-02", &newest), month("2026-01", &older)];
    check(
        "
        quantity | amount
        0        | 0
        5        | 19           # the last excess line
        6        | 22.6         # one unit of the excess line before it
        15       | 55
        25       | 84           # ten units of the last lot
        50       | 155          # both lots
        51       | 158.1        # a part of the last segment at 310 ÷ 100
        50.5     | 156.55
        150      | 465
        250      | 765          # the whole month is its gross total
        251      | 768          # the month before
        1250     | 3765
        1250.001 | too-little
    ",
        |row| {
            let quantity: Quantity = row.get("quantity");
            let amount = billed_at(&months, &quantity.exact(), CUBIC_METRES);
            vec![amount.map_or("too-little".to_owned(), |amount| amount.value.to_string())]
        },
    );
}

#[test]
fn the_example_of_the_rule() {
    let lines = lines(&["base 1 100 3.10 310.00", "lot - 15 2.80 42.00", "excess - 10 3.60 36.00"]);
    let thirty = Exact::from(30);
    let amount = billed_at(&[month("2026-12", &lines)], &thirty, CUBIC_METRES).unwrap();
    assert_eq!(amount.value.to_string(), "93.5");
    assert_eq!(amount.trace.events(), [Position::new(1)], "it rests on the settlement");
}

#[test]
fn a_part_stays_exact() {
    let lines = lines(&["base 1 3 0.333 1.00"]);
    let one = billed_at(&[month("2026-12", &lines)], &Exact::from(1), CUBIC_METRES).unwrap();
    assert_eq!(one.value.to_string(), "1/3");
}

#[test]
fn too_little_says_both_quantities() {
    let lines = lines(&["base 1 0 3.00 0.00", "base 2 7.5 3.00 22.50"]);
    let refused = billed_at(&[month("2026-12", &lines)], &Exact::from(8), CUBIC_METRES);
    let (wanted, billed) = (Exact::from(8).into(), Exact::from(parse_plain("7.5").unwrap()).into());
    assert_eq!(refused, Err(TakeOrPayError::BilledTooLittle { wanted, billed }));
}

proptest! {
    /// A longer walk is never cheaper, and the longest comes to all that was billed.
    #[test]
    fn a_longer_walk_never_costs_less(first in 0_i64..1250, more in 0_i64..1250) {
        let (newest, older) = (newest(), lines(&["base 1 1000 3.00 3000.00"]));
        let months = [month("2026-02", &newest), month("2026-01", &older)];
        let walked = |quantity: i64| {
            billed_at(&months, &Exact::from(quantity), CUBIC_METRES).map(|amount| amount.value)
        };
        let all = (first + more).min(1250);
        let (near, far) = (walked(first).unwrap(), walked(all).unwrap());
        let gross: Money = newest.iter().chain(&older).map(|line| line.amount).sum();
        prop_assert!(near <= far);
        prop_assert!(far <= Exact::from(gross.value()));
    }
}
