//! Patches of terms: what they name, what they make of terms, and what is refused.

use citygate_domain::contract::Terms;
use citygate_domain::contract::patch::{Patched, Rejection, TermsPatch};
use citygate_tests_pure::template::Template;
use citygate_tests_pure::words::{contract, month};
use serde_json::{Value, json};

fn terms(template: Template) -> Terms {
    template.command().terms
}

fn applied(terms: &Terms, patch: &Value) -> Result<Patched, Rejection> {
    TermsPatch::try_new(patch)?.applied_to(terms)
}

/// The terms that a patch makes of the usual contract are those of `expected`.
#[track_caller]
fn makes(patch: &Value, expected: Template) {
    let found = applied(&terms(contract("LG-1")), patch);
    assert_eq!(found, Ok(Patched::Changed(Box::new(terms(expected)))), "{patch}");
}

#[track_caller]
fn refused(patch: &Value) -> Rejection {
    applied(&terms(taking("LG-1")), patch).expect_err("the patch is refused")
}

/// A contract with take-or-pay.
fn taking(id: &str) -> Template {
    let terms = json!({
        "percent": "80", "credit_deviation": true, "price": {"kind": "fixed", "price": "2"},
        "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
        "end_of_term": {"kind": "forfeit"},
    });
    contract(id).term("take_or_pay", &terms.to_string())
}

#[test]
fn a_term_may_be_named_by_its_object_its_path_or_its_word_alone() {
    let ten = || contract("LG-1").term("deviation.lower_tolerance", "10");
    makes(&json!({"deviation": {"lower_tolerance": "10"}}), ten());
    makes(&json!({"deviation.lower_tolerance": "10"}), ten());
    makes(&json!({"lower_tolerance": "10"}), ten());
}

#[test]
fn what_a_patch_does_not_name_stays_as_it_was() {
    let both = contract("LG-1").term("deviation.lower_tolerance", "0");
    makes(&json!({"lower_tolerance": "0", "upper_tolerance": "5"}), both);
    let same = applied(&terms(contract("LG-1")), &json!({"lower_tolerance": "5"}));
    assert_eq!(same, Ok(Patched::Same));
}

#[test]
fn null_takes_an_optional_group_away() {
    makes(&json!({"deviation": null}), contract("LG-1").without("deviation"));
    let error = refused(&json!({"payment": {"mode": null}}));
    assert!(error.to_string().contains("missing field `mode`"), "{error}");
}

#[test]
fn an_object_of_another_kind_takes_the_place_of_the_whole_one() {
    let before = terms(taking("LG-1"));
    let found = applied(&before, &json!({"take_or_pay": {"price": {"kind": "weighted_average"}}}));
    let expected = taking("LG-1").term("take_or_pay.price", r#"{"kind": "weighted_average"}"#);
    assert_eq!(found, Ok(Patched::Changed(Box::new(terms(expected)))));
    let found = applied(&before, &json!({"take_or_pay.price.price": "3"}));
    let expected = taking("LG-1").term("take_or_pay.price", r#"{"kind": "fixed", "price": "3"}"#);
    assert_eq!(found, Ok(Patched::Changed(Box::new(terms(expected)))));
}

#[test]
fn a_month_of_the_agreed_quantities_changes_and_the_others_stay() {
    let patch = json!({"monthly_quantities": {"2026-03": "900"}, "annual_quantity": "11900"});
    let expected = contract("LG-1").in_month("2026-03", "900").term("annual_quantity", "11900");
    makes(&patch, expected);
}

#[test]
fn a_patch_of_a_group_that_a_contract_has_not_does_not_apply() {
    let plain = terms(contract("LG-1").without("deviation"));
    let without = |patch: &Value| applied(&plain, patch).expect("it is no refusal");
    assert_eq!(without(&json!({"lower_tolerance": "10"})), Patched::Without("deviation"));
    assert_eq!(without(&json!({"take_or_pay.percent": "70"})), Patched::Without("take_or_pay"));
    let carry = applied(&terms(taking("LG-1")), &json!({"cap_percent": "50"}));
    assert_eq!(carry, Ok(Patched::Without("take_or_pay.carry_forward")));
    assert_eq!(without(&json!({"deviation": null})), Patched::Same);
}

#[test]
fn a_whole_group_is_added_to_a_contract_that_has_none() {
    let whole = serde_json::to_value(terms(contract("LG-1"))).expect("terms are JSON");
    let plain = terms(contract("LG-1").without("deviation"));
    let found = applied(&plain, &json!({"deviation": whole["deviation"]}));
    assert_eq!(found, Ok(Patched::Changed(Box::new(terms(contract("LG-1"))))));
}

#[test]
fn a_name_that_is_no_term_is_refused_with_its_path_and_the_nearest() {
    let unknown = |patch: Value| {
        let refusal = refused(&patch);
        let Rejection::UnknownTerm { path, near } = refusal else { panic!("{patch}: {refusal}") };
        (path, near)
    };
    let told = |path: &str, near: &str| (path.to_owned(), near.to_owned());
    let tolerance = "deviation.lower_tolerance, deviation.upper_tolerance";
    assert_eq!(unknown(json!({"lower_tolerence": "1"})), told("lower_tolerence", tolerance));
    let inside = unknown(json!({"deviation": {"lower_tolerence": "1"}}));
    assert_eq!(inside, told("deviation.lower_tolerence", tolerance));
    assert_eq!(unknown(json!({"colour": "red"})), told("colour", ""));
    assert_eq!(unknown(json!({"up_to": "5"})), told("up_to", "deviation.under, deviation.over"));
    let tier = unknown(json!({"under": [{"upto": null, "rate": {"per_unit": "1"}}]}));
    assert_eq!(tier, told("deviation.under.upto", "up_to, rate"));
}

#[test]
fn a_change_without_the_form_of_its_term_is_named() {
    for (patch, path) in [
        (json!({"lower_tolerance": "ten", "upper_tolerance": "5"}), "deviation.lower_tolerance"),
        (json!({"lower_tolerance": 1e30}), "deviation.lower_tolerance"),
        (json!({"netting": "week"}), "deviation.netting"),
        (json!({"price_decimals": "4"}), "price_decimals"),
        (
            json!({"take_or_pay": {"make_up": {"price": {"kind": "fixed"}}}}),
            "take_or_pay.make_up.price",
        ),
    ] {
        let refusal = refused(&patch);
        let Rejection::MalformedTerm { path: found, .. } = refusal else {
            panic!("{patch}: {refusal}")
        };
        assert_eq!(found, path, "{patch}");
    }
}

#[test]
fn a_decimal_may_stand_as_a_json_number_wherever_it_stands() {
    let as_number = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let ten = || contract("LG-1").term("deviation.lower_tolerance", "10");
    makes(&as_number(r#"{"lower_tolerance": 10}"#), ten());
    makes(&as_number(r#"{"deviation": {"lower_tolerance": 10.0}}"#), ten());
    let finer = contract("LG-1").term("deviation.lower_tolerance", "7.25");
    makes(&as_number(r#"{"deviation.lower_tolerance": 7.25}"#), finer);
    let tier = |rate: &str| format!(r#"[{{"up_to": null, "rate": {{"per_unit": {rate}}}}}]"#);
    let patch = as_number(&format!(r#"{{"under": {}}}"#, tier("0.15")));
    makes(&patch, contract("LG-1").term("deviation.under", &tier("\"0.15\"")));
    let march = as_number(r#"{"monthly_quantities": {"2026-03": 900}, "annual_quantity": 11900}"#);
    let expected = contract("LG-1").in_month("2026-03", "900").term("annual_quantity", "11900");
    makes(&march, expected);
    // Whole numbers that are no decimals stay what they are.
    makes(&json!({"price_decimals": 3}), contract("LG-1").term("price_decimals", "3"));
}

#[test]
fn the_form_of_a_patch_is_asked_before_any_contract() {
    let asked = |patch: &Value| {
        let patch = TermsPatch::try_new(patch).expect("it names terms");
        patch.asked_of(month("2026-01"), month("2026-01")).map(|_| ())
    };
    for patch in [
        json!({"lower_tolerance": "ten"}),
        json!({"lower_tolerance": true}),
        json!({"payment": null}),
        json!({"take_or_pay.make_up.price.kind": "gift"}),
    ] {
        assert!(matches!(asked(&patch), Err(Rejection::MalformedTerm { .. })), "{patch}");
    }
    let inside = json!({"under": [{"upto": null, "rate": {"per_unit": "1"}}]});
    assert!(matches!(asked(&inside), Err(Rejection::UnknownTerm { .. })));
    for patch in [
        json!({"lower_tolerance": 10}),
        json!({"deviation": null, "take_or_pay.carry_forward": null}),
        json!({"take_or_pay.make_up.price.price": "1"}),
        json!({"take_or_pay.make_up.price.percent": "50"}),
        json!({"take_or_pay.make_up.price": {"kind": "free"}}),
        json!({"payment.no_cut.weekdays": ["sat"], "price_decimals": 2}),
    ] {
        assert_eq!(asked(&patch), Ok(()), "{patch}");
    }
}

#[test]
fn an_empty_patch_and_one_that_is_no_object_are_refused() {
    for patch in [json!({}), json!([]), json!("lower_tolerance"), json!(null)] {
        assert_eq!(refused(&patch), Rejection::NoPatch {}, "{patch}");
    }
}

#[test]
fn a_term_given_twice_is_refused_however_it_is_named() {
    for patch in [
        json!({"lower_tolerance": "1", "deviation": {"lower_tolerance": "1"}}),
        json!({"lower_tolerance": "1", "deviation.lower_tolerance": "2"}),
        json!({"lower_tolerance": "1", "deviation": null}),
    ] {
        let refusal = refused(&patch);
        let Rejection::TermNamedTwice { path } = refusal else { panic!("{patch}: {refusal}") };
        assert!(path.starts_with("deviation"), "{path}");
    }
    let apart = json!({"lower_tolerance": "1", "deviation": {"upper_tolerance": "2"}});
    let expected = contract("LG-1")
        .term("deviation.lower_tolerance", "1")
        .term("deviation.upper_tolerance", "2");
    makes(&apart, expected);
}

/// Every field that the JSON of terms can have can be named, and nothing else can.
#[test]
fn every_field_of_a_full_contract_can_be_named_by_its_path() {
    let full = json!({
        "charge_tax_percent": {"deviation": "9", "late_fee": "6", "take_or_pay": "9"},
        "deviation": {"claim_deadline_days": 5, "deemed_confirmed_days": 7},
        "excess_price": {"constant": "1", "floor": "0", "cap": "9",
                         "indices": [{"code": "GATE", "coefficient": "1"}]},
        "payment": {
            "demand_days": 1, "notice_lapses_days": 2, "reading_max_age_hours": 3, "due_days": 4,
            "no_cut": {"hours": ["18:00-09:00"], "weekdays": ["sat"], "dates": ["2026-02-17"]},
            "dispute_blocks_order": false, "continuous_process": true, "protected_daily_quantity": "10",
            "late_fee_percent_per_day": "0.05",
        },
        "take_or_pay": {
            "carry_forward": {"years": 1, "base": "adjusted", "cap_percent": "50"},
            "lots_count": false, "seller_shortfall_rate": "1",
            "make_up": {"price": {"kind": "percent", "percent": "5"}},
            "end_of_term": {"kind": "extend", "last_gas_day": "2027-12-31"},
        },
        "month_ends_on": 25,
    });
    let Ok(Patched::Changed(full)) = applied(&terms(taking("LG-1")), &full) else {
        panic!("the patch makes a full contract")
    };
    let full = serde_json::to_value(*full).expect("terms are JSON");
    let patch = TermsPatch::try_new(&full).expect("every field has a name");
    for path in [
        "deviation.claim_deadline_days",
        "excess_price.indices",
        "payment.no_cut.weekdays",
        "take_or_pay.carry_forward.cap_percent",
        "take_or_pay.lots_count",
    ] {
        assert!(patch.paths().iter().any(|known| known == path), "{path}");
    }
    assert!(matches!(patch.check_counting(), Err(Rejection::TermCannotChange { .. })));
}
