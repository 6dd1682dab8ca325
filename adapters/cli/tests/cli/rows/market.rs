//! P3, P4: index values and lots.

use crate::support::check::check;
use crate::support::contract::small;

#[test]
fn a_second_value_of_an_index_on_a_day_needs_a_reason() {
    check(
        &small(),
        "indices.csv",
        "
        GATE,2025-01-01,1.84,, | taken
        GATE,2025-01-01,1.840,, | known
        GATE,2025-01-01,1.85,,
            | index_conflict: index GATE has the value 1.84 on 2025-01-01, not 1.85
        GATE,2025-01-01,1.85,,misprint | taken
        GATE,2025-01-01,1.84,, | known
        GATE,2025-01-01,1.85,,misprint | known
        GATE,2025-01-01,1.86,,
            | index_conflict: index GATE has the value 1.85 on 2025-01-01, not 1.86
        GATE,2025-01-02,-1.85,2025-01-31, | taken
        ",
    );
}

#[test]
fn lots_that_cannot_be_are_refused_and_repeated_ones_are_known() {
    check(
        &small(),
        "lots.csv",
        "
        T-1,LG-1,2025-01,SHPGX,listing,1000,2.60,true,2025-01-02T10:00:00+08:00 | taken
        T-1,LG-1,2025-01,SHPGX,listing,1000.0,2.6,true,2025-01-02T10:00:00+08:00 | known
        T-1,LG-1,2025-01,SHPGX,listing,1001,2.60,true,2025-01-02T10:00:00+08:00
            | duplicate_reference: trade T-1 is already recorded with other content
        T-1,LG-2,2025-01,SHPGX,listing,1000,2.60,true,2025-01-02T10:00:00+08:00
            | duplicate_reference: trade T-1 is already recorded with other content
        T-2,LG-9,2025-01,SHPGX,listing,1000,2.60,true,2025-01-02T10:00:00+08:00
            | unknown_contract: contract LG-9 is not known
        T-2,LG-1,2025-04,SHPGX,listing,1000,2.60,true,2025-01-02T10:00:00+08:00
            | outside_term: month 2025-04 is outside the term 2025-01-01 to 2025-03-31
        T-2,LG-1,2025-01,SHPGX,listing,0,2.60,true,2025-01-02T10:00:00+08:00
            | negative_quantity: a lot of 0 at 2.60 is not possible
        T-2,LG-1,2025-01,SHPGX,listing,1,-2.60,true,2025-01-02T10:00:00+08:00
            | negative_quantity: a lot of 1 at -2.60 is not possible
        T-2,LG-1,2025-01,SHPGX,listing,1.2345,2.60,true,2025-01-02T10:00:00+08:00
            | too_many_decimals: 1.2345 m3 at 2.60 has more decimals than are billed
        T-2,LG-1,2025-01,SHPGX,listing,1,2.6000001,true,2025-01-02T10:00:00+08:00
            | too_many_decimals: 1 m3 at 2.6000001 has more decimals than are billed
        T-2,LG-1,2025-01,SHPGX,barter,1000,2.60,true,2025-01-02T10:00:00+08:00
            | malformed: mode \"barter\" is none of listing, agreement, auction
        T-2,LG-1,2025-01,SHPGX,auction,1000,2.60,yes,2025-01-02T10:00:00+08:00
            | malformed: firm \"yes\" is none of true, false
        T-2,LG-1,2025-13,SHPGX,auction,1000,2.60,false,2025-01-02T10:00:00+08:00
            | not_a_date: month: \"2025-13\" is not a month of the form 2025-01
        T-2,LG-1,2025-01,SHPGX,auction,1000,2.60,false,2025-01-02
            | not_a_date: traded_at \"2025-01-02\": premature end of input
        T-2,LG-1,2025-01,SHPGX,agreement,1000,2.60,false,2025-01-02T10:00:00Z | taken
        ",
    );
}
