//! P4: contract quantity, lots, tolerance band, excess, in this order.

use citygate_domain::quantities::Quantity;
use citygate_domain::rules::fill::{Fill, LotFacts, NextPart, tolerance_band};
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{percent, price, unit, units};

fn lots(quantities: Vec<Quantity>) -> Vec<LotFacts> {
    let lot = |(place, quantity): (usize, Quantity)| LotFacts {
        reference: format!("T-{place}").parse().unwrap(),
        quantity,
        unit_price: price("3"),
        firm: true,
        position: Default::default(),
    };
    quantities.into_iter().enumerate().map(lot).collect()
}

#[test]
fn gas_fills_what_was_agreed_in_order() {
    check(
        "
        contract lots  band days          | base      lots      excess    next
        100      -     5    -             | -         -         -         base     # nothing taken yet
        100      -     5    99.999        | 99.999    0         0         base
        100      -     5    100           | 100       0         0         base     # then the band, at the same price
        100      -     5    105           | 105       0         0         excess
        100      -     5    105.001       | 105       0         0.001     excess
        100      -     0    100           | 100       0         0         excess   # no deviation term, no band
        100      20    5    100           | 100       0         0         lot-0    # lots come before the band
        100      20    5    119.999       | 100       19.999    0         lot-0
        100      20    5    120           | 100       20        0         base     # and the band after them
        100      20    5    125           | 105       20        0         excess
        100      20+30 5    125           | 100       25        0         lot-1    # a lot boundary inside the day
        100      20+30 5    160           | 105       50        5         excess   # all four on one day
        100      20    5    60+60+60      | 60+40+5   0+20+0    0+0+55    excess   # each boundary splits a day
        100      20    5    110+0+15      | 100+0+5   10+0+10   0+0+0     excess   # a day without gas
        0        20    0    10+20         | 0+0       10+10     0+10      excess   # everything was transferred away
        0        -     0    7             | 0         0         7         excess
        0.001    -     0    0.001+0.001   | 0.001+0   0+0       0+0.001   excess   # the smallest quantities
    ",
        |row| {
            let (contract, band) = (row.get("contract"), row.get("band"));
            let mut fill = Fill::new(contract, &lots(row.list("lots")), band);
            let mut parts = [Vec::new(), Vec::new(), Vec::new()];
            for taken in row.list::<Quantity>("days") {
                let poured = fill.pour(taken);
                let lots: Quantity = poured.lots.iter().map(|(_, part)| *part).sum();
                assert_eq!(poured.base() + lots + poured.excess, taken, "nothing is lost");
                for (part, found) in parts.iter_mut().zip([poured.base(), lots, poured.excess]) {
                    part.push(found.value().normalize().to_string());
                }
            }
            let join = |part: &Vec<String>| if part.is_empty() { "-".to_owned() } else { part.join("+") };
            let next = match fill.next() {
                NextPart::Base => "base".to_owned(),
                NextPart::Lot(place) => format!("lot-{place}"),
                NextPart::Excess => "excess".to_owned(),
            };
            parts.iter().map(join).chain([next]).collect()
        },
    );
}

#[test]
fn the_tolerance_band_is_rounded_to_the_unit() {
    check(
        "
        contract  tolerance unit  | band
        1000      5         m3    | 50.000
        1000      -         m3    | 0          # without a deviation term
        1000      0         m3    | 0.000
        33.333    5         m3    | 1.667      # 1.66665
        33.329    5         m3    | 1.666      # 1.66645
        0.01      5         m3    | 0.001      # 0.0005 is a tie
        33.333    5         GJ    | 1.666650
        0.00001   5         MMBtu | 0.000001   # 0.0000005 is a tie
        0         5         m3    | 0.000
        100       250       m3    | 250.000    # above 100 % is a generous contract
    ",
        |row| {
            let tolerance = row.opt::<String>("tolerance").map(|text| percent(&text));
            let unit = unit(row.text("unit"));
            let band = tolerance_band(units(row.text("contract")), tolerance, unit);
            vec![band.unwrap().value.to_string()]
        },
    );
}
