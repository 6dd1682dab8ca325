//! Q4: a point moved from one contract to another.

use citygate_domain::contract::life::Rejection;
use citygate_domain::delivery::Source;
use citygate_domain::quantities::GasDays;
use citygate_tests_pure::life_words::{handed_over, point_moved, terminated};
use citygate_tests_pure::story::given;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    closed, contract, day, delivered, delivered_daily, m3, month, signed, units,
};
use citygate_tests_pure::world::World;

/// LG-1 with the points A and B, LG-2 with C.
fn two() -> Vec<Told> {
    let one = contract("LG-1").points(&[("A", "900"), ("B", "900")]).signed();
    vec![one, contract("LG-2").points(&[("C", "900")]).signed()]
}

fn moved() -> Told {
    point_moved("A", "LG-1", "LG-2", "2026-01-11")
}

fn names(world: &World, contract: &str, on: &str) -> Vec<String> {
    let points = world.contract(contract).points_on(day(on));
    points.iter().map(|point| point.id.to_string()).collect()
}

#[test]
fn a_move_is_told_to_both_contracts_and_to_the_point() {
    let world = given(two()).when(moved()).then_recorded(&[
        "point_moved",
        "point_released",
        "point_assigned",
        "point_moved",
    ]);
    assert_eq!(names(&world, "LG-1", "2026-01-10"), ["A", "B"]);
    assert_eq!(names(&world, "LG-1", "2026-01-11"), ["B"]);
    assert_eq!(names(&world, "LG-2", "2026-01-10"), ["C"]);
    assert_eq!(names(&world, "LG-2", "2026-12-31"), ["C", "A"]);
    let capacity = world.contract("LG-2").points_on(day("2026-01-11"))[1].daily_capacity;
    assert_eq!(capacity.map(|it| it.to_string()), Some("900".to_owned()), "carried along");
}

#[test]
fn a_reading_goes_to_the_contract_that_holds_the_point_on_its_day() {
    let mut world = World::of(two());
    world.take(moved());
    world.take(delivered("2026-01-10", m3("10")).at("A"));
    world.take(delivered("2026-01-11", m3("20")).at("A"));
    assert_eq!(world.running("LG-1", "2026-01", "2026-01-31").quantity, units("10"));
    assert_eq!(world.running("LG-2", "2026-01", "2026-01-31").quantity, units("20"));
    // A correction of an earlier day is still the old contract's.
    world.take(delivered("2026-01-10", m3("11")).at("A").correcting("misread"));
    assert_eq!(world.running("LG-1", "2026-01", "2026-01-31").quantity, units("11"));
}

#[test]
fn both_contracts_lack_only_the_readings_of_their_own_days() {
    let mut facts = two();
    facts.push(moved());
    let on = |point: &str, first: &str, last: &str| -> Vec<Told> {
        delivered_daily(first, last, "10").into_iter().map(|told| told.at(point)).collect()
    };
    facts.extend(on("A", "2026-01-01", "2026-01-31"));
    facts.extend(on("B", "2026-01-01", "2026-01-31"));
    facts.extend(on("C", "2026-01-01", "2026-01-31"));
    facts.extend([closed("2026-01"), closed("2026-01").of("LG-2")]);
    let world = World::of(facts);
    let quantity =
        |id: &str| world.contract(id).settlement(month("2026-01")).unwrap().document.quantity;
    assert_eq!((quantity("LG-1"), quantity("LG-2")), (units("410"), units("520")));
}

#[test]
fn a_contract_without_a_point_takes_nothing_and_lacks_nothing() {
    let mut facts = vec![signed("LG-1"), signed("LG-2")];
    facts.push(point_moved("LG-1-1", "LG-1", "LG-2", "2026-01-11"));
    facts.extend(delivered_daily("2026-01-01", "2026-01-10", "30"));
    facts.push(closed("2026-01"));
    let world = World::of(facts);
    let january = &world.contract("LG-1").settlement(month("2026-01")).unwrap().document;
    assert_eq!(january.quantity, units("300"));
    let account = world.account("LG-1", "2026-02-28");
    assert_eq!(account.unmetered_days, 0);
}

#[test]
fn a_point_may_come_back() {
    let mut facts = two();
    facts.extend([moved(), point_moved("A", "LG-2", "LG-1", "2026-01-21")]);
    let world = World::of(facts);
    assert_eq!(names(&world, "LG-1", "2026-01-20"), ["B"]);
    assert_eq!(names(&world, "LG-1", "2026-01-21"), ["B", "A"]);
    assert_eq!(names(&world, "LG-2", "2026-01-20"), ["C", "A"]);
    assert_eq!(names(&world, "LG-2", "2026-01-21"), ["C"]);
    let days = GasDays { first: day("2026-01-01"), last: day("2026-01-31") };
    let held = world.contract("LG-1").points_during(days).into_iter();
    let held: Vec<_> = held.map(|(it, run)| format!("{it} {}..{}", run.first, run.last)).collect();
    assert_eq!(
        held,
        ["A 2026-01-01..2026-01-10", "B 2026-01-01..2026-01-31", "A 2026-01-21..2026-01-31"],
        "each time that it was there"
    );
}

#[test]
fn the_same_move_again_is_known_and_another_one_is_refused() {
    let told = || given(two()).and([moved()]);
    told().when(moved()).then_known();
    told().when(point_moved("A", "LG-1", "LG-2", "2026-01-12")).then_rejected(
        Rejection::PointNotHeld {
            point: "A".parse().unwrap(),
            contract: "LG-1".parse().unwrap(),
            day: day("2026-01-12"),
            holder: "LG-2".to_owned(),
        },
    );
}

#[test]
fn readings_from_the_day_on_keep_a_point_where_it_is() {
    let read = |on: &str| given(two()).and([delivered(on, m3("10")).at("A")]);
    read("2026-01-11").when(moved()).then_rejected(Rejection::ReadingsBehind {
        contract: "LG-1".parse().unwrap(),
        day: day("2026-01-11"),
        count: 1,
        first: day("2026-01-11"),
    });
    read("2026-01-10").when(moved()).then(|_| {});
    // Another point's readings are no matter.
    given(two()).and([delivered("2026-01-12", m3("10")).at("B")]).when(moved()).then(|_| {});
}

#[test]
fn a_point_does_not_move_inside_an_issued_month_of_either_contract() {
    for issued in ["LG-1", "LG-2"] {
        let short = |id: &str, point: &str| {
            contract(id).points(&[(point, "900")]).term_of("2026-01-01", "2026-02-28").signed()
        };
        let mut facts = vec![short("LG-1", "A"), short("LG-2", "C")];
        let point = if issued == "LG-1" { "A" } else { "C" };
        let read = delivered_daily("2026-01-01", "2026-01-31", "10");
        facts.extend(read.into_iter().map(|told| told.at(point)));
        facts.push(closed("2026-01").of(issued));
        given(facts.clone()).when(moved()).then_refused("month_already_issued");
        let later = point_moved("A", "LG-1", "LG-2", "2026-02-01");
        given(facts).when(later).then(|_| {});
    }
}

#[test]
fn a_point_moves_only_inside_both_terms() {
    let short = contract("LG-2").term_of("2026-02-01", "2026-02-28").signed();
    let one = contract("LG-1").points(&[("A", "900")]).signed();
    for (on, answer) in [
        ("2026-01-31", Err("outside_term")),
        ("2026-02-01", Ok(())),
        ("2026-02-28", Ok(())),
        ("2026-03-01", Err("outside_term")),
    ] {
        let told = given([one.clone(), short.clone()]);
        let found = told.when(point_moved("A", "LG-1", "LG-2", on)).into_answer();
        let found = found.map(|_| ()).map_err(|refused| refused.code());
        assert_eq!(found, answer, "{on}");
    }
}

#[test]
fn a_hand_over_gives_all_points_and_ends_the_term_the_day_before() {
    let world = given(two()).when(handed_over("LG-2", "2026-01-11")).then_recorded(&[
        "point_moved",
        "point_moved",
        "contract_terminated",
        "point_released",
        "point_released",
        "point_assigned",
        "point_moved",
        "point_assigned",
        "point_moved",
    ]);
    assert_eq!(world.contract("LG-1").last_gas_day(), day("2026-01-10"));
    assert_eq!(names(&world, "LG-2", "2026-01-11"), ["C", "A", "B"]);
    let mut world = world;
    let again = world.hear(handed_over("LG-2", "2026-01-11"));
    assert_eq!(again, Ok(Vec::new()), "it is known");
}

#[test]
fn a_hand_over_after_the_end_gives_the_points_of_the_last_day_with_what_waited() {
    let short = contract("LG-1").points(&[("A", "900"), ("B", "900")]);
    let short = short.term_of("2026-01-01", "2026-01-10").signed();
    let mut world = World::of([short, contract("LG-2").points(&[("C", "900")]).signed()]);
    let waiting = world.hear(delivered("2026-01-12", m3("7")).at("B")).unwrap_err();
    assert_eq!(waiting.code(), "outside_term");
    let events = world.hear(handed_over("LG-2", "2026-01-11")).unwrap();
    let last = events.last().unwrap();
    assert!(
        matches!(last, citygate_domain::Event::DeliveryRecorded(it) if it.source == Source::Telemetry)
    );
    assert_eq!(names(&world, "LG-2", "2026-01-11"), ["C", "A", "B"]);
    assert_eq!(world.running("LG-2", "2026-01", "2026-01-31").quantity, units("7"));
}

#[test]
fn nothing_waits_behind_a_term_that_was_ended_early() {
    let mut facts = two();
    facts.push(terminated("2026-01-10"));
    let reading = || delivered("2026-01-12", m3("7")).at("B");
    let mut world = given(facts).when(reading()).then_rejected(Rejection::ReadingBehindEnd {
        contract: "LG-1".parse().unwrap(),
        last: day("2026-01-10"),
        point: "B".parse().unwrap(),
        day: day("2026-01-12"),
    });
    assert!(world.ledger.parked(&"B".parse().unwrap()).is_empty());
    // The contract that follows has the point, and takes the reading when it is sent again.
    world.take(handed_over("LG-2", "2026-01-11"));
    world.take(reading());
    assert_eq!(world.running("LG-2", "2026-01", "2026-01-31").quantity, units("7"));
}

#[test]
fn a_point_that_the_successor_has_already_stays_as_the_successor_has_it() {
    let half = contract("LG-1").points(&[("A", "900"), ("B", "900")]);
    let half = half.term_of("2026-01-01", "2026-01-10").signed();
    let next = contract("LG-2").points(&[("A", "500")]).term_of("2026-01-11", "2026-12-31");
    let told = || given([half.clone(), next.clone().signed()]);
    let over = || handed_over("LG-2", "2026-01-11");
    let world = told().when(over()).then_recorded(&["point_assigned", "point_moved"]);
    let held = world.contract("LG-2").points_on(day("2026-01-11"));
    let held: Vec<_> = held.iter().map(|it| (it.id.to_string(), it.daily_capacity)).collect();
    let capacity = |text: &str| Some(m3(text));
    assert_eq!(held, [("A".to_owned(), capacity("500")), ("B".to_owned(), capacity("900"))]);
    assert_eq!(world.ledger.assignments(&"A".parse().unwrap()).len(), 2, "one for each contract");
    // What it has for a part of the days only is not given to it twice.
    let moved = point_moved("A", "LG-1", "LG-2", "2026-01-05");
    let early = contract("LG-2").points(&[("C", "500")]).signed();
    let renewed = contract("LG-2").points(&[("A", "500")]).term_of("2027-01-01", "2027-12-31");
    let one = contract("LG-1").points(&[("A", "900")]).signed();
    given([one, early, renewed.signed()]).when(moved).then_refused("point_taken");
}

#[test]
fn a_successor_signed_without_points_gets_them_all_by_the_hand_over() {
    let one = contract("LG-1").points(&[("A", "900"), ("B", "900")]).signed();
    let next = contract("LG-2").points(&[]).term_of("2026-01-11", "2026-12-31").signed();
    let mut world = World::of([one, next]);
    assert_eq!(world.account("LG-2", "2026-01-20").unmetered_days, 0, "no point lacks nothing");
    world.take(handed_over("LG-2", "2026-01-11"));
    assert_eq!(names(&world, "LG-1", "2026-01-10"), ["A", "B"]);
    assert_eq!(names(&world, "LG-2", "2026-01-11"), ["A", "B"]);
    assert_eq!(names(&world, "LG-2", "2026-12-31"), ["A", "B"]);
    world.take(delivered("2026-01-11", m3("7")).at("A"));
    assert_eq!(world.running("LG-2", "2026-01", "2026-01-31").quantity, units("7"));
}

#[test]
fn the_state_after_moves_is_the_same_when_the_log_is_told_again() {
    let mut facts = two();
    facts.extend([
        moved(),
        point_moved("A", "LG-2", "LG-1", "2026-01-21"),
        terminated("2026-02-03"),
    ]);
    let world = World::of(facts);
    assert_eq!(format!("{:?}", world.replayed()), format!("{:?}", world.ledger));
}
