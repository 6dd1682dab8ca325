//! E3, E5, E8: a procedure from its demand to the valves.

use citygate_domain::Event;
use citygate_domain::rules::stage::Stage;
use citygate_domain::supply::{
    DisputeOutcome, LiftCause, Seen, SupplyEvent, ValveState, answer, effective,
};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::supply_words::{
    demand_disputed, demand_served, dispute_ended, notice_served, order_approved, order_issued,
    order_withdrawn, reduction_proposed, supply_reviewed, suspension_proposed, valve_reported,
};
use citygate_tests_pure::words::{contract, delivered, m3, paid, read};
use citygate_tests_pure::world::World;

/// A buyer who has taken gas of 250 yuan and paid nothing, and whose notice has run its 72 hours.
fn noticed() -> Given {
    given([contract("LG-1").signed(), delivered("2026-03-01", m3("100"))])
        .at("2026-03-02T09:00:00+08:00")
        .and([demand_served("250", "2026-03-02T08:30:00+08:00").by("ann")])
        .and([notice_served("2026-03-02T09:00:00+08:00").by("ann")])
        .at("2026-03-05T09:00:00+08:00")
        .and([delivered("2026-03-04", m3("10"))])
}

fn suspended() -> Given {
    noticed().and([
        suspension_proposed().by("ann"),
        order_approved(3).by("bob"),
        order_approved(3).by("cai"),
        order_issued().by("dan"),
    ])
}

fn reduced() -> Given {
    noticed().and([
        reduction_proposed().by("ann"),
        order_approved(3).by("bob"),
        order_issued().by("cai"),
    ])
}

/// What the gateway of the point is told, and the stage.
fn told(world: &World) -> (String, Stage) {
    let answer = answer(&world.ledger, &read("LG-1-1"), world.now);
    (answer.decision.word().to_owned(), effective(world.contract("LG-1")))
}

fn is(word: &str, stage: Stage) -> (String, Stage) {
    (word.to_owned(), stage)
}

#[test]
fn a_suspension_runs_from_its_demand_to_the_report_from_the_site() {
    let world = suspended().when(supply_reviewed()).then_known();
    assert_eq!(told(&world), is("stop", Stage::Suspended));
    let paid = suspended().when(paid("B-1", "2026-03-05", "250"));
    let world = paid.then_recorded(&["reference_taken", "payment_received", "supply_lifted"]);
    assert_eq!(told(&world), is("keep", Stage::Restoring));
    let opened = |seen, at| valve_reported("LG-1-1", ValveState::Open, seen, at).by("ann");
    let restoring = || suspended().and([paid_in_full()]).at("2026-03-05T12:00:00+08:00");
    // A report from afar, and one of before the lifting, restore nothing.
    let afar = opened(Seen::Remotely, "2026-03-05T10:00:00+08:00");
    let early = opened(Seen::OnSite, "2026-03-05T09:00:00+08:00");
    for report in [afar, early] {
        let world = restoring().when(report).then_recorded(&["valve_reported"]);
        assert_eq!(told(&world), is("keep", Stage::Restoring));
    }
    let on_site = opened(Seen::OnSite, "2026-03-05T11:00:00+08:00");
    let world = restoring().when(on_site).then_recorded(&["valve_reported", "supply_restored"]);
    assert_eq!(told(&world), is("allow", Stage::Normal));
}

fn paid_in_full() -> citygate_tests_pure::told::Told {
    paid("B-1", "2026-03-05", "250")
}

#[test]
fn a_payment_lifts_a_reduction_at_once() {
    let world = reduced().when(supply_reviewed()).then_known();
    assert_eq!(told(&world), is("limit", Stage::Reduced));
    let world = reduced().when(paid_in_full()).then(|event| {
        let Event::Supply(event) = event else { panic!("{event:?}") };
        let SupplyEvent::SupplyLifted(lifted) = event.as_ref() else { panic!("{event:?}") };
        assert!(matches!(lifted.causes[0], LiftCause::DemandPaid { .. }));
        assert_eq!(lifted.orders, [read("O-1")]);
    });
    assert_eq!(told(&world), is("allow", Stage::Normal));
}

#[test]
fn a_dispute_that_is_upheld_ends_the_procedure() {
    let disputed = || reduced().and([demand_disputed("paid in cash").by("ann")]);
    let world = disputed().when(supply_reviewed()).then_known();
    assert_eq!(told(&world), is("keep", Stage::Reduced));
    let world = disputed()
        .when(dispute_ended(DisputeOutcome::Rejected).by("bob"))
        .then_recorded(&["demand_dispute_resolved"]);
    assert_eq!(told(&world), is("limit", Stage::Reduced));
    let world = disputed()
        .when(dispute_ended(DisputeOutcome::Upheld).by("bob"))
        .then_recorded(&["demand_dispute_resolved", "supply_lifted"]);
    assert_eq!(told(&world), is("allow", Stage::Normal));
}

#[test]
fn an_order_in_force_that_is_taken_back_lifts_the_curtailment() {
    let world = suspended()
        .when(order_withdrawn("the hospital next door needs the pressure").by("eva"))
        .then_recorded(&["order_withdrawn", "supply_lifted"]);
    assert_eq!(told(&world), is("keep", Stage::Restoring));
    let world = noticed()
        .and([reduction_proposed().by("ann")])
        .when(order_withdrawn("too early").by("eva"))
        .then_recorded(&["order_withdrawn"]);
    assert_eq!(told(&world), is("allow", Stage::Noticed));
}
