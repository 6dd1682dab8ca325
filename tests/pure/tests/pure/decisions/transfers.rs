//! C3: moving quantity between contracts and to outside parties.

use citygate_domain::contract::Rejection;
use citygate_domain::quantities::{Exact, Quantity};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::words::{contract, month, read, signed, transferred, units};
use citygate_tests_pure::world::World;

const BOTH: [&str; 3] = ["reference_taken", "quantity_transferred", "quantity_transferred"];
const ONE: [&str; 2] = ["reference_taken", "quantity_transferred"];

fn two() -> Given {
    given(["LG-1", "LG-2"].map(|id| contract(id).every_month("1234000").signed()))
}

fn inside(reference: &str, quantity: &str) -> citygate_tests_pure::told::Told {
    transferred(reference, "LG-1", "LG-2", "2026-01", quantity)
}

fn of(world: &World, id: &str) -> Quantity {
    world.contract(id).contract_quantity(month("2026-01")).unwrap().value
}

#[test]
fn a_transfer_moves_quantity_from_one_contract_to_the_other() {
    let world = two().when(inside("X-1", "20000")).then_recorded(&BOTH);
    assert_eq!((of(&world, "LG-1"), of(&world, "LG-2")), (units("1214000"), units("1254000")));
    let other_month = world.contract("LG-1").contract_quantity(month("2026-02")).unwrap().value;
    assert_eq!(other_month, units("1234000"));
}

#[test]
fn a_transfer_has_one_side_when_the_other_is_outside() {
    let into = |quantity| transferred("X-1", "-", "LG-1", "2026-01", quantity);
    let out_of = |quantity| transferred("X-1", "LG-1", "-", "2026-01", quantity);
    let world = two().when(into("9999999.999")).then_recorded(&ONE);
    assert_eq!(of(&world, "LG-1"), units("11233999.999"), "any quantity from outside");
    let world = two().when(out_of("1234000")).then_recorded(&ONE);
    assert_eq!(of(&world, "LG-1"), Quantity::ZERO, "down to nothing");
    two().when(out_of("1234000.001")).then_rejected(Rejection::QuantityBelowZero {
        contract: read("LG-1"),
        month: month("2026-01"),
        available: units("1234000"),
        quantity: units("1234000.001"),
    });
}

#[test]
fn the_same_transfer_again_is_known() {
    two().and([inside("X-1", "20000")]).when(inside("X-1", "20000.000")).then_known();
    let outside = || transferred("X-1", "LG-1", "-", "2026-01", "26");
    two().and([outside()]).when(outside()).then_known();
    for other in [
        inside("X-1", "10000"),
        transferred("X-1", "LG-2", "LG-1", "2026-01", "20000"),
        transferred("X-1", "LG-1", "-", "2026-01", "20000"),
        transferred("X-1", "LG-1", "LG-2", "2026-02", "20000"),
    ] {
        two().and([inside("X-1", "20000")]).when(other).then_refused("duplicate_reference");
    }
}

#[test]
fn the_limit_counts_all_transfers_of_the_month_together() {
    two().when(inside("X-1", "130000")).then_recorded(&BOTH);
    let above = |quantity, earlier| Rejection::TransferAboveLimit {
        quantity: units(quantity),
        earlier: units(earlier),
        limit: Exact::from(130_000),
        month: month("2026-01"),
    };
    two().when(inside("X-1", "140000")).then_rejected(above("140000", "0"));
    two()
        .and([inside("X-1", "130000")])
        .when(inside("X-2", "10000"))
        .then_rejected(above("10000", "130000"));
    two()
        .and([inside("X-1", "130000")])
        .when(transferred("X-2", "LG-1", "LG-2", "2026-02", "130000"))
        .then_recorded(&BOTH);
}

#[test]
fn the_limit_is_of_the_agreed_quantity_and_not_of_what_transfers_made_of_it() {
    let more = transferred("X-0", "-", "LG-2", "2026-01", "5000000");
    two().and([more]).when(inside("X-1", "140000")).then_refused("transfer_above_limit");
    let less = transferred("X-0", "LG-2", "-", "2026-01", "1234000");
    two().and([less]).when(inside("X-1", "130000")).then_recorded(&BOTH);
}

#[test]
fn steps_and_limits_are_asked_before_what_is_left() {
    let small = || {
        given([
            contract("LG-1").every_month("5000").signed(),
            contract("LG-2").every_month("10000").signed(),
        ])
    };
    small().when(inside("X-1", "5001")).then_refused("transfer_step");
    small().when(inside("X-1", "20000")).then_refused("transfer_above_limit");
    small().when(inside("X-1", "10000")).then_refused("quantity_below_zero");
}

#[test]
fn another_unit_knows_no_steps() {
    let energy = |id| contract(id).term("unit", "GJ").signed();
    let move_in = |quantity| transferred("X-1", "LG-1", "LG-2", "2026-01", quantity);
    given([energy("LG-1"), energy("LG-2")]).when(move_in("999.999999")).then_recorded(&BOTH);
    given([energy("LG-1"), energy("LG-2")])
        .when(move_in("1000.000001"))
        .then_refused("quantity_below_zero");
    given([energy("LG-1"), signed("LG-2")]).when(move_in("100")).then_refused("units_differ");
}

#[test]
fn the_month_lies_inside_the_terms_of_both() {
    let short =
        contract("LG-2").term_of("2026-02-01", "2026-12-31").every_month("1234000").signed();
    given([contract("LG-1").every_month("1234000").signed(), short])
        .when(inside("X-1", "10000"))
        .then_refused("outside_term");
}
