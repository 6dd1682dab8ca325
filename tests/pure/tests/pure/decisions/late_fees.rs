//! A5, A6: what a postpaid contract owes, when it was paid, and what its delay costs.

use citygate_domain::Event;
use citygate_domain::books::{DocumentName, charged, debts_as_of};
use citygate_tests_pure::book_words::{fee_charged, fee_waived, postpaid};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    civil, closed, delivered_daily, paid, refunded, reversed, signed, yuan,
};
use citygate_tests_pure::world::World;

use super::books::newest;

/// January at 775.00 yuan, due on 10 February.
fn owed() -> Vec<Told> {
    let mut facts = vec![postpaid("LG-1").signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    facts
}

fn owing(more: impl IntoIterator<Item = Told>) -> Given {
    given(owed()).and(more)
}

/// The debts: document, late fees open, principal open.
fn debts(world: &World, as_of: &str) -> Vec<(String, String, String)> {
    let debts = debts_as_of(world.contract("LG-1"), civil(as_of));
    let row = |debt: &citygate_domain::books::OpenDebt| {
        let open = debt.open();
        (debt.document.to_string(), open.interest.to_string(), open.principal.to_string())
    };
    debts.iter().map(row).collect()
}

#[test]
fn a_late_fee_counts_from_the_day_after_the_due_date_to_the_day_before_payment() {
    check(
        "
        paid       | fee  net  tax  days
        2026-02-10 | -    -    -    -     # on the due date
        2026-02-11 | -    -    -    -     # no whole day late
        2026-02-12 | 0.39 0.36 0.03 1     # 0.3875
        2026-02-25 | 5.43 4.98 0.45 14    # 5.425
    ",
        |row| {
            let paid = paid("B-1", row.text("paid"), "775.00");
            let answer = owing([paid]).when(fee_charged("2026-01", "2026-03-31")).into_answer();
            match answer.expect("charging is never refused here").first() {
                None => vec!["-".to_owned(); 4],
                Some(Event::LateFeeCharged(fee)) => {
                    assert_eq!(fee.principal, yuan("775.00"));
                    assert_eq!(fee.due, civil("2026-02-10"));
                    let (fee, days) = ([fee.fee, fee.net, fee.tax], fee.days);
                    let cells = fee.map(|amount| amount.to_string()).into_iter();
                    cells.chain([days.to_string()]).collect()
                }
                Some(event) => panic!("{event:?}"),
            }
        },
    );
}

#[test]
fn each_part_counts_until_its_own_payment_and_an_open_one_through_the_day() {
    let half = paid("B-1", "2026-02-21", "375.00");
    owing([half]).when(fee_charged("2026-01", "2026-02-28")).then(|event| {
        let Event::LateFeeCharged(fee) = event else { panic!("{event:?}") };
        let parts: Vec<_> =
            fee.parts.iter().map(|part| (part.principal, part.days, part.fee)).collect();
        // 375.00 × 0.05 % × 10 days, 400.00 × 0.05 % × 18 days.
        let wanted = [(yuan("375.00"), 10, yuan("1.88")), (yuan("400.00"), 18, yuan("3.60"))];
        assert_eq!(parts, wanted);
        assert_eq!((fee.fee, fee.principal, fee.days), (yuan("5.48"), yuan("775.00"), 18));
        assert_eq!(fee.parts.last().and_then(|part| part.paid_on), None);
    });
}

#[test]
fn charged_again_a_debt_costs_only_what_the_days_since_then_add() {
    let world = || owing([fee_charged("2026-01", "2026-02-20")]);
    world().when(fee_charged("2026-01", "2026-02-20")).then_known();
    world().when(fee_charged("2026-01", "2026-02-28")).then(|event| {
        let Event::LateFeeCharged(fee) = event else { panic!("{event:?}") };
        // 775.00 × 0.05 % × 18 days = 6.975, of which 10 days are charged.
        assert_eq!((fee.charged_before, fee.fee), (yuan("3.88"), yuan("3.10")));
    });
}

#[test]
fn a_late_fee_lowers_the_balance_and_a_waiver_restores_it() {
    let one = || owing([fee_charged("2026-01", "2026-02-20")]);
    let world = one().and([]).when(fee_charged("2026-01", "2026-02-20")).then_known();
    assert_eq!(world.account("LG-1", "2028-06-01").balance, yuan("-778.88"));
    assert_eq!(world.account("LG-1", "2028-05-31").balance, yuan("-775.00"));
    assert_eq!(newest(&world), "prepaid 3.88, late_fee -3.56, tax -0.32");
    let world = one().when(fee_waived("2026-01", "2026-02-20")).then_recorded(&["late_fee_waived"]);
    assert_eq!(world.account("LG-1", "2028-06-01").balance, yuan("-775.00"));
    assert_eq!(newest(&world), "prepaid -3.88, late_fee 3.56, tax 0.32");
    one()
        .and([fee_waived("2026-01", "2026-02-20")])
        .when(fee_waived("2026-01", "2026-02-20"))
        .then_known();
}

#[test]
fn a_contract_that_prepays_is_charged_no_late_fee() {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    given(facts).when(fee_charged("2026-01", "2026-03-31")).then_known();
}

#[test]
fn a_payment_pays_late_fees_before_the_debt_and_the_earliest_due_first() {
    let mut facts = owed();
    facts.extend(delivered_daily("2026-02-01", "2026-02-28", "10"));
    facts.extend([closed("2026-02"), fee_charged("2026-01", "2026-02-20")]);
    let paid_late = paid("B-1", "2028-06-02", "1000.00");
    let world = World::of(facts.into_iter().chain([paid_late]));
    let row = |document: &str, fees: &str, open: &str| {
        (document.to_owned(), fees.to_owned(), open.to_owned())
    };
    assert_eq!(
        debts(&world, "2028-06-01"),
        [row("settlement 2026-01", "3.88", "775.00"), row("settlement 2026-02", "0.00", "700.00")]
    );
    // 3.88 of late fees, 775.00, and what is left of 1 000.00.
    assert_eq!(
        debts(&world, "2028-06-02"),
        [row("settlement 2026-01", "0.00", "0.00"), row("settlement 2026-02", "0.00", "478.88")]
    );
}

#[test]
fn money_before_the_debt_pays_it_when_it_arises_and_returned_money_never_did() {
    let before = || paid("B-1", "2026-01-05", "1000.00");
    let open = |more: Vec<Told>, as_of: &str| {
        let world = World::of(owed().into_iter().chain(more));
        debts(&world, as_of).first().map(|debt| debt.2.clone())
    };
    assert_eq!(open(vec![before()], "2026-01-30"), None, "nothing is owed yet");
    assert_eq!(open(vec![before()], "2026-01-31").as_deref(), Some("0.00"));
    let returned = reversed("B-2", "B-1", "2026-02-20", "1000.00");
    assert_eq!(open(vec![before(), returned.clone()], "2026-02-19").as_deref(), Some("0.00"));
    assert_eq!(open(vec![before(), returned], "2026-02-20").as_deref(), Some("775.00"));
    let refund = refunded("B-3", "2026-02-01", "225.00");
    let later = paid("B-4", "2026-02-02", "10.00");
    assert_eq!(open(vec![before(), refund, later], "2026-02-02").as_deref(), Some("0.00"));
}

#[test]
fn a_late_fee_comes_out_again_with_its_trace() {
    let half = paid("B-1", "2026-02-21", "375.00");
    let world = World::of(owed().into_iter().chain([half]));
    let contract = world.contract("LG-1");
    let january = DocumentName::Settlement { month: "2026-01".parse().expect("a month") };
    let again = charged(contract, january, civil("2026-02-28"));
    let again = again.expect("nothing is refused").expect("something is charged");
    assert_eq!(again.trace.steps.len(), 3, "two parts, and the tax");
    owing([paid("B-1", "2026-02-21", "375.00")]).when(fee_charged("2026-01", "2026-02-28")).then(
        |event| {
            let Event::LateFeeCharged(fee) = event else { panic!("{event:?}") };
            assert_eq!((fee.fee, &fee.parts), (again.value.fee, &again.value.parts));
            assert_eq!(fee.inputs.len(), 1, "the contract's own stream");
        },
    );
    owing([]).when(fee_charged("2026-02", "2026-03-31")).then_refused("unknown_document");
}
