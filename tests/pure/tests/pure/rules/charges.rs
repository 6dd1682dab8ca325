//! D4–D6, D10: tiers, rates, charges, the flag.

use citygate_domain::quantities::{Money, Quantity, Unit};
use citygate_domain::rules::deviation::{Deviation, reference_price};
use citygate_tests_pure::table::{cell, check};

use super::deviation::{found, terms};

/// `quantity@rate=amount`, tier by tier.
fn printed(found: &Deviation) -> String {
    let tier = |tier: &citygate_domain::rules::deviation::TierLine| {
        let quantity = tier.quantity.value().normalize();
        format!("{quantity}@{}={}", tier.rate, tier.amount)
    };
    let tiers: Vec<String> = found.tiers.iter().map(tier).collect();
    if tiers.is_empty() { "-".to_owned() } else { tiers.join("+") }
}

const SCHEDULE: &str = "5:100p+10:120p+15:130p+20:140p+-:150p";

#[test]
fn slabs_are_charged_each_at_its_own_rate() {
    let marginal = terms(("0", "0"), "base", "marginal", SCHEDULE);
    check(
        "
        base  planned taken unit price | charge  tiers
        10000 10000   11200 m3   3.00  | 4080.00 500@3.0000=1500.00+500@3.6000=1800.00+200@3.9000=780.00    # worked example
        10000 10000   10500 m3   3.00  | 1500.00 500@3.0000=1500.00                                         # exactly 5 %
        10000 10000   10501 m3   3.00  | 1503.60 500@3.0000=1500.00+1@3.6000=3.60
        10000 10000   8000  m3   3.00  | 7350.00 500@3.0000=1500.00+500@3.6000=1800.00+500@3.9000=1950.00+500@4.2000=2100.00
        10000 10000   7999  m3   3.00  | 7354.50 500@3.0000=1500.00+500@3.6000=1800.00+500@3.9000=1950.00+500@4.2000=2100.00+1@4.5000=4.50
        0     0       10    m3   3.00  | 45.00   10@4.5000=45.00                                            # of nothing, every limit is zero
    ",
        |row| {
            let found = found(row, &marginal);
            vec![found.charge.to_string(), printed(&found)]
        },
    );
}

#[test]
fn a_cliff_charges_everything_at_the_band_it_falls_in() {
    let cliff = terms(("0", "0"), "base", "cliff", SCHEDULE);
    check(
        "
        base  planned taken unit price | charge   tiers
        10000 10000   11200 m3   3.00  | 4680.00  1200@3.9000=4680.00   # worked example
        10000 10000   10500 m3   3.00  | 1500.00  500@3.0000=1500.00    # exactly 5 % is in the first band
        10000 10000   10501 m3   3.00  | 1803.60  501@3.6000=1803.60
        10000 10000   12000 m3   3.00  | 8400.00  2000@4.2000=8400.00
        10000 10000   12001 m3   3.00  | 9004.50  2001@4.5000=9004.50
    ",
        |row| {
            let found = found(row, &cliff);
            vec![found.charge.to_string(), printed(&found)]
        },
    );
}

#[test]
fn limits_are_percent_of_the_base_under_and_of_the_planned_over() {
    check(
        "
        base  planned taken  unit price tiering  | tiers
        8000  10000   7000   m3   3.00  marginal | 400@3.0000=1200.00+400@3.6000=1440.00+200@3.9000=780.00
        8000  10000   11000  m3   3.00  marginal | 500@3.0000=1500.00+500@3.6000=1800.00
        8000  10000   7200   m3   3.00  cliff    | 800@3.6000=2880.00
        8000  10000   10800  m3   3.00  cliff    | 800@3.6000=2880.00
        0.05  0.05    0.044  m3   3.00  marginal | 0.003@3.0000=0.01+0.002@3.6000=0.01+0.001@3.9000=0.00  # 5 % is 0.0025, rounded 0.003
        0.05  0.05    0.047  m3   3.00  cliff    | 0.003@3.0000=0.01      # the rounded limit is reached, not passed
    ",
        |row| {
            let terms = terms(("0", "0"), "base", row.text("tiering"), SCHEDULE);
            vec![printed(&found(row, &terms))]
        },
    );
}

#[test]
fn a_rate_is_agreed_or_a_percentage_of_the_reference_price() {
    check(
        "
        base planned taken unit price   rates     | tiers
        100  100     90    m3   2.6179  -:30p     | 10@0.7854=7.85         # 0.78537 at four decimals
        100  100     90    m3   2.6179  -:0.15    | 10@0.15=1.50           # as agreed, and printed so
        100  100     90    m3   2.6179  -:0.003906 | 10@0.003906=0.04
        100  100     90    m3   0       -:30p     | 10@0.0000=0.00         # nothing of nothing
        100  100     90    m3   2.6179  -:0       | 10@0=0.00
    ",
        |row| {
            let terms = terms(("0", "0"), "edge", "marginal", row.text("rates"));
            vec![printed(&found(row, &terms))]
        },
    );
}

#[test]
fn the_reference_price_is_what_base_gas_cost_on_average() {
    check(
        "
        amounts quantity decimals | price
        100.00  30       4        | 3.3333
        200.00  30       4        | 6.6667
        100.00  30       0        | 3
        0.00    30       4        | 0.0000
        0.00    0        4        | -          # no base gas: the composite stands in
        1.00    8        2        | 0.13       # a tie
    ",
        |row| {
            let (amounts, quantity) =
                (row.get::<Money>("amounts"), row.get::<Quantity>("quantity"));
            let found = reference_price(amounts, quantity, row.get("decimals"), Unit::CubicMetre);
            vec![cell(found.unwrap().map(|price| price.value))]
        },
    );
}

#[test]
fn a_charge_above_30_percent_of_the_gas_price_is_flagged() {
    check(
        "
        base planned taken unit price rates    | charge flagged
        100  100     90    m3   2.00  -:30p    | 6.00   no      # exactly 30 %
        100  100     90    m3   2.00  -:0.601  | 6.01   yes
        100  100     90    m3   2.00  -:0.60   | 6.00   no
        100  100     100   m3   2.00  -:0.60   | 0.00   no      # nothing deviates
        100  100     90    m3   0     -:0.01   | 0.10   yes     # of a price of nothing, anything is much
        100  100     90    m3   0     -:0      | 0.00   no
    ",
        |row| {
            let found = found(row, &terms(("0", "0"), "edge", "marginal", row.text("rates")));
            let flagged = if found.flagged { "yes" } else { "no" };
            vec![found.charge.to_string(), flagged.to_owned()]
        },
    );
}
