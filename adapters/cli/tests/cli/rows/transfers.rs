//! C3: quantity moved between contracts.

use crate::support::check::check;
use crate::support::contract::small;

#[test]
fn transfers_beyond_their_limits_are_refused_with_both_numbers() {
    check(
        &small(),
        "transfers.csv",
        "
        X-1,LG-1,LG-2,2025-01,15000,2025-01-01
            | transfer_step: 15000 m3 is not a whole number of steps of 10000 m3
        X-1,LG-1,LG-2,2025-01,20000,2025-01-01
            | transfer_above_limit: 20000 m3 on top of 0 m3 exceeds the limit of 10000 m3 for
            | 2025-01
        X-1,LG-1,LG-2,2025-01,10000,2025-01-01 | taken
        X-2,LG-1,LG-2,2025-01,10000,2025-01-02
            | transfer_above_limit: 10000 m3 on top of 10000 m3 exceeds the limit of 10000 m3 for
            | 2025-01
        X-2,LG-1,-,2025-01,90000.001,2025-01-02
            | quantity_below_zero: contract LG-1 has 90000 in 2025-01, less than 90000.001
        X-2,LG-1,-,2025-01,90000,2025-01-02 | taken
        X-3,LG-1,LG-3,2025-02,10000,2025-01-02
            | units_differ: the contracts are billed in m3 and MJ
        X-3,-,LG-3,2025-02,0.001,2025-01-02 | taken
        ",
    );
}

#[test]
fn transfers_without_two_sides_a_month_or_a_quantity_are_refused() {
    check(
        &small(),
        "transfers.csv",
        "
        X-1,LG-1,LG-1,2025-01,10000,2025-01-01
            | malformed: a transfer goes from one contract to another; `-` stands for an outside
            | party
        X-1,-,-,2025-01,10000,2025-01-01
            | malformed: a transfer goes from one contract to another; `-` stands for an outside
            | party
        X-1,,LG-1,2025-01,10000,2025-01-01
            | malformed: from_contract is empty
        X-1,LG-1,LG-9,2025-01,10000,2025-01-01
            | unknown_contract: contract LG-9 is not known
        X-1,LG-1,LG-2,2025-04,10000,2025-01-01
            | outside_term: month 2025-04 is outside the term 2025-01-01 to 2025-03-31 of contract
            | LG-1
        X-1,LG-1,LG-2,2025-01,0,2025-01-01
            | negative_quantity: a transfer of 0 moves nothing
        X-1,LG-1,LG-2,2025-01,-10000,2025-01-01
            | negative_quantity: a transfer of -10000 moves nothing
        X-1,LG-1,-,2025-01,1.2345,2025-01-01
            | too_many_decimals: 1.2345 m3 has more decimals than are billed
        ",
    );
}

#[test]
fn a_transfer_sent_again_is_known_and_its_reference_stands_for_nothing_else() {
    check(
        &small(),
        "transfers.csv",
        "
        X-1,LG-1,-,2025-01,500,2025-01-01 | taken
        X-1,LG-1,-,2025-01,500.0,2025-01-01 | known
        X-1,LG-1,-,2025-01,501,2025-01-01
            | duplicate_reference: transfer X-1 is already recorded with other content
        X-1,-,LG-1,2025-01,500,2025-01-01
            | duplicate_reference: transfer X-1 is already recorded with other content
        X-1,LG-1,-,2025-01,500,2025-01-02
            | duplicate_reference: transfer X-1 is already recorded with other content
        ",
    );
}
