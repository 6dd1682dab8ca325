//! A1: unallocated money, assigned and taken back; one payment of several contracts.

use citygate_domain::books::Rejection;
use citygate_tests_pure::book_words::{assigned, assigned_on, split, taken_back};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::words::{civil, day, paid, read, refunded, reversed, signed, yuan};
use citygate_tests_pure::world::World;

use super::books::newest;

fn nobodys() -> Given {
    let paid = paid("B-1", "2026-01-02", "1000.00").unallocated();
    given([signed("LG-1"), signed("LG-2"), paid])
}

fn balance(world: &World, contract: &str) -> String {
    world.account(contract, "2026-01-31").balance.to_string()
}

fn unallocated(world: &World) -> String {
    world.ledger.unallocated_as_of(day("2026-01-31")).to_string()
}

#[test]
fn assigned_money_is_its_contracts_from_the_day_on_which_it_came() {
    let both = || assigned("B-1", &[("LG-1", "600.00"), ("LG-2", "300.00")]);
    let recorded = ["reference_taken", "money_assigned", "reference_taken", "money_assigned"];
    let world = nobodys().when(both()).then_recorded(&recorded);
    assert_eq!(
        (balance(&world, "LG-1"), balance(&world, "LG-2")),
        ("600.00".into(), "300.00".into())
    );
    assert_eq!(unallocated(&world), "100.00");
    assert_eq!(newest(&world), "unallocated 300.00, prepaid -300.00");
    assert_eq!(world.account("LG-1", "2026-01-01").balance, yuan("0"));
    nobodys().and([both()]).when(both()).then_known();
    nobodys().and([both()]).when(assigned("B-1", &[("LG-1", "100.01")])).then_rejected(
        Rejection::AssignedAbovePayment {
            amount: yuan("100.01"),
            left: yuan("100.00"),
            excess: yuan("0.01"),
        },
    );
    let rest = assigned("B-1", &[("LG-1", "100.00")]);
    nobodys().and([both()]).when(rest).then_recorded(&["reference_taken", "money_assigned"]);
}

#[test]
fn money_may_be_assigned_from_a_later_day_and_not_from_an_earlier_one() {
    let later = assigned_on("B-1", "2026-01-20", &[("LG-1", "1000.00")]);
    let world = nobodys().when(later).then_recorded(&["reference_taken", "money_assigned"]);
    assert_eq!(world.account("LG-1", "2026-01-19").balance, yuan("0"));
    assert_eq!(world.account("LG-1", "2026-01-20").balance, yuan("1000"));
    let earlier = assigned_on("B-1", "2026-01-01", &[("LG-1", "1.00")]);
    nobodys().when(earlier).then_rejected(Rejection::AssignedBeforePaid {
        value_date: civil("2026-01-01"),
        paid: civil("2026-01-02"),
    });
}

#[test]
fn what_was_paid_back_cannot_be_assigned() {
    let back = refunded("B-2", "2026-01-03", "400.00").unallocated();
    nobodys()
        .and([back])
        .when(assigned("B-1", &[("LG-1", "600.01")]))
        .then_refused("assigned_above_payment");
}

#[test]
fn one_payment_of_several_contracts_is_one_commit() {
    let both = || split("B-9", "2026-01-05", "500.00", &[("LG-1", "200.00"), ("LG-2", "250.00")]);
    let world = nobodys().when(both()).then_recorded(&[
        "reference_taken",
        "payment_received",
        "reference_taken",
        "money_assigned",
        "reference_taken",
        "money_assigned",
    ]);
    assert_eq!(
        (balance(&world, "LG-1"), balance(&world, "LG-2")),
        ("200.00".into(), "250.00".into())
    );
    assert_eq!(unallocated(&world), "1050.00");
    nobodys().and([both()]).when(both()).then_known();
    let more = split("B-9", "2026-01-05", "500.00", &[("LG-1", "500.01")]);
    nobodys().when(more).then_refused("assigned_above_payment");
    let other = split("B-9", "2026-01-05", "600.00", &[("LG-1", "600.00")]);
    nobodys().and([both()]).when(other).then_refused("duplicate_reference");
    let nothing = split("B-9", "2026-01-05", "500.00", &[("LG-1", "0.00")]);
    nobodys().when(nothing).then_refused("negative_quantity");
}

#[test]
fn a_mistaken_assignment_is_taken_back_and_made_anew() {
    let wrong = || assigned("B-1", &[("LG-2", "1000.00")]);
    let back = || taken_back("B-1", "LG-2");
    let world = nobodys()
        .and([wrong()])
        .when(back())
        .then_recorded(&["reference_taken", "assignment_reversed"]);
    assert_eq!((balance(&world, "LG-2"), unallocated(&world)), ("0.00".into(), "1000.00".into()));
    assert_eq!(newest(&world), "prepaid 1000.00, unallocated -1000.00");
    nobodys().and([wrong(), back()]).when(back()).then_rejected(Rejection::NothingToTakeBack {
        bank: read("ICBC"),
        reference: read("B-1"),
        contract: read("LG-2"),
    });
    let right = assigned("B-1", &[("LG-1", "1000.00")]);
    nobodys()
        .and([wrong(), back()])
        .when(right)
        .then_recorded(&["reference_taken", "money_assigned"]);
}

#[test]
fn a_returned_payment_takes_back_what_was_assigned_of_it() {
    let parts = assigned("B-1", &[("LG-1", "600.00"), ("LG-2", "300.00")]);
    let returned = || reversed("B-2", "B-1", "2026-01-09", "1000.00").unallocated();
    let world = nobodys().and([parts]).when(returned()).then_recorded(&[
        "reference_taken",
        "reference_released",
        "assignment_reversed",
        "assignment_reversed",
        "payment_reversed",
    ]);
    for contract in ["LG-1", "LG-2"] {
        assert_eq!(balance(&world, contract), "0.00", "{contract}");
    }
    assert_eq!(world.account("LG-1", "2026-01-08").balance, yuan("600"));
    assert_eq!(unallocated(&world), "0.00");
}
