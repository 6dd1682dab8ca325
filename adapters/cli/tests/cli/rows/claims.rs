//! D1, D9: claims and decisions taken outside.

use crate::support::check::check;
use crate::support::contract::small;

#[test]
fn claims_that_contradict_themselves_or_the_contract_are_refused() {
    check(
        &small(),
        "claims.csv",
        "
        K-1,LG-9,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,900,,
            | unknown_contract: contract LG-9 is not known
        K-1,LG-1,force_majeure,2025-01-05,2025-01-03,900,2025-01-10,granted,900,,
            | malformed: a claim cannot run from 2025-01-05 to 2025-01-03
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,0,2025-01-10,granted,0,,
            | negative_quantity: 0 claimed and 0 granted are not possible
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,-1,,
            | negative_quantity: 900 claimed and -1 granted are not possible
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,0.0001,2025-01-10,granted,0,,
            | too_many_decimals: 0.0001 or 0 m3 have more decimals than are billed
        K-1,LG-1,force_majeure,2025-03-30,2025-04-01,900,2025-01-10,granted,900,,
            | outside_term: gas day 2025-04-01 of the claim is outside the term 2025-01-01 to
            | 2025-03-31
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,900.001,,
            | granted_above_claimed: 900.001 granted exceed 900 claimed
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-02-11,granted,900,,
            | claim_too_late: received on 2025-02-11, after the deadline 2025-02-10
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,rejected,1,,
            | decision_inconsistent: 1 granted without the decision granted
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,pending,1,,
            | decision_inconsistent: 1 granted without the decision granted
        K-1,LG-1,weather,2025-01-03,2025-01-05,900,2025-01-10,granted,900,,
            | malformed: kind \"weather\" is none of force_majeure, seller_maintenance,
            | seller_shortfall, permitted_reduction, government_order
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,maybe,900,,
            | malformed: decision \"maybe\" is none of granted, rejected, pending
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-02-10,granted,900,, | taken
        ",
    );
}

#[test]
fn a_pending_claim_is_decided_once() {
    check(
        &small(),
        "claims.csv",
        "
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,pending,0,, | taken
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,pending,0,,a note | known
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,800,2025-01-10,granted,800,2025-01-20,
            | duplicate_reference: claim K-1 is already recorded with other content
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,700,2025-01-20, | taken
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,700,2025-01-20, | known
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,pending,0,, | known
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,800,2025-01-21,
            | duplicate_reference: claim K-1 is already recorded with other content
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,rejected,0,2025-01-20,
            | duplicate_reference: claim K-1 is already recorded with other content
        ",
    );
}

#[test]
fn a_claim_that_came_with_its_decision_is_not_decided_again() {
    check(
        &small(),
        "claims.csv",
        "
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,rejected,0,2025-01-20, | taken
        K-1,LG-1,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,granted,900,2025-01-20,
            | duplicate_reference: claim K-1 is already recorded with other content
        K-1,LG-2,force_majeure,2025-01-03,2025-01-05,900,2025-01-10,rejected,0,2025-01-20,
            | duplicate_reference: claim K-1 is already recorded with other content
        ",
    );
}
