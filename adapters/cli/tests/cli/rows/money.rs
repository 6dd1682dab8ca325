//! A1: payments, reversals, refunds, guarantees.

use crate::support::check::check;
use crate::support::contract::small;

#[test]
fn bank_and_reference_name_one_movement_of_money() {
    check(
        &small(),
        "payments.csv",
        r#"
        LG-1,2025-01-02,1000.00,ICBC,P-1,payment,, | taken
        LG-1,2025-01-02,1000,ICBC,P-1,payment,,a note | known
        LG-1,2025-01-02,1000.01,ICBC,P-1,payment,,
            | duplicate_reference: ICBC P-1 is already recorded with 1000.00 yuan of 2025-01-02
        LG-1,2025-01-03,1000.00,ICBC,P-1,payment,,
            | duplicate_reference: ICBC P-1 is already recorded with 1000.00 yuan of 2025-01-02
        LG-2,2025-01-02,1000.00,ICBC,P-1,payment,,
            | duplicate_reference: ICBC P-1 is already recorded with 1000.00 yuan of 2025-01-02
        LG-1,2025-01-02,1000.00,ICBC,P-1,refund,,
            | duplicate_reference: ICBC P-1 is already recorded with 1000.00 yuan of 2025-01-02
        LG-1,2025-01-02,1000.00,ABC,P-1,payment,, | taken
        ,2025-01-02,77.00,ICBC,P-2,payment,, | taken
        ,2025-01-02,77.00,ICBC,P-2,payment,, | known
        LG-9,2025-01-02,77.00,ICBC,P-3,payment,,
            | unknown_contract: contract LG-9 is not known
        LG-1,2025-01-02,0,ICBC,P-3,payment,,
            | negative_quantity: an amount of 0.00 yuan is not above zero
        LG-1,2025-01-02,-5,ICBC,P-3,payment,,
            | negative_quantity: an amount of -5.00 yuan is not above zero
        LG-1,2025-01-02,0.005,ICBC,P-3,payment,,
            | too_many_decimals: amount "0.005": 0.005 yuan has more than two decimals
        LG-1,2025-01-02,5,ICBC,P-3,payment,P-1,
            | malformed: reverses "P-1": only a reversal names what it reverses
        LG-1,2025-01-02,5,ICBC,P-3,gift,,
            | malformed: kind "gift" is none of payment, reversal, refund
        "#,
    );
}

#[test]
fn a_reversal_names_a_payment_of_the_same_contract_bank_and_amount_not_yet_reversed() {
    check(
        &small(),
        "payments.csv",
        "
        LG-1,2025-01-02,1000.00,ICBC,P-1,payment,, | taken
        LG-1,2025-01-03,999.99,ICBC,R-1,reversal,P-1,
            | nothing_to_reverse: ICBC has no payment P-1 of 999.99 yuan that could be reversed
        LG-2,2025-01-03,1000.00,ICBC,R-1,reversal,P-1,
            | nothing_to_reverse: ICBC has no payment P-1 of 1000.00 yuan that could be reversed
        ,2025-01-03,1000.00,ICBC,R-1,reversal,P-1,
            | nothing_to_reverse: ICBC has no payment P-1 of 1000.00 yuan that could be reversed
        LG-1,2025-01-03,1000.00,ABC,R-1,reversal,P-1,
            | nothing_to_reverse: ABC has no payment P-1 of 1000.00 yuan that could be reversed
        LG-1,2025-01-03,1000.00,ICBC,R-1,reversal,P-2,
            | nothing_to_reverse: ICBC has no payment P-2 of 1000.00 yuan that could be reversed
        LG-1,2025-01-03,1000.00,ICBC,R-1,reversal,,
            | malformed: reverses is empty
        LG-1,2025-01-03,1000.00,ICBC,R-1,reversal,P-1, | taken
        LG-1,2025-01-03,1000.00,ICBC,R-1,reversal,P-1, | known
        LG-1,2025-01-03,1000.00,ICBC,R-2,reversal,P-1,
            | nothing_to_reverse: ICBC has no payment P-1 of 1000.00 yuan that could be reversed
        LG-1,2025-01-03,1000.00,ICBC,R-2,reversal,R-1,
            | nothing_to_reverse: ICBC has no payment R-1 of 1000.00 yuan that could be reversed
        ",
    );
}

#[test]
fn a_payments_reference_is_free_again_after_its_reversal() {
    check(
        &small(),
        "payments.csv",
        "
        LG-1,2025-01-02,1000.00,ICBC,P-1,payment,, | taken
        LG-1,2025-01-03,1000.00,ICBC,R-1,reversal,P-1, | taken
        LG-1,2025-01-02,1000.00,ICBC,P-1,payment,, | known
        LG-1,2025-01-04,1200.00,ICBC,P-1,payment,, | taken
        LG-1,2025-01-05,1300.00,ICBC,P-1,payment,,
            | duplicate_reference: ICBC P-1 is already recorded with 1200.00 yuan of 2025-01-04
        LG-1,2025-01-05,1200.00,ICBC,R-2,reversal,P-1, | taken
        LG-2,2025-01-06,1400.00,ICBC,P-1,payment,, | taken
        LG-1,2025-01-04,1200.00,ICBC,P-1,payment,, | known
        ",
    );
}

#[test]
fn a_refund_is_tested_against_the_balance_of_its_value_date() {
    let guaranteed =
        small().and_rows("guarantees.csv", &["LG-1,G-1,ICBC,9999.00,2025-01-01,2025-12-31"]);
    check(
        &guaranteed,
        "payments.csv",
        "
        LG-1,2025-01-10,1000.00,ICBC,P-1,payment,, | taken
        LG-1,2025-01-10,1000.01,ICBC,F-1,refund,,
            | refund_above_balance: 1000.01 yuan exceed the balance of 1000.00 yuan on 2025-01-10
            | by 0.01
        LG-1,2025-01-09,1000.00,ICBC,F-1,refund,,
            | refund_above_balance: 1000.00 yuan exceed the balance of 0.00 yuan on 2025-01-09 by
            | 1000.00
        LG-1,2025-01-10,600.00,ICBC,F-1,refund,, | taken
        LG-1,2025-01-10,600.00,ICBC,F-2,refund,,
            | refund_above_balance: 600.00 yuan exceed the balance of 400.00 yuan on 2025-01-10 by
            | 200.00
        LG-1,2025-01-10,600.00,ICBC,F-1,refund,, | known
        ,2025-01-10,0.01,ICBC,F-3,refund,,
            | refund_above_balance: 0.01 yuan exceed the balance of 0.00 yuan on 2025-01-10 by 0.01
        ",
    );
}

#[test]
fn guarantees_have_one_content_each_and_a_validity() {
    check(
        &small(),
        "guarantees.csv",
        "
        LG-1,G-1,ICBC,500.00,2025-01-01,2025-06-30 | taken
        LG-1,G-1,ICBC,500,2025-01-01,2025-06-30 | known
        LG-1,G-1,ICBC,500.00,2025-01-01,2025-07-31
            | duplicate_reference: guarantee G-1 is already recorded with other content
        LG-2,G-1,ICBC,500.00,2025-01-01,2025-06-30
            | duplicate_reference: guarantee G-1 is already recorded with other content
        LG-9,G-2,ICBC,500.00,2025-01-01,2025-06-30
            | unknown_contract: contract LG-9 is not known
        LG-1,G-2,ICBC,0,2025-01-01,2025-06-30
            | negative_quantity: an amount of 0.00 yuan is not above zero
        LG-1,G-2,ICBC,500.00,2025-06-30,2025-01-01
            | malformed: a guarantee cannot be valid from 2025-06-30 to 2025-01-01
        LG-1,G-2,ICBC,500.00,2025-06-30,2025-06-30 | taken
        ",
    );
}
