//! What stands in a field: numbers, dates, names, words. Forms are asked before rules.

use crate::support::check::check;
use crate::support::contract::small;

#[test]
fn a_number_is_plain_digits_and_nothing_else() {
    check(
        &small(),
        "deliveries.csv",
        r#"
        LG-1-1,2025-01-05,1e3,,manual,
            | not_a_number: volume_m3 "1e3": not a plain decimal number
        LG-1-1,2025-01-05,+1,,manual,
            | not_a_number: volume_m3 "+1": not a plain decimal number
        LG-1-1,2025-01-05,"1,000",,manual,
            | not_a_number: volume_m3 "1,000": not a plain decimal number
        LG-1-1,2025-01-05,1 000,,manual,
            | not_a_number: volume_m3 "1 000": not a plain decimal number
        LG-1-1,2025-01-05, 1,,manual,
            | not_a_number: volume_m3 " 1": not a plain decimal number
        LG-1-1,2025-01-05,1.,,manual,
            | not_a_number: volume_m3 "1.": not a plain decimal number
        LG-1-1,2025-01-05,.5,,manual,
            | not_a_number: volume_m3 ".5": not a plain decimal number
        LG-1-1,2025-01-05,1.2.3,,manual,
            | not_a_number: volume_m3 "1.2.3": not a plain decimal number
        LG-1-1,2025-01-05,--1,,manual,
            | not_a_number: volume_m3 "--1": not a plain decimal number
        LG-1-1,2025-01-05,-,,manual,
            | not_a_number: volume_m3 "-": not a plain decimal number
        LG-1-1,2025-01-05,NaN,,manual,
            | not_a_number: volume_m3 "NaN": not a plain decimal number
        LG-1-1,2025-01-05,１００,,manual,
            | not_a_number: volume_m3 "１００": not a plain decimal number
        LG-1-1,2025-01-05,1234567890123456,,manual,
            | not_a_number: volume_m3 "1234567890123456": more than 15 digits before the point or
            | 12 behind it
        LG-1-1,2025-01-05,0.1234567890123,,manual,
            | not_a_number: volume_m3 "0.1234567890123": more than 15 digits before the point or
            | 12 behind it
        LG-1-1,2025-01-05,10,x,manual,
            | not_a_number: gcv_mj_per_m3 "x": not a plain decimal number
        LG-1-1,2025-01-05,,,manual,
            | malformed: volume_m3 is empty
        LG-1-1,2025-01-05,-0,,manual, | taken
        LG-1-1,2025-01-06,0007.500,,manual, | taken
        "#,
    );
}

#[test]
fn a_date_is_a_day_that_exists_written_one_way() {
    check(
        &small(),
        "deliveries.csv",
        r#"
        LG-1-1,2025-02-30,10,,manual,
            | not_a_date: gas_day: "2025-02-30" is not a date of the form 2025-01-31
        LG-1-1,2025-02-29,10,,manual,
            | not_a_date: gas_day: "2025-02-29" is not a date of the form 2025-01-31
        LG-1-1,2025-13-01,10,,manual,
            | not_a_date: gas_day: "2025-13-01" is not a date of the form 2025-01-31
        LG-1-1,2025-1-5,10,,manual,
            | not_a_date: gas_day: "2025-1-5" is not a date of the form 2025-01-31
        LG-1-1,20250105,10,,manual,
            | not_a_date: gas_day: "20250105" is not a date of the form 2025-01-31
        LG-1-1,2025/01/05,10,,manual,
            | not_a_date: gas_day: "2025/01/05" is not a date of the form 2025-01-31
        LG-1-1,2025-01-05T08:00:00+08:00,10,,manual,
            | not_a_date: gas_day: "2025-01-05T08:00:00+08:00" is not a date of the form 2025-01-31
        LG-1-1,1899-12-31,10,,manual,
            | not_a_date: gas_day: "1899-12-31" is not a date of the form 2025-01-31
        LG-1-1,2025-01-05 ,10,,manual,
            | not_a_date: gas_day: "2025-01-05 " is not a date of the form 2025-01-31
        LG-1-1,,10,,manual,
            | malformed: gas_day is empty
        LG-1-1,2025-01-05,10,,manual, | taken
        "#,
    );
}

#[test]
fn a_name_has_no_blanks_at_its_ends_and_at_most_64_bytes() {
    let long = "x".repeat(65);
    check(
        &small(),
        "deliveries.csv",
        &format!(
            r#"
            " LG-1-1",2025-01-05,10,,manual,
                | malformed: delivery_point: " LG-1-1" contains control characters or begins or
                | ends with a blank
            LG-1-1　,2025-01-05,10,,manual,
                | malformed: delivery_point: "LG-1-1\u{{3000}}" contains control characters or
                | begins or ends with a blank
            {long},2025-01-05,10,,manual,
                | malformed: delivery_point: "{long}" is longer than 64 bytes
            ,2025-01-05,10,,manual,
                | malformed: delivery_point is empty
            LG-1-1,2025-01-05,10,,manual, | taken
            "#
        ),
    );
}

#[test]
fn a_reading_comes_from_one_of_four_sources() {
    check(
        &small(),
        "deliveries.csv",
        r#"
        LG-1-1,2025-01-05,10,,guess,
            | unknown_source: source: "guess" is not telemetry, manual, estimate or correction
        LG-1-1,2025-01-05,10,,Telemetry,
            | unknown_source: source: "Telemetry" is not telemetry, manual, estimate or correction
        LG-1-1,2025-01-05,10,,,
            | malformed: source is empty
        LG-1-1,2025-01-05,10,,estimate, | taken
        "#,
    );
}

#[test]
fn forms_are_asked_before_rules_and_in_their_own_order() {
    check(
        &small(),
        "deliveries.csv",
        r#"
        LG-9-1,2025-02-30,x,,guess
            | malformed: the row has 5 fields, the header 6
        LG-9-1,2025-02-30,x,,guess,
            | not_a_number: volume_m3 "x": not a plain decimal number
        LG-9-1,2025-02-30,-1,,guess,
            | not_a_date: gas_day: "2025-02-30" is not a date of the form 2025-01-31
        LG-9-1,2025-02-20,-1,,guess,
            | unknown_source: source: "guess" is not telemetry, manual, estimate or correction
        LG-9-1,2025-02-20,-1,,manual,
            | unknown_delivery_point: delivery point LG-9-1 is not known
        "#,
    );
}
