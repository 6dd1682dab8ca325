//! S4, M4: what came after closing makes the next revision of exactly the documents it touches.

use citygate_domain::Event;
use citygate_domain::delivery::Source;
use citygate_domain::log::Recorded;
use citygate_domain::settlement::Rejection;
use citygate_domain::take_or_pay;
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    assessed, civil, claimed, closed, contract, day, delivered, delivered_daily, m3, month, paid,
    published, read, reassessed, restated, signed, traded, units, year_restated, yuan,
};
use serde_json::json;

/// January and February of 31.5 m³ a day, both closed.
fn winter(more: impl IntoIterator<Item = Told>) -> Given {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-02-28", "31.5"));
    facts.extend([closed("2026-01"), closed("2026-02")]);
    facts.extend(more);
    given(facts)
}

fn corrected(gas_day: &str, volume: &str) -> Told {
    delivered(gas_day, m3(volume)).correcting("meter exchanged")
}

#[test]
fn a_corrected_reading_makes_the_next_revision_of_its_month_and_names_the_correction() {
    let story = winter([corrected("2026-01-10", "30.5")]).at("2026-03-09T10:00:00+08:00");
    let world = story.when(restated("2026-01")).then(|event| {
        let Event::SettlementIssued(second) = event else { panic!("{event:?}") };
        assert_eq!((second.revision, second.month), (2, month("2026-01")));
        assert_eq!(second.quantity, units("975.5"));
        assert_eq!(
            (second.gross, second.net, second.tax),
            (yuan("2438.75"), yuan("2237.39"), yuan("201.36"),)
        );
        assert_eq!(second.posted_on, Some(civil("2026-03-09")));
        assert_eq!(second.posting_date(), civil("2026-03-09"));
        assert_eq!(second.causes.len(), 1);
    });
    let correction = world.log.iter().rev().nth(1).unwrap();
    assert!(matches!(correction.event, Event::DeliveryRecorded(_)));
    let contract = world.ledger.contract(&read("LG-1")).unwrap();
    let revisions = &contract.settlements[&month("2026-01")];
    assert_eq!(revisions[1].document.causes, [correction.position]);
    assert_eq!(revisions[0].document.quantity, units("976.5"));
}

#[test]
fn a_month_that_comes_out_the_same_is_not_issued_again() {
    winter([]).when(restated("2026-01")).then_known();
    winter([corrected("2026-01-10", "30.5")]).when(restated("2026-02")).then_known();
    winter([paid("B-1", "2026-01-05", "100")]).when(restated("2026-01")).then_known();
    winter([corrected("2026-01-10", "30.5"), restated("2026-01")])
        .when(restated("2026-01"))
        .then_known();
    // Relief moves the deviation, not the settlement.
    let claim = claimed("CL-1", "2026-01-10", "2026-01-12", "60").granted("60");
    winter([claim]).when(restated("2026-01")).then_known();
}

#[test]
fn corrections_back_and_forth_are_revisions_of_their_own() {
    let back = delivered("2026-01-10", m3("31.5")).correcting("the old meter was right");
    winter([corrected("2026-01-10", "30.5"), restated("2026-01"), back])
        .when(restated("2026-01"))
        .then(|event| {
            let Event::SettlementIssued(third) = event else { panic!("{event:?}") };
            assert_eq!((third.revision, third.gross), (3, yuan("2441.25")));
        });
}

#[test]
fn a_late_lot_and_a_corrected_index_touch_the_months_that_use_them() {
    // The month took less than its contract quantity, so the lot costs nothing; it is planned gas.
    winter([traded("T-1", "2026-01", "20", "3")]).when(restated("2026-01")).then(|event| {
        let Event::SettlementIssued(second) = event else { panic!("{event:?}") };
        assert_eq!((second.firm_lots, second.gross), (units("20"), yuan("2441.25")));
        assert_eq!(second.causes.len(), 1);
    });
    winter([traded("T-1", "2026-03", "20", "3")]).when(restated("2026-01")).then_known();
    let indexed = contract("LG-1").term_of("2026-01-01", "2026-01-31").priced(&[(
        "gate",
        "100",
        json!({"indices": [{"code": "GATE", "coefficient": "1"}]}),
    )]);
    let mut facts = vec![published("GATE", "2026-01-01", "2"), indexed.signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    facts.push(published("GATE", "2026-01-16", "3").correcting("published late"));
    given(facts).when(restated("2026-01")).then(|event| {
        let Event::SettlementIssued(second) = event else { panic!("{event:?}") };
        assert_eq!(second.gross, yuan("780.00"));
        assert_eq!(second.lines[1].first_gas_day, Some(day("2026-01-16")));
    });
}

#[test]
fn a_deviation_names_every_correction_that_restated_its_months_once_or_more_often() {
    let again = |volume, reason| delivered("2026-01-10", m3(volume)).correcting(reason);
    let story = winter([
        assessed("2026-01"),
        again("30.5", "meter exchanged"),
        restated("2026-01"),
        again("29.5", "and misread"),
        restated("2026-01"),
    ]);
    let world = story.when(reassessed("2026-01")).then_recorded(&["deviation_assessed"]);
    let is_correction = |one: &&Recorded| {
        matches!(&one.event, Event::DeliveryRecorded(reading)
            if reading.source == Source::Correction)
    };
    let corrections = world.log.iter().filter(is_correction).map(|one| one.position);
    let corrections: Vec<_> = corrections.collect();
    assert_eq!(corrections.len(), 2);
    let known = world.contract("LG-1").deviation(month("2026-01")).expect("it is assessed");
    assert_eq!((known.document.revision, &known.document.causes), (2, &corrections));
}

#[test]
fn only_what_is_issued_is_restated() {
    let none = |id: &str, in_month: &str| Rejection::NotIssued {
        contract: read(id),
        month: month(in_month),
    };
    winter([]).when(restated("2026-03")).then_rejected(none("LG-1", "2026-03"));
    let unknown = Rejection::UnknownContract { contract: read("LG-9") };
    winter([]).when(restated("2026-01").of("LG-9")).then_rejected(unknown);
    let open = take_or_pay::Rejection::NotSettled { contract: read("LG-1"), year: 2026 };
    winter([]).when(year_restated(2026)).then_rejected(open);
}
