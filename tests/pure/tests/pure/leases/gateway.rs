//! The law of asymmetry at the gateway: silence, age, repetition and disorder never lower flow.

use citygate_domain::supply::{Seen, ValveState};
use citygate_tests_pure::gateway::{ANSWER_SECONDS, Alarm, Gateway, Taken, Valve};
use citygate_tests_pure::key_words::seed;
use citygate_tests_pure::supply_words::valve_reported;
use citygate_tests_pure::words::{instant, m3, paid, read, signed};
use proptest::prelude::*;

use super::{LEASE, ORDER, lease_of, owing, reduced, suspended};

fn gateway() -> Gateway {
    Gateway::new("LG-1-1", seed(LEASE).public_key(), seed(ORDER).public_key())
}

/// A stop, and what follows when the demand is paid: armed, then allowed.
fn paid_after_the_stop() -> Vec<String> {
    let mut world = suspended();
    let lease = |world: &_, now: &str| lease_of(world, "LG-1-1", now).text();
    let mut texts = vec![lease(&world, "2026-01-24T12:07:00+08:00")];
    texts.push(lease(&world, "2026-01-24T12:12:00+08:00"));
    world.now = instant("2026-01-24T12:16:00+08:00");
    world.take(paid("B-1", "2026-01-24", "1000000.00"));
    texts.push(lease(&world, "2026-01-24T12:17:00+08:00"));
    world.now = instant("2026-01-24T14:00:00+08:00");
    let open =
        valve_reported("LG-1-1", ValveState::Open, Seen::OnSite, "2026-01-24T13:50:00+08:00");
    world.take(open.by("chen"));
    texts.push(lease(&world, "2026-01-24T14:01:00+08:00"));
    texts
}

#[test]
fn a_stop_is_carried_out_once_and_reported_ever_after() {
    let texts = paid_after_the_stop();
    let mut gateway = gateway();
    assert_eq!(gateway.take(&texts[0], 0, 2), Taken::Newest);
    assert_eq!(gateway.valve, Valve::Open);
    assert_eq!(gateway.actuate(5), Some(Valve::Closed));
    gateway.opened_on_site();
    // The renewal carries the same command: it is known, so the valve stays as a person left it.
    assert_eq!(gateway.take(&texts[1], 300, 302), Taken::Newest);
    assert_eq!(gateway.actuate(303), Some(Valve::Closed));
    assert_eq!(gateway.valve, Valve::Open);
}

#[test]
fn a_cancellation_before_the_execution_wins() {
    let texts = paid_after_the_stop();
    let mut gateway = gateway();
    gateway.take(&texts[0], 0, 2);
    gateway.take(&texts[2], 3, 4);
    assert_eq!((gateway.actuate(5), gateway.valve), (None, Valve::Open));
    // Neither the old stop nor its renewal is taken any more.
    assert_eq!(gateway.take(&texts[0], 6, 7), Taken::Known);
    assert_eq!(gateway.take(&texts[1], 8, 9), Taken::Known);
    assert_eq!((gateway.actuate(10), gateway.valve), (None, Valve::Open));
}

#[test]
fn a_command_that_is_too_old_is_not_carried_out() {
    let texts = paid_after_the_stop();
    let mut on_time = gateway();
    on_time.take(&texts[0], 0, 0);
    assert_eq!(on_time.actuate(600), Some(Valve::Closed));
    let mut late = gateway();
    late.take(&texts[0], 0, 0);
    assert_eq!((late.actuate(601), late.valve), (None, Valve::Open));
    let mut delayed = gateway();
    assert_eq!(delayed.take(&texts[0], 0, ANSWER_SECONDS + 1), Taken::Late);
    assert_eq!((delayed.actuate(40), delayed.valve), (None, Valve::Open));
}

#[test]
fn silence_raises_alarms_and_never_moves_the_valve() {
    let world = owing(signed("LG-1"));
    let text = lease_of(&world, "LG-1-1", "2026-01-21T09:07:00+08:00").text();
    let mut gateway = gateway();
    assert_eq!(gateway.alarm(0), Alarm::Hard);
    gateway.take(&text, 0, 0);
    for (now, alarm) in [
        (0, Alarm::None),
        (600, Alarm::None),
        (601, Alarm::Soft),
        (86_400, Alarm::Soft),
        (86_401, Alarm::Hard),
        (10_000_000, Alarm::Hard),
    ] {
        assert_eq!((gateway.alarm(now), gateway.actuate(now)), (alarm, None), "{now}");
        assert_eq!(gateway.valve, Valve::Open);
    }
}

#[test]
fn a_limit_is_taken_and_lifted_without_anybody_on_site() {
    let mut world = reduced();
    let mut gateway = gateway();
    gateway.take(&lease_of(&world, "LG-1-1", "2026-01-24T12:07:00+08:00").text(), 0, 1);
    assert!(matches!(gateway.actuate(2), Some(Valve::Limited(_))));
    world.now = instant("2026-01-24T12:16:00+08:00");
    world.take(paid("B-1", "2026-01-24", "1000000.00"));
    gateway.take(&lease_of(&world, "LG-1-1", "2026-01-24T12:17:00+08:00").text(), 600, 601);
    assert_eq!(gateway.valve, Valve::Open);
}

#[test]
fn a_lease_for_another_point_or_of_another_key_is_refused() {
    let texts = paid_after_the_stop();
    let keys = (seed(LEASE).public_key(), seed(ORDER).public_key());
    let mut other = Gateway::new("LG-1-2", keys.0, keys.1);
    assert_eq!(other.take(&texts[0], 0, 0), Taken::Refused);
    let mut stranger = Gateway::new("LG-1-1", seed(9).public_key(), keys.1);
    assert_eq!(stranger.take(&texts[0], 0, 0), Taken::Refused);
}

proptest! {
    /// Whatever is repeated, delayed, lost or turned round: once the gateway has heard that the stop
    /// is over, no older word closes the valve.
    #[test]
    fn no_disorder_stops_gas_after_the_cancellation_was_heard(
        order in proptest::collection::vec((0_usize..4, any::<bool>()), 1..12),
    ) {
        let texts = paid_after_the_stop();
        let mut gateway = gateway();
        let (mut heard, mut now) = (false, 0);
        for (which, actuates) in order {
            now += 10;
            let before = gateway.valve;
            gateway.take(&texts[which], now, now + 1);
            heard |= which >= 2;
            if actuates {
                gateway.actuate(now + 2);
            }
            if heard {
                prop_assert!(gateway.valve >= before, "the valve was lowered");
            }
        }
    }
}

#[test]
fn a_limit_never_opens_a_closed_valve() {
    let mut gateway = gateway();
    gateway.valve = Valve::Closed;
    gateway.take(&lease_of(&reduced(), "LG-1-1", "2026-01-24T12:07:00+08:00").text(), 0, 1);
    assert_eq!(gateway.actuate(2), Some(Valve::Closed));
    assert!(Valve::Closed < Valve::Limited(read("1")) && Valve::Limited(m3("1")) < Valve::Open);
}
