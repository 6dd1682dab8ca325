//! Q5, Q6: readings.

use serde_json::json;

use crate::support::check::check;
use crate::support::contract::{contract, small};
use crate::support::facts::Facts;

#[test]
fn every_reading_that_q6_refuses_is_refused_with_its_numbers() {
    check(
        &small(),
        "deliveries.csv",
        "
        LG-9-1,2025-01-05,10,,telemetry,
            | unknown_delivery_point: delivery point LG-9-1 is not known
        LG-1-1,2024-12-31,10,,telemetry,
            | outside_term: gas day 2024-12-31 is outside the term 2025-01-01 to 2025-03-31 of
            | point LG-1-1
        LG-1-1,2025-04-01,10,,telemetry,
            | outside_term: gas day 2025-04-01 is outside the term 2025-01-01 to 2025-03-31 of
            | point LG-1-1
        LG-1-1,2025-02-10,10,,telemetry,
            | gas_day_not_over: gas day 2025-02-10 ends at 2025-02-11T08:00:00+08:00
        LG-1-1,2025-02-09,10,,telemetry, | taken
        LG-1-1,2025-01-05,-0.001,,telemetry,
            | negative_quantity: a volume of -0.001 m3 is below zero
        LG-1-1,2025-01-05,1.2345,,telemetry,
            | too_many_decimals: 1.2345 has 4 decimals; at most 3 are recorded
        LG-3-1,2025-01-05,10,38.12345,telemetry,
            | too_many_decimals: 38.12345 has 5 decimals; at most 4 are recorded
        LG-3-1,2025-01-05,10,0,telemetry,
            | calorific_value_invalid: a calorific value of 0 MJ/m3 is not above zero
        LG-1-1,2025-01-05,5000.001,,telemetry,
            | over_capacity: 5000.001 m3 exceeds the daily capacity 5000 m3 of LG-1-1
        LG-1-1,2025-01-05,5000.000,,telemetry, | taken
        LG-3-1,2025-01-05,10,,telemetry,
            | calorific_value_missing: the contract bills MJ, and the reading has no calorific value
        LG-3-1,2025-01-05,10,38.1234,telemetry, | taken
        LG-1-1,2025-01-05,4000,,correction,
            | reason_missing: a correction needs a reason
        LG-1-1,2025-01-05,4000,,manual,
            | delivery_conflict: LG-1-1 on 2025-01-05 has 5000.000 m3 (telemetry), not 4000 m3
            | (manual)
        LG-1-1,2025-01-05,4000,,estimate,
            | delivery_conflict: LG-1-1 on 2025-01-05 has 5000.000 m3 (telemetry), not 4000 m3
            | (estimate)
        LG-1-1,2025-01-05,4000,,correction,meter | taken
        ",
    );
}

#[test]
fn of_several_reasons_the_first_of_q6_is_told() {
    check(
        &small(),
        "deliveries.csv",
        "
        LG-9-1,2030-01-01,-1.2345,0,correction,
            | unknown_delivery_point: delivery point LG-9-1 is not known
        LG-3-1,2030-01-01,-1.2345,0,correction,
            | outside_term: gas day 2030-01-01 is outside the term 2025-01-01 to 2025-03-31 of
            | point LG-3-1
        LG-3-1,2025-03-01,-1.2345,0,correction,
            | gas_day_not_over: gas day 2025-03-01 ends at 2025-03-02T08:00:00+08:00
        LG-3-1,2025-01-01,-1.2345,0,correction,
            | negative_quantity: a volume of -1.2345 m3 is below zero
        LG-3-1,2025-01-01,9999.2345,0,manual,
            | too_many_decimals: 9999.2345 has 4 decimals; at most 3 are recorded
        LG-3-1,2025-01-01,9999,0,manual,
            | calorific_value_invalid: a calorific value of 0 MJ/m3 is not above zero
        LG-3-1,2025-01-01,9999,,correction,
            | over_capacity: 9999 m3 exceeds the daily capacity 5000 m3 of LG-3-1
        LG-3-1,2025-01-01,5000,,correction,
            | calorific_value_missing: the contract bills MJ, and the reading has no calorific value
        LG-3-1,2025-01-01,5000,38,correction,
            | reason_missing: a correction needs a reason
        ",
    );
}

#[test]
fn a_reading_seen_before_is_known_also_when_it_was_superseded() {
    check(
        &small(),
        "deliveries.csv",
        "
        LG-1-1,2025-01-05,10,,estimate, | taken
        LG-1-1,2025-01-05,10.0,,estimate, | known
        LG-1-1,2025-01-05,12,,estimate, | taken
        LG-1-1,2025-01-05,12,,telemetry, | taken
        LG-1-1,2025-01-05,12,,manual, | known
        LG-1-1,2025-01-05,10,,estimate, | known
        LG-1-1,2025-01-05,13,,correction,a | taken
        LG-1-1,2025-01-05,12,,telemetry, | known
        LG-1-1,2025-01-05,13,,correction,a | known
        LG-1-1,2025-01-05,12,,correction,b | taken
        LG-1-1,2025-01-05,13,,correction,a | known
        LG-1-1,2025-01-05,13,,telemetry,
            | delivery_conflict: LG-1-1 on 2025-01-05 has 12 m3 (correction), not 13 m3 (telemetry)
        ",
    );
}

#[test]
fn a_reading_goes_to_the_contract_that_holds_the_point_on_its_gas_day() {
    let months = json!({"2025-04": "100000", "2025-05": "100000", "2025-06": "100000"});
    let heir = contract("LG-4")
        .with("/delivery_points/0/id", json!("LG-1-1"))
        .with("/terms/first_gas_day", json!("2025-04-02"))
        .with("/terms/last_gas_day", json!("2025-06-30"))
        .with("/terms/monthly_quantities", months);
    let base = Facts::rows("contracts.jsonl", &[contract("LG-1").line(), heir.line()]);
    check(
        &base,
        "deliveries.csv",
        "
        LG-1-1,2025-01-31,10,,telemetry, | taken
        LG-1-1,2025-04-02,10,,telemetry,
            | gas_day_not_over: gas day 2025-04-02 ends at 2025-04-03T08:00:00+08:00
        LG-1-1,2025-04-01,10,,telemetry,
            | outside_term: gas day 2025-04-01 is outside the term 2025-01-01 to 2025-06-30 of
            | point LG-1-1
        ",
    );
}
