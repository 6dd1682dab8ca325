//! A1, A3: guarantees.

use citygate_domain::payment::Rejection;
use citygate_tests_pure::story::given;
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{civil, contract, guaranteed, read, signed};
use citygate_tests_pure::world::World;

#[test]
fn a_guarantee_is_given_once() {
    let guarantee = |amount| guaranteed("G-1", amount, "2026-01-01", "2026-06-30");
    given([signed("LG-1")])
        .when(guarantee("2000.00"))
        .then_recorded(&["reference_taken", "guarantee_given"]);
    given([signed("LG-1"), guarantee("2000.00")]).when(guarantee("2000")).then_known();
    given([signed("LG-1"), guarantee("2000.00")])
        .when(guarantee("2000.01"))
        .then_rejected(Rejection::DuplicateGuarantee { reference: read("G-1") });
    given([signed("LG-1"), signed("LG-2"), guarantee("2000.00")])
        .when(guarantee("2000.00").of("LG-2"))
        .then_refused("duplicate_reference");
    given([signed("LG-1")]).when(guarantee("1").of("LG-9")).then_refused("unknown_contract");
    given([signed("LG-1")]).when(guarantee("-1")).then_refused("negative_quantity");
}

#[test]
fn a_guarantee_of_one_day_is_one() {
    let of_a_day = |to| guaranteed("G-1", "1.00", "2026-01-01", to);
    given([signed("LG-1")])
        .when(of_a_day("2026-01-01"))
        .then_recorded(&["reference_taken", "guarantee_given"]);
    let (valid_from, valid_to) = (civil("2026-01-01"), civil("2025-12-31"));
    given([signed("LG-1")])
        .when(of_a_day("2025-12-31"))
        .then_rejected(Rejection::EmptyValidity { valid_from, valid_to });
}

#[test]
fn guarantees_count_on_their_first_and_on_their_last_day() {
    let world = World::of([
        contract("LG-1").signed(),
        guaranteed("G-1", "100.00", "2026-01-10", "2026-01-20"),
        guaranteed("G-2", "1000.00", "2026-01-20", "2026-01-31"),
    ]);
    check(
        "
        as_of      | guarantees balance available
        2026-01-09 | 0.00       0.00    0.00
        2026-01-10 | 100.00     0.00    100.00
        2026-01-20 | 1100.00    0.00    1100.00
        2026-01-21 | 1000.00    0.00    1000.00
        2026-02-01 | 0.00       0.00    0.00
    ",
        |row| {
            let account = world.account("LG-1", row.text("as_of"));
            [account.guarantees, account.balance, account.available].map(|m| m.to_string()).to_vec()
        },
    );
}
