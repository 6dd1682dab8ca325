//! E7, the law of asymmetry: leases, and a gateway that reads them.

mod bytes;
mod forged;
mod gateway;
mod standing;
mod times;

use citygate_domain::approval::Role;
use citygate_domain::keys::KeyPurpose;
use citygate_domain::log::Position;
use citygate_domain::passage::Clocks;
use citygate_domain::quantities::PointId;
use citygate_domain::state::Ledger;
use citygate_domain::supply::lease::{
    Asked, GatewayProfile, SignedLease, Signers, Slot, lease, prefix,
};
use citygate_tests_pure::key_words::{granting_key, seed};
use citygate_tests_pure::supply_words::{
    demand_served, notice_served, order_approved, order_issued, reduction_proposed,
    suspension_proposed,
};
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, delivered_daily, granting_role, instant, proposed, published, read, signed,
};
use citygate_tests_pure::world::World;

/// The seed of the key of leases, and that of valve commands.
const LEASE: u8 = 7;
const ORDER: u8 = 8;

/// The moment at which an order is issued: the notice has run for an hour.
const ISSUED: &str = "2026-01-24T12:02:00+08:00";

/// Two keys, granted by an administrator and one other, and a contract that takes gas and has paid
/// nothing.
fn owing(contract: Told) -> World {
    let mut world = World::default();
    world.now = instant("2026-01-21T09:00:00+08:00");
    world.take(granting_role("chen", Role::Administrator).by("chen"));
    for (byte, purpose) in [(LEASE, KeyPurpose::Lease), (ORDER, KeyPurpose::Order)] {
        let subject = format!("key/{}", seed(byte).public_key().id());
        world.take(proposed(granting_key(&seed(byte), purpose), "gateways").by("chen"));
        world.take(approved(&subject, 1, 0).by("wang"));
    }
    for person in ["li", "wang", "zhang"] {
        let role = granting_role(person, Role::Approver);
        world.take(proposed(role, "works here").by("chen"));
        let approver = if person == "li" { "hu" } else { "li" };
        world.take(approved(&format!("person/{person}"), 1, 0).by(approver));
    }
    world.take(contract);
    world.take(published("GATE", "2025-01-01", "1.84"));
    for reading in delivered_daily("2026-01-01", "2026-01-20", "30") {
        world.take(reading);
    }
    world
}

/// The procedure up to where the notice has run.
fn noticed(contract: Told) -> World {
    let mut world = owing(contract);
    world.now = instant("2026-01-21T10:00:00+08:00");
    world.take(demand_served("1000.00", "2026-01-21T09:30:00+08:00").by("chen"));
    world.now = instant("2026-01-21T11:01:00+08:00");
    world.take(notice_served("2026-01-21T11:00:00+08:00").by("chen"));
    world.now = instant("2026-01-24T09:00:00+08:00");
    for reading in delivered_daily("2026-01-21", "2026-01-23", "30") {
        world.take(reading);
    }
    world
}

/// A suspension in force.
fn suspended() -> World {
    suspended_under(signed("LG-1"))
}

fn suspended_under(contract: Told) -> World {
    let mut world = noticed(contract);
    world.now = instant("2026-01-24T12:01:00+08:00");
    world.take(suspension_proposed().by("chen"));
    let revision = world.contract("LG-1").supply.revision();
    for approver in ["li", "zhang"] {
        world.take(order_approved(revision).by(approver));
    }
    world.now = instant(ISSUED);
    world.take(order_issued().by("wang"));
    world
}

/// A reduction in force.
fn reduced() -> World {
    let mut world = noticed(signed("LG-1"));
    world.now = instant("2026-01-24T12:01:00+08:00");
    world.take(reduction_proposed().by("chen"));
    let revision = world.contract("LG-1").supply.revision();
    world.take(order_approved(revision).by("li"));
    world.now = instant(ISSUED);
    world.take(order_issued().by("wang"));
    world
}

/// A hospital that owes.
fn hospital() -> World {
    noticed(Template::new("LG-1").sold_to("C-LG-1", "public_service").signed())
}

/// The log as far as a position.
fn as_far_as(world: &World, position: Position) -> Ledger {
    let mut ledger = Ledger::default();
    for recorded in world.log.iter().take_while(|recorded| recorded.position <= position) {
        ledger.evolve(recorded);
    }
    ledger
}

/// The lease of a point as a node signs it that asks its log now.
fn lease_of(world: &World, point: &str, now: &str) -> SignedLease {
    let (point, now): (PointId, _) = (read(point), instant(now));
    let start = Slot::of(now).start();
    let before = world.log.iter().take_while(|recorded| recorded.recorded_at < start).count();
    let recorded = Position::new(before as u64);
    let then = as_far_as(world, prefix(&world.ledger, &point, recorded));
    let asked = Asked {
        point: &point,
        clocks: Clocks { now, newest: None, database: None, elapsed: None },
        ledger_epoch: 1,
        profile: GatewayProfile::default(),
    };
    let signers = Signers { lease: &seed(LEASE), order: &seed(ORDER) };
    lease(&then, &world.ledger, asked, signers).unwrap()
}
