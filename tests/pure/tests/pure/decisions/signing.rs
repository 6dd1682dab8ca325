//! C1, C2, Q4: signing, repeating, renewing.

use citygate_domain::contract::Rejection;
use citygate_tests_pure::story::{given, given_nothing};
use citygate_tests_pure::words::{contract, day, delivered, m3, month, read, signed, units};

#[test]
fn a_signed_contract_registers_its_customer_and_takes_its_points() {
    given_nothing()
        .when(contract("LG-1").points(&[("A", "-"), ("B", "9")]).signed())
        .then_recorded(&[
            "customer_registered",
            "contract_signed",
            "point_assigned",
            "point_assigned",
        ]);
    given([contract("LG-1").sold_to("C-1", "industrial").signed()])
        .when(contract("LG-2").sold_to("C-1", "industrial").signed())
        .then_recorded(&["contract_signed", "point_assigned"]);
}

#[test]
fn the_same_contract_again_is_known() {
    given([signed("LG-1")]).when(signed("LG-1")).then_known();
    let spelled = contract("LG-1").every_month("1000.000").term("tax_percent", "9.0");
    given([signed("LG-1")]).when(spelled.signed()).then_known();
}

#[test]
fn the_name_of_a_customer_is_no_part_of_a_contract() {
    let mut renamed = contract("LG-1").command();
    renamed.customer.name = "another name".to_owned();
    let renamed = citygate_tests_pure::words::signing(renamed);
    given([signed("LG-1")]).when(renamed).then_known();
}

#[test]
fn the_same_id_with_other_content_is_refused() {
    let duplicate = || Rejection::DuplicateReference { contract: read("LG-1") };
    for other in [
        contract("LG-1").every_month("1001"),
        contract("LG-1").points(&[("LG-1-1", "1")]),
        contract("LG-1").sold_to("C-9", "industrial"),
        contract("LG-1").term("payment.lease_hours", "12"),
        contract("LG-1").term_of("2026-01-01", "2026-06-30"),
    ] {
        given([signed("LG-1")]).when(other.signed()).then_rejected(duplicate());
    }
}

#[test]
fn a_renewal_follows_the_term_before_it() {
    let renewal = |first| contract("LG-1").term_of(first, "2027-12-31").signed();
    let overlap = |first| Rejection::TermsOverlap {
        contract: read("LG-1"),
        known_last: day("2026-12-31"),
        first: day(first),
    };
    given([signed("LG-1")])
        .when(renewal("2027-01-01"))
        .then_recorded(&["contract_signed", "point_assigned"]);
    given([signed("LG-1")]).when(renewal("2027-01-02")).then_rejected(overlap("2027-01-02"));
    given([signed("LG-1")]).when(renewal("2026-12-31")).then_rejected(overlap("2026-12-31"));
    given([signed("LG-1"), renewal("2027-01-01")]).when(renewal("2027-01-01")).then_known();
    given([signed("LG-1"), renewal("2027-01-01")]).when(signed("LG-1")).then_known();
}

#[test]
fn a_renewal_keeps_customer_unit_and_settlement_months() {
    let renewal = || contract("LG-1").term_of("2027-01-01", "2027-12-31");
    let duplicate = Rejection::DuplicateReference { contract: read("LG-1") };
    for changed in [
        renewal().sold_to("C-9", "industrial"),
        renewal().term("unit", "GJ"),
        renewal().term("month_ends_on", "20").in_month("2028-01", "1"),
    ] {
        given([signed("LG-1")]).when(changed.signed()).then_rejected(duplicate.clone());
    }
}

#[test]
fn a_reading_waits_for_its_renewal() {
    let late = || delivered("2027-01-15", m3("40"));
    given([signed("LG-1")]).when(late()).then_refused("outside_term");
    given([signed("LG-1"), contract("LG-1").term_of("2027-01-01", "2027-12-31").signed()])
        .when(late())
        .then_recorded(&["delivery_recorded"]);
}

#[test]
fn a_point_belongs_to_one_contract_at_a_time() {
    let on = |id, first, last| contract(id).points(&[("P", "-")]).term_of(first, last).signed();
    let year = || on("LG-1", "2026-01-01", "2026-12-31");
    let taken = Rejection::PointTaken {
        point: read("P"),
        holder: read("LG-1"),
        first: day("2026-01-01"),
        last: day("2026-12-31"),
    };
    given([year()]).when(on("LG-2", "2026-12-31", "2027-12-30")).then_rejected(taken.clone());
    given([year()]).when(on("LG-2", "2025-12-31", "2026-01-01")).then_rejected(taken);
    given([year()]).when(on("LG-2", "2027-01-01", "2027-12-31")).then_recorded(&[
        "customer_registered",
        "contract_signed",
        "point_assigned",
    ]);
}

#[test]
fn a_reading_goes_to_the_contract_that_holds_the_point_on_its_gas_day() {
    let on = |id, first, last| contract(id).points(&[("P", "-")]).term_of(first, last).signed();
    let world =
        given([on("LG-1", "2026-01-01", "2026-01-31"), on("LG-2", "2026-02-01", "2026-02-28")])
            .and([
                delivered("2026-01-31", m3("1")).at("P"),
                delivered("2026-02-01", m3("2")).at("P"),
            ])
            .when(delivered("2026-03-01", m3("3")).at("P"))
            .then_refused("outside_term");
    for (id, month, taken) in [("LG-1", "2026-01", "1"), ("LG-2", "2026-02", "2")] {
        assert_eq!(world.running(id, month, "2026-12-31").quantity, units(taken));
    }
}

#[test]
fn months_sum_to_their_contract_year() {
    let two_years = || contract("LG-1").term_of("2025-11-01", "2027-02-28").every_month("10");
    given_nothing().when(two_years().signed()).then_recorded(&[
        "customer_registered",
        "contract_signed",
        "point_assigned",
    ]);
    let years = |first, second| format!(r#"{{"2025-11": "{first}", "2026-11": "{second}"}}"#);
    given_nothing()
        .when(two_years().term("annual_quantity", &years("120", "41")).signed())
        .then_rejected(Rejection::QuantitiesDoNotSum {
            year: month("2026-11"),
            sum: units("40"),
            annual: units("41"),
            difference: units("-1"),
        });
    given_nothing()
        .when(two_years().term("annual_quantity", "160").signed())
        .then_refused("malformed");
}
