//! C1: a term ended early.

use citygate_domain::Event;
use citygate_domain::contract::AnnualQuantity;
use citygate_domain::contract::life::Rejection;
use citygate_tests_pure::life_words::{amended, terminated, terminated_with};
use citygate_tests_pure::story::given;
use citygate_tests_pure::words::{
    closed, closed_through, contract, day, delivered, delivered_daily, m3, month, signed, units,
};
use citygate_tests_pure::world::World;
use serde_json::json;

#[test]
fn an_early_end_cuts_the_quantities_and_says_what_the_last_year_comes_to() {
    let ended = given([signed("LG-1")]).when(terminated("2026-03-15"));
    let world = ended.then_recorded(&["contract_terminated", "point_released"]);
    let contract = world.contract("LG-1");
    assert_eq!(contract.last_gas_day(), day("2026-03-15"));
    assert_eq!(contract.last_month(), month("2026-03"));
    assert_eq!(contract.monthly_quantity(month("2026-03")), Some(units("1000")));
    assert_eq!(contract.monthly_quantity(month("2026-04")), None);
    let (event, _) = contract.terminated.as_ref().unwrap();
    let AnnualQuantity::ByYear(years) = &event.terms.annual_quantity else { panic!("by year") };
    assert_eq!(years.values().copied().collect::<Vec<_>>(), [units("3000")]);
}

#[test]
fn the_last_month_may_have_a_quantity_of_its_own() {
    let ended = terminated_with("2026-03-15", Some("480"));
    let world = World::of([signed("LG-1"), ended]);
    let contract = world.contract("LG-1");
    assert_eq!(contract.monthly_quantity(month("2026-03")), Some(units("480")));
    assert_eq!(contract.monthly_quantity(month("2026-02")), Some(units("1000")));
}

#[test]
fn a_renewal_and_an_amendment_behind_the_end_fall_away() {
    let renewal = contract("LG-1").term_of("2027-01-01", "2027-12-31").signed();
    let later = amended("2026-05-01", json!({"deviation": {"lower_tolerance": "9"}}));
    let world = World::of([signed("LG-1"), renewal.clone(), later, terminated("2026-03-15")]);
    let contract = world.contract("LG-1");
    assert_eq!(contract.versions().len(), 2, "signed and ended");
    assert_eq!(contract.terms_on(day("2026-05-01")), None);
    assert!(contract.points_on(day("2026-03-16")).is_empty());
    assert!(world.ledger.assignments(&"LG-1-1".parse().unwrap()).len() == 1);
    // What was signed stays signed: the file may come again.
    let mut world = world;
    assert_eq!(world.tell(&renewal.command()), Ok(Vec::new()));
    let other = citygate_tests_pure::words::contract("LG-1").term_of("2026-03-16", "2026-12-31");
    let refused = world.tell(&other.signed().command()).unwrap_err();
    assert_eq!(refused.code(), "contract_terminated");
}

#[test]
fn another_contract_may_have_the_point_from_the_next_day_on() {
    let next = |first: &str| {
        contract("LG-2").points(&[("LG-1-1", "9")]).term_of(first, "2026-12-31").signed()
    };
    let ended = || given([signed("LG-1"), terminated("2026-03-15")]);
    ended().when(next("2026-03-15")).then_refused("point_taken");
    ended().when(next("2026-03-16")).then_recorded(&[
        "customer_registered",
        "contract_signed",
        "point_assigned",
    ]);
}

#[test]
fn a_reading_behind_the_end_is_refused_until_somebody_takes_the_point() {
    let mut world = World::of([signed("LG-1"), terminated("2026-03-15")]);
    let late = || delivered("2026-03-20", m3("30"));
    assert_eq!(world.hear(late()).unwrap_err().code(), "outside_term");
    let next = contract("LG-2").points(&[("LG-1-1", "900")]).term_of("2026-03-16", "2026-12-31");
    let events = world.tell(&next.signed().command()).unwrap();
    assert!(!events.iter().any(|event| matches!(event, Event::DeliveryRecorded(_))));
    world.take(late());
    assert_eq!(world.running("LG-2", "2026-03", "2026-03-20").quantity, units("30"));
}

#[test]
fn the_end_is_refused_where_something_lies_behind_it() {
    let id = || "LG-1".parse().unwrap();
    let reading = given([signed("LG-1"), delivered("2026-01-12", m3("30"))]);
    reading.when(terminated("2026-01-11")).then_rejected(Rejection::ReadingsBehind {
        contract: id(),
        day: day("2026-01-12"),
        count: 1,
        first: day("2026-01-12"),
    });
    let reading = given([signed("LG-1"), delivered("2026-01-12", m3("30"))]);
    reading
        .when(terminated("2026-01-12"))
        .then_recorded(&["contract_terminated", "point_released"]);
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.push(closed("2026-01"));
    given(facts.clone()).when(terminated("2026-01-30")).then_refused("month_already_issued");
    given(facts)
        .when(terminated("2026-01-31"))
        .then_recorded(&["contract_terminated", "point_released"]);
}

#[test]
fn every_month_of_a_term_that_ended_early_can_be_settled() {
    let mut facts = vec![signed("LG-1"), terminated("2026-02-10")];
    facts.extend(delivered_daily("2026-01-01", "2026-02-10", "30"));
    facts.extend(closed_through("2026-01", "2026-02"));
    let world = World::of(facts);
    let february = &world.contract("LG-1").settlement(month("2026-02")).unwrap().document;
    assert_eq!((february.quantity, february.last_gas_day), (units("300"), day("2026-02-10")));
}
