//! E5: whatever lifts the shortage is recorded with the fact that lifts it.

use citygate_domain::Event;
use citygate_domain::supply::{SupplyEvent, answer};
use citygate_tests_pure::book_words::{assigned, credited};
use citygate_tests_pure::life_words::{account_closed, to_contract};
use citygate_tests_pure::supply_words::{
    demand_served, notice_served, order_approved, order_issued, reduction_proposed, supply_reviewed,
};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    closed, contract, delivered, delivered_daily, guaranteed, instant, m3, paid, published, read,
    refunded, reversed,
};
use citygate_tests_pure::world::World;

/// 275 yuan of gas, 500 paid, 5 000 demanded, reduced at 09:00 on 2026-03-05.
fn reduced() -> World {
    let price = serde_json::json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let mut world = World::at(instant("2026-03-02T09:00:00+08:00"));
    for told in [
        published("GATE", "2026-01-01", "2.50"),
        contract("LG-1").priced(&[("gas", "100", price)]).signed(),
        delivered("2026-03-01", m3("100")),
        paid("B-0", "2026-03-01", "500"),
        demand_served("5000", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
    ] {
        world.take(told);
    }
    world.now = instant("2026-03-05T09:00:00+08:00");
    for told in [
        delivered("2026-03-04", m3("10")),
        reduction_proposed().by("ann"),
        order_approved(3).by("bob"),
        order_issued().by("cai"),
    ] {
        world.take(told);
    }
    world
}

/// What lifted it, by the words of the causes; `-` where nothing did.
fn lifted_by(world: &mut World, told: Told) -> String {
    let events = world.hear(told).unwrap();
    let Some(Event::Supply(event)) = events.last() else { return "-".to_owned() };
    let SupplyEvent::SupplyLifted(lifted) = event.as_ref() else { return "-".to_owned() };
    let words: Vec<&str> = lifted.causes.iter().map(|cause| cause.word()).collect();
    words.join(";")
}

/// Beside it LG-2, which is over and holds this much.
fn beside_one_that_holds(balance: u32) -> World {
    let mut world = reduced();
    let over = contract("LG-2").term_of("2026-01-01", "2026-01-31").without("deviation");
    world.take(over.signed());
    for told in delivered_daily("2026-01-01", "2026-01-31", "30") {
        world.take(told.at("LG-2-1"));
    }
    // 930 m³ at 2.50.
    let paid_in = (2_325 + balance).to_string();
    world.take(paid("B-2", "2026-01-05", &paid_in).of("LG-2"));
    world.take(closed("2026-01").of("LG-2"));
    world
}

#[test]
fn a_balance_that_is_moved_in_pays_the_demand() {
    for (balance, why) in [(5_000, "demand_paid;days_restored"), (4_999, "days_restored")] {
        let mut world = beside_one_that_holds(balance);
        assert_eq!(decision(&world), "limit");
        let moved = account_closed("2026-03-05", to_contract("LG-1")).of("LG-2");
        assert_eq!(lifted_by(&mut world, moved), why);
        assert_eq!(decision(&world), "allow");
    }
    let mut world = beside_one_that_holds(10);
    let moved = account_closed("2026-03-05", to_contract("LG-1")).of("LG-2");
    assert_eq!(lifted_by(&mut world, moved), "-", "10 of 5 000 lift nothing");
    assert_eq!(decision(&world), "limit");
}

fn decision(world: &World) -> &'static str {
    answer(&world.ledger, &read("LG-1-1"), world.now).decision.word()
}

#[test]
fn any_fact_that_lifts_the_days_to_restore_above_lifts_the_order_with_it() {
    for (told, why) in [
        (paid("B-1", "2026-03-05", "4999.99"), "days_restored"),
        (paid("B-1", "2026-03-05", "5000"), "demand_paid;days_restored"),
        (delivered("2026-03-01", m3("1")).correcting("a turned digit"), "days_restored"),
        (published("GATE", "2026-01-01", "0.01").correcting("a typing error"), "days_restored"),
        (credited("100000", "2026-04-01"), "days_restored"),
        (guaranteed("G-1", "100000", "2026-03-05", "2026-04-01"), "days_restored"),
        // These move the account, but not far enough.
        (paid("B-1", "2026-03-05", "10"), "-"),
        (delivered("2026-03-02", m3("100")), "-"),
        (published("GATE", "2026-01-01", "3").correcting("a typing error"), "-"),
    ] {
        let mut world = reduced();
        assert_eq!(decision(&world), "limit");
        assert_eq!(lifted_by(&mut world, told.clone()), why, "{told:?}");
        assert_eq!(decision(&world), if why == "-" { "limit" } else { "allow" }, "{told:?}");
    }
}

#[test]
fn a_payment_of_two_in_the_morning_counts_at_once() {
    let mut world = reduced();
    world.now = instant("2026-03-06T02:00:00+08:00");
    assert_eq!(lifted_by(&mut world, paid("B-1", "2026-03-06", "2000")), "days_restored");
    assert_eq!(decision(&world), "allow");
}

#[test]
fn money_that_finds_its_contract_later_counts() {
    let mut world = reduced();
    let nobodys = paid("B-1", "2026-03-05", "5000").unallocated();
    assert_eq!(lifted_by(&mut world, nobodys), "-");
    assert_eq!(
        lifted_by(&mut world, assigned("B-1", &[("LG-1", "5000")])),
        "demand_paid;days_restored"
    );
}

#[test]
fn time_that_lifts_is_recorded_when_somebody_looks_and_only_once() {
    let mut world = reduced();
    world.take(guaranteed("G-1", "100000", "2026-03-07", "2026-04-01"));
    world.now = instant("2026-03-06T23:59:59+08:00");
    assert_eq!(lifted_by(&mut world, supply_reviewed()), "-");
    world.now = instant("2026-03-07T00:00:00+08:00");
    assert_eq!(lifted_by(&mut world, supply_reviewed()), "days_restored");
    assert_eq!(world.hear(supply_reviewed()), Ok(vec![]));
}

#[test]
fn only_money_of_after_the_demand_pays_it_and_returned_money_does_not() {
    let demanded = |more: Vec<Told>| {
        let mut world = World::at(instant("2026-03-03T09:00:00+08:00"));
        world.take(contract("LG-1").signed());
        world.take(delivered("2026-03-01", m3("1000")));
        more.into_iter().for_each(|told| world.take(told));
        world.take(demand_served("300", "2026-03-02T08:30:00+08:00").by("ann"));
        world
    };
    // Dated before the demand and recorded before it: not its money. Dated after it: its money.
    let before = demanded(vec![paid("B-1", "2026-03-02", "300")]);
    assert!(before.contract("LG-1").supply.is_running());
    let after = demanded(vec![paid("B-1", "2026-03-03", "300")]);
    assert!(!after.contract("LG-1").supply.is_running());
    let mut world = demanded(vec![]);
    assert_eq!(lifted_by(&mut world, paid("B-1", "2026-03-03", "200")), "-");
    assert_eq!(lifted_by(&mut world, reversed("R-1", "B-1", "2026-03-03", "200")), "-");
    assert_eq!(lifted_by(&mut world, paid("B-2", "2026-03-03", "299.99")), "-");
    assert_eq!(lifted_by(&mut world, paid("B-3", "2026-03-03", "0.01")), "demand_paid");
    // What is lifted stays so when the money goes back.
    assert_eq!(lifted_by(&mut world, reversed("R-2", "B-2", "2026-03-03", "299.99")), "-");
    assert!(!world.contract("LG-1").supply.is_running());
}

#[test]
fn paying_back_does_not_make_a_paid_demand_unpaid() {
    let mut world = World::at(instant("2026-03-03T09:00:00+08:00"));
    for told in [
        contract("LG-1").signed(),
        delivered("2026-03-01", m3("10")),
        demand_served("300", "2026-03-02T08:30:00+08:00").by("ann"),
        paid("B-1", "2026-03-03", "100"),
        refunded("F-1", "2026-03-03", "50"),
    ] {
        world.take(told);
    }
    assert_eq!(lifted_by(&mut world, paid("B-2", "2026-03-03", "200")), "demand_paid");
}

#[test]
fn the_order_of_the_facts_of_a_day_is_no_matter_to_what_is_lifted() {
    let facts = || {
        [
            delivered("2026-03-02", m3("100")),
            paid("B-1", "2026-03-05", "2600"),
            paid("B-2", "2026-03-05", "2600"),
        ]
    };
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = reduced();
        for place in order {
            world.take(facts()[place].clone());
        }
        assert_eq!(decision(&world), "allow", "{order:?}");
        assert_eq!(
            world.log.iter().filter(|it| it.event.type_name() == "supply_lifted").count(),
            1
        );
    }
}

#[test]
fn an_order_that_was_lifted_is_never_answered_again() {
    let mut world = reduced();
    world.take(paid("B-1", "2026-03-05", "5000"));
    world.take(reversed("R-1", "B-1", "2026-03-05", "5000"));
    world.take(delivered("2026-03-02", m3("1000")));
    assert_eq!(decision(&world), "allow");
    let refused = world.hear(order_issued().by("dan")).unwrap_err();
    assert_eq!(refused.code(), "demand_paid");
}
