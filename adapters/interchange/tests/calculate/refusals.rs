//! What is refused, by code and by place.

use citygate_interchange::calculate::calculate;
use serde_json::{Value, json};

/// Each row: a form, a change to it, and what the refusal says.
fn refused(form: &Value, pointer: &str, value: Value, code: &str, said: &str) {
    let mut form = form.clone();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = form.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
    match (field.parse::<usize>(), value) {
        (Ok(place), value) => parent[place] = value,
        (Err(_), Value::Null) => {
            parent.as_object_mut().unwrap().remove(field).unwrap();
        }
        (Err(_), value) => parent[field] = value,
    }
    text_refused(&form.to_string(), code, said);
}

fn text_refused(text: &str, code: &str, said: &str) {
    let error = calculate(text).expect_err(text);
    assert_eq!(error.code, code, "{text}: {error}");
    let found = error.message.as_str();
    assert!(found.contains(said), "{text}: {found:?} does not say {said:?}");
    assert!(!error.advice.is_empty());
}

#[test]
fn what_is_no_calculation() {
    for (text, code, said) in [
        ("", "malformed", "JSON object"),
        ("[]", "malformed", "JSON object"),
        (r#"["tax", "100", "9"]"#, "malformed", "JSON object"),
        ("{}", "malformed", "missing field `rule`"),
        (r#"{"rule": "taxi"}"#, "unknown_rule", "\"taxi\" is none of take_or_pay,"),
        ("{\"rule\": \"tax\",\n \"gross\" \"1\"}", "malformed", "line 2, column 10"),
        ("{\"rule\": \"tax\"", "malformed", "line 1, column 14"),
        (r#"{"rule": "tax", "gross": "1", "tax_percent": "9"} {}"#, "malformed", "column 51"),
        (
            r#"{"rule": "tax", "gross": "1", "gross": "2", "tax_percent": "9"}"#,
            "malformed",
            "duplicate field `gross`",
        ),
    ] {
        text_refused(text, code, said);
    }
}

#[test]
fn what_money_and_days_refuse() {
    let tax = json!({"rule": "tax", "gross": "99.99", "tax_percent": "9"});
    refused(&tax, "/tax_percent", json!("-9"), "negative_quantity", "tax_percent: -9");
    refused(&tax, "/gross", json!("99.999"), "too_many_decimals", "gross: ");
    refused(&tax, "/gross", json!("abc"), "not_a_number", "gross: \"abc\"");
    refused(&tax, "/gross", json!("1 000"), "not_a_number", "\"1 000\"");
    refused(&tax, "/gross", json!(99.99), "malformed", "gross: ");
    refused(&tax, "/rates", json!("9"), "unknown_field", "rates: unknown field `rates`");
    let days = json!({"rule": "days", "available": "1", "reference_quantity": "2", "price": "3"});
    refused(&days, "/price", json!("-1"), "negative_quantity", "price: -1");
    refused(&days, "/reference_quantity", json!("-1"), "negative_quantity", "reference_quantity");
    let tiny = json!("0.000000000001");
    let mut overflows = days.clone();
    overflows["price"] = tiny.clone();
    overflows["available"] = json!("999999999999999");
    refused(&overflows, "/reference_quantity", tiny, "number_too_large", "28 significant digits");
    let fee = json!({"rule": "late_fee", "principal": "1", "percent_per_day": "0.05",
        "due": "2025-01-10", "paid": "2025-01-25"});
    refused(&fee, "/due", json!("2025-02-30"), "not_a_date", "due: \"2025-02-30\"");
    refused(&fee, "/principal", json!("-1"), "negative_quantity", "principal: -1");
    let debt = json!({"id": "a", "due": "2025-01-10", "costs": "1", "interest": "1",
        "principal": "1"});
    let allocation = json!({"rule": "allocation", "amount": "1", "debts": [debt]});
    refused(&allocation, "/debts/0/costs", json!("-1"), "negative_quantity", "debts[0].costs: -1");
    refused(&allocation, "/debts/0/costs", Value::Null, "malformed", "debts[0]: missing field");
    refused(&allocation, "/debts/0/fees", json!("1"), "unknown_field", "debts[0].fees");
}

#[test]
fn what_gas_refuses() {
    let day = json!({"rule": "gas_day", "instant": "2024-03-01T07:59:59+08:00"});
    refused(&day, "/instant", json!("2024-03-01"), "not_a_date", "instant: \"2024-03-01\"");
    refused(&day, "/instant", json!("2024-03-01T07:59:59"), "not_a_date", "instant");
    refused(&day, "/zone", json!("Mars/Olympus"), "settings_invalid", "zone: \"Mars/Olympus\"");
    refused(&day, "/start_hour", json!(24), "settings_invalid", "start_hour: ");
    refused(&day, "/start_hour", json!("8"), "malformed", "start_hour: ");
    let energy = json!({"rule": "energy", "volume_m3": "1", "gcv_mj_per_m3": "39", "unit": "GJ"});
    refused(&energy, "/unit", json!("therm"), "malformed", "unit: unknown variant `therm`");
    refused(&energy, "/volume_m3", json!("-1"), "negative_quantity", "volume_m3: ");
    refused(&energy, "/volume_m3", json!("1.2345"), "too_many_decimals", "volume_m3: 1.2345");
    refused(&energy, "/gcv_mj_per_m3", json!("0"), "calorific_value_invalid", "gcv_mj_per_m3: ");
    refused(&energy, "/gcv_mj_per_m3", Value::Null, "calorific_value_missing", "GJ");
}

#[test]
fn what_prices_refuse() {
    let index = json!({"code": "IX", "effective_day": "2026-12-01", "value": "1"});
    let part = json!({"code": "IX", "coefficient": "1"});
    let price = json!({"rule": "price", "decimals": 4, "gas_day": "2027-01-15",
        "price": {"indices": [part]}, "indices": [index]});
    refused(&price, "/decimals", json!(7), "value_invalid", "decimals: 7");
    refused(
        &price,
        "/gas_day",
        json!("2026-11-30"),
        "price_reference_missing",
        "IX for 2026-11-30",
    );
    refused(&price, "/indices", json!([]), "price_reference_missing", "IX for 2027-01-15");
    refused(&price, "/price/indices/0/mean_of_months", json!(0), "malformed", "mean_of_months");
    refused(
        &price,
        "/price/indices/0/mean_of_months",
        json!(3),
        "price_reference_missing",
        "IX for 2026-11-01",
    );
    refused(&price, "/price/indices/0/mean", json!(3), "unknown_field", "price.indices[0].mean");
    refused(&price, "/price/floor", json!("x"), "not_a_number", "price.floor: \"x\"");
    let collar = json!({"constant": "1", "floor": "3", "cap": "2"});
    refused(&price, "/price", collar, "malformed", "price: has a floor above its cap");
    let twice = json!([index, {"code": "IX", "effective_day": "2026-12-01", "value": "2"}]);
    refused(&price, "/indices", twice, "index_conflict", "indices[1]: index IX has the value 1");
}

#[test]
fn what_deviations_refuse() {
    let open = json!({"up_to": null, "rate": {"per_unit": "0.15"}});
    let form = json!({"rule": "deviation", "unit": "m3", "price_decimals": 4, "base": "100",
        "taken": "90", "reference_price": "2.10", "terms": {"lower_tolerance": "5",
        "upper_tolerance": "5", "measured_from": "edge", "tiering": "marginal",
        "under": [open], "over": [open]}});
    assert!(calculate(&form.to_string()).is_ok());
    refused(&form, "/planned", json!("99"), "value_invalid", "base: 100 is above planned, 99");
    refused(&form, "/taken", json!("-1"), "negative_quantity", "taken: -1");
    refused(&form, "/price_decimals", json!(7), "value_invalid", "price_decimals: 7");
    refused(&form, "/terms/under", json!([]), "malformed", "terms.under: has no tier");
    refused(&form, "/terms/netting", json!("month"), "unknown_field", "terms.netting");
    refused(&form, "/terms/lower_tolerance", json!("101"), "malformed", "terms: has a tolerance");
    refused(&form, "/terms/measured_from", json!("top"), "malformed", "terms.measured_from");
    refused(&form, "/terms/over/0/rate", json!({"per_day": "1"}), "unknown_field", "per_day");
    refused(&form, "/terms/over/0/up_to", json!("5"), "malformed", "terms.over: has a limit");
}

#[test]
fn what_take_or_pay_refuses() {
    let year = |year: i32| {
        json!({"year": year, "annual_quantity": "1000", "taken": "600",
        "contract_price": "3", "relief": {"force_majeure": "100"}})
    };
    let form = json!({"rule": "take_or_pay", "terms": {"percent": "80",
        "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
        "carry_forward": {"years": 2, "base": "adjusted", "cap_percent": "100"},
        "end_of_term": {"kind": "forfeit"}}, "years": [year(2027), year(2028)]});
    assert!(calculate(&form.to_string()).is_ok());
    refused(&form, "/years", json!([]), "value_invalid", "years: names no year");
    refused(&form, "/years/1/year", json!(2029), "years_not_consecutive", "years[1].year: 2029");
    refused(&form, "/years/1/year", json!(2027), "years_not_consecutive", "2027 does not follow");
    refused(&form, "/years/1/year", json!("2028"), "malformed", "years[1].year");
    refused(
        &form,
        "/years/1/relief/force_majeure",
        json!("1000.001"),
        "relief_above_annual_quantity",
        "years[1].relief: the relief 1000.001 of 2028",
    );
    refused(&form, "/years/0/relief/strike", json!("1"), "unknown_field", "years[0].relief.strike");
    refused(&form, "/years/0/relief/force_majeure", json!("x"), "not_a_number", "years[0].relief.");
    refused(&form, "/years/0/taken", Value::Null, "malformed", "years[0]: missing field `taken`");
    refused(&form, "/years/0/taken", json!("-600"), "negative_quantity", "years[0].taken: -600");
    refused(&form, "/years/0/taken", json!(600), "malformed", "years[0].taken");
    refused(
        &form,
        "/years/1/contract_price",
        json!("-3"),
        "negative_quantity",
        "years[1].contract",
    );
    refused(&form, "/terms/percent", json!("-80"), "negative_quantity", "terms.percent: -80");
    refused(&form, "/terms/lots", json!(true), "unknown_field", "terms.lots");
    refused(&form, "/terms/end_of_term", Value::Null, "malformed", "terms: missing field");
    refused(&form, "/terms/make_up/order", json!("last"), "malformed", "terms.make_up.order");
    refused(&form, "/terms/make_up/years", json!(-1), "malformed", "terms.make_up.years");
    refused(
        &form,
        "/terms/make_up/price",
        json!({"kind": "fixed", "price": "-1"}),
        "negative_quantity",
        "terms.make_up.price: -1",
    );
    refused(
        &form,
        "/terms/carry_forward/cap_percent",
        json!("100.5"),
        "value_invalid",
        "terms.carry_forward.cap_percent",
    );
    let mut overflows = form.clone();
    overflows["years"][1]["contract_price"] = json!("999999999999999.999999999999");
    refused(
        &overflows,
        "/years/1/taken",
        json!("999999999999999"),
        "number_too_large",
        "28 significant digits",
    );
}
