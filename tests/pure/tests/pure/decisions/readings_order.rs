//! Q6: the first refusal that applies is the answer, and nothing is recorded.

use citygate_domain::delivery::Rejection;
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{contract, day, delivered, m3, offset_instant, read, unit};

const NOW: &str = "2026-01-20T12:00:00+08:00";

/// One point of 60 000 m³ a day, billed in GJ, with 40 m³ on the 15th; it is 20 January.
fn ledger() -> Given {
    let contract = contract("LG-1").term("unit", "GJ").points(&[("LG-1-1", "60000")]);
    given([contract.signed(), delivered("2026-01-15", m3("40")).with_gcv("38.5")]).at(NOW)
}

fn wrong(gas_day: &str, volume: &str, gcv: Option<&str>) -> Told {
    let told = delivered(gas_day, m3(volume));
    match gcv {
        Some(value) => told.with_gcv(value),
        None => told,
    }
}

/// Each row is wrong in all that its code and the later ones ask for.
#[test]
fn what_is_wrong_in_several_ways_is_refused_for_the_first() {
    let late = "-60000.00011";
    for (told, code) in [
        (wrong("2027-06-01", late, Some("-1.00001")).at("LG-9-1"), "unknown_delivery_point"),
        (wrong("2027-06-01", late, Some("-1.00001")), "outside_term"),
        (wrong("2026-01-20", late, Some("-1.00001")), "gas_day_not_over"),
        (wrong("2026-01-15", late, Some("-1.00001")), "negative_quantity"),
        (wrong("2026-01-15", "60000.0001", Some("-1.00001")), "too_many_decimals"),
        (wrong("2026-01-15", "60000.001", Some("-1.00001")), "too_many_decimals"),
        (wrong("2026-01-15", "60000.001", Some("-1")), "calorific_value_invalid"),
        (wrong("2026-01-15", "60000.001", Some("0")), "calorific_value_invalid"),
        (wrong("2026-01-15", "60000.001", None), "over_capacity"),
        (wrong("2026-01-15", "60000", None).correcting_for_no_reason(), "calorific_value_missing"),
        (wrong("2026-01-15", "60000", Some("38")).correcting_for_no_reason(), "reason_missing"),
        (wrong("2026-01-15", "60000", Some("38")), "delivery_conflict"),
    ] {
        let world = ledger().when(told.clone()).then_refused(code);
        assert_eq!(world.log.len(), 4, "nothing is recorded by {told:?}");
    }
}

#[test]
fn a_gas_day_is_over_at_its_last_second() {
    let reading = || wrong("2026-01-20", "1", Some("38"));
    let ends = offset_instant("2026-01-21T08:00:00+08:00");
    ledger()
        .at("2026-01-21T07:59:59+08:00")
        .when(reading())
        .then_rejected(Rejection::GasDayNotOver { gas_day: day("2026-01-20"), ends });
    ledger().at("2026-01-21T08:00:00+08:00").when(reading()).then_recorded(&["delivery_recorded"]);
}

#[test]
fn exactly_the_capacity_is_accepted() {
    ledger()
        .when(wrong("2026-01-16", "60000.000", Some("38")))
        .then_recorded(&["delivery_recorded"]);
    ledger().when(wrong("2026-01-16", "60000.001", Some("38"))).then_rejected(
        Rejection::OverCapacity {
            point: read("LG-1-1"),
            volume: m3("60000.001"),
            capacity: m3("60000"),
        },
    );
}

#[test]
fn decimals_count_by_value() {
    ledger()
        .when(wrong("2026-01-16", "1.2300000", Some("38.50000")))
        .then_recorded(&["delivery_recorded"]);
    ledger().when(wrong("2026-01-16", "1.2345", Some("38.5"))).then_rejected(
        Rejection::TooManyDecimals { value: "1.2345".to_owned(), decimals: 4, limit: 3 },
    );
    ledger().when(wrong("2026-01-16", "1.234", Some("38.12345"))).then_rejected(
        Rejection::TooManyDecimals { value: "38.12345".to_owned(), decimals: 5, limit: 4 },
    );
}

#[test]
fn nothing_is_a_reading_too() {
    ledger().when(wrong("2026-01-16", "0", Some("38"))).then_recorded(&["delivery_recorded"]);
    ledger().when(wrong("2026-01-16", "-0", Some("38"))).then_recorded(&["delivery_recorded"]);
    ledger().when(wrong("2026-01-16", "-0.001", Some("38"))).then_refused("negative_quantity");
}

#[test]
fn an_energy_contract_needs_the_calorific_value_also_of_no_gas() {
    let missing = Rejection::CalorificValueMissing { unit: unit("GJ") };
    ledger().when(wrong("2026-01-16", "0", None)).then_rejected(missing);
}

#[test]
fn a_contract_in_m3_checks_a_calorific_value_that_it_does_not_need() {
    let plain = || given([contract("LG-1").signed()]);
    plain().when(wrong("2026-01-16", "1", None)).then_recorded(&["delivery_recorded"]);
    plain().when(wrong("2026-01-16", "1", Some("38.5"))).then_recorded(&["delivery_recorded"]);
    plain().when(wrong("2026-01-16", "1", Some("38.51234"))).then_refused("too_many_decimals");
    plain().when(wrong("2026-01-16", "1", Some("0"))).then_refused("calorific_value_invalid");
}

#[test]
fn a_known_fact_is_known_before_anything_is_asked() {
    let contract = contract("LG-1").points(&[("LG-1-1", "60000")]).signed();
    given([contract, delivered("2026-01-15", m3("40"))])
        .at("2026-01-15T09:00:00+08:00")
        .when(delivered("2026-01-15", m3("40")))
        .then_known();
}

#[test]
fn readings_too_large_to_be_added_up_are_refused_and_nothing_panics() {
    let contract = contract("LG-1").term("unit", "MJ").points(&[("LG-1-1", "-")]);
    let huge = |day| wrong(day, "900000000000000", Some("80000000000000"));
    let world =
        given([contract.signed()]).when(huge("2026-01-15")).then_refused("number_too_large");
    assert_eq!(world.running("LG-1", "2026-01", "2026-01-31").quantity.to_string(), "0.000");
}
