//! A4: closed books take nothing more.

use citygate_domain::books::Rejection;
use citygate_tests_pure::book_words::{assigned, assigned_on, books_closed, split, taken_back};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    civil, closed, delivered_daily, paid, read, refunded, reversed, signed,
};

fn january() -> Vec<Told> {
    let mut facts = vec![signed("LG-1"), paid("B-1", "2026-01-02", "5000.00")];
    facts.push(paid("B-2", "2026-01-02", "100.00").unallocated());
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    facts
}

fn shut() -> Given {
    given(january()).and([books_closed("2026-01-31")])
}

#[test]
fn books_are_closed_forward_and_only_once_over() {
    given(january()).when(books_closed("2026-01-31")).then_recorded(&["books_closed"]);
    shut().when(books_closed("2026-01-31")).then_known();
    shut().when(books_closed("2026-02-15")).then_recorded(&["books_closed"]);
    shut().when(books_closed("2026-01-30")).then_rejected(Rejection::ClosedFurther {
        through: civil("2026-01-30"),
        closed_through: civil("2026-01-31"),
    });
    let late = "2026-02-01T12:00:00+08:00";
    given(january()).at(late).when(books_closed("2026-01-31")).then_recorded(&["books_closed"]);
    given(january()).at(late).when(books_closed("2026-02-01")).then_refused("day_not_over");
}

#[test]
fn a_month_that_is_not_issued_is_not_shut_out() {
    shut().when(books_closed("2026-02-27")).then_recorded(&["books_closed"]);
    shut().when(books_closed("2026-02-28")).then_rejected(Rejection::MonthsNotIssued {
        through: civil("2026-02-28"),
        missing: vec![(read("LG-1"), read("2026-02"))].into(),
    });
}

#[test]
fn nothing_is_posted_to_a_closed_day_and_everything_to_the_next() {
    let posting = |date: &str, told: Told| {
        shut().when(told).then_rejected(Rejection::Closed {
            posting_date: civil(date),
            closed_through: civil("2026-01-31"),
        });
    };
    posting("2026-01-31", paid("B-5", "2026-01-31", "1.00"));
    posting("2026-01-31", refunded("B-5", "2026-01-31", "1.00"));
    posting("2026-01-31", reversed("B-5", "B-1", "2026-01-31", "5000.00"));
    posting("2026-01-31", split("B-5", "2026-01-31", "1.00", &[("LG-1", "1.00")]));
    posting("2026-01-02", assigned("B-2", &[("LG-1", "100.00")]));
    let money = &["reference_taken", "payment_received"];
    shut().when(paid("B-5", "2026-02-01", "1.00")).then_recorded(money);
    let later = || assigned_on("B-2", "2026-02-01", &[("LG-1", "100.00")]);
    shut().when(later()).then_recorded(&["reference_taken", "money_assigned"]);
    let back = taken_back("B-2", "LG-1");
    shut().and([later(), books_closed("2026-02-20")]).when(back).then_refused("books_closed");
}

#[test]
fn what_is_known_stays_known_when_the_books_are_closed() {
    shut().when(paid("B-1", "2026-01-02", "5000.00")).then_known();
    shut().when(closed("2026-01")).then_known();
}

#[test]
fn a_settlement_of_a_contract_signed_too_late_finds_closed_books() {
    let mut late = vec![signed("LG-2")];
    late.extend(
        delivered_daily("2026-01-01", "2026-01-31", "10").into_iter().map(|one| one.at("LG-2-1")),
    );
    shut().and(late).when(closed("2026-01").of("LG-2")).then_rejected(Rejection::Closed {
        posting_date: civil("2026-01-31"),
        closed_through: civil("2026-01-31"),
    });
}
