//! A4: which fact posts what.

use std::sync::Arc;

use citygate_domain::Event;
use citygate_projections::books::Books;
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    civil, closed, delivered_daily, paid, refunded, reversed, signed, units, yuan,
};
use citygate_tests_pure::world::World;

/// The books of a world.
pub(super) fn books(world: &World) -> Books {
    let mut books = Books::default();
    world.log.iter().for_each(|recorded| books.apply(recorded));
    books
}

/// The newest commit, a posting a part: `cash 1000.00, prepaid -1000.00`.
pub(super) fn newest(world: &World) -> String {
    let books = books(world);
    let commit = books.journal(None, None).last().expect("something was posted");
    let posting = |posting: &citygate_projections::books::Posting| {
        let unit = posting.amount.unit();
        let unit = if unit == "CNY" { String::new() } else { format!(" {unit}") };
        format!("{} {}{unit}", posting.account.word(), posting.amount.text())
    };
    commit.postings.iter().map(posting).collect::<Vec<_>>().join(", ")
}

fn month() -> Vec<Told> {
    let mut facts = vec![signed("LG-1"), paid("B-1", "2026-01-02", "1000.00")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts
}

#[test]
fn the_matrix_of_money_and_settlements() {
    check(
        "
        fact       | postings
        payment    | cash_1000.00_prepaid_-1000.00
        reversal   | prepaid_1000.00_cash_-1000.00
        refund     | prepaid_40.00_cash_-40.00
        nobodys    | cash_70.00_unallocated_-70.00
        settlement | prepaid_775.00_revenue_-711.01_tax_-63.99_sold_310.000_m3_delivered_-310.000_m3
    ",
        |row| {
            let more = match row.text("fact") {
                "payment" => None,
                "reversal" => Some(reversed("B-2", "B-1", "2026-01-05", "1000.00")),
                "refund" => Some(refunded("B-3", "2026-01-05", "40.00")),
                "nobodys" => Some(paid("B-4", "2026-01-05", "70.00").unallocated()),
                "settlement" => Some(closed("2026-01")),
                other => panic!("{other}"),
            };
            let world = World::of(month().into_iter().chain(more));
            vec![newest(&world).replace(',', "").replace(' ', "_")]
        },
    );
}

#[test]
fn a_later_revision_posts_the_difference_column_by_column_on_its_own_day() {
    let mut world = World::of(month().into_iter().chain([closed("2026-01")]));
    let Some(Event::SettlementIssued(first)) = world.log.last().map(|last| last.event.clone())
    else {
        panic!("a settlement was issued")
    };
    let mut second = Arc::unwrap_or_clone(first);
    second.revision = 2;
    second.gross = yuan("800.00");
    second.net = yuan("733.94");
    second.tax = yuan("66.06");
    second.quantity = units("320");
    second.posted_on = Some(civil("2026-03-09"));
    world.record(Event::SettlementIssued(second.into()));
    assert_eq!(
        newest(&world),
        "prepaid 25.00, revenue -22.93, tax -2.07, sold 10.000 m3, delivered -10.000 m3"
    );
    let books = books(&world);
    let commit = books.journal(None, None).last().expect("posted");
    assert_eq!((commit.date, commit.month), (civil("2026-03-09"), "2026-01".parse().unwrap()));
    assert!(books.trial_balance(None, None).balances());
}

#[test]
fn a_buyer_who_owes_is_a_receivable_and_not_a_smaller_liability() {
    let mut facts = vec![signed("LG-1"), signed("LG-2")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.extend([closed("2026-01"), paid("B-1", "2026-01-02", "1000.00").of("LG-2")]);
    let balance = books(&World::of(facts)).trial_balance(None, None);
    let row = |word: &str| {
        let found = balance.rows.iter().find(|row| row.word() == word).expect("a row");
        (found.debit.text(), found.credit.text())
    };
    assert_eq!(row("prepaid"), ("0.00".to_owned(), "1000.00".to_owned()));
    assert_eq!(row("receivable"), ("775.00".to_owned(), "0.00".to_owned()));
    assert_eq!(row("cash"), ("1000.00".to_owned(), "0.00".to_owned()));
}
