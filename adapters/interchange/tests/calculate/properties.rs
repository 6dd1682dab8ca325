//! What holds for every history of years, exact and as the ledger rounds it.

use citygate_domain::contract::TakeOrPayTerms;
use citygate_domain::quantities::{Exact, Unit};
use citygate_domain::rules::take_or_pay::{
    Banks, Billed, Entry, Rounding, YearDocument, YearFacts, YearTerms, close_year,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// What happened in one year, in thousandths of a unit and of a yuan; relief in percent of ACQ.
#[derive(Debug, Clone)]
pub struct Year {
    pub annual: i64,
    pub relief_percent: i64,
    pub taken: i64,
    pub price: i64,
    pub credited: i64,
}

fn thousandths(value: i64) -> Decimal {
    Decimal::new(value, 3)
}

impl Year {
    /// The facts of a year; relief is divided by 7 to leave the decimals.
    pub fn facts(&self, year: i64, is_last: bool, rounding: Rounding) -> YearFacts<'static> {
        let given = |value: Exact| rounding.given("Y", "given", value);
        let annual = Exact::from(thousandths(self.annual));
        let relief = annual.clone() * Exact::from(self.relief_percent) / Exact::from(700);
        let price = citygate_domain::quantities::Price::agreed(thousandths(self.price));
        YearFacts {
            year,
            is_last,
            annual_quantity: given(annual),
            relief: given(relief),
            taken: given(thousandths(self.taken).into()),
            deviation_credited: given(thousandths(self.credited).into()),
            take_or_pay_price: rounding.given_price("take_or_pay_price", price),
            billed: Billed::At(price),
            seller_shortfall: given(Exact::zero()),
            seller_shortfall_rate: None,
        }
    }
}

prop_compose! {
    fn year()(
        annual in 0_i64..2_000_000,
        relief_percent in prop_oneof![Just(0_i64), 0_i64..=700],
        taken in 0_i64..2_500_000,
        price in 0_i64..5_000,
        credited in prop_oneof![4 => Just(0_i64), 1 => 0_i64..100_000],
    ) -> Year {
        Year { annual, relief_percent, taken, price, credited }
    }
}

fn make_up_price() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({"kind": "free"})),
        Just(json!({"kind": "fixed", "price": "0.3"})),
        Just(json!({"kind": "percent", "percent": "45"})),
        Just(json!({"kind": "difference"})),
    ]
}

fn terms() -> impl Strategy<Value = TakeOrPayTerms> {
    let order = prop_oneof![Just("after_adjusted"), Just("after_take_or_pay"), Just("first")];
    let base = prop_oneof![Just("adjusted"), Just("take_or_pay")];
    let carry = prop::option::of((0_u32..4, base, 0_u32..=100));
    let end = prop_oneof![
        Just(json!({"kind": "forfeit"})),
        Just(json!({"kind": "refund"})),
        Just(json!({"kind": "extend", "last_gas_day": "2040-01-01"})),
    ];
    (0_u32..=100, 0_u32..4, order, make_up_price(), carry, end, any::<bool>()).prop_map(
        |(percent, years, order, price, carry, end, credit)| {
            let mut terms = json!({
                "percent": percent.to_string(), "credit_deviation": credit,
                "price": {"kind": "weighted_average"},
                "make_up": {"years": years, "order": order, "price": price},
                "end_of_term": end,
            });
            if let Some((years, base, cap)) = carry {
                let cap = cap.to_string();
                terms["carry_forward"] = json!({"years": years, "base": base, "cap_percent": cap});
            }
            serde_json::from_value(terms).unwrap()
        },
    )
}

/// The documents of all years, each with the banks before and after it.
pub fn close(
    terms: &TakeOrPayTerms,
    years: &[Year],
    rounding: Rounding,
) -> Vec<(Banks, YearDocument, Banks)> {
    let mut banks = Banks::default();
    let mut closed = Vec::new();
    for (place, year) in years.iter().enumerate() {
        let facts = year.facts(2027 + place as i64, place + 1 == years.len(), rounding);
        let before = banks.clone();
        let after = close_year(&YearTerms::from(terms), &facts, banks, rounding).unwrap();
        banks = after.banks.clone();
        closed.push((before, after.document, after.banks));
    }
    closed
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Exact>) -> Exact {
    parts.into_iter().cloned().sum()
}

/// Everything paid with a right to it is later drawn, expired, forfeited, refunded, or still there;
/// everything earned is applied, expired, closed with the term, or still there.
fn nothing_is_lost(terms: &TakeOrPayTerms, closed: &[(Banks, YearDocument, Banks)]) {
    let Some((last, earlier)) = closed.split_last() else { return };
    let all = |column: fn(&YearDocument) -> &Exact| sum(closed.iter().map(|(_, y, _)| column(y)));
    let right = terms.make_up.years > 0;
    let opened = if right {
        sum(earlier.iter().map(|(_, year, _)| &year.paid_quantity))
    } else {
        Exact::zero()
    };
    let gone = sum([
        &all(|year| &year.make_up_drawn),
        &all(|year| &year.make_up_expired),
        &all(|year| &year.forfeited),
        &all(|year| &year.refunded_quantity),
        &last.1.make_up_balance,
    ]);
    assert_eq!(opened, gone, "make-up");
    let applied =
        sum([&all(|year| &year.carry_forward_applied), &all(|year| &year.carry_forward_expired)]);
    assert!(applied <= all(|year| &year.carry_forward_earned), "carry-forward");
    assert!(last.1.carry_forward_balance.is_zero(), "the term closes the bank");
}

fn holds_in_a_year(before: &Banks, year: &YearDocument, after: &Banks, annual: &Exact) {
    let zero = Exact::zero();
    for value in [
        &year.make_up_drawn,
        &year.counted,
        &year.deficiency,
        &year.carry_forward_applied,
        &year.paid_quantity,
        &year.payment,
        &year.make_up_balance,
        &year.make_up_expired,
        &year.carry_forward_earned,
        &year.carry_forward_balance,
        &year.carry_forward_expired,
        &year.forfeited,
        &year.refunded_quantity,
        &year.refund,
    ] {
        assert!(*value >= zero, "{year:#?}");
    }
    assert!(year.adjusted_quantity >= zero && year.adjusted_quantity <= *annual);
    assert!(year.make_up_drawn <= before.make_up.balance());
    assert!(year.carry_forward_applied <= before.carry_forward.balance());
    assert!(year.carry_forward_applied <= year.deficiency);
    assert_eq!(year.make_up_balance, after.make_up.balance());
    assert_eq!(year.carry_forward_balance, after.carry_forward.balance());
    oldest_first(before.make_up.entries(), &year.draws);
    oldest_first(before.carry_forward.entries(), &year.applications);
    let usable = |origin: i64, until: i64| origin < year.year && until >= year.year;
    assert!(year.draws.iter().all(|entry| usable(entry.origin, entry.usable_until)));
    assert!(year.applications.iter().all(|entry| usable(entry.origin, entry.usable_until)));
    let open = after.make_up.entries();
    assert!(open.iter().all(|entry| entry.usable_until > year.year && entry.quantity > zero));
}

/// Every entry but the last one drawn is drawn in full, and none is skipped.
fn oldest_first<P>(open: &[Entry<P>], drawn: &[Entry<P>]) {
    assert!(open.windows(2).all(|pair| pair[0].origin < pair[1].origin));
    assert!(drawn.len() <= open.len());
    for (open, drawn) in open.iter().zip(drawn) {
        assert_eq!(open.origin, drawn.origin);
        assert!(drawn.quantity <= open.quantity);
    }
    if let Some((_, whole)) = drawn.split_last() {
        assert!(whole.iter().zip(open).all(|(drawn, open)| drawn.quantity == open.quantity));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn banks_hold_what_was_paid_and_give_no_more(
        terms in terms(),
        years in prop::collection::vec(year(), 1..8),
    ) {
        for rounding in [Rounding::Exact, Rounding::Unit(Unit::CubicMetre)] {
            let closed = close(&terms, &years, rounding);
            for ((before, year, after), facts) in closed.iter().zip(&years) {
                holds_in_a_year(before, year, after, &thousandths(facts.annual).into());
            }
            nothing_is_lost(&terms, &closed);
        }
    }

    /// In the ledger every quantity but AACQ has the unit's decimals, every amount two, and the net
    /// is the sum of its parts.
    #[test]
    fn the_ledger_rounds_every_step(
        terms in terms(),
        years in prop::collection::vec(year(), 1..6),
    ) {
        for (_, year, _) in close(&terms, &years, Rounding::Unit(Unit::CubicMetre)) {
            let has = |value: &Exact, decimals: u32| {
                Exact::from(value.round(decimals).unwrap()) == *value
            };
            for quantity in [
                &year.take_or_pay_quantity, &year.make_up_drawn, &year.counted, &year.deficiency,
                &year.carry_forward_applied, &year.paid_quantity, &year.carry_forward_earned,
                &year.make_up_balance, &year.carry_forward_balance, &year.make_up_expired,
            ] {
                prop_assert!(has(quantity, 3), "{year:#?}");
            }
            for amount in [
                &year.payment, &year.make_up_credit, &year.refund, &year.seller_compensation,
                &year.net,
            ] {
                prop_assert!(has(amount, 2), "{year:#?}");
            }
        }
    }
}
