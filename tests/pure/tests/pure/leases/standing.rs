//! E4, reliability: cancelling before execution wins, also inside a slot, and no command is carried out
//! when it would not be given any more.

use chrono::TimeDelta;
use citygate_domain::passage::{Clocks, TOLERANCE_SECONDS};
use citygate_domain::supply::lease::{
    ANSWER_SECONDS, Asked, GatewayProfile, LeaseDecision, SignedLease, Signers, Slot, lease,
};
use citygate_domain::supply::{SupplyDecision, answer};
use citygate_tests_pure::book_words::credited;
use citygate_tests_pure::gateway::{Gateway, Taken, Valve};
use citygate_tests_pure::key_words::seed;
use citygate_tests_pure::life_words::{handed_over, point_moved, terminated};
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{claimed, guaranteed, instant, proposed, read, signed};
use citygate_tests_pure::world::World;
use proptest::prelude::*;

use super::{LEASE, ORDER, as_far_as, lease_of, owing, suspended, suspended_under};

fn gateway() -> Gateway {
    Gateway::new("LG-1-1", seed(LEASE).public_key(), seed(ORDER).public_key())
}

/// The word of a lease, its first reason, and the seconds within which its command is carried out.
fn said(lease: &SignedLease) -> (&'static str, String, Option<u64>) {
    let lease = &lease.lease;
    let seconds = match &lease.decision {
        LeaseDecision::Allow { .. } | LeaseDecision::Keep { .. } => None,
        LeaseDecision::Limit { command, .. } => Some(command.command.not_after_seconds()),
        LeaseDecision::Stop { command } => Some(command.command.not_after_seconds()),
    };
    (lease.decision.word(), lease.reasons.first().cloned().unwrap_or_default(), seconds)
}

/// What takes a stop back without an order being lifted, and why the valve is kept then.
fn cancelling() -> Vec<(Told, &'static str)> {
    vec![
        (claimed("C-1", "2026-01-05", "2026-01-06", "20"), "correction_waiting"),
        (proposed(credited("100.00", "2026-02-01"), "on Monday").by("chen"), "correction_waiting"),
        (guaranteed("G-1", "1900.00", "2026-01-24", "2026-02-24"), "not_short"),
    ]
}

#[test]
fn a_fact_inside_a_slot_takes_back_the_stop_that_waits_at_the_gateway() {
    for (fact, reason) in cancelling() {
        let mut world = suspended();
        let mut gateway = gateway();
        let stop = lease_of(&world, "LG-1-1", "2026-01-24T12:06:00+08:00");
        assert_eq!(gateway.take(&stop.text(), 0, 1), Taken::Newest);
        world.now = instant("2026-01-24T12:07:00+08:00");
        world.take(fact);
        let keep = lease_of(&world, "LG-1-1", "2026-01-24T12:08:00+08:00");
        assert_eq!(said(&keep), ("keep", reason.to_owned(), None));
        assert_eq!((keep.lease.epoch, keep.lease.issued), (stop.lease.epoch, stop.lease.issued));
        assert_eq!(gateway.take(&keep.text(), 120, 121), Taken::Newest, "{reason}");
        // The stop again, late or repeated, is an older word now.
        assert_eq!(gateway.take(&stop.text(), 122, 123), Taken::Known);
        assert_eq!((gateway.actuate(124), gateway.valve), (None, Valve::Open), "{reason}");
    }
}

#[test]
fn the_same_prefix_and_the_same_slot_give_the_same_bytes_also_of_what_was_taken_back() {
    for (fact, _) in cancelling() {
        let mut world = suspended();
        world.now = instant("2026-01-24T12:07:00+08:00");
        world.take(fact);
        let first = lease_of(&world, "LG-1-1", "2026-01-24T12:07:30+08:00");
        let again = lease_of(&world, "LG-1-1", "2026-01-24T12:09:59+08:00");
        assert_eq!(first.text(), again.text());
        // Whoever folds the log as far as it says comes to the same.
        let lease = &first.lease;
        assert_eq!(lease.position, world.ledger.position());
        let asked = answer(&world.ledger, &lease.point, lease.issued);
        assert_eq!((asked.decision, asked.reasons[0]), (SupplyDecision::Keep, &*lease.reasons[0]));
    }
}

/// Asks for a lease, and for the same again where no more of the log is known than it names.
fn named_log_gives(mut world: World, point: &str, at: &str) -> LeaseDecision {
    let lease = lease_of(&world, point, at);
    let known = lease.lease.position;
    world.ledger = as_far_as(&world, known);
    world.log.retain(|recorded| recorded.position <= known);
    assert_eq!(lease_of(&world, point, at).text(), lease.text());
    lease.lease.decision
}

#[test]
fn a_lease_of_a_point_that_moved_comes_out_again_from_the_log_that_it_names() {
    let mut world = owing(signed("LG-1"));
    world.take(Template::new("LG-2").signed());
    world.now = instant("2026-01-24T12:07:00+08:00");
    world.take(point_moved("LG-1-1", "LG-1", "LG-2", "2026-02-01"));
    named_log_gives(world, "LG-1-1", "2026-01-24T12:08:00+08:00");
}

#[test]
fn a_lease_of_a_contract_that_ends_or_is_handed_over_comes_out_again_from_the_log_that_it_names() {
    let told = [
        terminated("2026-01-31"),
        terminated("2026-01-23"),
        handed_over("LG-2", "2026-02-01"),
        handed_over("LG-2", "2026-01-24"),
    ];
    for told in told {
        let mut world = owing(signed("LG-1"));
        world.take(Template::new("LG-2").signed());
        world.now = instant("2026-01-24T12:07:00+08:00");
        world.take(told);
        for point in ["LG-1-1", "LG-2-1"] {
            named_log_gives(world.clone(), point, "2026-01-24T12:08:00+08:00");
        }
    }
}

#[test]
fn a_point_that_was_signed_inside_a_slot_is_told_to_allow_by_the_log_that_its_lease_names() {
    let mut world = owing(signed("LG-1"));
    world.now = instant("2026-01-24T12:07:00+08:00");
    world.take(Template::new("LG-2").signed());
    let decision = named_log_gives(world, "LG-2-1", "2026-01-24T12:08:00+08:00");
    assert!(matches!(decision, LeaseDecision::Allow { .. }), "{decision:?}");
}

#[test]
fn a_keep_of_clocks_that_disagree_takes_back_the_stop_that_waits() {
    let world = suspended();
    let point = read("LG-1-1");
    let now = instant("2026-01-24T12:07:00+08:00");
    let asking = |database| {
        let asked = Asked {
            point: &point,
            clocks: Clocks { now, newest: None, database: Some(database), elapsed: None },
            ledger_epoch: 1,
            profile: GatewayProfile::default(),
        };
        let signers = Signers { lease: &seed(LEASE), order: &seed(ORDER) };
        lease(&world.ledger, &world.ledger, asked, signers).unwrap()
    };
    let mut gateway = gateway();
    gateway.take(&asking(now).text(), 0, 1);
    let keep = asking(now + TimeDelta::minutes(3));
    assert_eq!(said(&keep), ("keep", "clock_differs".to_owned(), None));
    gateway.take(&keep.text(), 2, 3);
    assert_eq!((gateway.actuate(4), gateway.valve), (None, Valve::Open));
}

#[test]
fn a_command_waits_no_longer_than_to_the_next_window_the_lapse_of_the_notice_and_stale_readings() {
    let nights = r#"{"hours":["18:00-09:00"]}"#;
    let odd = r#"{"hours":["14:03-14:05"]}"#;
    // From the end of the slot and 35 s for the answer's way, to one second before.
    for (term, text, now, expected) in [
        ("no_cut", nights, "17:39:00", ("stop", "nothing_available", Some(600))),
        ("no_cut", nights, "17:49:59", ("stop", "nothing_available", Some(564))),
        ("no_cut", nights, "17:54:59", ("stop", "nothing_available", Some(264))),
        ("no_cut", nights, "17:55:00", ("keep", "no_cut_window", None)),
        ("no_cut", nights, "17:59:00", ("keep", "no_cut_window", None)),
        ("no_cut", odd, "13:56:00", ("stop", "nothing_available", Some(144))),
        ("no_cut", odd, "14:01:00", ("keep", "no_cut_window", None)),
        ("no_cut", r#"{"weekdays":["sun"]}"#, "23:54:00", ("stop", "nothing_available", Some(264))),
        ("notice_lapses_days", "3", "23:54:00", ("stop", "nothing_available", Some(264))),
        ("notice_lapses_days", "3", "23:55:00", ("keep", "notice_lapsed", None)),
        ("notice_lapses_days", "4", "23:55:00", ("stop", "nothing_available", Some(600))),
        ("reading_max_age_hours", "6", "13:49:00", ("stop", "nothing_available", Some(564))),
        ("reading_max_age_hours", "6", "13:58:00", ("keep", "readings_stale", None)),
    ] {
        let world =
            suspended_under(Template::new("LG-1").term(&format!("payment.{term}"), text).signed());
        let lease = lease_of(&world, "LG-1-1", &format!("2026-01-24T{now}+08:00"));
        let (word, reason, seconds) = said(&lease);
        assert_eq!((word, &*reason, seconds), expected, "{term} {text} at {now}");
    }
}

#[test]
fn money_recorded_inside_a_slot_that_counts_from_midnight_on_takes_back_what_waits_until_then() {
    let mut world = suspended();
    let stop = lease_of(&world, "LG-1-1", "2026-01-24T23:50:30+08:00");
    assert_eq!(stop.lease.decision.word(), "stop");
    world.now = instant("2026-01-24T23:51:00+08:00");
    world.take(guaranteed("G-1", "1900.00", "2026-01-25", "2026-02-24"));
    let keep = lease_of(&world, "LG-1-1", "2026-01-24T23:52:00+08:00");
    assert_eq!(keep.lease.decision.word(), "keep");
    assert!(keep.lease.position > stop.lease.position);
}

proptest! {
    /// However late within its time a gateway carries a stop out, the stop would still be given then.
    #[test]
    fn a_command_is_carried_out_only_while_it_would_still_be_given(
        minute in 0_i64..(36 * 60), second in 0_i64..60, way in 0_i64..=(ANSWER_SECONDS as i64),
        hours in prop_oneof![Just("18:00-09:00"), Just("03:07-03:21"), Just("12:30-13:00")],
    ) {
        let windows = format!(r#"{{"hours":["{hours}"]}}"#);
        let contract = Template::new("LG-1").term("payment.no_cut", &windows);
        let contract = contract.term("payment.notice_lapses_days", "4");
        let world = stopped_at_noon(contract);
        let now = instant("2026-01-24T13:00:00+08:00") + TimeDelta::minutes(minute)
            + TimeDelta::seconds(second);
        let lease = lease_of(&world, "LG-1-1", &now.to_rfc3339());
        if let LeaseDecision::Stop { command } = &lease.lease.decision {
            let seconds = command.command.not_after_seconds();
            prop_assert!(seconds <= 900);
            let latest = now + TimeDelta::seconds(way + seconds.cast_signed() + TOLERANCE_SECONDS);
            for at in [Slot::of(now).start(), now, latest] {
                let answer = answer(&world.ledger, &lease.lease.point, at);
                prop_assert_eq!(answer.decision.word(), "stop", "{} of {}", at, now);
            }
        }
    }
}

fn stopped_at_noon(contract: Template) -> World {
    suspended_under(contract.signed())
}

#[test]
fn a_log_that_ends_before_the_decision_is_not_looked_at() {
    let world = suspended();
    let point = read("LG-1-1");
    let now = instant("2026-01-24T12:07:00+08:00");
    let asked = Asked {
        point: &point,
        clocks: Clocks { now, newest: None, database: None, elapsed: None },
        ledger_epoch: 1,
        profile: GatewayProfile::default(),
    };
    let signers = Signers { lease: &seed(LEASE), order: &seed(ORDER) };
    let before = owing(signed("LG-1")).ledger;
    let text = lease(&before, &world.ledger, asked, signers).unwrap().text();
    assert_eq!(text, lease_of(&world, "LG-1-1", "2026-01-24T12:07:00+08:00").text());
}
