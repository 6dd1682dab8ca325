//! C2: a reading of a day behind the term is kept, and counts when the contract is renewed late.

use citygate_domain::Event;
use citygate_domain::delivery::{Parked, Rejection};
use citygate_projections::parked::{ParkedRow, parked as waiting};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{contract, day, delivered, m3, month, read, units};
use citygate_tests_pure::world::World;

/// A term that ends on 31 January; the clock stands in 2028.
fn january(more: impl IntoIterator<Item = Told>) -> Given {
    let first = contract("LG-1").term_of("2026-01-01", "2026-01-31").signed();
    given([first].into_iter().chain(more))
}

fn renewal() -> Told {
    contract("LG-1").term_of("2026-02-01", "2026-02-28").signed()
}

fn parked(gas_day: &str) -> Rejection {
    Rejection::Parked { point: read("LG-1-1"), gas_day: day(gas_day), last: day("2026-01-31") }
}

#[test]
fn a_reading_behind_the_term_is_refused_and_kept_once() {
    let late = || delivered("2026-02-03", m3("40"));
    let world = january([]).when(late()).then_rejected(parked("2026-02-03"));
    assert!(matches!(world.log.last().unwrap().event, Event::ReadingParked(_)));
    let mut again = world.clone();
    assert_eq!(again.hear(late()), Err(parked("2026-02-03").into()));
    assert_eq!(again.log.len(), world.log.len());
    assert_eq!(again.ledger.parked(&read("LG-1-1")).len(), 1);
}

#[test]
fn a_reading_before_the_term_is_refused_and_not_kept() {
    let refused = Rejection::OutsideTerm {
        point: read("LG-1-1"),
        gas_day: day("2025-12-31"),
        first: day("2026-01-01"),
        last: day("2026-01-31"),
    };
    let world = january([]).when(delivered("2025-12-31", m3("40"))).then_rejected(refused);
    assert!(matches!(world.log.last().unwrap().event, Event::PointAssigned(_)));
}

#[test]
fn a_late_renewal_takes_the_parked_readings_of_its_term_in() {
    let mut world =
        january([]).when(delivered("2026-02-03", m3("40"))).then_refused("outside_term");
    for late in [
        delivered("2026-02-04", m3("41")).estimated(),
        delivered("2026-02-04", m3("42")),
        delivered("2026-02-04", m3("43")),
        delivered("2026-03-01", m3("44")),
    ] {
        assert!(world.hear(late).is_err());
    }
    world.take(renewal());
    let contract = world.ledger.contract(&read("LG-1")).unwrap();
    let taken: Vec<_> = (contract.readings.all().iter())
        .map(|(key, day)| (key.gas_day, day.current.quantity, day.superseded.len()))
        .collect();
    assert_eq!(taken, [(day("2026-02-03"), units("40"), 0), (day("2026-02-04"), units("42"), 1),]);
    // What contradicts it, and what lies behind the new term, stays parked.
    let left: Vec<_> =
        world.ledger.parked(&read("LG-1-1")).iter().map(|one| one.reading.volume_m3).collect();
    assert_eq!(left, [m3("43"), m3("44")]);
    assert!(contract.settlement(month("2026-02")).is_none());
    assert_eq!(world.hear(delivered("2026-02-03", m3("40"))), Ok(Vec::new()));
}

#[test]
fn a_parked_reading_is_listed_with_its_contract_until_a_renewal_takes_it() {
    let listed = |world: &World, gas_day: Option<&str>| -> Vec<String> {
        let rows = waiting(&world.ledger, gas_day.map(day));
        let row = |row: &ParkedRow<'_>| {
            let Parked { reading, recorded_at, .. } = row.parked;
            assert_eq!(*recorded_at, world.now);
            format!("{} {} {} {}", row.contract, reading.point, reading.gas_day, reading.volume_m3)
        };
        rows.iter().map(row).collect()
    };
    let mut world =
        january([]).when(delivered("2026-03-01", m3("44"))).then_refused("outside_term");
    assert!(world.hear(delivered("2026-02-03", m3("40"))).is_err());
    let both = ["LG-1 LG-1-1 2026-03-01 44", "LG-1 LG-1-1 2026-02-03 40"];
    assert_eq!(listed(&world, None), both);
    assert_eq!(listed(&world, Some("2026-02-03")), both[1..]);
    // Another contract takes the point: its name is not that of the gap before it.
    let other = contract("LG-2").term_of("2026-04-01", "2026-04-30").points(&[("LG-1-1", "100")]);
    world.take(other.signed());
    assert_eq!(listed(&world, None), both);
    world.take(renewal());
    assert_eq!(listed(&world, None), both[..1]);
}

#[test]
fn a_parked_reading_above_the_new_capacity_stays_parked() {
    let mut world =
        january([]).when(delivered("2026-02-03", m3("40"))).then_refused("outside_term");
    let small = contract("LG-1").term_of("2026-02-01", "2026-02-28");
    world.take(small.points(&[("LG-1-1", "39")]).signed());
    assert_eq!(world.ledger.parked(&read("LG-1-1")).len(), 1);
}
