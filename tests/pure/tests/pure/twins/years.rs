//! Contract years of take-or-pay beside those of their twin, over random histories of years.

use std::collections::BTreeMap;

use citygate_domain::quantities::{Money, Quantity};
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::take_or_pay::{SettleYear, TakeOrPaySettled, carried, made_up};
use citygate_domain::{Command, Event};
use citygate_projections::ReadModels;
use citygate_projections::explain::Document;
use citygate_tests_pure::history::{facts_of, years};
use citygate_tests_pure::twin::number::{R, of};
use citygate_tests_pure::twin::years as twin;
use citygate_tests_pure::world::World;

use super::shown;

/// Histories of years; each is several hundred gas days long.
const HISTORIES: u64 = 40;

/// What they must contain, all together.
const WANTED: [&str; 9] = [
    "year paid",
    "make-up opened",
    "make-up drawn",
    "make-up expired",
    "make-up forfeited",
    "make-up refunded",
    "carry-forward earned",
    "carry-forward applied",
    "seller's compensation",
];

/// A history told, its months closed and its years settled, in order.
pub(super) fn settled(seed: u64) -> (World, Vec<Command>) {
    let history = years(seed);
    let mut world = World::at(history.now);
    let mut taken = Vec::new();
    for command in history.commands {
        if world.tell(&command).is_ok_and(|events| !events.is_empty()) {
            taken.push(command);
        }
    }
    let contract = world.contract("LG-1");
    let id = contract.id().clone();
    let (first, last) = (contract.first_month(), contract.last_month());
    let (from, to) = (contract.year_of(first), contract.year_of(last));
    for month in first.through(last) {
        let issue = IssueSettlement { contract: id.clone(), month };
        let issued = world.tell(&Command::IssueSettlement(issue));
        issued.unwrap_or_else(|rejection| panic!("seed {seed} {month}: {rejection}"));
    }
    for year in from..=to {
        let settle = SettleYear { contract: id.clone(), year };
        let answer = world.tell(&Command::SettleYear(settle));
        answer.unwrap_or_else(|rejection| panic!("seed {seed} {year}: {rejection}"));
    }
    (world, taken)
}

fn documents(world: &World) -> Vec<&TakeOrPaySettled> {
    let documents = world.log.iter().filter_map(|recorded| {
        if let Event::TakeOrPaySettled(document) = &recorded.event {
            Some(&**document)
        } else {
            None
        }
    });
    documents.collect()
}

/// A document under the names of the twin.
pub(super) fn of_core(year: &TakeOrPaySettled) -> twin::Year {
    let quantity = |value: Quantity| of(value.value());
    let money = |value: Money| of(value.value());
    let (make_up, carry) = (&year.make_up, &year.carry_forward);
    let numbers = vec![
        ("adjusted_quantity", quantity(year.adjusted_quantity)),
        ("take_or_pay_quantity", quantity(year.take_or_pay_quantity)),
        ("make_up_drawn", quantity(made_up(&make_up.drawn))),
        ("counted", quantity(year.counted)),
        ("deficiency", quantity(year.deficiency)),
        ("carry_forward_applied", quantity(carried(&carry.applied))),
        ("paid_quantity", quantity(year.paid_quantity)),
        ("payment", money(year.payment.gross)),
        ("payment_net", money(year.payment.net)),
        ("make_up_expired", quantity(made_up(&make_up.expired))),
        ("carry_forward_earned", quantity(carried(carry.earned.as_slice()))),
        ("carry_forward_expired", quantity(carried(&carry.expired))),
        ("forfeited", quantity(made_up(&make_up.forfeited))),
        ("refund", money(year.refund.gross)),
        ("make_up_credit", money(year.make_up_credit.gross)),
        ("credit_net", money(year.make_up_credit.net)),
        ("seller_compensation", money(year.seller_compensation.gross)),
        ("released", money(year.released.gross)),
        ("year_net", money(year.year_net)),
        ("gross", money(year.gross)),
    ];
    let left = make_up.left.iter().map(|it| (it.origin, it.quantity, it.amount));
    let carried = carry.left.iter().map(|it| (it.origin, it.quantity, Money::ZERO));
    twin::Year {
        year: year.year,
        numbers,
        make_up: left.map(|(origin, q, a)| (origin, quantity(q), money(a))).collect(),
        carry_forward: carried.map(|(origin, q, a)| (origin, quantity(q), money(a))).collect(),
    }
}

#[test]
fn the_years_of_the_core_are_those_of_the_twin() {
    let mut contained: BTreeMap<String, u32> = BTreeMap::new();
    for seed in 0..HISTORIES {
        let (world, taken) = settled(seed);
        let facts = facts_of(&taken);
        let expected = twin::years(&facts, &facts.contracts[0]).expect("every price is known");
        let found: Vec<twin::Year> = documents(&world).into_iter().map(of_core).collect();
        for (expected, found) in expected.iter().zip(&found) {
            let pairs = expected.numbers.iter().zip(&found.numbers);
            let differs = pairs.into_iter().find(|(expected, found)| expected != found);
            assert_eq!(differs, None, "seed {seed} {}: twin and core", expected.year);
        }
        assert_eq!(expected, found, "seed {seed}");
        for seen in world.log.iter().flat_map(|recorded| shown::seen_in(&recorded.event)) {
            *contained.entry(seen).or_default() += 1;
        }
    }
    let missing: Vec<_> = WANTED.iter().filter(|name| !contained.contains_key(**name)).collect();
    assert!(missing.is_empty(), "never thrown: {missing:?} of {contained:?}");
}

/// Gas and money of both banks: what was opened has left, or is still there.
#[test]
fn nothing_is_lost_between_the_banks_of_two_years() {
    for seed in 0..HISTORIES {
        let (world, _) = settled(seed);
        let (mut gas, mut money, mut carried_gas) = (Quantity::ZERO, Money::ZERO, Quantity::ZERO);
        for year in documents(&world) {
            let (make_up, carry) = (&year.make_up, &year.carry_forward);
            let gone = [&make_up.drawn, &make_up.expired, &make_up.forfeited, &make_up.refunded];
            let gone: Vec<_> = gone.into_iter().flatten().cloned().collect();
            gas = gas + made_up(make_up.opened.as_slice()) - made_up(&gone);
            money = money + make_up.opened.iter().map(|it| it.amount).sum()
                - gone.iter().map(|it| it.amount).sum();
            let about = format!("seed {seed} {}", year.year);
            assert_eq!(gas, made_up(&make_up.left), "{about}");
            assert_eq!(money, make_up.left.iter().map(|it| it.amount).sum(), "{about}");
            assert!(make_up.left.iter().all(|it| it.quantity > Quantity::ZERO), "{about}");
            assert!(make_up.left.iter().all(|it| it.amount >= Money::ZERO), "{about}");
            carried_gas = carried_gas + carried(carry.earned.as_slice())
                - carried(&carry.applied)
                - carried(&carry.expired)
                - carried(&carry.lapsed);
            assert_eq!(carried_gas, carried(&carry.left), "{about}");
            let parts = year.payment.gross
                - year.make_up_credit.gross
                - year.seller_compensation.gross
                - year.refund.gross;
            assert_eq!((year.gross, year.gross), (parts, year.net + year.tax), "{about}");
        }
        assert_eq!((gas, money), (Quantity::ZERO, Money::ZERO), "the last year closes every bank");
    }
}

#[test]
fn a_settled_year_is_the_same_replayed_and_computed_again() {
    for seed in 0..HISTORIES / 4 {
        let (world, _) = settled(seed);
        let mut models = ReadModels::default();
        let mut replayed = World::at(world.now);
        for recorded in &world.log {
            // What a document is computed from is what the log said before it.
            if let Some(document) = Document::of(&recorded.event)
                && matches!(document, Document::TakeOrPay(_))
            {
                let again = document.again(&replayed.ledger).expect("it was settled");
                assert!(again.agrees, "seed {seed} {document:?}");
            }
            replayed.record(recorded.event.clone());
            models.apply(recorded);
        }
        let lived: Vec<_> = documents(&world);
        let read: Vec<_> = models.years.newest().map(|(document, _)| document).collect();
        assert_eq!(lived, read, "seed {seed}");
    }
}

fn differs(name: &str, change: impl FnOnce(&mut TakeOrPaySettled)) -> bool {
    let (world, _) = settled(1);
    let mut changed = (*documents(&world).last().expect("a year")).clone();
    let before = changed.clone();
    change(&mut changed);
    assert!(changed != before, "{name} was changed");
    let position = world.log.len();
    let ledger = world.log.iter().take(position - 1).fold(
        citygate_domain::state::Ledger::default(),
        |mut ledger, recorded| {
            ledger.evolve(recorded);
            ledger
        },
    );
    let again = Document::TakeOrPay(changed.into()).again(&ledger);
    !again.expect("it was settled").agrees
}

#[test]
fn a_year_in_which_any_number_was_changed_does_not_come_out_again() {
    let more = |money: Money| money + "0.01".parse().expect("money");
    assert!(differs("gross", |year| year.gross = more(year.gross)));
    assert!(differs("net", |year| year.net = more(year.net)));
    assert!(differs("released", |year| year.released.tax = more(year.released.tax)));
    assert!(differs("taken", |year| year.taken = year.taken + Quantity::of_parts(1)));
    assert!(differs("relief", |year| year.relief = year.relief + Quantity::of_parts(1)));
    assert!(differs("price", |year| year.take_or_pay_price = "9.9".parse().expect("a price")));
}

#[test]
fn the_twin_notices_a_planted_mistake() {
    let (world, taken) = settled(2);
    let facts = facts_of(&taken);
    let expected = twin::years(&facts, &facts.contracts[0]).expect("every price is known");
    let mut planted = documents(&world)[0].clone();
    planted.deficiency = planted.deficiency + Quantity::of_parts(1);
    let one: R = of(planted.deficiency.value());
    assert_ne!(of_core(&planted), expected[0], "{one}");
}
