//! C2, P1 and the form of every term: what is refused when signing, and with which code.

use citygate_tests_pure::story::given;
use citygate_tests_pure::template::Template;
use citygate_tests_pure::words::{contract, signing};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

/// The code and the sentence with which a contract is refused; empty when it is signed.
fn refusal(template: Template) -> (String, String) {
    let mut world = World::default();
    match world.tell(&signing(template.command()).command()) {
        Ok(_) => (String::new(), String::new()),
        Err(rejection) => (rejection.code().to_owned(), rejection.to_string()),
    }
}

fn assert_malformed(cases: &[(&str, &str, &str)]) {
    for (path, value, names) in cases {
        let (code, sentence) = refusal(contract("LG-1").term(path, value));
        assert_eq!(code, "malformed", "{path} = {value}");
        assert!(sentence.contains(names), "{path} = {value}: {sentence:?} names {names:?}");
    }
}

fn assert_signed(cases: &[(&str, &str)]) {
    for (path, value) in cases {
        let (_, sentence) = refusal(contract("LG-1").term(path, value));
        assert_eq!(sentence, "", "{path} = {value}");
    }
}

#[test]
fn whole_terms_are_inside_their_ranges() {
    assert_malformed(&[
        ("last_gas_day", "2025-12-31", "last_gas_day"),
        ("price_decimals", "7", "price_decimals"),
        ("tax_percent", "-1", "tax_percent"),
        ("tax_percent", r#"[{"from": "2026-01-02", "percent": "9"}]"#, "first gas day"),
        ("tax_percent", "[]", "first gas day"),
        ("charge_tax_percent", r#"{"deviation": "-6"}"#, "deviation"),
        (
            "charge_tax_percent",
            r#"{"late_fee": [{"from": "2027-01-01", "percent": "6"}]}"#,
            "late_fee",
        ),
    ]);
    assert_signed(&[
        ("last_gas_day", "2026-01-01"),
        ("price_decimals", "0"),
        ("price_decimals", "6"),
        ("tax_percent", "0"),
        ("tax_percent", r#"[{"from": "2019-04-01", "percent": "9"}]"#),
        ("charge_tax_percent", r#"{"deviation": "6", "take_or_pay": "13"}"#),
    ]);
}

#[test]
fn every_settlement_month_has_a_quantity_and_no_other() {
    let short =
        || contract("LG-1").term_of("2026-01-01", "2026-02-28").term("annual_quantity", "2000");
    let months = |json: &str| refusal(short().term("monthly_quantities", json));
    let said = |json: &str, words: &str| {
        let (code, sentence) = months(json);
        assert!(code == "malformed" && sentence.contains(words), "{json}: {sentence}");
    };
    assert_eq!(months(r#"{"2026-01": "1000", "2026-02": "1000"}"#).1, "");
    said(r#"{"2026-01": "2000"}"#, "no value for 2026-02");
    said(r#"{"2026-01": "1000", "2026-02": "1000", "2026-03": "0"}"#, "2026-03");
    said(r#"{"2026-01": "2001", "2026-02": "-1"}"#, "below zero");
    said(r#"{"2026-01": "999.9999", "2026-02": "1000.0001"}"#, "too many decimals");
}

#[test]
fn points_are_named_once_and_can_flow() {
    for (points, words) in [
        (&[("A", "-"), ("A", "-")][..], "names again"),
        (&[("A", "0")][..], "not above zero"),
        (&[("A", "5"), ("B", "-5")][..], "not above zero"),
    ] {
        let (code, sentence) = refusal(contract("LG-1").points(points));
        assert!(code == "malformed" && sentence.contains(words), "{points:?}: {sentence}");
    }
}

#[test]
fn a_new_contract_may_wait_for_its_points_and_a_renewal_names_them() {
    assert_eq!(refusal(contract("LG-1").points(&[])).1, "");
    let renewed = contract("LG-1").term_of("2027-01-01", "2027-12-31").points(&[]).signed();
    let answer = given([contract("LG-1").signed()]).when(renewed).into_answer();
    let refused = answer.unwrap_err();
    assert_eq!(refused.code(), "malformed");
    assert!(refused.to_string().contains("no delivery point"), "{refused}");
}

#[test]
fn shares_sum_to_exactly_100() {
    for (shares, code) in [
        (&["100"][..], ""),
        (&["55", "38", "7"][..], ""),
        (&["33.333333", "33.333333", "33.333334"][..], ""),
        (&["100", "0"][..], ""),
        (&["99.999999999999"][..], "shares_not_100"),
        (&["50", "50.000000000001"][..], "shares_not_100"),
        (&["33.33", "33.33", "33.33"][..], "shares_not_100"),
        (&["150", "-50"][..], "malformed"),
        (&[][..], "malformed"),
    ] {
        let fixed = json!({"constant": "2"});
        let tranches: Vec<_> = shares.iter().map(|share| ("t", *share, fixed.clone())).collect();
        assert_eq!(refusal(contract("LG-1").priced(&tranches)).0, code, "{shares:?}");
    }
}

#[test]
fn seasons_partition_the_year() {
    let plan = [("t", "100", json!({"constant": "2"}))];
    for (seasons, code) in [
        (&["11 12 1 2 3", "4 5 6 7 8 9 10"][..], ""),
        (&["1 2 3 4 5 6 7 8 9 10 11 12"][..], ""),
        (&["12 11 10 9 8 7 6 5 4 3 2 1"][..], ""),
        (&["11 12 1 2 3", "4 5 6 7 8 9"][..], "seasons_overlap_or_leave_gaps"),
        (&["11 12 1 2 3 4", "4 5 6 7 8 9 10"][..], "seasons_overlap_or_leave_gaps"),
        (&["1 1 2 3 4 5 6 7 8 9 10 11 12"][..], "seasons_overlap_or_leave_gaps"),
        (&["1 2 3 4 5 6 7 8 9 10 11 12 13"][..], "malformed"),
        (&["0 1 2 3 4 5 6 7 8 9 10 11 12"][..], "malformed"),
        (&[][..], "seasons_overlap_or_leave_gaps"),
    ] {
        let plans: Vec<_> = seasons.iter().map(|months| (*months, &plan[..])).collect();
        assert_eq!(refusal(contract("LG-1").seasons(&plans)).0, code, "{seasons:?}");
    }
}

#[test]
fn price_rules_are_possible() {
    let indexed = |more: Value| {
        let mut part = json!({"code": "GATE", "coefficient": "1"});
        part.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"indices": [part]})
    };
    for (rule, code) in [
        (json!({}), ""),
        (json!({"constant": "0.123456"}), ""),
        (json!({"constant": "0.1234567"}), "malformed"),
        (json!({"floor": "2", "cap": "2"}), ""),
        (json!({"floor": "2.01", "cap": "2"}), "malformed"),
        (indexed(json!({"mean_of_months": 1})), ""),
        (indexed(json!({"mean_of_months": 0})), "malformed"),
        (indexed(json!({"mean_of_months": 6, "lag_months": 1})), ""),
        (indexed(json!({"lag_months": 1})), "malformed"),
    ] {
        let whole = contract("LG-1").term("excess_price", &rule.to_string());
        assert_eq!(refusal(whole).0, code, "excess at {rule}");
        let tranche = contract("LG-1").priced(&[("t", "100", rule.clone())]);
        assert_eq!(refusal(tranche).0, code, "tranche at {rule}");
    }
}

#[test]
fn deviation_terms_are_possible() {
    assert_malformed(&[
        ("deviation.lower_tolerance", "-0.1", "tolerance"),
        ("deviation.lower_tolerance", "100.1", "tolerance"),
        ("deviation.upper_tolerance", "-0.1", "tolerance"),
        ("deviation.under", "[]", "no tier"),
        ("deviation.under", r#"[{"up_to": "5", "rate": {"per_unit": "1"}}]"#, "last tier"),
        ("deviation.over", r#"[{"rate": {"per_unit": "-1"}}]"#, "below zero"),
        ("deviation.over", r#"[{"rate": {"per_unit": "0.1234567"}}]"#, "6 decimals"),
        ("deviation.over", r#"[{"rate": {"percent_of_price": "-1"}}]"#, "below zero"),
    ]);
    let tiers = |limits: &str| {
        let limited =
            limits.split(' ').map(|limit| json!({"up_to": limit, "rate": {"per_unit": "1"}}));
        let open = json!({"up_to": null, "rate": {"per_unit": "1"}});
        limited.chain([open]).collect::<Value>().to_string()
    };
    for (limits, words) in [("5 5", "ascend"), ("10 5", "ascend"), ("0", "ascend")] {
        assert_malformed(&[("deviation.under", &tiers(limits), words)]);
    }
    let ascending = tiers("0.1 5 250");
    assert_signed(&[
        ("deviation.under", &ascending),
        ("deviation.lower_tolerance", "0"),
        ("deviation.lower_tolerance", "100"),
        ("deviation.upper_tolerance", "250"),
    ]);
}

#[test]
fn payment_terms_are_possible() {
    assert_malformed(&[
        ("payment.mode", "postpaid", "due_days"),
        ("payment.reference_days", "0", "reference_days"),
        ("payment.reference_days", "61", "reference_days"),
        ("payment.late_fee_percent_per_day", "-0.05", "late fee"),
        ("payment.warn_below", "6.9", "warn_below"),
        ("payment.notice_below", "2.9", "notice_below"),
        ("payment.suspend_below", "3.1", "suspend_below"),
        ("payment.suspend_below", "-0.1", "suspend_below"),
        ("payment.restore_above", "6.9", "restore_above"),
        ("payment.reduce_to_percent", "100.1", "reduce_to_percent"),
        ("payment.reduce_to_percent", "-1", "reduce_to_percent"),
        ("payment.lease_hours", "0", "lease_hours"),
        ("payment.protected_daily_quantity", "-1", "protected_daily_quantity"),
        ("payment.no_cut", r#"{"hours": ["18-9"]}"#, "hours"),
        ("payment.no_cut", r#"{"weekdays": ["Sunday"]}"#, "weekdays"),
    ]);
    assert_signed(&[
        ("payment.reference_days", "1"),
        ("payment.reference_days", "60"),
        ("payment.restore_above", "7"),
        ("payment.suspend_below", "3"),
        (
            "payment.no_cut",
            r#"{"hours": ["18:00-09:00"], "weekdays": ["sat"], "dates": ["2026-02-17"]}"#,
        ),
    ]);
}

#[test]
fn take_or_pay_terms_are_possible() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut terms = json!({
            "percent": "80", "credit_deviation": true, "price": {"kind": "fixed", "price": "3"},
            "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
            "end_of_term": {"kind": "extend", "last_gas_day": "2027-06-30"},
        });
        change(&mut terms);
        refusal(contract("LG-1").term("take_or_pay", &terms.to_string())).0
    };
    assert_eq!(with(&|_| {}), "");
    assert_eq!(with(&|terms| terms["percent"] = "-1".into()), "malformed");
    assert_eq!(with(&|terms| terms["price"]["price"] = "1.1234567".into()), "malformed");
    assert_eq!(with(&|terms| terms["seller_shortfall_rate"] = "-1".into()), "malformed");
    assert_eq!(
        with(&|terms| terms["end_of_term"]["last_gas_day"] = "2026-12-31".into()),
        "malformed"
    );
    let carry = json!({"years": 2, "base": "adjusted", "cap_percent": "-1"});
    assert_eq!(with(&|terms| terms["carry_forward"] = carry.clone()), "malformed");
}

#[test]
fn a_field_that_nobody_knows_is_refused_by_name() {
    let mut json = contract("LG-1").json();
    json["terms"]["deviation"]["upper_tolerence"] = "5".into();
    let read = serde_json::from_value::<citygate_domain::contract::SignContract>(json);
    let error = read.unwrap_err().to_string();
    assert!(error.contains("upper_tolerence"), "{error}");
}
