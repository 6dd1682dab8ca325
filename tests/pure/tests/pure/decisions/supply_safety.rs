//! E3–E5, F: the ways around an order's conditions that are closed.

use chrono::TimeDelta;
use citygate_domain::passage::Clocks;
use citygate_domain::rules::stage::Stage;
use citygate_domain::supply::{DisputeOutcome, Seen, ValveState, answer, answer_by, effective};
use citygate_tests_pure::life_words::{amended, point_moved, terminated};
use citygate_tests_pure::supply_words::{
    demand_disputed, demand_served, demand_withdrawn, dispute_ended, notice_served, order_approved,
    order_issued, order_withdrawn, reduction_proposed, supply_reviewed, suspension_proposed,
    valve_reported,
};
use citygate_tests_pure::table::check;
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    contract, delivered, guaranteed, instant, m3, paid, read, signed,
};
use citygate_tests_pure::world::World;
use serde_json::json;

use super::answer as said;

fn terms() -> Template {
    contract("LG-1").term("payment.reading_max_age_hours", "9999")
}

/// 250 yuan of gas, a demand and a notice of 2026-03-02.
fn noticed(terms: Template) -> World {
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

fn with(mut world: World, more: impl IntoIterator<Item = Told>) -> World {
    more.into_iter().for_each(|told| world.take(told));
    world
}

fn at(mut world: World, now: &str) -> World {
    world.now = instant(now);
    world
}

/// Proposed by Ann, approved by Bob and Cai.
fn approved(world: World, proposal: Told) -> World {
    let world = with(world, [proposal.by("ann")]);
    let revision = world.contract("LG-1").supply.revision();
    with(world, [order_approved(revision).by("bob"), order_approved(revision).by("cai")])
}

fn suspended(terms: Template) -> World {
    let world = at(noticed(terms), "2026-03-05T09:00:00+08:00");
    with(approved(world, suspension_proposed()), [order_issued().by("dan")])
}

fn restoring(terms: Template) -> World {
    with(suspended(terms), [paid("B-1", "2026-03-05", "250")])
}

fn told(world: &World) -> (&'static str, Stage) {
    let answer = answer(&world.ledger, &read("LG-1-1"), world.now);
    (answer.decision.word(), effective(world.contract("LG-1")))
}

#[test]
fn a_period_that_runs_is_not_cut_short_by_an_amendment() {
    check(
        "
        term               was becomes now                 | answer
        notice_hours       72  0       2026-03-05T08:59:59 | notice_period_running
        notice_hours       72  0       2026-03-05T09:00:00 | recorded
        notice_hours       72  96      2026-03-06T08:59:59 | notice_period_running
        notice_hours       72  96      2026-03-06T09:00:00 | recorded
        demand_days        5   0       2026-03-07T23:59:59 | demand_period_running
        demand_days        5   0       2026-03-08T00:00:00 | recorded
        demand_days        0   5       2026-03-07T23:59:59 | demand_period_running
        notice_lapses_days 5   60      2026-03-07T23:59:59 | recorded
        notice_lapses_days 5   60      2026-03-08T00:00:00 | notice_lapsed
        notice_lapses_days 60  5       2026-03-08T00:00:00 | notice_lapsed
    ",
        |row| {
            let (name, was) = (row.text("term"), row.text("was"));
            let becomes: u32 = row.text("becomes").parse().unwrap();
            let world = noticed(terms().term(&format!("payment.{name}"), was));
            let patch = json!({"payment": {name: becomes}});
            let world = approved(with(world, [amended("2026-03-03", patch)]), reduction_proposed());
            let now = format!("{}+08:00", row.text("now"));
            vec![said(at(world, &now), order_issued().by("dan"))]
        },
    );
}

#[test]
fn a_notice_told_again_after_an_amendment_is_known() {
    let patch = json!({"payment": {"notice_hours": 0, "demand_days": 9}});
    let world = with(noticed(terms()), [amended("2026-03-02", patch)]);
    let (demand, notice) = (
        demand_served("250", "2026-03-02T08:30:00+08:00").by("ann"),
        notice_served("2026-03-02T09:00:00+08:00").by("ann"),
    );
    assert_eq!(said(world.clone(), demand), "known");
    assert_eq!(said(world, notice), "known");
}

#[test]
fn approvals_given_before_an_amendment_were_given_to_something_else() {
    let world = approved(noticed(terms()), reduction_proposed());
    let patch = json!({"payment": {"reduce_to_percent": "10"}});
    let world = with(world, [amended("2026-03-03", patch)]);
    let world = at(world, "2026-03-05T09:00:00+08:00");
    assert_eq!(said(world.clone(), order_issued().by("dan")), "changed_since_shown");
    let world = with(world, [order_withdrawn("the terms were amended").by("ann")]);
    let world = with(world, [reduction_proposed().order("O-2").by("ann")]);
    let revision = world.contract("LG-1").supply.revision();
    let world = with(world, [order_approved(revision).order("O-2").by("bob")]);
    assert_eq!(said(world, order_issued().order("O-2").by("dan")), "recorded");
}

#[test]
fn approvals_given_before_a_renewal_an_end_or_another_point_were_given_to_something_else() {
    let terms = || terms().term_of("2026-01-01", "2026-03-31");
    let renewal = terms().term_of("2026-04-01", "2026-06-30");
    let renewal = renewal.points(&[("LG-1-1", "100000"), ("LG-1-2", "100000")]);
    for told in [renewal.signed(), terminated("2026-03-20")] {
        let world = with(approved(noticed(terms()), suspension_proposed()), [told.clone()]);
        let world = at(world, "2026-03-05T09:00:00+08:00");
        assert_eq!(said(world, order_issued().by("dan")), "changed_since_shown", "{told:?}");
    }
}

#[test]
fn other_terms_never_arm_an_order_in_force_again() {
    let term = |name: &str, value: &str| terms().term(&format!("payment.{name}"), value);
    let now = "2026-03-06T12:00:00+08:00";
    let nights = r#"{"hours":["11:00-13:00"]}"#;
    for (before, facts, patch, why) in [
        // 25 yuan are left, for a tenth of a day.
        (
            terms(),
            vec![guaranteed("G-1", "275", "2026-03-05", "2026-04-01")],
            json!({"suspend_below": "2"}),
            "not_short",
        ),
        (term("no_cut", nights), vec![], json!({"no_cut": null}), "no_cut_window"),
        (
            term("reading_max_age_hours", "99"),
            vec![],
            json!({"reading_max_age_hours": 9999}),
            "readings_stale",
        ),
        (
            terms(),
            vec![demand_disputed("paid in cash").by("ann")],
            json!({"dispute_blocks_order": false}),
            "demand_disputed",
        ),
    ] {
        let world =
            at(noticed(before.term("payment.notice_hours", "0")), "2026-03-05T09:00:00+08:00");
        let world = with(approved(world, suspension_proposed()), [order_issued().by("dan")]);
        let world = at(with(world, facts), now);
        let told = |world: &World| answer(&world.ledger, &read("LG-1-1"), world.now).reasons;
        assert_eq!(told(&world), [why], "before {patch}");
        let world = with(world, [amended("2026-03-05", json!({ "payment": patch }))]);
        assert_eq!(told(&world), [why], "after it");
    }
}

#[test]
fn an_order_never_reaches_a_point_that_was_not_frozen_in_it() {
    let terms = || terms().term_of("2026-01-01", "2026-03-31");
    let renewal = terms().term_of("2026-04-01", "2026-06-30");
    let renewal = renewal.points(&[("LG-1-1", "100000"), ("LG-1-2", "100000")]);
    let world = with(suspended(terms()), [renewal.signed()]);
    let world = at(world, "2026-04-02T09:00:00+08:00");
    let world = with(world, [delivered("2026-04-01", m3("1")).at("LG-1-2")]);
    let of = |point: &str| answer(&world.ledger, &read(point), world.now);
    assert_eq!(of("LG-1-1").decision.word(), "stop");
    assert_eq!(of("LG-1-2").decision.word(), "keep");
    assert_eq!(of("LG-1-2").reasons, ["point_not_ordered"]);
}

#[test]
fn a_report_from_the_site_is_the_word_of_a_person() {
    let world = at(restoring(terms()), "2026-03-06T09:00:00+08:00");
    let found =
        |seen| valve_reported("LG-1-1", ValveState::Open, seen, "2026-03-06T08:30:00+08:00");
    assert_eq!(said(world.clone(), found(Seen::OnSite).by_key()), "not_a_person");
    let world = with(world, [found(Seen::Remotely).by_key()]);
    assert_eq!(told(&world), ("keep", Stage::Restoring));
    let world = with(world, [found(Seen::OnSite).by("ann")]);
    assert_eq!(told(&world), ("allow", Stage::Normal));
}

#[test]
fn a_point_stays_with_its_class_and_comes_under_nobody_elses_procedure() {
    let hospital = || contract("LG-2").sold_to("C-9", "public_service").signed();
    let moved = |from: &str, to: &str| point_moved(&format!("{from}-1"), from, to, "2026-04-01");
    let world = with(noticed(terms()), [hospital(), signed("LG-3"), signed("LG-4")]);
    assert_eq!(said(world.clone(), moved("LG-2", "LG-1")), "class_differs");
    assert_eq!(said(world.clone(), moved("LG-2", "LG-3")), "class_differs");
    assert_eq!(said(world.clone(), moved("LG-3", "LG-2")), "class_differs");
    assert_eq!(said(world.clone(), moved("LG-3", "LG-1")), "supply_running");
    assert_eq!(said(world.clone(), moved("LG-3", "LG-4")), "recorded");
    // F: one clerk alone moves no point.
    assert_eq!(said(world, moved("LG-3", "LG-4").by("ann")), "approval_needed");
}

#[test]
fn only_the_engine_itself_issues_without_approval() {
    let automatic = || noticed(terms().term("payment.automatic", "true"));
    let world = at(automatic(), "2026-03-05T09:00:00+08:00");
    let world = with(world, [reduction_proposed().by_engine()]);
    assert_eq!(said(world.clone(), order_issued().by("ann")), "approvals_missing");
    assert_eq!(said(world.clone(), order_issued().by_engine()), "recorded");
    let world = with(world, [order_approved(3).by("bob")]);
    assert_eq!(said(world, order_issued().by("ann")), "recorded");
}

#[test]
fn what_will_be_automatic_is_not_automatic_today_and_the_other_way_round() {
    let turned =
        |from: &str, automatic| amended(from, json!({"payment": {"automatic": automatic}}));
    let now = "2026-03-05T09:00:00+08:00";
    let world = at(with(noticed(terms()), [turned("2026-03-06", true)]), now);
    assert_eq!(said(world, reduction_proposed().by_engine()), "not_automatic");
    let automatic = noticed(terms().term("payment.automatic", "true"));
    let world = at(with(automatic, [turned("2026-03-06", false)]), now);
    let world = with(world, [reduction_proposed().by_engine()]);
    assert_eq!(said(world.clone(), order_issued().by_engine()), "recorded");
    let later = at(world, "2026-03-06T08:00:00+08:00");
    assert_eq!(said(later, order_issued().by_engine()), "not_automatic");
}

#[test]
fn from_a_suspension_no_reduction_leads_around_the_site() {
    let terms = terms().term("payment.notice_lapses_days", "5");
    let world = suspended(terms);
    let reduction = || reduction_proposed().order("O-2").by("ann");
    assert_eq!(said(world.clone(), reduction()), "suspension_in_force");
    let world = at(world, "2026-03-08T09:00:00+08:00");
    let anew = notice_served("2026-03-08T08:00:00+08:00").notice("N-2").by("ann");
    let world = with(world, [anew]);
    assert_eq!(said(world.clone(), reduction()), "suspension_in_force");
    let world = with(world, [paid("B-1", "2026-03-08", "250")]);
    assert_eq!(told(&world), ("keep", Stage::Restoring));
}

#[test]
fn a_suspension_that_is_lifted_ends_on_site_also_after_the_term() {
    let short = terms().term_of("2026-01-01", "2026-03-31");
    let world = at(restoring(short), "2026-04-02T09:00:00+08:00");
    assert_eq!(said(world.clone(), supply_reviewed()), "known");
    assert_eq!(effective(world.contract("LG-1")), Stage::Restoring);
    let at_valve = |state, at| valve_reported("LG-1-1", state, Seen::OnSite, at).by("ann");
    let opened = at_valve(ValveState::Open, "2026-04-02T08:30:00+08:00");
    let world = with(world, [opened]);
    assert_eq!(effective(world.contract("LG-1")), Stage::Normal);
}

#[test]
fn a_term_is_not_ended_while_an_order_is_in_force_or_valves_are_closed() {
    let ended = || terminated("2026-03-20");
    assert_eq!(said(suspended(terms()), ended()), "supply_running");
    assert_eq!(said(restoring(terms()), ended()), "supply_running");
    assert_eq!(said(noticed(terms()), ended()), "recorded");
}

#[test]
fn a_payment_dated_in_the_future_pays_a_demand_on_its_day() {
    let world = at(noticed(terms()), "2026-03-05T09:00:00+08:00");
    let world = with(approved(world, reduction_proposed()), [order_issued().by("dan")]);
    let world = with(world, [paid("B-1", "2026-03-20", "250")]);
    assert_eq!(told(&world), ("limit", Stage::Reduced));
    let world = at(world, "2026-03-19T23:59:59+08:00");
    assert_eq!(told(&world), ("limit", Stage::Reduced));
    assert_eq!(said(world.clone(), supply_reviewed()), "known");
    let world = with(at(world, "2026-03-20T00:00:00+08:00"), [supply_reviewed()]);
    assert_eq!(told(&world), ("allow", Stage::Normal));
}

#[test]
fn a_clock_that_is_in_doubt_keeps_the_valve_and_never_closes_what_is_open() {
    let clocks = |world: &World, newest: i64, database: i64| Clocks {
        now: world.now,
        newest: Some(world.now + TimeDelta::seconds(newest)),
        database: Some(world.now + TimeDelta::seconds(database)),
        elapsed: None,
    };
    let point = read("LG-1-1");
    let found = |world: &World, newest, database| {
        let answer = answer_by(&world.ledger, &point, &clocks(world, newest, database));
        (answer.decision.word(), answer.reasons[0])
    };
    let stopped = suspended(terms());
    assert_eq!(found(&stopped, 0, 5), ("stop", "nothing_available"));
    assert_eq!(found(&stopped, 0, 6), ("keep", "clock_differs"));
    assert_eq!(found(&stopped, 1, 0), ("keep", "clock_behind_log"));
    let open = noticed(terms());
    assert_eq!(found(&open, 1, 6).0, "allow");
}

#[test]
fn a_key_and_the_scheduler_serve_nothing_and_end_no_dispute() {
    let refused = "not_a_person";
    let world = with(
        World::at(instant("2026-03-02T09:00:00+08:00")),
        [terms().signed(), delivered("2026-03-01", m3("100"))],
    );
    let demand = || demand_served("250", "2026-03-02T08:30:00+08:00");
    assert_eq!(said(world.clone(), demand().by_key()), refused);
    assert_eq!(said(world.clone(), demand().by_engine()), refused);
    let world = with(world, [demand().by("ann")]);
    let notice = || notice_served("2026-03-02T09:00:00+08:00");
    assert_eq!(said(world.clone(), notice().by_key()), refused);
    assert_eq!(said(world.clone(), demand_disputed("paid in cash").by_key()), refused);
    let world = with(world, [notice().by("ann"), demand_disputed("paid in cash").by("ann")]);
    assert_eq!(said(world.clone(), dispute_ended(DisputeOutcome::Rejected).by_key()), refused);
    assert_eq!(said(world.clone(), dispute_ended(DisputeOutcome::Upheld).by_engine()), refused);
    assert_eq!(said(world.clone(), reduction_proposed().by_key()), refused);
    assert_eq!(said(world.clone(), demand_withdrawn("served in error").by_key()), refused);
    assert_eq!(said(world, reduction_proposed().by_engine()), "not_automatic");
}

#[test]
fn a_demand_is_taken_back_by_any_clerk_and_ends_the_procedure() {
    let back = || demand_withdrawn("served in error").by("eva");
    let world = with(noticed(terms()), [back()]);
    assert_eq!(told(&world), ("allow", Stage::Normal));
    assert_eq!(said(world.clone(), back()), "known");
    assert_eq!(said(world, demand_withdrawn("otherwise").by("eva")), "unknown_demand");
    assert_eq!(said(noticed(terms()), demand_withdrawn(" ").by("eva")), "reason_missing");
    // A suspension still ends on site.
    assert_eq!(told(&with(suspended(terms()), [back()])), ("keep", Stage::Restoring));
}
