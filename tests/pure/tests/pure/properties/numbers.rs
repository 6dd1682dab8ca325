//! Arithmetic over many numbers: exact, half-up, and the fast way as the exact one.

use citygate_domain::quantities::exact::{half_up, parse_plain, product, quotient_half_up};
use citygate_domain::quantities::{Exact, Money, Quantity};
use citygate_domain::rules::tax::split;
use citygate_tests_pure::twin::number;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_assume, proptest};
use rust_decimal::Decimal;

/// A decimal with up to 27 digits and 12 places, as files may hold them.
fn decimal() -> impl Strategy<Value = Decimal> {
    let digits = proptest::num::i128::ANY.prop_map(|number| number % 10_i128.pow(27));
    let short = any::<i32>().prop_map(i128::from);
    (proptest::prop_oneof![digits, short], 0_u32..=12)
        .prop_map(|(number, scale)| Decimal::from_i128_with_scale(number, scale))
}

proptest! {
    #[test]
    fn rounding_is_that_of_the_twin(value in decimal(), places in 0_u32..=6) {
        let twin = number::half_up(&number::of(value), places as usize);
        prop_assert_eq!(number::of(half_up(value, places)), twin.clone());
        if let Ok(rounded) = Exact::from(value).round(places) {
            prop_assert_eq!(number::of(rounded), twin);
        }
    }

    #[test]
    fn cutting_is_that_of_the_twin(over in decimal(), under in decimal(), places in 0_u32..=3) {
        prop_assume!(!under.is_zero());
        let twin = number::cut(&(number::of(over) / number::of(under)), places as usize);
        if let Ok(cut) = (Exact::from(over) / Exact::from(under)).truncate(places) {
            prop_assert_eq!(number::of(cut), twin);
        }
    }

    #[test]
    fn a_quotient_is_that_of_the_twin_or_refused(over in decimal(), under in decimal(), places in 0_u32..=6) {
        prop_assume!(!under.is_zero());
        let twin = number::half_up(&(number::of(over) / number::of(under)), places as usize);
        if let Ok(found) = quotient_half_up(over, under, places) {
            prop_assert_eq!(number::of(found), twin);
        }
    }

    #[test]
    fn a_product_is_exact_or_refused(left in decimal(), right in decimal()) {
        if let Ok(found) = product(left, right) {
            prop_assert_eq!(number::of(found), number::of(left) * number::of(right));
        }
    }

    #[test]
    fn a_number_reads_as_it_prints(value in decimal()) {
        if let Ok(back) = parse_plain(&value.to_string()) {
            prop_assert_eq!(back, value);
            prop_assert_eq!(back.to_string(), value.to_string());
        }
    }

    #[test]
    fn exact_sums_and_products_are_those_of_the_twin(one in decimal(), two in decimal(), three in decimal()) {
        prop_assume!(!three.is_zero());
        let exact = (Exact::from(one) + Exact::from(two)) * Exact::from(two) / Exact::from(three);
        let twin = (number::of(one) + number::of(two)) * number::of(two) / number::of(three);
        let (over, under) = (twin.numer().to_string(), twin.denom().to_string());
        let printed = exact.to_string();
        match printed.split_once('/') {
            Some(parts) => prop_assert_eq!(parts, (over.as_str(), under.as_str())),
            None => prop_assert_eq!(number::read(&printed), twin),
        }
    }

    #[test]
    fn net_and_tax_are_always_the_gross(fen in -10_i64.pow(15)..10_i64.pow(15), rate in 0_i64..5_000) {
        let gross = Money::try_new(Decimal::new(fen, 2)).unwrap();
        let rate = citygate_domain::quantities::Percent::new(Decimal::new(rate, 2));
        let taxed = split(gross, rate).unwrap().value;
        prop_assert_eq!(taxed.net + taxed.tax, gross);
        prop_assert!(taxed.net.abs() <= gross.abs());
        let mirrored = split(-gross, rate).unwrap().value;
        prop_assert_eq!((mirrored.net, mirrored.tax), (-taxed.net, -taxed.tax), "a reversal mirrors");
    }

    #[test]
    fn an_amount_is_half_a_fen_away_from_exact(quantity in 0_i64..10_i64.pow(15), price in -10_i64.pow(9)..10_i64.pow(9)) {
        let quantity = Quantity::new(Decimal::new(quantity, 3));
        let price = citygate_domain::quantities::Price::agreed(Decimal::new(price, 6));
        let amount = number::of(Money::of(quantity, price).unwrap().value());
        let exact = number::of(quantity.value()) * number::of(price.value());
        let apart = &exact - &amount;
        let half = number::read("0.005");
        prop_assert!(apart <= half && -apart <= half);
    }
}
