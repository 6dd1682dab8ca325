//! D5, D7: assessing netting periods.

use citygate_domain::Event;
use citygate_domain::deviation::{DeviationAssessed, Rejection};
use citygate_domain::quantities::Quantity;
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    assessed, claimed, closed, contract, day, delivered, delivered_daily, m3, month, published,
    read, traded, units, yuan,
};
use serde_json::json;

/// Three months of 100 m³ in which all gas is read on the first day; the other days are zero.
fn quarter(netting: &str, taken: [&str; 3], more: Vec<Told>) -> Given {
    let contract = contract("LG-1")
        .term_of("2026-01-01", "2026-03-31")
        .every_month("100")
        .term("deviation.netting", netting);
    let mut facts = vec![contract.signed()];
    for (month, taken) in ["2026-01", "2026-02", "2026-03"].iter().zip(taken) {
        let last = if *month == "2026-02" { 28 } else { 31 };
        facts.push(delivered(&format!("{month}-01"), m3(taken)));
        facts.extend((2..=last).map(|date| delivered(&format!("{month}-{date:02}"), m3("0"))));
    }
    facts.extend(more);
    facts.extend(["2026-01", "2026-02", "2026-03"].map(closed));
    given(facts)
}

fn found(ledger: Given, in_month: &str) -> DeviationAssessed {
    let mut found = None;
    ledger.when(assessed(in_month)).then(|event| {
        let Event::DeviationAssessed(assessed) = event else { panic!("{event:?}") };
        found = Some(assessed.as_ref().clone());
    });
    found.unwrap()
}

fn deviates(taken: [&str; 3], in_month: &str) -> (Option<&'static str>, Quantity) {
    let found = found(quarter("month", taken, Vec::new()), in_month);
    (found.side.map(citygate_domain::rules::deviation::Side::word), found.quantity)
}

#[test]
fn by_month_each_deviation_stands_alone() {
    let taken = ["80", "100", "118"];
    assert_eq!(deviates(taken, "2026-01"), (Some("under"), units("15")), "worked example");
    assert_eq!(deviates(taken, "2026-02"), (None, units("0")), "worked example");
    assert_eq!(deviates(taken, "2026-03"), (Some("over"), units("13")), "worked example");
}

#[test]
fn by_quarter_deviations_offset_one_another() {
    let found = found(quarter("quarter", ["80", "100", "118"], Vec::new()), "2026-03");
    assert_eq!((found.side, found.charge), (None, yuan("0.00")), "worked example");
    assert_eq!((found.base, found.taken), (units("300"), units("298")));
    assert_eq!((found.period_first, found.last_gas_day), (month("2026-01"), day("2026-03-31")));
}

#[test]
fn a_period_is_assessed_in_its_last_month_once_all_are_issued() {
    let ledger = |netting| quarter(netting, ["80", "100", "118"], Vec::new());
    for in_month in ["2026-01", "2026-02"] {
        let refused = Rejection::NotLastOfPeriod { month: month(in_month), last: month("2026-03") };
        ledger("quarter").when(assessed(in_month)).then_rejected(refused.clone());
        ledger("contract_year").when(assessed(in_month)).then_rejected(refused);
    }
    ledger("contract_year").when(assessed("2026-03")).then_recorded(&["deviation_assessed"]);
    ledger("quarter").and([assessed("2026-03")]).when(assessed("2026-03")).then_known();
    let open = contract("LG-1").term("deviation.netting", "quarter").signed();
    given([open]).when(assessed("2026-03")).then_rejected(Rejection::MonthsNotIssued {
        months: ["2026-01", "2026-02", "2026-03"].map(month).into(),
    });
}

#[test]
fn an_assessed_period_is_assessed_once_whichever_of_its_months_is_named() {
    let ledger = || quarter("quarter", ["80", "100", "60"], Vec::new()).and([assessed("2026-03")]);
    for in_month in ["2026-01", "2026-02"] {
        let refused = Rejection::NotLastOfPeriod { month: month(in_month), last: month("2026-03") };
        ledger().when(assessed(in_month)).then_rejected(refused);
    }
    ledger().when(assessed("2026-03")).then_known();
}

#[test]
fn a_period_that_was_assessed_before_the_renewal_stays_what_it_was() {
    let term = |first, last| {
        contract("LG-1")
            .term_of(first, last)
            .every_month("100")
            .term("deviation.netting", "quarter")
    };
    let mut facts = vec![term("2026-01-01", "2026-01-31").signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "1"));
    facts.extend([closed("2026-01"), assessed("2026-01")]);
    let years = r#"{"2026-02": "200"}"#;
    facts.push(term("2026-02-01", "2026-03-31").term("annual_quantity", years).signed());
    facts.extend(delivered_daily("2026-02-01", "2026-03-31", "1"));
    facts.extend([closed("2026-02"), closed("2026-03")]);
    let found = found(given(facts.clone()), "2026-03");
    assert_eq!((found.period_first, found.planned), (month("2026-02"), units("200")));
    given(facts).when(assessed("2026-01")).then_known();
}

#[test]
fn where_the_netting_changes_a_period_ends() {
    let term = |first, last, netting| {
        contract("LG-1").term_of(first, last).every_month("100").term("deviation.netting", netting)
    };
    let years = r#"{"2026-03": "100"}"#;
    let mut facts = vec![
        term("2026-01-01", "2026-02-28", "quarter").signed(),
        term("2026-03-01", "2026-03-31", "month").term("annual_quantity", years).signed(),
    ];
    facts.extend(delivered_daily("2026-01-01", "2026-03-31", "1"));
    facts.extend(["2026-01", "2026-02", "2026-03"].map(closed));
    let first = found(given(facts.clone()), "2026-02");
    assert_eq!((first.period_first, first.planned), (month("2026-01"), units("200")));
    let second = found(given(facts), "2026-03");
    assert_eq!((second.period_first, second.planned), (month("2026-03"), units("100")));
}

#[test]
fn relief_is_capped_month_by_month_before_it_is_summed() {
    let claim = claimed("CL-1", "2026-01-01", "2026-01-10", "250").granted("250");
    let found = found(quarter("quarter", ["0", "100", "100"], vec![claim]), "2026-03");
    assert_eq!((found.relief, found.base), (units("100"), units("200")));
    assert_eq!(found.side, None);
}

#[test]
fn pending_and_rejected_claims_count_nothing() {
    let pending = claimed("CL-1", "2026-01-01", "2026-01-10", "90");
    let rejected = claimed("CL-2", "2026-01-01", "2026-01-10", "90").rejected();
    let nothing = claimed("CL-3", "2026-01-01", "2026-01-10", "90").granted("0");
    let claims = vec![pending, rejected, nothing];
    let found = found(quarter("month", ["80", "100", "100"], claims), "2026-01");
    assert_eq!((found.relief, found.quantity), (units("0"), units("15")));
}

#[test]
fn firm_lots_are_planned_and_others_are_not() {
    let lots =
        vec![traded("T-1", "2026-01", "10", "3"), traded("T-2", "2026-01", "20", "3").not_firm()];
    let found = found(quarter("month", ["130", "100", "100"], lots), "2026-01");
    assert_eq!((found.planned, found.base), (units("110"), units("110")));
    assert_eq!(found.quantity, units("14.5"), "130 less 110 × 1.05");
}

#[test]
fn rates_refer_to_the_base_gas_of_the_last_month() {
    let indexed = json!({"indices": [{"code": "IX", "coefficient": "1"}]});
    let contract = contract("LG-1")
        .term_of("2026-01-01", "2026-01-02")
        .every_month("100")
        .priced(&[("gas", "100", indexed)]);
    let prices = || [published("IX", "2025-01-01", "2"), published("IX", "2026-01-02", "4")];
    let ledger = |first, second| {
        given(prices()).and([
            contract.clone().signed(),
            delivered("2026-01-01", m3(first)),
            delivered("2026-01-02", m3(second)),
            closed("2026-01"),
        ])
    };
    let price = |first, second| found(ledger(first, second), "2026-01").reference_price.to_string();
    assert_eq!(price("30", "10"), "2.5000", "(60 + 40) ÷ 40");
    assert_eq!(price("10", "20"), "3.3333");
    assert_eq!(price("0", "0"), "4.0000", "nothing was taken: the composite of the last gas day");
}

#[test]
fn a_charge_is_taxed_at_its_own_rate() {
    let contract = contract("LG-1")
        .term_of("2026-01-01", "2026-01-01")
        .every_month("100")
        .term("charge_tax_percent", r#"{"deviation": [{"from": "2020-01-01", "percent": "6"}]}"#);
    let facts = [contract.signed(), delivered("2026-01-01", m3("80")), closed("2026-01")];
    let found = found(given(facts), "2026-01");
    assert_eq!((found.charge, found.net, found.tax), (yuan("11.25"), yuan("10.61"), yuan("0.64")));
    assert_eq!(found.tax_percent, citygate_tests_pure::words::percent("6"));
}

#[test]
fn a_contract_without_deviation_terms_is_not_assessed() {
    let contract = contract("LG-1").without("deviation").term_of("2026-01-01", "2026-01-01");
    given([contract.signed(), delivered("2026-01-01", m3("80")), closed("2026-01")])
        .when(assessed("2026-01"))
        .then_rejected(Rejection::NoDeviationTerms {
            contract: read("LG-1"),
            month: month("2026-01"),
        });
}
