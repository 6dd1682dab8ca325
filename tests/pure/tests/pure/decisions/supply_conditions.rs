//! E4: every condition of an order, on both sides of its boundary.

use citygate_domain::Event;
use citygate_domain::supply::{Evidence, Measure, SupplyEvent};
use citygate_tests_pure::supply_words::{
    demand_disputed, demand_served, notice_served, order_approved, order_issued,
    reduction_proposed, site_confirmed, suspension_proposed,
};
use citygate_tests_pure::table::check;
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    claimed, closed, contract, delivered, delivered_daily, instant, m3, paid, published, restated,
};
use citygate_tests_pure::world::World;

/// 250 yuan of gas on 2026-03-01; readings stay fresh, and a notice runs at once unless a test says
/// otherwise.
fn terms() -> Template {
    contract("LG-1").term("payment.reading_max_age_hours", "9999").term("payment.notice_hours", "0")
}

/// Demand and notice served on 2026-03-02 at 08:30 and 09:00, and these facts before them.
fn noticed(terms: Template, before: impl IntoIterator<Item = Told>) -> World {
    let mut world = World::at(instant("2026-03-02T09:00:00+08:00"));
    world.take(terms.signed());
    world.take(delivered("2026-03-01", m3("100")));
    before.into_iter().for_each(|told| world.take(told));
    world.take(demand_served("5000", "2026-03-02T08:30:00+08:00").by("ann"));
    world.take(notice_served("2026-03-02T09:00:00+08:00").by("ann"));
    world
}

/// The order proposed by Ann and approved by Bob and Cai.
fn approved(mut world: World, proposal: Told) -> World {
    world.take(proposal.by("ann"));
    let revision = world.contract("LG-1").supply.revision();
    world.take(order_approved(revision).by("bob"));
    world.take(order_approved(revision).by("cai"));
    world
}

fn issued(mut world: World, now: &str) -> String {
    world.now = instant(now);
    super::answer(world, order_issued().by("dan"))
}

fn reduced(terms: Template, now: &str) -> String {
    issued(approved(noticed(terms, []), reduction_proposed()), now)
}

#[test]
fn the_periods_run_fully_and_lapse_on_their_day() {
    check(
        "
        term                          value now                  | answer
        payment.notice_hours          48    2026-03-04T08:59:59  | notice_period_running
        payment.notice_hours          48    2026-03-04T09:00:00  | recorded
        payment.demand_days           3     2026-03-05T23:59:59  | demand_period_running
        payment.demand_days           3     2026-03-06T00:00:00  | recorded
        payment.demand_days           0     2026-03-02T09:00:00  | recorded   # at once
        payment.notice_lapses_days    5     2026-03-07T23:59:59  | recorded
        payment.notice_lapses_days    5     2026-03-08T00:00:00  | notice_lapsed
        payment.notice_hours          0     2026-05-01T23:59:59  | recorded   # 60 days where silent
        payment.notice_hours          0     2026-05-02T00:00:00  | notice_lapsed
        payment.reading_max_age_hours 72    2026-03-05T07:59:59  | recorded
        payment.reading_max_age_hours 72    2026-03-05T08:00:00  | readings_stale
    ",
        |row| {
            let terms = terms().term(row.text("term"), row.text("value"));
            vec![reduced(terms, &format!("{}+08:00", row.text("now")))]
        },
    );
}

#[test]
fn a_reading_is_stale_at_72_hours_where_the_terms_are_silent_and_an_estimate_is_none() {
    let silent = || terms().without("payment.reading_max_age_hours");
    assert_eq!(reduced(silent(), "2026-03-05T07:59:59+08:00"), "recorded");
    assert_eq!(reduced(silent(), "2026-03-05T08:00:00+08:00"), "readings_stale");
    let mut world = approved(noticed(silent(), []), reduction_proposed());
    world.now = instant("2026-03-05T08:00:00+08:00");
    world.take(delivered("2026-03-04", m3("100")).estimated());
    assert_eq!(issued(world.clone(), "2026-03-05T08:00:00+08:00"), "readings_stale");
    world.take(delivered("2026-03-04", m3("100")));
    assert_eq!(issued(world, "2026-03-05T08:00:00+08:00"), "recorded");
}

#[test]
fn an_order_needs_a_shortage_below_the_threshold_of_its_stage() {
    check(
        "
        measure paid    | answer
        reduce  999.99  | recorded   # 2.9 days
        reduce  1000.00 | not_short  # exactly 3 days
        suspend 250.00  | recorded   # nothing is left
        suspend 250.01  | not_short
    ",
        |row| {
            let world = noticed(terms(), [paid("B-1", "2026-03-01", row.text("paid"))]);
            let proposal = match row.text("measure") {
                "reduce" => reduction_proposed(),
                _ => suspension_proposed(),
            };
            vec![issued(approved(world, proposal), "2026-03-02T12:00:00+08:00")]
        },
    );
}

#[test]
fn nothing_is_short_while_a_price_is_missing() {
    let price = serde_json::json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let world = noticed(terms().priced(&[("gas", "100", price)]), []);
    let mut world = approved(world, reduction_proposed());
    let now = "2026-03-02T12:00:00+08:00";
    assert_eq!(issued(world.clone(), now), "not_short");
    world.take(published("GATE", "2026-01-01", "2.50"));
    assert_eq!(issued(world, now), "recorded");
}

#[test]
fn an_open_dispute_blocks_an_order_unless_the_terms_say_otherwise() {
    let disputed = |terms: Template| {
        let mut world = noticed(terms, []);
        world.take(demand_disputed("paid in cash").by("ann"));
        issued(approved(world, reduction_proposed()), "2026-03-02T12:00:00+08:00")
    };
    assert_eq!(disputed(terms()), "demand_disputed");
    assert_eq!(disputed(terms().term("payment.dispute_blocks_order", "false")), "recorded");
}

#[test]
fn nobody_is_cut_off_in_a_window_and_windows_are_half_open() {
    check(
        r#"
        window                                now                 | answer
        {"hours":["18:00-09:00"]}    2026-03-04T17:59:59 | recorded
        {"hours":["18:00-09:00"]}    2026-03-04T18:00:00 | no_cut_window
        {"hours":["18:00-09:00"]}    2026-03-05T08:59:59 | no_cut_window  # past midnight
        {"hours":["18:00-09:00"]}    2026-03-05T09:00:00 | recorded
        {"hours":["11:00-13:00"]}    2026-03-05T12:00:00 | no_cut_window
        {"hours":["00:00-00:00"]}    2026-03-05T12:00:00 | no_cut_window  # the whole day
        {"weekdays":["sat"]}         2026-03-06T23:59:59 | recorded
        {"weekdays":["sat"]}         2026-03-07T00:00:00 | no_cut_window
        {"weekdays":["sat"]}         2026-03-08T00:00:00 | recorded
        {"dates":["2026-03-10"]}     2026-03-10T23:59:59 | no_cut_window
        {"dates":["2026-03-10"]}     2026-03-11T00:00:00 | recorded
    "#,
        |row| {
            let terms = terms().term("payment.no_cut", row.text("window"));
            vec![reduced(terms, &format!("{}+08:00", row.text("now")))]
        },
    );
}

#[test]
fn what_could_be_in_the_buyers_favour_is_decided_first() {
    let now = "2026-03-02T12:00:00+08:00";
    let claim = claimed("CL-1", "2026-02-01", "2026-02-02", "10");
    let world = noticed(terms(), [claim.clone()]);
    assert_eq!(issued(approved(world, reduction_proposed()), now), "correction_waiting");
    // An issued month that comes out lower now, until it is restated.
    let january = delivered_daily("2026-01-01", "2026-01-31", "32.258");
    let january = january.into_iter().chain([closed("2026-01")]);
    let mut world = approved(noticed(terms(), january), reduction_proposed());
    assert_eq!(issued(world.clone(), now), "recorded");
    let mut higher = world.clone();
    higher.take(delivered("2026-01-05", m3("33")).correcting("a turned digit"));
    assert_eq!(issued(higher, now), "recorded");
    world.take(delivered("2026-01-05", m3("31")).correcting("a turned digit"));
    assert_eq!(issued(world.clone(), now), "correction_waiting");
    world.take(restated("2026-01"));
    assert_eq!(issued(world, now), "recorded");
}

#[test]
fn a_continuous_process_is_stopped_only_after_the_site_was_confirmed_since_the_notice() {
    let furnace = || noticed(terms().term("payment.continuous_process", "true"), []);
    let now = "2026-03-02T12:00:00+08:00";
    assert_eq!(issued(approved(furnace(), suspension_proposed()), now), "site_not_confirmed");
    assert_eq!(issued(approved(furnace(), reduction_proposed()), now), "recorded");
    let mut world = approved(furnace(), suspension_proposed());
    world.take(site_confirmed("2026-03-02T09:00:00+08:00").by("ann"));
    assert_eq!(issued(world, now), "recorded");
    let plain = approved(noticed(terms(), []), suspension_proposed());
    assert_eq!(issued(plain, now), "recorded");
}

#[test]
fn an_issued_order_freezes_what_it_does_and_what_e4_found() {
    let mut world = approved(noticed(terms(), []), reduction_proposed());
    let events = world.hear(order_issued().by("dan")).unwrap();
    let [Event::Supply(event)] = events.as_slice() else { panic!("{events:?}") };
    let SupplyEvent::OrderIssued(order) = event.as_ref() else { panic!("{event:?}") };
    let Evidence { available, days, demanded, received, threshold, read_through, .. } =
        order.evidence.clone();
    let found = [available.to_string(), days.to_string(), demanded.to_string()];
    assert_eq!(found, ["-250.00", "0.0", "5000.00"]);
    let found = [received.to_string(), threshold.to_string(), read_through.to_string()];
    assert_eq!(found, ["0.00", "3", "2026-03-01"]);
    let Measure::Reduce { daily_maximum, limits } = &order.measure else { panic!("{order:?}") };
    // E6: half of 1 000 ÷ 31, rounded up.
    assert_eq!(daily_maximum.to_string(), "16.130");
    assert_eq!(limits[0].daily_maximum, *daily_maximum);
}
