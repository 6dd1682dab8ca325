//! P4, D1: recording lots.

use citygate_domain::market::Rejection;
use citygate_tests_pure::story::given;
use citygate_tests_pure::words::unit;
use citygate_tests_pure::words::{contract, day, month, price, read, signed, traded, units};

const KNOWN: &str = "T-1";

#[test]
fn a_lot_takes_its_reference() {
    given([signed("LG-1")])
        .when(traded(KNOWN, "2026-01", "100", "0.0912"))
        .then_recorded(&["reference_taken", "lot_recorded"]);
}

#[test]
fn the_same_lot_again_is_known_however_it_is_written() {
    let known = || given([signed("LG-1"), traded(KNOWN, "2026-01", "100", "3.10")]);
    known().when(traded(KNOWN, "2026-01", "100.000", "3.1")).then_known();
    known()
        .when(traded(KNOWN, "2026-01", "100", "3.1").traded_at("2025-12-28T02:00:00Z"))
        .then_known();
}

#[test]
fn a_reference_stands_for_one_lot() {
    let known = || given([signed("LG-1"), signed("LG-2"), traded(KNOWN, "2026-01", "100", "3")]);
    for other in [
        traded(KNOWN, "2026-02", "100", "3"),
        traded(KNOWN, "2026-01", "101", "3"),
        traded(KNOWN, "2026-01", "100", "3").not_firm(),
        traded(KNOWN, "2026-01", "100", "3").traded_at("2025-12-28T10:00:01+08:00"),
        traded(KNOWN, "2026-01", "100", "3").of("LG-2"),
        traded(KNOWN, "2027-01", "100", "3"),
    ] {
        let refused = Rejection::DuplicateReference { reference: read(KNOWN) };
        known().when(other).then_rejected(refused);
    }
}

#[test]
fn a_lot_is_for_a_month_of_the_term_with_quantity_and_price() {
    let ledger = || given([contract("LG-1").term("unit", "GJ").signed()]);
    let (first, last) = (day("2026-01-01"), day("2026-12-31"));
    ledger().when(traded("T-2", "2025-12", "1", "3")).then_rejected(Rejection::OutsideTerm {
        month: month("2025-12"),
        first,
        last,
    });
    ledger()
        .when(traded("T-2", "2026-12", "0.000001", "3"))
        .then_recorded(&["reference_taken", "lot_recorded"]);
    ledger()
        .when(traded("T-2", "2026-12", "1", "0"))
        .then_recorded(&["reference_taken", "lot_recorded"]);
    ledger().when(traded("T-2", "2026-12", "1", "-0.01")).then_refused("negative_quantity");
    ledger()
        .when(traded("T-2", "2026-12", "1", "0.123456"))
        .then_recorded(&["reference_taken", "lot_recorded"]);
    ledger().when(traded("T-2", "2026-12", "0.0000001", "3")).then_rejected(
        Rejection::TooManyDecimals {
            quantity: units("0.0000001"),
            unit: unit("GJ"),
            unit_price: price("3"),
        },
    );
}

#[test]
fn a_lot_is_still_known_after_a_renewal_inside_its_month() {
    let first = contract("LG-1").term_of("2026-01-10", "2027-01-09");
    let renewal = contract("LG-1")
        .term_of("2027-01-10", "2027-01-31")
        .term("annual_quantity", r#"{"2027-01": "1000"}"#);
    given([first.signed(), traded(KNOWN, "2027-01", "100", "3"), renewal.signed()])
        .when(traded(KNOWN, "2027-01", "100", "3"))
        .then_known();
}
