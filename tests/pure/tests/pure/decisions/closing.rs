//! S1–S3: closing a month.

use citygate_domain::Event;
use citygate_domain::settlement::Rejection;
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    claimed, closed, contract, day, delivered, delivered_daily, m3, month, offset_instant, paid,
    published, read, signed, traded, units, yuan,
};
use serde_json::json;

fn january(more: Vec<Told>) -> Given {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "31.5"));
    facts.extend(more);
    given(facts)
}

#[test]
fn a_complete_month_is_issued_once() {
    january(vec![traded("T-1", "2026-01", "20", "3")]).when(closed("2026-01")).then(|event| {
        let Event::SettlementIssued(issued) = event else { panic!("{event:?}") };
        assert_eq!(issued.revision, 1);
        assert_eq!(
            (issued.first_gas_day, issued.last_gas_day),
            (day("2026-01-01"), day("2026-01-31"))
        );
        assert_eq!((issued.contract_quantity, issued.firm_lots), (units("1000"), units("20")));
        assert_eq!(issued.quantity, units("976.5"));
        assert_eq!(
            (issued.gross, issued.net, issued.tax),
            (yuan("2441.25"), yuan("2239.68"), yuan("201.57"))
        );
    });
    january(vec![closed("2026-01")]).when(closed("2026-01")).then_known();
}

#[test]
fn a_document_names_the_streams_it_was_computed_from() {
    january(vec![paid("B-1", "2026-01-01", "1.00")]).when(closed("2026-01")).then(|event| {
        let Event::SettlementIssued(issued) = event else { panic!("{event:?}") };
        let inputs: Vec<(&str, u64, u64)> = issued
            .inputs
            .iter()
            .map(|input| (input.stream.as_str(), input.from, input.to))
            .collect();
        assert_eq!(inputs, [("contract/LG-1", 1, 2), ("delivery/LG-1/2026-01", 1, 31)]);
    });
}

#[test]
fn a_month_is_closed_when_its_last_gas_day_has_ended() {
    let ends = offset_instant("2026-02-01T08:00:00+08:00");
    january(Vec::new()).at("2026-02-01T07:59:59+08:00").when(closed("2026-01")).then_rejected(
        Rejection::MonthNotOver { month: month("2026-01"), last: day("2026-01-31"), ends },
    );
    january(Vec::new())
        .at("2026-02-01T08:00:00+08:00")
        .when(closed("2026-01"))
        .then_recorded(&["settlement_issued"]);
}

#[test]
fn a_term_that_ends_inside_a_month_ends_the_month() {
    let mut facts = vec![contract("LG-1").term_of("2026-01-10", "2026-01-20").signed()];
    facts.extend(delivered_daily("2026-01-10", "2026-01-20", "5"));
    given(facts)
        .at("2026-01-21T08:00:00+08:00")
        .when(closed("2026-01"))
        .then_recorded(&["settlement_issued"]);
}

#[test]
fn missing_readings_are_listed_point_by_point_and_day_by_day() {
    let two =
        contract("LG-1").points(&[("A", "-"), ("B", "-")]).term_of("2026-01-01", "2026-01-03");
    let missing = |day_text, point| (day(day_text), read(point));
    given([
        two.signed(),
        delivered("2026-01-01", m3("1")).at("A"),
        delivered("2026-01-01", m3("1")).at("B").estimated(),
        delivered("2026-01-02", m3("1")).at("B"),
    ])
    .when(closed("2026-01"))
    .then_rejected(Rejection::ReadingsMissing {
        missing: vec![
            missing("2026-01-02", "A"),
            missing("2026-01-03", "A"),
            missing("2026-01-03", "B"),
        ]
        .into(),
    });
}

#[test]
fn an_estimate_counts_as_a_reading() {
    let mut facts = vec![contract("LG-1").term_of("2026-01-01", "2026-01-02").signed()];
    facts.extend([delivered("2026-01-01", m3("1")).estimated(), delivered("2026-01-02", m3("0"))]);
    given(facts).when(closed("2026-01")).then_recorded(&["settlement_issued"]);
}

#[test]
fn a_missing_price_stops_only_a_month_in_which_its_day_was_filled() {
    let indexed = json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let contract =
        contract("LG-1").priced(&[("gas", "100", indexed)]).term_of("2026-01-01", "2026-01-03");
    let ledger = |first: &str| {
        given([
            published("GATE", "2026-01-02", "2"),
            contract.clone().signed(),
            delivered("2026-01-01", m3(first)),
            delivered("2026-01-02", m3("1")),
            delivered("2026-01-03", m3("1")),
        ])
    };
    ledger("0").when(closed("2026-01")).then_recorded(&["settlement_issued"]);
    ledger("0.001").when(closed("2026-01")).then_refused("price_reference_missing");
}

#[test]
fn readings_are_asked_for_before_prices() {
    let indexed = json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let contract = contract("LG-1").priced(&[("gas", "100", indexed)]).signed();
    given([contract, delivered("2026-01-01", m3("1"))])
        .when(closed("2026-01"))
        .then_refused("readings_missing");
}

#[test]
fn months_are_closed_in_any_order_and_claims_change_none_of_them() {
    let relieved = january(vec![claimed("CL-1", "2026-01-01", "2026-01-05", "500").granted("500")]);
    let gross = |event: &Event| {
        let Event::SettlementIssued(issued) = event else { panic!("{event:?}") };
        assert_eq!(issued.gross, yuan("2441.25"), "relief changes nothing of P4");
    };
    relieved.when(closed("2026-01")).then(gross);
    january(delivered_daily("2026-02-01", "2026-02-28", "1"))
        .when(closed("2026-02"))
        .then_recorded(&["settlement_issued"]);
}
