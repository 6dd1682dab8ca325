//! C1: terms amended from a gas day on.

use std::sync::Arc;

use citygate_domain::Event;
use citygate_domain::approval::Subject;
use citygate_domain::contract::life::{ContractAmended, LifeStage, Rejection};
use citygate_domain::contract::patch;
use citygate_tests_pure::life_words::{amended, amended_for, terminated};
use citygate_tests_pure::story::given;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, closed, contract, day, delivered_daily, month, proposed, signed, units, withdrawn,
};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

fn tolerance(percent: &str) -> Value {
    json!({"deviation": {"lower_tolerance": percent}})
}

fn dearer(price: &str) -> Value {
    json!({"price_plans": [{
        "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        "tranches": [{"tag": "gas", "share": "100", "price": {"constant": price}}],
    }]})
}

fn event(event: &Event) -> Arc<ContractAmended> {
    let Event::ContractAmended(event) = event else { panic!("{event:?}") };
    Arc::clone(event)
}

#[test]
fn an_amendment_holds_the_whole_terms_and_the_day_from_which_they_count() {
    given([signed("LG-1")]).when(amended("2026-03-10", tolerance("8"))).then(|found| {
        let found = event(found);
        assert_eq!(found.from, day("2026-03-10"));
        assert_eq!(found.terms.deviation.as_ref().unwrap().lower_tolerance.to_string(), "8");
        assert_eq!(found.terms.first_gas_day, day("2026-01-01"), "the term is the same");
        assert_eq!(found.terms.monthly_quantities.len(), 12);
        assert_eq!(Event::ContractAmended(found).effective(), Some(day("2026-03-10").civil()));
    });
}

#[test]
fn prices_are_those_of_each_day_and_quantities_those_of_the_last_day_of_the_month() {
    // P4: 31 days of 20 m³; 15 at 2.50 and 16 at 3.00.
    let both = json!({
        "price_plans": dearer("3.00")["price_plans"],
        "monthly_quantities": {"2026-01": "500"},
        "annual_quantity": {"2026-01": "11500"},
        "deviation": {"upper_tolerance": "0"},
        "excess_price": {"constant": "9"},
    });
    let mut facts = vec![signed("LG-1"), amended("2026-01-16", both)];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "20"));
    let january = World::of(facts).running("LG-1", "2026-01", "2026-01-31");
    assert_eq!(january.contract_quantity, units("500"));
    let lines: Vec<String> = january
        .lines
        .iter()
        .map(|line| format!("{} {} {}", line.quantity, line.unit_price, line.amount))
        .collect();
    assert_eq!(lines, ["300.000 2.5000 750.00", "200.000 3.0000 600.00", "120.000 9.0000 1080.00"]);
}

#[test]
fn the_days_before_an_amendment_stay_as_they_were() {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-02-10", "20"));
    let mut world = World::of(facts);
    let before = world.running("LG-1", "2026-01", "2026-01-31");
    let account = world.account("LG-1", "2026-01-31").balance;
    world.take(amended("2026-02-01", dearer("9")));
    assert_eq!(world.running("LG-1", "2026-01", "2026-01-31").lines, before.lines);
    assert_eq!(world.account("LG-1", "2026-01-31").balance, account);
    assert_ne!(
        world.running("LG-1", "2026-02", "2026-02-10").lines[0].unit_price,
        before.lines[0].unit_price
    );
}

#[test]
fn the_same_amendment_again_is_known_also_after_a_later_one_and_after_the_end() {
    let first = || amended("2026-03-01", tolerance("8"));
    let later = [first(), amended("2026-05-01", tolerance("9")), terminated("2026-06-30")];
    given([signed("LG-1")]).and(later).when(first()).then_known();
}

#[test]
fn a_second_amendment_from_the_same_day_counts_on_top_of_the_first() {
    let first = amended("2026-03-01", tolerance("8"));
    let second = amended("2026-03-01", json!({"deviation": {"upper_tolerance": "9"}}));
    let world = given([signed("LG-1"), first]).when(second).then_recorded(&["contract_amended"]);
    let terms = world.contract("LG-1").terms_on(day("2026-03-01")).unwrap();
    let deviation = terms.deviation.as_ref().unwrap();
    assert_eq!(deviation.lower_tolerance.to_string(), "8");
    assert_eq!(deviation.upper_tolerance.to_string(), "9");
}

#[test]
fn an_amendment_that_would_lie_under_a_later_one_is_refused() {
    let known = [signed("LG-1"), amended("2026-06-01", tolerance("6"))];
    given(known).when(amended("2026-05-31", tolerance("7"))).then_rejected(
        Rejection::AmendmentsOverlap {
            contract: "LG-1".parse().unwrap(),
            from: day("2026-05-31"),
            known: day("2026-06-01"),
        },
    );
}

#[test]
fn a_signed_renewal_is_no_later_amendment() {
    let renewal = contract("LG-1").term_of("2027-01-01", "2027-12-31").signed();
    let world = given([signed("LG-1"), renewal])
        .when(amended("2026-03-01", tolerance("7")))
        .then_recorded(&["contract_amended"]);
    let lower = |on: &str| {
        let terms = world.contract("LG-1").terms_on(day(on)).unwrap();
        terms.deviation.as_ref().unwrap().lower_tolerance.to_string()
    };
    assert_eq!([lower("2026-02-28"), lower("2026-12-31"), lower("2027-01-01")], ["5", "7", "5"]);
    assert_eq!(world.contract("LG-1").last_gas_day(), day("2027-12-31"));
}

#[test]
fn an_amendment_reaches_an_open_month_and_no_issued_one() {
    let january = || {
        let mut facts = vec![signed("LG-1")];
        facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
        facts.push(closed("2026-01"));
        given(facts)
    };
    january().when(amended("2026-01-31", tolerance("6"))).then_rejected(
        Rejection::MonthAlreadyIssued {
            contract: "LG-1".parse().unwrap(),
            month: month("2026-01"),
            day: day("2026-01-31"),
        },
    );
    january().when(amended("2026-02-01", tolerance("6"))).then_recorded(&["contract_amended"]);
}

#[test]
fn what_everything_is_counted_by_cannot_be_amended() {
    for (name, value) in [
        ("unit", json!("GJ")),
        ("month_ends_on", json!(20)),
        ("first_gas_day", json!("2026-02-01")),
        ("last_gas_day", json!("2027-12-31")),
    ] {
        let path = name.to_owned();
        given([signed("LG-1")])
            .when(amended("2026-03-01", json!({ name: value })))
            .then_rejected(patch::Rejection::TermCannotChange { path });
    }
}

#[test]
fn an_unknown_term_is_refused_by_its_path() {
    let wrong = json!({"deviation": {"lower_tolerence": "6"}});
    let refused = given([signed("LG-1")]).when(amended("2026-03-01", wrong)).into_answer();
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "unknown_field");
    assert!(refused.to_string().contains("deviation.lower_tolerence"), "{refused}");
}

#[test]
fn the_terms_that_result_are_checked_as_when_signing() {
    let more = json!({"monthly_quantities": {"2026-03": "1500"}});
    given([signed("LG-1")]).when(amended("2026-03-01", more)).then_refused("quantities_do_not_sum");
    let both =
        json!({"monthly_quantities": {"2026-03": "1500"}, "annual_quantity": {"2026-01": "12500"}});
    given([signed("LG-1")]).when(amended("2026-03-01", both)).then_recorded(&["contract_amended"]);
    let shares = json!({"price_plans": [{
        "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        "tranches": [{"tag": "gas", "share": "99", "price": {"constant": "2"}}],
    }]});
    given([signed("LG-1")]).when(amended("2026-03-01", shares)).then_refused("shares_not_100");
}

#[test]
fn the_quantity_of_the_month_that_holds_the_day_may_change_and_of_the_one_before_not() {
    let change = |month: &str| {
        let annual = json!({"2026-01": "11900"});
        json!({"monthly_quantities": {month: "900"}, "annual_quantity": annual})
    };
    given([signed("LG-1")])
        .when(amended("2026-03-31", change("2026-03")))
        .then_recorded(&["contract_amended"]);
    given([signed("LG-1")]).when(amended("2026-03-31", change("2026-02"))).then_rejected(
        Rejection::MonthQuantityFixed {
            month: month("2026-02"),
            was: units("1000"),
            wanted: units("900"),
            from: day("2026-03-31"),
        },
    );
}

#[test]
fn an_amendment_is_an_act_that_a_second_person_approves() {
    let amend = || amended("2026-03-01", tolerance("8"));
    let by = |person: &str| proposed(amend(), "as agreed").by(person);
    given([signed("LG-1")]).when(amend().by("li.wei")).then_refused("approval_needed");
    let world = given([signed("LG-1")]).when(by("li.wei")).then_recorded(&["act_proposed"]);
    let mut world = world;
    let mut tell = |told: Told| world.hear(told).map(|events| events.len());
    let subject = Subject::contract(&"LG-1".parse().unwrap());
    let approve = |person: &str| approved(subject.as_str(), 1, 1).by(person);
    assert!(tell(approve("li.wei")).is_err_and(|error| error.code() == "maker_is_approver"));
    assert_eq!(tell(approve("wang.fang")), Ok(2), "approved, and amended");
    // Another change of the contract outdates what was shown.
    let other =
        || proposed(amended_for("2026-04-01", tolerance("9"), "again"), "again").by("li.wei");
    assert_eq!(tell(other()), Ok(1));
    assert_eq!(tell(amended("2026-05-01", tolerance("7"))).unwrap_err().code(), "approval_pending");
    assert_eq!(tell(withdrawn(subject.as_str(), "not now").by("li.wei")), Ok(1));
}

#[test]
fn the_life_of_a_contract_has_stages() {
    let world = World::of([signed("LG-1"), terminated("2026-06-30")]);
    let contract = world.contract("LG-1");
    let (first_gas_day, last_gas_day) = (day("2026-01-01"), day("2026-06-30"));
    assert_eq!(contract.stage_on(day("2025-12-31")), LifeStage::Signed { first_gas_day });
    assert_eq!(contract.stage_on(day("2026-06-30")), LifeStage::InForce { last_gas_day });
    assert_eq!(contract.stage_on(day("2026-07-01")), LifeStage::Terminated { last_gas_day });
    let expired = World::of([signed("LG-1")]);
    let last_gas_day = day("2026-12-31");
    let stage = expired.contract("LG-1").stage_on(day("2027-01-01"));
    assert_eq!(stage, LifeStage::Expired { last_gas_day });
}
