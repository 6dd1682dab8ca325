//! Every refusal is provoked, and the page that explains them is up to date.

use std::collections::BTreeSet;

use citygate_domain::rejection::all;
use citygate_tests_pure::catalogue::{catalogue, page};

#[test]
fn every_refusal_is_provoked_once_and_in_order() {
    let provoked: Vec<(u16, &str)> =
        catalogue().iter().map(|example| (example.listed.number, example.listed.code)).collect();
    let listed: Vec<(u16, &str)> =
        all().iter().map(|listed| (listed.number, listed.code)).collect();
    assert_eq!(provoked, listed);
}

#[test]
fn numbers_are_never_reused() {
    let numbers: Vec<u16> = all().iter().map(|listed| listed.number).collect();
    let distinct: BTreeSet<u16> = numbers.iter().copied().collect();
    assert_eq!(distinct.len(), numbers.len());
}

#[test]
fn codes_are_lower_case_words() {
    for listed in all() {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        assert!(listed.code.bytes().all(plain), "{}", listed.code);
        assert!(listed.advice.ends_with('.'), "advice of {} is a sentence", listed.number);
    }
}

/// The codes of formats.md that a decision can refuse with; the others are found while a form is
/// read, before there is a command.
#[test]
fn every_code_of_the_format_that_a_decision_makes_is_in_the_list() {
    let known: BTreeSet<&str> = all().iter().map(|listed| listed.code).collect();
    for code in "unknown_delivery_point outside_term gas_day_not_over negative_quantity \
                 too_many_decimals calorific_value_invalid over_capacity calorific_value_missing \
                 reason_missing delivery_conflict unknown_contract duplicate_reference \
                 granted_above_claimed refund_above_balance nothing_to_reverse index_conflict \
                 transfer_step transfer_above_limit quantity_below_zero claim_too_late \
                 decision_inconsistent quantities_do_not_sum shares_not_100 \
                 seasons_overlap_or_leave_gaps point_taken terms_overlap malformed \
                 price_reference_missing"
        .split_whitespace()
    {
        assert!(known.contains(code), "{code} cannot be provoked");
    }
}

#[test]
fn the_page_of_refusals_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rejections.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == page(),
        "run: cargo run -p citygate-tests-pure --bin rejections > docs/rejections.md"
    );
}
