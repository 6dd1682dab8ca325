//! The bytes of a lease follow from point, epoch and slot. `UPDATE=1` writes the kept ones anew; they are
//! what gateways in the field read, so they change with a new form only.

use citygate_domain::keys::Rejection;
use citygate_domain::passage::Clocks;
use citygate_domain::supply::lease::{Asked, GatewayProfile, Signers, lease};
use citygate_tests_pure::book_words::credited;
use citygate_tests_pure::key_words::{revoking_key, seed};
use citygate_tests_pure::supply_words::demand_disputed;
use citygate_tests_pure::words::{delivered, instant, m3, paid, proposed, read, signed};
use citygate_tests_pure::world::World;

use super::{LEASE, ORDER, hospital, lease_of, owing, reduced, suspended};

fn golden(name: &str, world: &World, now: &str) {
    let path = format!("{}/../data/leases/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = format!("{}\n", lease_of(world, "LG-1-1", now).text());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, kept, "{path}");
}

#[test]
fn a_lease_of_each_decision_has_the_bytes_that_it_had() {
    golden("allow", &owing(signed("LG-1")), "2026-01-21T09:07:00+08:00");
    let mut paid_up = suspended();
    paid_up.now = instant("2026-01-24T12:04:00+08:00");
    paid_up.take(paid("B-1", "2026-01-24", "1000000.00"));
    golden("keep", &paid_up, "2026-01-24T12:07:00+08:00");
    golden("limit", &reduced(), "2026-01-24T12:07:00+08:00");
    golden("stop", &suspended(), "2026-01-24T12:07:00+08:00");
}

#[test]
fn every_moment_of_a_slot_gives_the_same_bytes_and_the_next_slot_others() {
    let world = suspended();
    let first = lease_of(&world, "LG-1-1", "2026-01-24T12:05:00+08:00").text();
    for now in ["2026-01-24T12:05:01+08:00", "2026-01-24T12:09:59.999999+08:00"] {
        assert_eq!(lease_of(&world, "LG-1-1", now).text(), first);
    }
    assert_ne!(lease_of(&world, "LG-1-1", "2026-01-24T12:10:00+08:00").text(), first);
}

#[test]
fn a_reading_inside_a_slot_that_changes_no_decision_changes_no_byte() {
    for mut world in [suspended(), reduced(), owing(signed("LG-1"))] {
        world.now = instant("2026-01-24T12:04:00+08:00");
        let before = lease_of(&world, "LG-1-1", "2026-01-24T12:06:00+08:00").text();
        world.now = instant("2026-01-24T12:07:00+08:00");
        let day = if world.contract("LG-1").supply.is_running() { "24" } else { "21" };
        // The gas day is not over for a reading of today; yesterday's correction will do.
        let yesterday = format!("2026-01-{}", day.parse::<u32>().unwrap() - 1);
        world.take(delivered(&yesterday, m3("30.001")).correcting("read again"));
        assert_eq!(lease_of(&world, "LG-1-1", "2026-01-24T12:08:00+08:00").text(), before);
        assert_ne!(lease_of(&world, "LG-1-1", "2026-01-24T12:10:00+08:00").text(), before);
    }
}

#[test]
fn an_order_that_stands_stops_and_names_what_it_rests_on() {
    let lease = lease_of(&suspended(), "LG-1-1", "2026-01-24T12:07:00+08:00").lease;
    assert_eq!(lease.decision.word(), "stop");
    assert_eq!(lease.stage.map(|stage| stage.to_string()).as_deref(), Some("suspended"));
    assert!(lease.epoch.position <= lease.position);
}

#[test]
fn inside_the_slot_of_its_issue_an_order_is_asked_for_at_the_slots_start() {
    // The notice ran at 11:00, so the order stands at 12:00 as well: the decision is the newer word.
    let lease = lease_of(&suspended(), "LG-1-1", "2026-01-24T12:03:00+08:00").lease;
    assert_eq!(lease.decision.word(), "stop");
    assert_eq!(lease.issued, instant("2026-01-24T12:00:00+08:00"));
}

#[test]
fn a_payment_inside_a_slot_ends_the_stop_at_once_with_a_higher_epoch() {
    let mut world = suspended();
    let before = lease_of(&world, "LG-1-1", "2026-01-24T12:06:00+08:00").lease;
    world.now = instant("2026-01-24T12:07:00+08:00");
    world.take(paid("B-1", "2026-01-24", "1000000.00"));
    let after = lease_of(&world, "LG-1-1", "2026-01-24T12:08:00+08:00").lease;
    assert_eq!((before.decision.word(), after.decision.word()), ("stop", "keep"));
    assert_eq!(after.reasons, ["restoring"]);
    assert!(before.epoch < after.epoch);
}

#[test]
fn an_order_that_does_not_stand_now_is_kept_although_it_stood_when_the_slot_began() {
    let mut world = suspended();
    world.now = instant("2026-01-24T12:07:00+08:00");
    world.take(demand_disputed("already paid").by("chen"));
    let lease = lease_of(&world, "LG-1-1", "2026-01-24T12:08:00+08:00").lease;
    assert_eq!(lease.decision.word(), "keep");
    assert_eq!(lease.reasons, ["demand_disputed"]);
    // A correction that waits changes no epoch, and still nothing is commanded.
    let mut world = suspended();
    let epoch = lease_of(&world, "LG-1-1", "2026-01-24T12:06:00+08:00").lease.epoch;
    world.now = instant("2026-01-24T12:07:00+08:00");
    world.take(proposed(credited("100.00", "2026-02-01"), "they pay on Monday").by("chen"));
    let lease = lease_of(&world, "LG-1-1", "2026-01-24T12:08:00+08:00").lease;
    assert_eq!((lease.decision.word(), lease.epoch), ("keep", epoch));
    assert_eq!(lease.reasons, ["correction_waiting"]);
}

#[test]
fn an_unknown_point_is_kept() {
    let lease = lease_of(&suspended(), "nowhere", "2026-01-24T12:07:00+08:00").lease;
    assert_eq!((lease.decision.word(), lease.stage), ("keep", None));
    assert_eq!(lease.reasons, ["unknown_delivery_point"]);
}

#[test]
fn a_protected_customer_that_owes_is_told_what_it_was_told_before() {
    let lease = lease_of(&hospital(), "LG-1-1", "2026-01-24T12:07:00+08:00").lease;
    assert_eq!(lease.decision.word(), "allow");
}

#[test]
fn a_key_signs_only_what_it_was_granted_for() {
    let (mut world, point) = (suspended(), read("LG-1-1"));
    let now = instant("2026-01-24T12:07:00+08:00");
    let asked = Asked {
        point: &point,
        clocks: Clocks { now, newest: None, database: None, elapsed: None },
        ledger_epoch: 1,
        profile: GatewayProfile::default(),
    };
    let (one, other) = (seed(LEASE), seed(ORDER));
    let asking = |world: &World, signers| lease(&world.ledger, &world.ledger, asked, signers);
    let twice = asking(&world, Signers { lease: &one, order: &one }).unwrap_err();
    assert_eq!(twice.code(), "key_has_other_purpose");
    let turned = asking(&world, Signers { lease: &other, order: &one }).unwrap_err();
    assert_eq!(turned.code(), "key_has_other_purpose");
    let nobody = seed(9);
    let stranger = asking(&world, Signers { lease: &nobody, order: &other }).unwrap_err();
    assert_eq!(stranger.code(), "key_unknown");
    world.take(revoking_key(&other).by("chen"));
    let key = other.public_key().id();
    let revoked = asking(&world, Signers { lease: &one, order: &other }).unwrap_err();
    assert_eq!(revoked, Rejection::Revoked { key }.into());
}
