//! How long a lease holds.

use citygate_domain::quantities::PointId;
use citygate_domain::supply::lease::{GatewayProfile, Slot, times};
use citygate_tests_pure::words::{instant, read};
use proptest::prelude::*;

fn slot(at: &str) -> Slot {
    Slot::of(instant(at))
}

#[test]
fn slots_are_five_minutes_on_the_full_five_minutes() {
    for (now, start) in [
        ("2026-01-24T12:05:00Z", "2026-01-24T12:05:00Z"),
        ("2026-01-24T12:09:59.999999Z", "2026-01-24T12:05:00Z"),
        ("2026-01-24T12:10:00Z", "2026-01-24T12:10:00Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:55:00Z"),
    ] {
        assert_eq!(slot(now).start(), instant(start), "{now}");
    }
}

#[test]
fn soft_is_the_gateways_own_time_within_the_validity_and_hard_is_a_gas_day_also_for_whoever_owes() {
    let point: PointId = read("LG-1-1");
    let slot = slot("2026-01-24T12:05:00Z");
    for (valid, profile, soft) in
        [(86_400, 900, 900), (200_000, 900, 900), (600, 900, 600), (86_400, 60, 60)]
    {
        let times = times(&point, slot, valid, GatewayProfile::try_new(profile).unwrap());
        assert_eq!((times.soft_until, times.hard_until), (soft, 86_400));
    }
}

#[test]
fn a_soft_time_outside_of_its_bounds_is_refused_with_the_numbers() {
    for inside in [60, 900, 3_600] {
        assert_eq!(GatewayProfile::try_new(inside).unwrap().soft_seconds(), inside);
    }
    for outside in [0, 59, 3_601, 86_400] {
        let refusal = GatewayProfile::try_new(outside).unwrap_err();
        let said = format!("a soft time of {outside} s is outside 60 to 3600 s");
        assert_eq!(refusal.to_string(), said);
    }
}

proptest! {
    #[test]
    fn a_gateway_asks_again_near_the_half_of_the_soft_time_always_at_the_same_second(
        valid in 600_u64..100_000, soft in 60_u64..=3_600, name in "[a-z]{1,8}", at in 0_i64..2_000_000_000,
    ) {
        let point: PointId = read(&name);
        let now = chrono::DateTime::from_timestamp(at, 0).unwrap();
        let profile = GatewayProfile::try_new(soft).unwrap();
        let one = times(&point, Slot::of(now), valid, profile);
        prop_assert_eq!(one, times(&point, Slot::of(now), valid, profile));
        let half = one.soft_until / 2;
        prop_assert!(half - half / 4 <= one.renew_after && one.renew_after <= half + half / 4);
        prop_assert!(one.renew_after <= one.soft_until && one.soft_until <= one.hard_until);
    }
}

#[test]
fn gateways_do_not_all_ask_at_one_moment() {
    let slot = slot("2026-01-24T12:05:00Z");
    let asked = (0..200).map(|number| {
        times(&read(&format!("P-{number}")), slot, 86_400, GatewayProfile::default()).renew_after
    });
    let distinct: std::collections::BTreeSet<u64> = asked.collect();
    assert!(distinct.len() > 100, "{} moments for 200 gateways", distinct.len());
}
