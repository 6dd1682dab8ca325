//! The worked examples on the ledger's way: the same contract signed, its gas delivered, its months
//! closed, its years settled; the report says what `calculate` says.

use std::fs;
use std::path::PathBuf;

use citygate_domain::quantities::Exact;
use citygate_interchange::calculate::YEAR_COLUMNS;
use citygate_interchange::reports;
use citygate_projections::ReadModels;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    claimed, closed_through, contract, delivered, delivered_daily, instant, m3, read, year_settled,
};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

/// Examples whose terms a contract can have and whose numbers no unit rounds.
const EXAMPLES: [&str; 15] = [
    "w1",
    "w2",
    "w3",
    "w4",
    "w5",
    "w6",
    "w7",
    "w8",
    "take-or-pay-carry-forward-capped",
    "take-or-pay-first",
    "take-or-pay-half-price",
    "take-or-pay-no-make-up-right",
    "take-or-pay-price-difference",
    "take-or-pay-refund",
    "take-or-pay-refund-not-the-last-year",
];

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/calculate"))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// A contract of one contract year, renewed for each further one, as each has a take-or-pay price
/// of its own. A year has all its quantity in January.
fn signed(example: &Value, year: &Value) -> Told {
    let name = year["year"].as_i64().expect("a year");
    let terms = &example["terms"];
    let mut agreed = json!({
        "percent": terms["percent"], "credit_deviation": false,
        "price": {"kind": "weighted_average"},
        "make_up": terms["make_up"], "end_of_term": terms["end_of_term"],
    });
    for optional in ["carry_forward", "seller_shortfall_rate"] {
        if let Some(term) = terms.get(optional).or(year.get(optional)) {
            agreed[optional] = term.clone();
        }
    }
    if let Some(price) = year.get("take_or_pay_price") {
        agreed["price"] = json!({"kind": "fixed", "price": price});
    }
    contract("LG-1")
        .term_of(&format!("{name}-01-01"), &format!("{name}-12-31"))
        .every_month("0")
        .in_month(&format!("{name}-01"), text(&year["annual_quantity"]))
        .priced(&[("gas", "100", json!({"constant": year["contract_price"]}))])
        .without("deviation")
        .term("take_or_pay", &agreed.to_string())
        .signed()
}

/// The gas of a year is taken on its first day, its relief lies on days of January of its own.
fn year(told: &mut Vec<Told>, year: &Value) {
    let name = year["year"].as_i64().expect("a year");
    told.push(delivered(&format!("{name}-01-01"), m3(text(&year["taken"]))));
    told.extend(delivered_daily(&format!("{name}-01-02"), &format!("{name}-12-31"), "0"));
    let relief = year.get("relief").and_then(Value::as_object).into_iter().flatten();
    for ((kind, quantity), day) in relief.zip(2..) {
        let (day, quantity) = (format!("{name}-01-{day:02}"), text(quantity));
        let claim = claimed(&format!("CL-{name}-{kind}"), &day, &day, quantity);
        let kind = serde_json::from_value(kind.as_str().into()).expect("a kind of relief");
        told.push(claim.because_of(kind).granted(quantity));
    }
    told.extend(closed_through(&format!("{name}-01"), &format!("{name}-12")));
    told.push(year_settled(name));
}

fn cells(line: &str) -> Vec<Exact> {
    line.split(',').map(|cell| Exact::from(read::<rust_decimal::Decimal>(cell))).collect()
}

#[test]
fn the_years_of_a_ledger_are_those_of_the_calculation() {
    for name in EXAMPLES {
        let json = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let example: Value = serde_json::from_str(&json).unwrap();
        let years = example["years"].as_array().unwrap();
        let mut told: Vec<Told> = years.iter().map(|year| signed(&example, year)).collect();
        years.iter().for_each(|one| year(&mut told, one));
        let mut world = World::at(instant("2040-01-01T12:00:00+08:00"));
        told.into_iter().for_each(|fact| world.take(fact));
        let mut models = ReadModels::default();
        world.log.iter().for_each(|recorded| models.apply(recorded));
        let table = reports::take_or_pay(models.years.newest());
        let expected = fs::read_to_string(folder().join(format!("{name}.csv"))).unwrap();
        let mut lines = expected.lines();
        assert_eq!(lines.next().unwrap(), YEAR_COLUMNS.join(","));
        let expected: Vec<Vec<Exact>> =
            lines.filter(|line| !line.starts_with("total")).map(cells).collect();
        let found: Vec<Vec<Exact>> =
            table.rows.iter().map(|row| cells(&row[1..].join(","))).collect();
        assert_eq!(found, expected, "{name}");
    }
}
