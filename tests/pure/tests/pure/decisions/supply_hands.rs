//! F, E3, E4: who proposes, approves and issues, and whom an order can be about; E8: reports.

use citygate_domain::Command;
use citygate_domain::customer::CustomerClass;
use citygate_domain::ledger::{FourEyes, OpenLedger, Settings};
use citygate_domain::rules::stage::Stage;
use citygate_domain::supply::{
    Seen, SupplyDecision, UnprotectedClass, ValveState, answer, effective, epoch_of,
};
use citygate_tests_pure::supply_words::{
    demand_served, notice_served, order_approved, order_issued, order_withdrawn,
    reduction_proposed, suspension_proposed, valve_reported,
};
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{contract, delivered, instant, m3, paid, read};
use citygate_tests_pure::world::World;

use super::answer as said;

fn noticed_by(terms: Template, before: impl IntoIterator<Item = Told>) -> World {
    let mut world = World::at(instant("2026-03-05T09:00:00+08:00"));
    before.into_iter().for_each(|told| world.take(told));
    for told in [
        terms.signed(),
        delivered("2026-03-04", m3("100")),
        demand_served("250", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
    ] {
        world.take(told);
    }
    world
}

fn noticed(terms: Template) -> World {
    noticed_by(terms, [])
}

fn with(mut world: World, more: impl IntoIterator<Item = Told>) -> World {
    more.into_iter().for_each(|told| world.take(told));
    world
}

fn decision(world: &World) -> SupplyDecision {
    answer(&world.ledger, &read("LG-1-1"), world.now).decision
}

#[test]
fn a_suspension_takes_a_proposer_two_others_and_an_issuer_who_did_not_propose() {
    let world = with(noticed(contract("LG-1")), [suspension_proposed().by("ann")]);
    assert_eq!(said(world.clone(), order_approved(3).by("ann")), "maker_is_approver");
    assert_eq!(said(world.clone(), order_approved(3).by_engine()), "not_a_person");
    assert_eq!(said(world.clone(), order_issued().by("ann")), "proposer_is_issuer");
    assert_eq!(said(world.clone(), order_issued().by("dan")), "approvals_missing");
    let world = with(world, [order_approved(3).by("bob")]);
    assert_eq!(said(world.clone(), order_approved(3).by("bob")), "already_approved_by_you");
    assert_eq!(said(world.clone(), order_issued().by("dan")), "approvals_missing");
    let world = with(world, [order_approved(3).by("cai")]);
    // An approver may issue: three persons have seen it.
    assert_eq!(said(world.clone(), order_issued().by("cai")), "recorded");
    let world = with(world, [order_issued().by("dan")]);
    assert!(matches!(decision(&world), SupplyDecision::Stop { .. }));
    assert_eq!(said(world, order_issued().by("dan")), "known");
}

#[test]
fn a_reduction_takes_one_approval_and_a_withdrawn_order_none_at_all() {
    let world = with(noticed(contract("LG-1")), [reduction_proposed().by("ann")]);
    assert_eq!(said(world.clone(), order_issued().by("dan")), "approvals_missing");
    assert_eq!(said(world.clone(), reduction_proposed().by("ann")), "known");
    let back = with(world.clone(), [order_withdrawn("too early").by("bob")]);
    assert_eq!(said(back.clone(), order_withdrawn("too early").by("bob")), "known");
    assert_eq!(said(back, order_issued().by("dan")), "order_withdrawn");
    let world = with(world, [order_approved(3).by("bob"), order_issued().by("dan")]);
    assert_eq!(effective(world.contract("LG-1")), Stage::Reduced);
    let further = with(
        world,
        [
            suspension_proposed().order("O-2").by("ann"),
            order_approved(5).order("O-2").by("bob"),
            order_approved(5).order("O-2").by("cai"),
            order_issued().order("O-2").by("dan"),
        ],
    );
    assert!(matches!(decision(&further), SupplyDecision::Stop { .. }));
}

#[test]
fn where_one_person_runs_the_ledger_nobody_else_is_needed() {
    let settings = Settings { four_eyes: FourEyes::Off, ..Settings::default() };
    let open = Told::Command(Command::OpenLedger(OpenLedger { settings }));
    let world = noticed_by(contract("LG-1"), [open]);
    let world = with(world, [suspension_proposed().by("ann"), order_issued().by("ann")]);
    assert!(matches!(decision(&world), SupplyDecision::Stop { .. }));
}

#[test]
fn the_engine_proposes_and_reduces_where_the_terms_say_automatic_and_never_suspends() {
    let plain = noticed(contract("LG-1"));
    assert_eq!(said(plain, reduction_proposed().by_engine()), "not_automatic");
    let automatic = noticed(contract("LG-1").term("payment.automatic", "true"));
    let reduced =
        with(automatic.clone(), [reduction_proposed().by_engine(), order_issued().by_engine()]);
    assert!(matches!(decision(&reduced), SupplyDecision::Limit { .. }));
    let persons = with(automatic.clone(), [reduction_proposed().by("ann")]);
    assert_eq!(said(persons.clone(), order_issued().by_engine()), "suspension_not_automatic");
    assert_eq!(said(persons, order_issued().by("bob")), "approvals_missing");
    let suspending = with(automatic, [suspension_proposed().by_engine()]);
    assert_eq!(said(suspending.clone(), order_issued().by_engine()), "suspension_not_automatic");
    assert_eq!(said(suspending, order_issued().by("bob")), "approvals_missing");
}

#[test]
fn no_protected_class_is_ever_suspended_and_none_goes_below_its_protected_quantity() {
    for class in ["residential", "public_service", "key", "city_gas"] {
        let sold = |terms: Template| noticed(terms.sold_to("C-9", class));
        assert_eq!(
            said(sold(contract("LG-1")), suspension_proposed().by("ann")),
            "class_protected"
        );
        let limit = |terms: Template| {
            let orders = [
                reduction_proposed().by("ann"),
                order_approved(3).by("bob"),
                order_issued().by("dan"),
            ];
            match decision(&with(sold(terms), orders)) {
                SupplyDecision::Limit { daily_maximum } => daily_maximum.to_string(),
                other @ (SupplyDecision::Allow
                | SupplyDecision::Keep
                | SupplyDecision::Stop { .. }) => panic!("{other:?}"),
            }
        };
        // 1 000 ÷ 31, rounded up: the contract daily quantity where the terms are silent.
        assert_eq!(limit(contract("LG-1")), "32.259");
        let term = |quantity| contract("LG-1").term("payment.protected_daily_quantity", quantity);
        assert_eq!(limit(term("20")), "20.000");
        assert_eq!(limit(term("5")), "16.130");
    }
}

#[test]
fn a_stop_of_a_protected_or_unknown_class_has_no_value() {
    use CustomerClass::{CityGas, Commercial, Industrial, Key, PublicService, Residential};
    for class in [Residential, PublicService, Key, CityGas] {
        assert_eq!(UnprotectedClass::of(Some(class)), None);
        let text = serde_json::to_string(&class).unwrap();
        assert!(serde_json::from_str::<UnprotectedClass>(&text).is_err(), "{text}");
    }
    assert_eq!(UnprotectedClass::of(None), None);
    for class in [Industrial, Commercial] {
        assert_eq!(UnprotectedClass::of(Some(class)).map(UnprotectedClass::class), Some(class));
    }
}

#[test]
fn unknown_points_and_days_outside_of_the_term_keep_the_valve() {
    let mut world = noticed(contract("LG-1").term_of("2026-01-01", "2026-03-31"));
    let reason = |world: &World, point: &str| {
        let answer = answer(&world.ledger, &read(point), world.now);
        (answer.decision.word(), answer.reasons[0])
    };
    assert_eq!(reason(&world, "LG-9-1"), ("keep", "unknown_delivery_point"));
    assert_eq!(reason(&world, "LG-1-1").0, "allow");
    world.now = instant("2026-04-01T07:59:59+08:00");
    assert_eq!(reason(&world, "LG-1-1").0, "allow");
    world.now = instant("2026-04-01T08:00:00+08:00");
    assert_eq!(reason(&world, "LG-1-1"), ("keep", "term_ended"));
    world.now = instant("2026-01-01T07:59:59+08:00");
    assert_eq!(reason(&world, "LG-1-1"), ("keep", "no_contract"));
}

#[test]
fn an_order_that_does_not_stand_any_more_keeps_the_valve_where_it_is() {
    let orders =
        [reduction_proposed().by("ann"), order_approved(3).by("bob"), order_issued().by("dan")];
    let mut world = with(noticed(contract("LG-1")), orders);
    let epoch = epoch_of(&world.ledger, &read("LG-1-1"));
    assert_eq!(decision(&world).word(), "limit");
    // The reading of 2026-03-04 ends on the 5th at 08:00 and is stale 72 hours later.
    world.now = instant("2026-03-08T08:00:00+08:00");
    let stale = answer(&world.ledger, &read("LG-1-1"), world.now);
    assert_eq!((stale.decision, stale.reasons[0]), (SupplyDecision::Keep, "readings_stale"));
    world.take(delivered("2026-03-07", m3("100")));
    assert_eq!(decision(&world).word(), "limit");
    assert_eq!(epoch_of(&world.ledger, &read("LG-1-1")), epoch);
    world.take(paid("B-1", "2026-03-08", "250"));
    assert!(epoch_of(&world.ledger, &read("LG-1-1")) > epoch);
}

#[test]
fn reports_that_are_late_repeated_or_reordered_lower_nothing() {
    let report = |state, at: &str| {
        valve_reported("LG-1-1", state, Seen::OnSite, &format!("2026-03-05T{at}:00+08:00"))
            .by("ann")
    };
    let closed = report(ValveState::Closed, "08:00");
    let world = with(noticed(contract("LG-1")), [closed.clone()]);
    assert_eq!(said(world.clone(), closed), "known");
    assert_eq!(decision(&world).word(), "allow");
    let orders = [
        suspension_proposed().by("ann"),
        order_approved(3).by("bob"),
        order_approved(3).by("cai"),
        order_issued().by("dan"),
        paid("B-1", "2026-03-05", "250"),
    ];
    let mut world = with(world, orders);
    world.now = instant("2026-03-05T12:00:00+08:00");
    // Opened at 10:00 and closed again at 11:00, told in the wrong order: not open.
    let world =
        with(world, [report(ValveState::Closed, "11:00"), report(ValveState::Open, "10:00")]);
    assert_eq!(effective(world.contract("LG-1")), Stage::Restoring);
    let world = with(world, [report(ValveState::Open, "11:30")]);
    assert_eq!(effective(world.contract("LG-1")), Stage::Normal);
    let world = with(world, [report(ValveState::Closed, "11:45")]);
    assert_eq!(
        (decision(&world).word(), effective(world.contract("LG-1"))),
        ("allow", Stage::Normal)
    );
}

#[test]
fn supply_is_restored_when_every_point_was_found_open() {
    let two = contract("LG-1").points(&[("LG-1-1", "100"), ("LG-1-2", "300")]);
    let mut world = World::at(instant("2026-03-05T09:00:00+08:00"));
    for told in [
        two.signed(),
        delivered("2026-03-04", m3("100")),
        delivered("2026-03-04", m3("100")).at("LG-1-2"),
        demand_served("250", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
        suspension_proposed().by("ann"),
        order_approved(3).by("bob"),
        order_approved(3).by("cai"),
        order_issued().by("dan"),
        paid("B-1", "2026-03-05", "250"),
    ] {
        world.take(told);
    }
    world.now = instant("2026-03-05T12:00:00+08:00");
    let open = |point: &str| {
        valve_reported(point, ValveState::Open, Seen::OnSite, "2026-03-05T11:00:00+08:00").by("ann")
    };
    let world = with(world, [open("LG-1-2")]);
    assert_eq!(effective(world.contract("LG-1")), Stage::Restoring);
    let world = with(world, [open("LG-1-1")]);
    assert_eq!(effective(world.contract("LG-1")), Stage::Normal);
    assert_eq!(
        said(world, demand_served("250", "2026-03-05T11:00:00+08:00").demand("D-2").by("ann")),
        "recorded"
    );
}
