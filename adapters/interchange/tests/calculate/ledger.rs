//! The same rule as the ledger runs it: rounded to the unit's decimals when a step is computed.

use citygate_domain::contract::{EndOfTerm, TakeOrPayTerms};
use citygate_domain::log::Position;
use citygate_domain::quantities::{Exact, Money, Price, Quantity, Unit};
use citygate_domain::rules::lines::{Line, LineKind};
use citygate_domain::rules::take_or_pay::{
    Banks, Billed, BilledMonth, Entry, Rounding, YearFacts, YearTerms, close_year, taken,
    weighted_average,
};
use citygate_domain::trace::{Trace, Traced, Value};
use citygate_tests_pure::table::check;
use serde_json::json;

const ROUNDING: Rounding = Rounding::Unit(Unit::CubicMetre);

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn terms(order: &str) -> TakeOrPayTerms {
    serde_json::from_value(json!({
        "percent": "80", "credit_deviation": false,
        "price": {"kind": "weighted_average"},
        "make_up": {"years": 2, "order": order, "price": {"kind": "free"}},
        "carry_forward": {"years": 2, "base": "adjusted", "cap_percent": "33"},
        "end_of_term": {"kind": "forfeit"},
    }))
    .unwrap()
}

fn given(value: Exact) -> Traced<Exact> {
    ROUNDING.given("Y", "given", value)
}

fn facts(relief: Exact, taken: &str, billed: Billed<'static>) -> YearFacts<'static> {
    YearFacts {
        year: 2027,
        is_last: false,
        annual_quantity: given(Exact::from(1000)),
        relief: given(relief),
        taken: given(quantity(taken).exact()),
        deviation_credited: given(Exact::from(500)),
        take_or_pay_price: ROUNDING.given_price("take_or_pay_price", price("2.1234")),
        billed,
        seller_shortfall: given(quantity("33.335").exact()),
        seller_shortfall_rate: Some(price("0.1")),
    }
}

fn banks(make_up: &str, carry_forward: &str) -> Banks {
    let mut banks = Banks::default();
    banks.make_up.open(Entry {
        origin: 2026,
        quantity: quantity(make_up).exact(),
        usable_until: 2028,
        paid: price("2"),
    });
    banks.carry_forward.open(Entry {
        origin: 2026,
        quantity: quantity(carry_forward).exact(),
        usable_until: 2028,
        paid: (),
    });
    banks
}

/// Relief of a third of the year: AACQ is 666.666…, and never rounded itself.
#[test]
fn each_step_is_rounded_when_it_is_computed() {
    let relief = Exact::from(1000) / Exact::from(3);
    check(
        "
        order             taken   | topq    drawn  counted deficiency applied paid    payment earned
        after_adjusted    700     | 533.333 33.333 666.667 0          0       0       0       0        # 0.00033 earned rounds to 0
        after_adjusted    866.667 | 533.333 100    766.667 0          0       0       0       100
        after_take_or_pay 600     | 533.333 66.667 533.333 0          0       0       0       0
        after_take_or_pay 400     | 533.333 0      400     133.333    44      89.333  189.69  0        # 33 % is 43.99989
        after_take_or_pay 533.332 | 533.333 0      533.332 0.001      0       0.001   0       0        # 0.00033 applied, 0.0021 yuan
    ",
        |row| {
            let terms = terms(row.text("order"));
            let facts = facts(relief.clone(), row.text("taken"), Billed::At(price("3")));
            let closed =
                close_year(&YearTerms::from(&terms), &facts, banks("100", "50"), ROUNDING).unwrap();
            let year = closed.document;
            [
                &year.take_or_pay_quantity,
                &year.make_up_drawn,
                &year.counted,
                &year.deficiency,
                &year.carry_forward_applied,
                &year.paid_quantity,
                &year.payment,
                &year.carry_forward_earned,
            ]
            .map(ToString::to_string)
            .to_vec()
        },
    );
}

#[test]
fn what_the_terms_do_not_credit_is_not_credited() {
    let mut terms = terms("after_adjusted");
    let deficiency = |terms: &TakeOrPayTerms| {
        let facts = facts(Exact::zero(), "100", Billed::At(price("3")));
        let closed = close_year(&YearTerms::from(terms), &facts, Banks::default(), ROUNDING);
        closed.unwrap().document.deficiency.to_string()
    };
    assert_eq!(deficiency(&terms), "700");
    terms.credit_deviation = true;
    assert_eq!(deficiency(&terms), "200");
}

#[test]
fn made_up_gas_is_credited_at_what_it_was_billed() {
    let line = |kind, quantity: &str, unit_price: &str, amount: &str| Line {
        amount: amount.parse().unwrap(),
        first_gas_day: None,
        kind,
        last_gas_day: None,
        quantity: quantity.parse().unwrap(),
        tag: String::new(),
        unit_price: price(unit_price),
    };
    let lines = [
        line(LineKind::Base, "990", "2.5", "2475.00"),
        line(LineKind::Excess, "30.333", "3.6", "109.20"),
    ];
    let months = [BilledMonth {
        month: "2027-12".parse().unwrap(),
        lines: &lines,
        position: Position::START,
    }];
    let gross: Money = lines.iter().map(|line| line.amount).sum();
    let billed = Billed::Documents { gross, months: &months };
    let facts = YearFacts { billed, ..facts(Exact::zero(), "1020.333", Billed::At(price("0"))) };
    let closed = |kind: serde_json::Value| {
        let mut terms = terms("after_adjusted");
        terms.make_up.price = serde_json::from_value(kind).unwrap();
        close_year(&YearTerms::from(&terms), &facts, banks("100", "50"), ROUNDING).unwrap().document
    };
    let free = closed(json!({"kind": "free"}));
    assert_eq!(free.make_up_drawn.to_string(), "20.333");
    assert_eq!(free.make_up_credit.to_string(), "73.2", "20.333 × 109.20 ÷ 30.333 = 73.19996…");
    assert_eq!(free.seller_compensation.to_string(), "3.33", "3.3335, by M2");
    assert_eq!(free.net.to_string(), "2507.67", "2584.20 − 73.20 − 3.33");
    let half = closed(json!({"kind": "percent", "percent": "50"}));
    assert_eq!(half.make_up_credit.to_string(), "36.6");
    let difference = closed(json!({"kind": "difference"}));
    assert_eq!(difference.make_up_credit.to_string(), "40.67", "20.333 × 2, what was paid");
    assert!(free.trace.steps.iter().any(|step| step.rule == "Y11"));
}

#[test]
fn an_extension_keeps_the_make_up_and_nothing_else() {
    let mut terms = terms("after_adjusted");
    let last_gas_day = "2028-03-31".parse().unwrap();
    terms.end_of_term = EndOfTerm::Extend { last_gas_day };
    let facts = YearFacts { is_last: true, ..facts(Exact::zero(), "700", Billed::At(price("3"))) };
    let closed =
        close_year(&YearTerms::from(&terms), &facts, banks("100", "50"), ROUNDING).unwrap();
    assert_eq!(closed.document.make_up_balance.to_string(), "100");
    assert_eq!(closed.document.carry_forward_balance.to_string(), "0");
    assert_eq!(closed.banks.make_up.balance(), Exact::from(100));
}

#[test]
fn what_is_taken_and_what_a_deficient_unit_costs() {
    let taken = |lots_count| taken(quantity("100"), quantity("30"), lots_count, Unit::CubicMetre);
    assert_eq!(taken(true).value, Exact::from(100));
    assert_eq!(taken(false).value, Exact::from(70));
    let average = |amounts: &str, base: &str| {
        let amounts: Money = amounts.parse().unwrap();
        let average = weighted_average(amounts, quantity(base), 4, Unit::CubicMetre).unwrap();
        average.map(|price| (price.value.to_string(), price.trace.rule))
    };
    assert_eq!(average("100.00", "30"), Some(("3.3333".to_owned(), "Y7")));
    assert_eq!(average("0.00", "0"), None);
}

#[test]
fn a_derived_fact_stays_in_the_trace() {
    let claim = Trace::new("D1", "relief", Value::Missing).with_events(
        "claim",
        Value::Text("K-1".to_owned()),
        vec![Position::new(7)],
    );
    let facts = YearFacts {
        relief: Traced { value: Exact::from(10), trace: claim },
        ..facts(Exact::zero(), "700", Billed::At(price("3")))
    };
    let terms = terms("after_adjusted");
    let closed = close_year(&YearTerms::from(&terms), &facts, Banks::default(), ROUNDING).unwrap();
    assert_eq!(closed.document.trace.events(), [Position::new(7)]);
}
