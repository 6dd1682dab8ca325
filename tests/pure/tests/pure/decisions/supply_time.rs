//! E5, T6: what time has ended is over, whether anybody looked or not.

use citygate_domain::rules::stage::Stage;
use citygate_domain::supply::{Answer, Seen, SupplyEvent, ValveState, answer};
use citygate_domain::{Event, Rejection};
use citygate_tests_pure::life_words::amended;
use citygate_tests_pure::supply_words::{
    demand_served, demand_withdrawn, notice_served, order_approved, order_issued, order_withdrawn,
    reduction_proposed, supply_reviewed, suspension_proposed, valve_reported,
};
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    contract, delivered, guaranteed, instant, m3, paid, published, read, reversed,
};
use citygate_tests_pure::world::World;
use serde_json::json;

use super::answer as said;

/// 150 yuan are left, for 0.6 days; demand and notice of 2026-03-02 have run.
fn noticed() -> World {
    let price = serde_json::json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let terms = contract("LG-1")
        .priced(&[("gas", "100", price)])
        .term("payment.reading_max_age_hours", "9999")
        .term("payment.suspend_below", "1")
        .term("payment.notice_hours", "0");
    let mut world = World::at(instant("2026-03-02T09:00:00+08:00"));
    for told in [
        published("GATE", "2026-01-01", "2.50"),
        terms.signed(),
        delivered("2026-03-01", m3("100")),
        paid("B-0", "2026-03-01", "400"),
        demand_served("5000", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
    ] {
        world.take(told);
    }
    world
}

fn ordered(proposal: Told) -> World {
    let mut world = noticed();
    world.take(proposal.by("ann"));
    world.take(order_approved(3).by("bob"));
    world.take(order_approved(3).by("cai"));
    world.take(order_issued().by("dan"));
    world
}

/// What will end it on a day to come, and not for long.
fn for_two_days() -> Vec<(&'static str, Vec<Told>)> {
    let lapsing = published("GATE", "2026-03-05", "0.0001").valid_through("2026-03-06");
    vec![
        ("a guarantee", vec![guaranteed("G-1", "100000", "2026-03-05", "2026-03-06")]),
        (
            "a payment that goes back",
            vec![paid("B-1", "2026-03-05", "5000"), reversed("B-2", "B-1", "2026-03-07", "5000")],
        ),
        ("a price", vec![lapsing, published("GATE", "2026-03-07", "2.50")]),
    ]
}

fn with(mut world: World, more: impl IntoIterator<Item = Told>) -> World {
    more.into_iter().for_each(|told| world.take(told));
    world
}

fn at(mut world: World, now: &str) -> World {
    world.now = instant(now);
    world
}

/// The same, with a look every day at 03:00.
fn looked_at(mut world: World) -> World {
    for day in ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07"] {
        world = with(at(world, &format!("{day}T03:00:00+08:00")), [supply_reviewed()]);
    }
    world
}

fn answered(world: &World) -> Answer {
    answer(&world.ledger, &read("LG-1-1"), world.now)
}

fn told(world: &World) -> (&'static str, Option<Stage>, Vec<&'static str>, bool) {
    let Answer { decision, stage, reasons, order, .. } = answered(world);
    (decision.word(), stage, reasons, order.is_some())
}

#[test]
fn whether_somebody_is_stopped_does_not_depend_on_whether_anybody_looked() {
    for (proposal, before, after) in [
        (suspension_proposed(), "stop", ("keep", Some(Stage::Restoring))),
        (reduction_proposed(), "limit", ("allow", Some(Stage::Normal))),
    ] {
        for (what, facts) in for_two_days() {
            let world = with(ordered(proposal.clone()), facts);
            assert_eq!(told(&world).0, before, "{what}");
            for now in ["2026-03-04T23:59:59", "2026-03-05T00:00:00", "2026-03-08T10:00:00"] {
                let now = format!("{now}+08:00");
                let (alone, looked) = (at(world.clone(), &now), at(looked_at(world.clone()), &now));
                if now.starts_with("2026-03-04") {
                    assert_eq!(told(&alone).0, before, "{what} at {now}");
                } else {
                    assert_eq!(told(&alone), told(&looked), "{what} at {now}");
                    assert_eq!((told(&alone).0, told(&alone).1), after, "{what} at {now}");
                }
            }
        }
    }
}

#[test]
fn what_was_over_in_between_is_not_ordered_any_more() {
    for (what, facts) in for_two_days() {
        let waiting = with(noticed(), [suspension_proposed().by("ann")]);
        let waiting = with(waiting, [order_approved(3).by("bob"), order_approved(3).by("cai")]);
        let world = at(with(waiting, facts), "2026-03-08T10:00:00+08:00");
        let looked = at(looked_at(world.clone()), "2026-03-08T10:00:00+08:00");
        for world in [world, looked] {
            let refused = said(world.clone(), order_issued().by("dan"));
            assert!(["order_lifted", "demand_paid"].contains(&refused.as_str()), "{what}");
            let anew = demand_served("100", "2026-03-08T09:00:00+08:00").demand("D-2").by("ann");
            assert_eq!(said(world, anew), "recorded", "{what}");
        }
    }
}

#[test]
fn whoever_finds_first_what_time_has_ended_records_the_same() {
    let (_, facts) = for_two_days().remove(0);
    let world = with(ordered(suspension_proposed()), facts);
    let late = |told: Told| {
        let mut world = at(world.clone(), "2026-03-08T10:00:00+08:00");
        world.hear(told).map(|events| events.into_iter().find_map(lifted))
    };
    let opened = || {
        let seen = "2026-03-06T10:00:00+08:00";
        valve_reported("LG-1-1", ValveState::Open, Seen::OnSite, seen).by("ann")
    };
    let midnight = Ok(Some(instant("2026-03-05T00:00:00+08:00")));
    assert_eq!(late(supply_reviewed()), midnight);
    assert_eq!(late(paid("B-9", "2026-03-08", "1")), midnight);
    assert_eq!(late(delivered("2026-03-02", m3("1"))), midnight);
    assert_eq!(late(opened()), midnight);
    // What somebody on site found after that day began opens the way back.
    let world = with(at(world, "2026-03-08T10:00:00+08:00"), [opened()]);
    assert_eq!(told(&world).1, Some(Stage::Normal));
}

fn lifted(event: Event) -> Option<chrono::DateTime<chrono::Utc>> {
    let Event::Supply(event) = event else { return None };
    let SupplyEvent::SupplyLifted(lifted) = *event else { return None };
    Some(lifted.at)
}

#[test]
fn what_is_told_again_records_nothing_also_where_time_has_ended_something() {
    let (_, facts) = for_two_days().remove(0);
    let world = with(ordered(suspension_proposed()), facts);
    let world = at(world, "2026-03-08T10:00:00+08:00");
    for told in [
        demand_served("5000", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
    ] {
        assert_eq!(said(world.clone(), told), "known");
    }
    let mut refused = world;
    let before = refused.log.len();
    let back = order_withdrawn("too late").by("ann");
    assert!(matches!(refused.hear(back), Err(Rejection::Order(_))));
    assert_eq!(refused.log.len(), before);
}

#[test]
fn a_demand_that_was_not_needed_on_the_day_it_was_served_is_refused() {
    let mut world = World::at(instant("2026-03-05T09:00:00+08:00"));
    world.take(contract("LG-1").signed());
    world.take(delivered("2026-03-01", m3("100")));
    world.take(guaranteed("G-1", "100000", "2026-03-01", "2026-03-03"));
    let demand = |at: &str| demand_served("5000", at).by("ann");
    let early = demand("2026-03-03T10:00:00+08:00");
    assert_eq!(said(world.clone(), early), "nothing_to_demand");
    assert_eq!(said(world, demand("2026-03-04T10:00:00+08:00")), "recorded");
}

#[test]
fn on_the_first_day_of_other_terms_the_lower_restore_above_counts_from_midnight_to_midnight() {
    check(
        "
        becomes served              | answer
        0.5     2026-03-09T23:59:59 | recorded
        0.5     2026-03-10T00:00:00 | nothing_to_demand   # the gas day is still the day before
        0.5     2026-03-10T08:00:00 | nothing_to_demand
        20      2026-03-10T00:00:00 | recorded
        20      2026-03-10T08:00:00 | recorded
    ",
        |row| {
            let patch = json!({"payment": {
                "warn_below": "0", "notice_below": "0", "reduce_below": "0", "suspend_below": "0",
                "restore_above": row.text("becomes"),
            }});
            let mut world = at(noticed(), "2026-03-03T09:00:00+08:00");
            world.take(demand_withdrawn("served in error").by("ann"));
            world.take(amended("2026-03-10", patch));
            let served = format!("{}+08:00", row.text("served"));
            let world = at(world, &served);
            let demand = demand_served("5000", &served).demand("D-2").by("ann");
            let answer = said(world.clone(), demand.clone());
            // What is recorded is not lifted in the same decision.
            if answer == "recorded" {
                assert!(with(world, [demand]).contract("LG-1").supply.is_running());
            }
            vec![answer]
        },
    );
}
