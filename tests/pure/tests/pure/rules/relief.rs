//! D1: granted claims and what they take off the planned quantity.

use citygate_domain::quantities::{Exact, GasDays, Unit};
use citygate_domain::rules::deviation::{DeviationInput, deviation};
use citygate_domain::rules::relief::{GrantedClaim, relief};
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{day, price, units};

use super::deviation::terms;
use super::traced;

/// Claims as `60@1-6`: granted over the gas days of January 2026, `0` and below for December.
fn claims(text: &str) -> Vec<GrantedClaim> {
    let first = day("2026-01-01");
    let of_january = |number: &str| match number.parse::<u64>().unwrap() {
        above @ 1..=99 => first.plus(above - 1),
        december => day("2025-12-01").plus(december - 201),
    };
    let claim = |(place, text): (usize, &str)| {
        let (granted, run) = text.split_once('@').unwrap();
        let (from, to) = run.split_once('-').unwrap();
        GrantedClaim {
            claim: format!("CL-{place}").parse().unwrap(),
            days: GasDays { first: of_january(from), last: of_january(to) },
            granted: units(granted),
            position: Default::default(),
        }
    };
    match text {
        "-" => Vec::new(),
        text => text.split('+').enumerate().map(claim).collect(),
    }
}

fn january() -> GasDays {
    GasDays { first: day("2026-01-01"), last: day("2026-01-31") }
}

#[test]
fn relief_spreads_over_the_days_of_a_claim_and_the_largest_counts() {
    check(
        "
        contract claims          | relief
        1000     -               | 0
        1000     60@1-6          | 60
        1000     60@1-6+30@4-6   | 60        # worked example: not 90
        1000     60@1-6+60@4-6   | 90        # worked example: not 120
        1000     60@4-6+60@1-6   | 90        # in any order
        1000     10@1-3+10@4-6   | 20        # side by side they add up
        1000     10@1-1+20@1-1   | 20        # on one day the larger
        1000     10@1-3          | 10
        1000     1@1-3           | 1         # thirds, exactly
        1000     100@230-201+9@2-2 | 9       # a claim of no days of this month
        1000     62@31-31        | 62        # the month's last day
        1000     62@31-32        | 31        # half of it lies in February
        1000     100@229-5       | 62.5      # 3 of 8 days lie in December
        50       60@1-6          | 50        # never more than C
        50       50@1-6          | 50
        0        10@1-6          | 0
    ",
        |row| {
            let found = relief(
                &claims(row.text("claims")),
                january(),
                row.get("contract"),
                Unit::CubicMetre,
            );
            vec![found.value.to_string()]
        },
    );
}

#[test]
fn a_relief_of_38_000_over_17_days_stays_exact() {
    let contract = units("138000");
    let claims = claims("38000@3-19");
    let relief = relief(&claims, january(), contract, Unit::CubicMetre).value;
    for from in ["edge", "base"] {
        let terms = terms(("5", "5"), from, "marginal", "-:30p");
        let taken = |taken| DeviationInput {
            unit: Unit::CubicMetre,
            price_decimals: 4,
            planned: traced(contract.exact()),
            base: traced(&contract.exact() - &relief),
            taken: units(taken),
            reference_price: traced(price("2.10")),
            terms: &terms,
        };
        let charge = |quantity| deviation(&taken(quantity)).unwrap().charge.to_string();
        assert_eq!(charge("95000"), "0.00", "worked example: exactly on the edge, from {from}");
        assert_ne!(charge("94999.99"), "0.00", "a hundredth less is outside, from {from}");
    }
}

#[test]
fn a_granted_part_of_a_third_is_a_third() {
    let found = relief(&claims("1@31-33"), january(), units("10"), Unit::CubicMetre).value;
    assert_eq!(found, Exact::from(1) / Exact::from(3));
}
