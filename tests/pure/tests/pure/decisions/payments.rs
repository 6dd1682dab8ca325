//! A1, A2: payments, reversals, refunds.

use citygate_domain::payment::Rejection;
use citygate_domain::quantities::GasDay;
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{
    civil, day, delivered, guaranteed, m3, paid, read, refunded, reversed, signed, yuan,
};
use citygate_tests_pure::world::World;

fn held() -> Given {
    given([signed("LG-1"), signed("LG-2"), paid("B-1", "2026-01-02", "1000.00")])
}

fn returned() -> Given {
    held().and([reversed("B-2", "B-1", "2026-01-05", "1000.00")])
}

#[test]
fn a_payment_is_recorded_once() {
    given([signed("LG-1")])
        .when(paid("B-1", "2026-01-02", "1000"))
        .then_recorded(&["reference_taken", "payment_received"]);
    held().when(paid("B-1", "2026-01-02", "1000.00")).then_known();
    let known = Rejection::DuplicateReference {
        bank: read("ICBC"),
        reference: read("B-1"),
        known: yuan("1000.00"),
        value_date: civil("2026-01-02"),
    };
    held().when(paid("B-1", "2026-01-02", "1000.01")).then_rejected(known.clone());
    held().when(paid("B-1", "2026-01-03", "1000.00")).then_rejected(known.clone());
    held().when(paid("B-1", "2026-01-02", "1000.00").of("LG-2")).then_rejected(known.clone());
    held().when(refunded("B-1", "2026-01-02", "1000.00")).then_rejected(known);
}

#[test]
fn a_reversal_names_an_open_payment_of_the_same_contract_and_amount() {
    held().when(reversed("B-2", "B-1", "2026-01-05", "1000.00")).then_recorded(&[
        "reference_taken",
        "reference_released",
        "payment_reversed",
    ]);
    let nothing = |reverses: &str, amount| Rejection::NothingToReverse {
        bank: read("ICBC"),
        reverses: read(reverses),
        amount: yuan(amount),
    };
    held().when(reversed("B-2", "B-9", "2026-01-05", "1000")).then_rejected(nothing("B-9", "1000"));
    held().when(reversed("B-2", "B-1", "2026-01-05", "999")).then_rejected(nothing("B-1", "999"));
    held()
        .when(reversed("B-2", "B-1", "2026-01-05", "1000").of("LG-2"))
        .then_rejected(nothing("B-1", "1000"));
    returned()
        .when(reversed("B-3", "B-1", "2026-01-06", "1000"))
        .then_rejected(nothing("B-1", "1000"));
    returned().when(reversed("B-2", "B-1", "2026-01-05", "1000.00")).then_known();
}

#[test]
fn a_reference_is_free_again_after_the_reversal() {
    returned().when(paid("B-1", "2026-01-02", "1000.00")).then_known();
    let again = || paid("B-1", "2026-01-08", "1000.00");
    returned().when(again()).then_recorded(&["reference_taken", "payment_received"]);
    returned()
        .when(paid("B-1", "2026-01-02", "1500.00"))
        .then_recorded(&["reference_taken", "payment_received"]);
    returned().and([again()]).when(again()).then_known();
    returned().and([again()]).when(paid("B-1", "2026-01-02", "1000.00")).then_known();
    returned()
        .and([again()])
        .when(paid("B-1", "2026-01-09", "1.00"))
        .then_refused("duplicate_reference");
    returned()
        .and([again()])
        .when(reversed("B-3", "B-1", "2026-01-09", "1000.00"))
        .then_recorded(&["reference_taken", "reference_released", "payment_reversed"]);
    returned()
        .when(reversed("B-2", "B-1", "2026-01-06", "1000.00"))
        .then_refused("duplicate_reference");
}

#[test]
fn a_refund_is_at_most_the_balance_of_its_value_date() {
    let taken = || held().and([delivered("2026-01-10", m3("100"))]);
    check(
        "
        date       amount  | answer
        2026-01-01 0.01    | refund_above_balance  # nothing was paid yet
        2026-01-02 1000.00 | recorded              # all of it
        2026-01-02 1000.01 | refund_above_balance
        2026-01-09 1000.00 | recorded              # the gas of the 10th is not taken yet
        2026-01-10 750.01  | refund_above_balance  # 100 m3 at 2.50 are
        2026-01-10 750.00  | recorded
    ",
        |row| {
            let told = refunded("B-5", row.text("date"), row.text("amount"));
            let answer = match taken().when(told).into_answer() {
                Ok(_) => "recorded".to_owned(),
                Err(rejection) => rejection.code().to_owned(),
            };
            vec![answer]
        },
    );
}

#[test]
fn a_refund_counts_no_guarantee_and_every_refund_before_it() {
    let secured = guaranteed("G-1", "500.00", "2026-01-01", "2026-12-31");
    held().and([secured]).when(refunded("B-5", "2026-01-03", "1000.01")).then_rejected(
        Rejection::RefundAboveBalance {
            amount: yuan("1000.01"),
            balance: yuan("1000.00"),
            value_date: civil("2026-01-03"),
            excess: yuan("0.01"),
        },
    );
    let first = || refunded("B-5", "2026-01-03", "600.00");
    held()
        .and([first()])
        .when(refunded("B-6", "2026-01-03", "400.01"))
        .then_refused("refund_above_balance");
    held().and([first()]).when(first()).then_known();
    held()
        .and([first()])
        .when(refunded("B-6", "2026-01-03", "400.00"))
        .then_recorded(&["reference_taken", "refund_paid"]);
}

#[test]
fn unallocated_money_is_nobodys_until_it_is_assigned() {
    let nobodys = || paid("B-1", "2026-01-02", "70.00").unallocated();
    let world = given([signed("LG-1")])
        .when(nobodys())
        .then_recorded(&["reference_taken", "payment_received"]);
    assert_eq!(world.account("LG-1", "2026-01-31").balance, yuan("0"));
    let unallocated = |world: &World, day: GasDay| world.ledger.unallocated_as_of(day);
    assert_eq!(unallocated(&world, day("2026-01-01")), yuan("0"));
    assert_eq!(unallocated(&world, day("2026-01-02")), yuan("70"));
    let known = || given([signed("LG-1"), nobodys()]);
    known().when(nobodys()).then_known();
    known()
        .when(refunded("B-2", "2026-01-02", "70.01").unallocated())
        .then_refused("refund_above_balance");
    known().when(reversed("B-2", "B-1", "2026-01-03", "70.00")).then_refused("nothing_to_reverse");
    known().when(reversed("B-2", "B-1", "2026-01-03", "70.00").unallocated()).then_recorded(&[
        "reference_taken",
        "reference_released",
        "payment_reversed",
    ]);
}

#[test]
fn money_counts_from_its_value_date() {
    let world = World::of([
        signed("LG-1"),
        paid("B-1", "2026-01-02", "1000.00"),
        paid("B-2", "2026-01-10", "50.00"),
        reversed("B-3", "B-1", "2026-01-05", "1000.00"),
        refunded("B-4", "2026-01-12", "20.00"),
        delivered("2026-01-11", m3("1")),
    ]);
    check(
        "
        as_of      | balance
        2026-01-01 | 0.00
        2026-01-02 | 1000.00
        2026-01-04 | 1000.00
        2026-01-05 | 0.00       # a payment that was returned was there until then
        2026-01-10 | 50.00
        2026-01-11 | 47.50
        2026-01-12 | 27.50
    ",
        |row| vec![world.account("LG-1", row.text("as_of")).balance.to_string()],
    );
}
