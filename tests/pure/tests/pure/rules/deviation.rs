//! D2–D6, D10 on given numbers.

use citygate_domain::contract::DeviationTerms;
use citygate_domain::quantities::{Exact, Money, Price, Quantity};
use citygate_domain::rules::deviation::{Deviation, DeviationInput, Side, deviation};
use citygate_tests_pure::table::{Row, check};
use citygate_tests_pure::words::unit;
use serde_json::{Value, json};

use super::traced;

/// Reads tiers as `5:1.0p+10:1.2p+-:1.5p`: limit in percent, rate; `p` is percent of the price.
fn tiers(text: &str) -> Value {
    let tier = |text: &str| {
        let (up_to, rate) = text.split_once(':').expect("limit:rate");
        let up_to = (up_to != "-").then_some(up_to);
        let rate = match rate.strip_suffix('p') {
            Some(percent) => json!({ "percent_of_price": percent }),
            None => json!({ "per_unit": rate }),
        };
        json!({"up_to": up_to, "rate": rate})
    };
    text.split('+').map(tier).collect()
}

pub(super) fn terms(
    tolerances: (&str, &str),
    from: &str,
    tiering: &str,
    rates: &str,
) -> DeviationTerms {
    serde_json::from_value(json!({
        "lower_tolerance": tolerances.0, "upper_tolerance": tolerances.1, "measured_from": from,
        "tiering": tiering, "netting": "month", "under": tiers(rates), "over": tiers(rates),
    }))
    .unwrap()
}

/// `base`, `planned`, `taken`, `price` of a row under these terms.
pub(super) fn found(row: &Row<'_>, terms: &DeviationTerms) -> Deviation {
    let exact = |column| Exact::from(row.get::<Quantity>(column).value());
    let input = DeviationInput {
        unit: unit(row.text("unit")),
        price_decimals: 4,
        planned: traced(exact("planned")),
        base: traced(exact("base")),
        taken: row.get("taken"),
        reference_price: traced(row.get::<Price>("price")),
        terms,
    };
    let found = deviation(&input).unwrap();
    let sum: Money = found.tiers.iter().map(|tier| tier.amount).sum();
    assert_eq!(sum, found.charge, "the charge is the sum of its tiers");
    assert_eq!(found.side.is_none(), found.quantity.is_zero(), "outside, or nothing");
    found
}

fn side(found: &Deviation) -> String {
    found.side.map_or("inside", Side::word).to_owned()
}

#[test]
fn a_quantity_exactly_on_an_edge_is_inside() {
    check(
        "
        base    planned taken     lower upper unit price | edge        from_edge from_base
        100     100     95        5     5     m3   2     | inside      0         0
        100     100     94.999    5     5     m3   2     | under       0.001     5.001
        100     100     105       5     5     m3   2     | inside      0         0
        100     100     105.001   5     5     m3   2     | over        0.001     5.001
        90      100     85.5      5     5     m3   2     | inside      0         0      # relief moves the lower edge
        90      100     85.499    5     5     m3   2     | under       0.001     4.501
        90      100     105       5     5     m3   2     | inside      0         0      # and not the upper one
        90      100     105.001   5     5     m3   2     | over        0.001     5.001  # an over-take counts from L
        90      100     100       5     5     m3   2     | inside      0         0      # worked example
        100     100     100       0     0     m3   2     | inside      0         0
        100     100     99.999    0     0     m3   2     | under       0.001     0.001
        100     100     100.001   0     0     m3   2     | over        0.001     0.001
        0       0       0         5     5     m3   2     | inside      0         0
        0       0       0.001     5     5     m3   2     | over        0.001     0.001
        100     100     0         100   5     m3   2     | inside      0         0      # nothing has to be taken
        33.333  33.333  31.666    5     5     m3   2     | inside      0         1.667  # 0.00035 under the edge rounds to zero
        1000000 1000000 949999    5     5     m3   2     | under       1         50001  # worked example, in m3
    ",
        |row| {
            let quantity = |from| {
                let terms = terms((row.text("lower"), row.text("upper")), from, "marginal", "-:30p");
                found(row, &terms)
            };
            let (edge, base) = (quantity("edge"), quantity("base"));
            let shown = |found: &Deviation| found.quantity.value().normalize().to_string();
            vec![side(&edge), shown(&edge), shown(&base)]
        },
    );
}

#[test]
fn a_deviation_that_rounds_to_zero_is_inside() {
    let terms = terms(("5", "5"), "edge", "marginal", "-:30p");
    check(
        "
        base    planned taken   unit price | side   quantity
        0.008   0.008   0.007   m3   2     | under  0.001      # 0.0006 rounds up
        0.006   0.006   0.005   m3   2     | under  0.001      # 0.0007
        0.01    0.01    0.009   m3   2     | under  0.001      # 0.0005 is a tie
        0.012   0.012   0.011   m3   2     | inside 0.000      # 0.0004
        0.000008 0.000008 0.000007 GJ 2    | under  0.000001   # GJ have six decimals
        0.000012 0.000012 0.000011 GJ 2    | inside 0.000000
    ",
        |row| {
            let found = found(row, &terms);
            vec![side(&found), found.quantity.shown_in(unit(row.text("unit"))).to_string()]
        },
    );
}

#[test]
fn the_terms_of_the_trade_paper_charge_as_published() {
    check(
        "
        base    planned taken    unit price from | side   quantity charge
        1000000 1000000 950000   m3   2.10  edge | inside 0        0.00       # exactly 95 %
        1000000 1000000 949999   m3   2.10  edge | under  1        0.63       # worked example
        1000000 1000000 949999   m3   2.10  base | under  50001    31500.63   # worked example
        1000000 1000000 930000   m3   2.10  edge | under  20000    12600.00   # worked example
        1000000 1000000 945000   m3   2.10  edge | under  5000     3150.00    # after +1.5 万方
        1000000 1000000 955000   m3   2.10  edge | inside 0        0.00       # after +2.5 万方
    ",
        |row| {
            let terms = terms(("5", "5"), row.text("from"), "marginal", "-:30p");
            let found = found(row, &terms);
            let quantity = found.quantity.value().normalize().to_string();
            vec![side(&found), quantity, found.charge.to_string()]
        },
    );
}

#[test]
fn a_correction_posts_the_difference_to_the_original() {
    let terms = terms(("5", "5"), "edge", "marginal", "-:30p");
    check(
        "
        base    planned taken  original unit price | difference
        1000000 1000000 945000 12600.00 m3   2.10  | -9450.00     # worked example
        1000000 1000000 955000 12600.00 m3   2.10  | -12600.00    # worked example
        1000000 1000000 930000 12600.00 m3   2.10  | 0.00
    ",
        |row| {
            let charge = found(row, &terms).charge;
            vec![(charge - row.get::<Money>("original")).to_string()]
        },
    );
}

#[test]
fn measured_from_the_base_counts_only_once_outside() {
    check(
        "
        base   planned taken   unit price from | side   quantity
        100000 100000  95000   m3   2     base | inside 0
        100000 100000  94999   m3   2     base | under  5001
        100000 110000  115500  m3   2     base | inside 0        # upper edge 115 500 from L
        100000 110000  115501  m3   2     base | over   5501     # from L, not from B
        100000 110000  115501  m3   2     edge | over   1
        100000 110000  94999   m3   2     base | under  5001     # from B, not from L
    ",
        |row| {
            let found = found(row, &terms(("5", "5"), row.text("from"), "marginal", "-:30p"));
            vec![side(&found), found.quantity.value().normalize().to_string()]
        },
    );
}
