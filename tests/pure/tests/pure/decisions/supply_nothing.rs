//! E4, E6: nobody is ever told to take nothing by a limit: what stops gas is a suspension.

use citygate_domain::passage::STEPS;
use citygate_domain::supply::{MeasureKind, OrderFacts, SupplyDecision, answer, lacking};
use citygate_domain::{Command, supply};
use citygate_tests_pure::supply_words::{
    demand_served, notice_served, order_approved, order_issued, reduction_proposed,
};
use citygate_tests_pure::table::check;
use citygate_tests_pure::template::Template;
use citygate_tests_pure::words::{contract, delivered, instant, m3, read};
use citygate_tests_pure::world::World;

use super::answer as said;

/// 250 yuan of gas and nothing paid; demand and notice have run.
fn noticed(terms: Template) -> World {
    let terms = terms
        .term("payment.reading_max_age_hours", "9999")
        .term("payment.notice_hours", "0")
        .term("payment.reference", "trailing_mean");
    let mut world = World::at(instant("2026-03-02T09:00:00+08:00"));
    for told in [
        terms.signed(),
        delivered("2026-03-01", m3("100")),
        demand_served("250", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
    ] {
        world.take(told);
    }
    world
}

/// The three ways in which a limit comes out as nothing.
fn limited_to_nothing() -> [Template; 3] {
    let industry = contract("LG-1").term("payment.reduce_to_percent", "0");
    let hospital = || contract("LG-1").sold_to("C-9", "public_service");
    let unprotected = hospital()
        .term("payment.protected_daily_quantity", "0")
        .term("payment.reduce_to_percent", "0");
    [industry, hospital().every_month("0"), unprotected]
}

#[test]
fn a_reduction_to_nothing_is_not_even_proposed() {
    for terms in limited_to_nothing() {
        let world = noticed(terms);
        assert_eq!(said(world.clone(), reduction_proposed().by("ann")), "limit_of_nothing");
        assert_eq!(answered(&world), "allow");
    }
}

#[test]
fn the_engine_proposes_no_reduction_to_nothing() {
    for terms in limited_to_nothing() {
        let world = noticed(terms.term("payment.automatic", "true"));
        let facts = |world: &World| {
            let contract = world.contract("LG-1");
            let facts = OrderFacts::of_proposal(
                &world.ledger,
                contract,
                None,
                MeasureKind::Reduce,
                world.now,
            );
            let lacking = lacking(&facts, MeasureKind::Reduce, world.now);
            lacking.iter().map(|refusal| refusal.code()).collect::<Vec<_>>()
        };
        assert_eq!(facts(&world), ["approvals_missing", "limit_of_nothing"]);
        let wanted = STEPS.iter().flat_map(|step| step(&world.ledger, world.now));
        let orders = wanted.filter(|(_, command)| {
            matches!(command, Command::Supply(supply::SupplyCommand::ProposeOrder(_)))
        });
        assert_eq!(orders.count(), 0);
    }
}

#[test]
fn a_limit_of_which_one_point_would_get_nothing_is_not_issued() {
    check(
        "
        protected | answer
        0.001     | limit_of_nothing   # a thousandth for one of the two
        0.002     | recorded
    ",
        |row| {
            let two = contract("LG-1")
                .points(&[("LG-1-1", "500"), ("LG-1-2", "500")])
                .term("payment.reduce_to_percent", "0")
                .term("payment.protected_daily_quantity", row.text("protected"));
            let mut world = noticed(two);
            world.take(delivered("2026-03-01", m3("1")).at("LG-1-2"));
            vec![said(world, reduction_proposed().by("ann"))]
        },
    );
}

#[test]
fn what_became_nothing_since_it_was_proposed_is_not_issued() {
    let terms = contract("LG-1").term("payment.reduce_to_percent", "50").every_month("31");
    let ends = terms.in_month("2026-04", "0").term("payment.notice_lapses_days", "90");
    let mut world = noticed(ends);
    world.take(reduction_proposed().by("ann"));
    world.take(order_approved(3).by("bob"));
    world.now = instant("2026-03-31T12:00:00+08:00");
    assert_eq!(said(world.clone(), order_issued().by("dan")), "recorded");
    world.now = instant("2026-04-01T12:00:00+08:00");
    assert_eq!(said(world, order_issued().by("dan")), "limit_of_nothing");
}

fn answered(world: &World) -> &'static str {
    let answer = answer(&world.ledger, &read("LG-1-1"), world.now);
    if let SupplyDecision::Limit { daily_maximum } = answer.decision {
        assert!(daily_maximum.volume() > m3("0"));
    }
    answer.decision.word()
}
