//! C3: steps and limits of transfers.

use citygate_domain::quantities::Unit;
use citygate_domain::quantities::{Exact, Quantity};
use citygate_domain::rules::transfer::{TransferFacts, contract_quantity, is_whole_steps, limit};
use citygate_tests_pure::table::check;

use super::traced;

#[test]
fn a_month_allows_a_tenth_rounded_up_to_whole_steps() {
    check(
        "
        monthly   | lots limit
        1234000   | 13   130000   # worked example: 123.4 万方 allow 13
        1200000   | 12   120000   # exactly a tenth
        1200000.001 | 13 130000
        1         | 1    10000    # never less than one step of something
        0         | 0    0
        100000    | 1    10000
        100001    | 2    20000
    ",
        |row| {
            let limit = limit(row.get("monthly"));
            let lots = limit.clone() / Exact::from(10_000);
            vec![lots.to_string(), limit.to_string()]
        },
    );
}

#[test]
fn a_step_is_one_wanfang() {
    check(
        "
        quantity  | whole
        10000     | true
        10000.000 | true
        10000.001 | false
        9999      | false
        120000    | true
        125000    | false
    ",
        |row| vec![is_whole_steps(row.get("quantity")).to_string()],
    );
}

#[test]
fn transfers_move_the_contract_quantity_and_never_below_zero() {
    check(
        "
        monthly into  out_of | contract
        100     -     -      | 100
        100     20    -      | 120
        100     20+30 10     | 140
        100     -     100    | 0
        100     -     60+60  | 0       # recorded under another rule, it still stops at zero
        0.5     0.25  0.001  | 0.749
    ",
        |row| {
            let moved = |column, incoming| {
                let quantities = row.list::<Quantity>(column).into_iter();
                quantities.map(move |quantity| TransferFacts {
                    reference: "X-1".parse().unwrap(),
                    quantity,
                    incoming,
                    position: Default::default(),
                })
            };
            let facts: Vec<_> = moved("into", true).chain(moved("out_of", false)).collect();
            let found = contract_quantity(traced(row.get("monthly")), &facts, Unit::CubicMetre);
            vec![found.value.value().normalize().to_string()]
        },
    );
}
