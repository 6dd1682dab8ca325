//! M1–M3: amounts, and the tax in them.

use citygate_domain::quantities::{Exact, Money, Percent, Price, Quantity};
use citygate_domain::rules::tax::split;
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{percent, yuan};

#[test]
fn a_line_is_rounded_once_to_0_01() {
    check(
        "
        quantity     unit_price | amount
        1            0.63       | 0.63
        0.005        1          | 0.01     # a tie
        0.004999     1          | 0.00
        3            0.001      | 0.00     # 0.003
        5            0.001      | 0.01     # 0.005
        50001        0.63       | 31500.63 # worked example
        3420000000   0.485      | 1658700000.00 # worked example: a month of 114 million a day
        1000         0          | 0.00
        1000         -0.0251    | -25.10   # a price may be below zero
        0.05         -0.1       | -0.01    # and a tie then moves down
    ",
        |row| {
            let (quantity, price) =
                (row.get::<Quantity>("quantity"), row.get::<Price>("unit_price"));
            let exact = quantity.exact() * Exact::from(price.value());
            let amount = Money::of(quantity, price).unwrap();
            assert_eq!(Ok(amount), Money::round(&exact), "both ways round alike");
            vec![amount.to_string()]
        },
    );
}

#[test]
fn tax_is_taken_out_of_the_total_once() {
    check(
        "
        gross     percent | net      tax
        100.00    9       | 91.74    8.26     # worked example
        99.99     9       | 91.73    8.26     # worked example: three lines of 33.33
        33.33     9       | 30.58    2.75
        100.00    0       | 100.00   0.00
        0.00      9       | 0.00     0.00
        0.01      9       | 0.01     0.00
        0.01      100     | 0.01     0.00     # 0.005 is a tie
        -100.00   9       | -91.74   -8.26    # a mirror
        113.00    13      | 100.00   13.00
        100.00    8.5     | 92.17    7.83
    ",
        |row| {
            let taxed = split(row.get("gross"), row.get::<Percent>("percent")).unwrap().value;
            assert_eq!(taxed.net + taxed.tax, taxed.gross, "net and tax are the gross");
            vec![taxed.net.to_string(), taxed.tax.to_string()]
        },
    );
}

#[test]
fn three_lines_are_taxed_as_one_total() {
    let total: Money = [yuan("33.33"); 3].into_iter().sum();
    let taxed = split(total, percent("9")).unwrap().value;
    assert_eq!((taxed.net, taxed.tax), (yuan("91.73"), yuan("8.26")));
}

#[test]
fn money_has_two_decimals() {
    check(
        "
        text     | read
        1        | 1.00
        1.5      | 1.50
        1.500    | 1.50
        1.005    | refused
        -0       | 0.00
        -3.10    | -3.10
        x        | refused
    ",
        |row| {
            let read = row.text("text").parse::<Money>();
            vec![read.map_or("refused".to_owned(), |money| money.to_string())]
        },
    );
}

#[test]
fn an_amount_too_large_to_be_added_up_is_refused() {
    let of =
        |quantity: &str, price: &str| Money::of(quantity.parse().unwrap(), price.parse().unwrap());
    assert!(of("99999999999999", "1000000").is_ok(), "10²⁰ yuan, nearly");
    assert!(of("999999999999999", "1000000").is_err(), "10²¹");
    assert!(Money::round(&Exact::from(i64::MAX)).is_ok());
}
