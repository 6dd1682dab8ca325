use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::reference::Reference;
use super::{CONTRACTS, MONTHS, PERSONS, SECOND_BEGINS};

/// Something that somebody tries. `who` is a contract, `month` counts from January 2024.
#[derive(Debug, Clone)]
pub enum Move {
    /// A month is read, the same every day.
    Deliver { who: usize, month: usize, daily: u32 },
    /// A reading is corrected.
    Correct { who: usize, month: usize, day: usize, volume: u32 },
    /// A firm lot is traded, its price in fen.
    Lot { who: usize, month: usize, quantity: u32, price: u32 },
    /// A claim on a third of a month, decided outside.
    Claim { who: usize, month: usize, third: usize, quantity: u32, granted: u32 },
    /// The same, filed, verified and decided here by two persons.
    ClaimHere { who: usize, month: usize, third: usize, quantity: u32, persons: [usize; 2] },
    /// A payment in fen on the fifteenth; of nobody yet without a contract.
    Pay { who: Option<usize>, month: usize, fen: i64 },
    /// A payment is returned by the bank.
    Reverse { payment: usize, month: usize },
    /// Money is paid back, decided outside or by two persons here.
    Refund { who: usize, month: usize, fen: i64, persons: Option<[usize; 2]> },
    /// Half of what is left of unallocated money, or all of it, is a contract's.
    Assign { payment: usize, who: usize, all: bool },
    /// What a contract was assigned is taken back.
    TakeBack { payment: usize, who: usize },
    /// A late fee of the first contract is charged, and perhaps waived.
    Fee { month: usize, waived: bool },
    /// Every month up to this one is closed.
    Close { who: usize, month: usize },
    /// A month's deviation is assessed, or assessed again.
    Assess { who: usize, month: usize, again: bool },
    /// One step of a case: which, by whom, with the revision shown too high by `ahead`.
    Step { who: usize, month: usize, step: usize, person: usize, ahead: bool },
    /// A case from its sheet to its posting by a maker and an approver, on one of several ways;
    /// `again` restates and assesses it before.
    Walk { who: usize, month: usize, way: usize, persons: [usize; 2], again: bool },
    /// A case is waived by a maker and an approver.
    Waive { who: usize, month: usize, persons: [usize; 2] },
    /// The ordinary work of months: closed, assessed, and by two persons their cases walked.
    Season { who: usize, month: usize, persons: Option<[usize; 2]> },
    /// A contract year of the first contract is settled.
    SettleYear { year: i64 },
    /// What later facts changed is restated: a month.
    Restate { who: usize, month: usize },
    /// And a year.
    RestateYear { year: i64 },
    /// The books are closed through the end of a month.
    CloseBooks { month: usize },
}

/// Anything that can be tried now.
pub fn moves(now: &Reference) -> BoxedStrategy<Move> {
    let mut some = vec![
        (3, correction().boxed()),
        (2, lot().boxed()),
        (2, claim().boxed()),
        (2, money().boxed()),
        (4, closing().boxed()),
        (4, year().boxed()),
        (3, restating(now).boxed()),
    ];
    if !now.payments.is_empty() {
        some.push((2, moved(now.payments.len()).boxed()));
    }
    let unread = now.unread();
    if !unread.is_empty() {
        some.push((1, reading(unread).boxed()));
    }
    let cases = now.cases();
    if !cases.is_empty() {
        some.push((8, case(cases).boxed()));
    }
    Union::new_weighted(some).boxed()
}

/// A contract and one of its months; early months come more often, so that facts meet.
fn place() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![
        3 => (Just(0), 0..3_usize),
        2 => (Just(0), 0..MONTHS),
        1 => (Just(1), SECOND_BEGINS..MONTHS),
    ]
}

fn persons() -> impl Strategy<Value = [usize; 2]> {
    // Mostly two different ones; who approves his own work is refused.
    prop_oneof![6 => Just([0, 1]), 1 => [0..PERSONS.len(), 0..PERSONS.len()]]
}

fn reading(unread: Vec<(usize, usize)>) -> impl Strategy<Value = Move> {
    (select(unread), 15..46_u32).prop_map(|((who, month), daily)| Move::Deliver {
        who,
        month,
        daily,
    })
}

fn correction() -> impl Strategy<Value = Move> {
    (place(), 0..28_usize, 0..250_u32).prop_map(|((who, month), day, volume)| Move::Correct {
        who,
        month,
        day,
        volume,
    })
}

fn lot() -> impl Strategy<Value = Move> {
    (place(), 1..150_u32, 180..320_u32).prop_map(|((who, month), quantity, price)| Move::Lot {
        who,
        month,
        quantity,
        price,
    })
}

fn claim() -> impl Strategy<Value = Move> {
    let outside = (place(), 0..3_usize, 1..150_u32, any::<bool>()).prop_map(
        |((who, month), third, quantity, granted)| {
            let granted = if granted { quantity.div_ceil(2) } else { 0 };
            Move::Claim { who, month, third, quantity, granted }
        },
    );
    let here = (place(), 0..3_usize, 1..150_u32, persons()).prop_map(
        |((who, month), third, quantity, persons)| Move::ClaimHere {
            who,
            month,
            third,
            quantity,
            persons,
        },
    );
    prop_oneof![outside, here]
}

fn money() -> impl Strategy<Value = Move> {
    let fen = 1..1_000_000_i64;
    prop_oneof![
        2 => (prop::option::of(0..CONTRACTS.len()), 0..MONTHS, 1..9_000_000_i64)
            .prop_map(|(who, month, fen)| Move::Pay { who, month, fen }),
        1 => (0..CONTRACTS.len(), 0..MONTHS, fen, prop::option::of(persons()))
            .prop_map(|(who, month, fen, persons)| Move::Refund { who, month, fen, persons }),
        1 => (0..4_usize, any::<bool>()).prop_map(|(month, waived)| Move::Fee { month, waived }),
    ]
}

fn moved(payments: usize) -> impl Strategy<Value = Move> {
    let who = 0..CONTRACTS.len();
    prop_oneof![
        1 => (0..payments, 0..MONTHS)
            .prop_map(|(payment, month)| Move::Reverse { payment, month }),
        3 => (0..payments, who.clone(), any::<bool>())
            .prop_map(|(payment, who, all)| Move::Assign { payment, who, all }),
        1 => (0..payments, who).prop_map(|(payment, who)| Move::TakeBack { payment, who }),
    ]
}

fn closing() -> impl Strategy<Value = Move> {
    prop_oneof![
        3 => place().prop_map(|(who, month)| Move::Close { who, month }),
        4 => (place(), prop::bool::weighted(0.3))
            .prop_map(|((who, month), again)| Move::Assess { who, month, again }),
        2 => place().prop_map(|(who, month)| Move::Season { who, month, persons: None }),
        2 => select(vec![SECOND_BEGINS - 1, MONTHS - 1])
            .prop_map(|month| Move::Season { who: 0, month, persons: Some([0, 1]) }),
        1 => (0..MONTHS).prop_map(|month| Move::CloseBooks { month }),
    ]
}

fn year() -> impl Strategy<Value = Move> {
    prop_oneof![
        3 => (2024..2026_i64).prop_map(|year| Move::SettleYear { year }),
        2 => (2024..2026_i64).prop_map(|year| Move::RestateYear { year }),
    ]
}

/// What was issued is restated more often than what was not.
fn restating(now: &Reference) -> impl Strategy<Value = Move> + use<> {
    let issued = now.issued();
    let of_any = place().prop_map(|(who, month)| Move::Restate { who, month });
    if issued.is_empty() {
        return of_any.boxed();
    }
    let of_issued = select(issued).prop_map(|(who, month)| Move::Restate { who, month });
    prop_oneof![1 => of_any, 6 => of_issued].boxed()
}

fn case(cases: Vec<(usize, usize)>) -> impl Strategy<Value = Move> {
    let one = select(cases.clone());
    let walk = (select(cases.clone()), 0..4_usize, persons(), any::<bool>()).prop_map(
        |((who, month), way, persons, again)| Move::Walk { who, month, way, persons, again },
    );
    let waive = (select(cases.clone()), persons())
        .prop_map(|((who, month), persons)| Move::Waive { who, month, persons });
    let step = (select(cases), 0..9_usize, 0..PERSONS.len(), prop::bool::weighted(0.1)).prop_map(
        |((who, month), step, person, ahead)| Move::Step { who, month, step, person, ahead },
    );
    let again = one.prop_map(|(who, month)| Move::Assess { who, month, again: true });
    prop_oneof![6 => walk, 6 => step, 2 => again, 1 => waive]
}
