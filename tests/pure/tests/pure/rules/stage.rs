//! E2: the stage that the facts recommend.

use citygate_domain::contract::PaymentTerms;
use citygate_domain::customer::CustomerClass;
use citygate_domain::rules::days::DaysRemaining;
use citygate_domain::rules::stage::{Stage, StageInput, recommended};
use citygate_tests_pure::table::{Row, check};
use citygate_tests_pure::words::contract;

fn stage(text: &str) -> Stage {
    let all = [Stage::Normal, Stage::Low, Stage::Noticed, Stage::Reduced, Stage::Suspended];
    all.into_iter().find(|stage| stage.to_string() == text).unwrap()
}

fn found(row: &Row<'_>, terms: &PaymentTerms, class: CustomerClass) -> Vec<String> {
    let days = match row.text("days") {
        "-" => None,
        "unlimited" => Some(DaysRemaining::Unlimited),
        number => Some(DaysRemaining::Days(number.parse().unwrap())),
    };
    let effective = stage(row.text("effective"));
    let input = StageInput { days, available: row.get("available"), terms, class, effective };
    let found = recommended(&input);
    vec![found.stage.to_string(), found.reasons.join(";")]
}

fn terms(suspend_below: &str) -> PaymentTerms {
    contract("LG-1").term("payment.suspend_below", suspend_below).command().terms.payment
}

#[test]
fn the_most_severe_stage_that_holds_is_recommended() {
    let terms = terms("0");
    check(
        "
        days      available effective | stage     reasons
        15.0      1         normal    | normal    days_sufficient    # exactly warn_below is enough
        14.9      1         normal    | low       days_below_warn
        7.0       1         normal    | low       days_below_warn
        6.9       1         normal    | noticed   days_below_notice
        3.0       1         normal    | noticed   days_below_notice
        2.9       1         normal    | reduced   days_below_reduce
        0.0       1         normal    | reduced   days_below_reduce  # some money is left
        0.0       0         normal    | suspended nothing_available  # where suspend_below is 0
        0.0       -5        normal    | suspended nothing_available
        unlimited 1         normal    | normal    days_sufficient
    ",
        |row| found(row, &terms, CustomerClass::Industrial),
    );
}

#[test]
fn a_threshold_above_zero_suspends_by_days() {
    let terms = terms("1");
    check(
        "
        days available effective | stage     reasons
        1.0  1         normal    | reduced   days_below_reduce
        0.9  1         normal    | suspended days_below_suspend
        0.0  0         normal    | suspended days_below_suspend
    ",
        |row| found(row, &terms, CustomerClass::Commercial),
    );
}

#[test]
fn a_stage_is_left_upwards_only_at_restore_above() {
    let terms = terms("0");
    check(
        "
        days available effective | stage     reasons
        9.9  1         noticed   | noticed   days_below_restore
        10.0 1         noticed   | low       days_below_warn       # exactly restore_above
        9.9  1         reduced   | reduced   days_below_restore
        6.9  1         reduced   | reduced   days_below_restore
        2.9  1         noticed   | reduced   days_below_reduce     # downwards at once
        9.9  1         suspended | suspended days_below_restore
        15.0 1         suspended | normal    days_sufficient
        9.9  1         low       | low       days_below_warn
        unlimited 1    suspended | normal    days_sufficient
    ",
        |row| found(row, &terms, CustomerClass::Industrial),
    );
}

#[test]
fn a_protected_class_is_never_recommended_for_suspension() {
    let terms = terms("0");
    for class in [
        CustomerClass::Residential,
        CustomerClass::PublicService,
        CustomerClass::Key,
        CustomerClass::CityGas,
    ] {
        check(
            "
            days available effective | stage   reasons
            0.0  0         normal    | reduced nothing_available;class_protected
            0.0  1         normal    | reduced days_below_reduce
            9.9  1         suspended | reduced days_below_restore;class_protected
        ",
            |row| found(row, &terms, class),
        );
    }
}

#[test]
fn without_a_price_nothing_changes() {
    let terms = terms("0");
    check(
        "
        days available effective | stage   reasons
        -    1         normal    | normal  price_missing
        -    1         reduced   | reduced price_missing
    ",
        |row| found(row, &terms, CustomerClass::Industrial),
    );
}
