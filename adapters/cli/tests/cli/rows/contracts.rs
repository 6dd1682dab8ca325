//! C1, C2, P1, Q4: contracts that cannot be signed.

use serde_json::{Value, json};

use crate::support::check::check_rows;
use crate::support::contract::{Contract, contract, small};
use crate::support::facts::Facts;

/// Sends contracts on top of the small world; each with the answer that it gets.
#[track_caller]
fn check(contracts: Vec<(Contract, &str)>) {
    let lines =
        contracts.into_iter().map(|(contract, answer)| (contract.line(), answer.to_owned()));
    check_rows(&small(), "contracts.jsonl", &lines.collect::<Vec<_>>());
}

fn new() -> Contract {
    contract("LG-4")
}

#[test]
fn monthly_quantities_that_do_not_sum_are_refused_with_both_numbers_and_the_difference() {
    let by_year = |quantity: &str| json!({"2025-01": quantity});
    check(vec![
        (
            new().with("/terms/annual_quantity", json!("300000.5")),
            "quantities_do_not_sum: the months of the contract year from 2025-01 sum to 300000, \
             its annual quantity is 300000.5: -0.5 apart",
        ),
        (
            new().with("/terms/monthly_quantities/2025-02", json!("100000.001")),
            "quantities_do_not_sum: the months of the contract year from 2025-01 sum to \
             300000.001, its annual quantity is 300000: 0.001 apart",
        ),
        (
            new().with("/terms/annual_quantity", by_year("299999")),
            "quantities_do_not_sum: the months of the contract year from 2025-01 sum to 300000, \
             its annual quantity is 299999: 1 apart",
        ),
        (
            new().without("/terms/monthly_quantities/2025-02"),
            "malformed: terms.monthly_quantities: has no value for 2025-02",
        ),
        (
            new().with("/terms/monthly_quantities/2025-04", json!("1")),
            "malformed: terms.monthly_quantities: 2025-04 is no month of the term",
        ),
        (
            new().with("/terms/monthly_quantities/2025-02", json!("-1")),
            "malformed: terms.monthly_quantities: 2025-02: -1 is below zero or has too many \
             decimals",
        ),
        (new().with("/terms/annual_quantity", by_year("300000")), "taken"),
    ]);
}

#[test]
fn shares_that_are_not_100_and_seasons_that_are_no_year_are_refused() {
    let months = "/terms/price_plans/0/months";
    let share = "/terms/price_plans/0/tranches/0/share";
    let second = |months: Value| {
        let plan = json!({
            "months": months,
            "tranches": [{"tag": "all", "share": "100", "price": {"constant": "2.50"}}]
        });
        new().with("/terms/price_plans", json!([plan.clone(), plan]))
    };
    check(vec![
        (
            new().with(share, json!("99.99")),
            "shares_not_100: the shares of the plan for the months 1 2 3 4 5 6 7 8 9 10 11 12 sum \
             to 99.99, not to 100",
        ),
        (
            new().with(share, json!("100.000001")),
            "shares_not_100: the shares of the plan for the months 1 2 3 4 5 6 7 8 9 10 11 12 sum \
             to 100.000001, not to 100",
        ),
        (
            new().with(months, json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])),
            "seasons_overlap_or_leave_gaps: calendar month 12 stands in 0 price plans, not in one",
        ),
        (
            second(json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
            "seasons_overlap_or_leave_gaps: calendar month 1 stands in 2 price plans, not in one",
        ),
        (
            new().with(months, json!([0, 13])),
            "malformed: terms.price_plans[0]: names months other than 1 to 12",
        ),
        (new().with(share, json!("100.00")), "taken"),
    ]);
}

#[test]
fn a_further_term_neither_overlaps_nor_leaves_a_gap() {
    let renewal = |first: &str, last: &str| {
        contract("LG-1")
            .with("/signed_on", json!("2025-03-01"))
            .with("/terms/first_gas_day", json!(first))
            .with("/terms/last_gas_day", json!(last))
            .with("/terms/monthly_quantities", json!({"2025-04": "300000"}))
    };
    check(vec![
        (
            renewal("2025-03-31", "2025-04-30"),
            "terms_overlap: contract LG-1 runs to 2025-03-31; a further term from 2025-03-31 would \
             overlap or leave a gap",
        ),
        (
            renewal("2025-04-02", "2025-04-30"),
            "terms_overlap: contract LG-1 runs to 2025-03-31; a further term from 2025-04-02 would \
             overlap or leave a gap",
        ),
        (
            renewal("2025-04-01", "2025-03-31"),
            "malformed: terms.last_gas_day: lies before first_gas_day",
        ),
        (renewal("2025-04-01", "2025-04-30"), "taken"),
        (renewal("2025-04-01", "2025-04-30"), "known"),
        (
            renewal("2025-04-01", "2025-04-30").with("/signed_on", json!("2025-03-02")),
            "duplicate_reference: contract LG-1 is already signed with other content",
        ),
    ]);
}

#[test]
fn a_point_and_an_id_belong_to_one_contract_at_a_time() {
    check(vec![
        (
            new().with("/delivery_points/0/id", json!("LG-1-1")),
            "point_taken: point LG-1-1 belongs to contract LG-1 from 2025-01-01 to 2025-03-31",
        ),
        (
            new().with("/delivery_points", json!([{"id": "P"}, {"id": "P"}])),
            "malformed: delivery_points[0]: names a point that the list names again",
        ),
        (
            contract("LG-1").with("/signed_on", json!("2024-12-19")),
            "duplicate_reference: contract LG-1 is already signed with other content",
        ),
        (contract("LG-1"), "known"),
        (contract("LG-1").with("/customer/name", json!("别名")), "known"),
        (
            new().with("/customer/id", json!("C-LG-1")).with("/customer/class", json!("key")),
            "duplicate_reference: customer C-LG-1 is registered as industrial, not as key",
        ),
        (new(), "taken"),
    ]);
}

#[test]
fn an_unknown_field_is_refused_by_name_at_every_depth() {
    let dated = json!([{"from": "2020-01-01", "percent": "9"}]);
    let indices = json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let windows = json!({"hours": [], "weekdays": [], "dates": []});
    let take_or_pay = json!({
        "percent": "80", "credit_deviation": true, "price": {"kind": "weighted_average"},
        "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
        "carry_forward": {"years": 2, "base": "adjusted", "cap_percent": "100"},
        "end_of_term": {"kind": "forfeit"}
    });
    let whole = new()
        .with("/terms/tax_percent", dated.clone())
        .with("/terms/charge_tax_percent", json!({"deviation": dated}))
        .with("/terms/excess_price", indices)
        .with("/terms/take_or_pay", take_or_pay)
        .with("/terms/payment/no_cut", windows);
    let places = [
        "",
        "/customer",
        "/delivery_points/0",
        "/terms",
        "/terms/tax_percent/0",
        "/terms/charge_tax_percent",
        "/terms/charge_tax_percent/deviation/0",
        "/terms/price_plans/0",
        "/terms/price_plans/0/tranches/0",
        "/terms/price_plans/0/tranches/0/price",
        "/terms/excess_price/indices/0",
        "/terms/deviation",
        "/terms/deviation/under/0",
        "/terms/take_or_pay",
        "/terms/take_or_pay/price",
        "/terms/take_or_pay/make_up",
        "/terms/take_or_pay/make_up/price",
        "/terms/take_or_pay/carry_forward",
        "/terms/take_or_pay/end_of_term",
        "/terms/payment",
        "/terms/payment/no_cut",
    ];
    let lines = places.map(|place| whole.clone().with(&format!("{place}/colour"), json!("red")));
    let lines: Vec<String> = lines.iter().map(Contract::line).collect();
    let facts = Facts::rows("contracts.jsonl", &lines);
    let ran = crate::support::ledger::Ledger::simulated().import(&facts).exits(1);
    for (place, line) in places.iter().zip(1..) {
        let told =
            ran.err.lines().find(|told| told.starts_with(&format!("contracts.jsonl:{line}:")));
        let told = told.unwrap_or_default();
        let named = told.contains(": unknown_field: ") && told.contains("colour");
        assert!(named, "{place}: {told}");
    }
    let rate = |rate: Value| whole.clone().with("/terms/deviation/under/0/rate", rate);
    let either = "malformed: terms.deviation.under[0].rate: a rate has either per_unit or \
                  percent_of_price";
    check(vec![
        (
            whole.clone().with("/terms/deviation/under/0/rate/colour", json!("red")),
            "unknown_field: terms.deviation.under[0].rate.colour: unknown field `colour`, expected \
             `per_unit` or `percent_of_price`",
        ),
        (rate(json!({})), either),
        (rate(json!({"per_unit": "0.1", "percent_of_price": "10"})), either),
        (
            rate(json!("0.15")),
            "malformed: terms.deviation.under[0].rate: invalid type: string \"0.15\", expected \
             {\"per_unit\"} or {\"percent_of_price\"}",
        ),
        (whole.clone(), "taken"),
    ]);
}

#[test]
fn numbers_and_dates_inside_a_contract_are_refused_as_such() {
    let quantity = "/terms/monthly_quantities/2025-01";
    check(vec![
        (
            new().with(quantity, json!("1e5")),
            "not_a_number: terms.monthly_quantities.2025-01: \"1e5\": not a plain decimal number",
        ),
        (
            new().with("/terms/tax_percent", json!("9%")),
            "not_a_number: terms.tax_percent: \"9%\": not a plain decimal number",
        ),
        (
            new().with("/terms/annual_quantity", json!("300,000")),
            "not_a_number: terms.annual_quantity: \"300,000\": not a plain decimal number",
        ),
        (
            new().with("/terms/annual_quantity", json!(300000)),
            "malformed: terms.annual_quantity: invalid type: integer `300000`, expected a \
             quantity as text, or a map from a year's first month to one",
        ),
        (
            new().with("/signed_on", json!("2025-02-30")),
            "not_a_date: signed_on: \"2025-02-30\" is not a date of the form 2025-01-31",
        ),
        (
            new().with("/terms/monthly_quantities/2025-1", json!("1")),
            "not_a_date: terms.monthly_quantities.2025-1: \"2025-1\" is not a month of the form \
             2025-01",
        ),
        (new(), "taken"),
    ]);
}
