//! Arithmetic: exact until a rule rounds, half-up when it does, refused when it does not fit.

use citygate_domain::quantities::Exact;
use citygate_domain::quantities::exact::{
    decimals_by_value, half_up, parse_plain, product, quotient_half_up,
};
use citygate_tests_pure::table::check;
use rust_decimal::Decimal;

fn number(text: &str) -> Decimal {
    parse_plain(text).unwrap()
}

#[test]
fn rounding_is_half_up_and_ties_move_away_from_zero() {
    check(
        "
        value        decimals | rounded
        11.23459            4 | 11.2346    # worked example
        11.23449            4 | 11.2345    # worked example
        0.00005             4 | 0.0001     # worked example
        11.234346           4 | 11.2343    # worked example: 11.2344 if rounded twice
        -0.00005            4 | -0.0001    # a tie moves away from zero
        0.5                 0 | 1          # half-even would say 0
        1.5                 0 | 2
        2.5                 0 | 3          # half-even would say 2
        2.4999999999        0 | 2
        2                   3 | 2.000      # printed with the places asked for
        0                   2 | 0.00
    ",
        |row| {
            let (value, decimals): (Decimal, u32) =
                (number(row.text("value")), row.get("decimals"));
            let exactly = Exact::from(value).round(decimals).unwrap();
            assert_eq!(half_up(value, decimals), exactly, "both ways round alike");
            vec![half_up(value, decimals).to_string()]
        },
    );
}

#[test]
fn a_quotient_is_rounded_once() {
    check(
        "
        over         under decimals | quotient
        1                3        3 | 0.333
        2                3        3 | 0.667
        1                8        2 | 0.13        # 0.125 is a tie
        -1               8        2 | -0.13
        1               -8        2 | -0.13
        -1              -8        2 | 0.13
        0.0015           1        3 | 0.002       # a tie behind the point
        0.0014999        1        3 | 0.001
        7                7        0 | 1
        5                9        0 | 1
        4                9        0 | 0
        1                0        3 | refused     # nothing is divided by zero
        123456789012345.123456789012 0.0000000007 6 | refused # 30 digits do not
        999999999999999.999999999999 0.000001 6 | 999999999999999999999.999999 # 27 digits fit
        39000000  1055.05585262   6 | 36964.867692  # worked example, through MJ
    ",
        |row| {
            let decimals = row.get("decimals");
            let (over, under) = (number(row.text("over")), number(row.text("under")));
            let found = quotient_half_up(over, under, decimals);
            if !under.is_zero() {
                let slow = (Exact::from(over) / Exact::from(under)).round(decimals);
                assert_eq!(found, slow, "the fast way is the exact way");
            }
            vec![found.map_or("refused".to_owned(), |value| value.to_string())]
        },
    );
}

#[test]
fn a_product_is_exact_or_refused() {
    check(
        "
        left             right            | product
        1.10             2.5              | 2.750
        0.000001         0.000001         | 0.000000000001
        0.000000000001   0.000000000001   | 0.000000000000000000000001
        999999999999999  999999999999     | 999999999998999000000000001
        999999999999999  99999999999999   | refused          # 29 digits
        999999999999999.9999 1000000000   | 999999999999999999900000.0000 # zeros behind are no digits
        -3               0.5              | -1.5
        0                999999999999999  | 0
    ",
        |row| {
            let found = product(number(row.text("left")), number(row.text("right")));
            vec![found.map_or("refused".to_owned(), |value| value.to_string())]
        },
    );
}

#[test]
fn exact_rationals_are_cut_raised_and_printed() {
    check(
        "
        over under decimals | rounded cut   ceiling printed
        1    3            2 | 0.33    0.33  1       1/3
        2    3            2 | 0.67    0.66  1       2/3
        -2   3            2 | -0.67   -0.66 0       -2/3
        1    4            1 | 0.3     0.2   1       0.25
        -1   4            1 | -0.3    -0.2  0       -0.25
        6    3            1 | 2.0     2.0   2       2
        1999 100          1 | 20.0    19.9  20      19.99
    ",
        |row| {
            let number = |column| Exact::from(row.get::<i64>(column));
            let exact = number("over") / number("under");
            let decimals = row.get("decimals");
            vec![
                exact.round(decimals).unwrap().to_string(),
                exact.truncate(decimals).unwrap().to_string(),
                exact.ceil().to_string(),
                exact.to_string(),
            ]
        },
    );
}

#[test]
fn a_plain_number_is_digits_with_one_point() {
    check(
        "
        text                          | read
        0                             | 0
        -0                            | 0
        007.50                        | 7.50
        1.2300                        | 1.2300
        -12.5                         | -12.5
        999999999999999               | 999999999999999          # 15 digits before the point
        000999999999999999            | 999999999999999          # zeros in front are no digits
        1000000000000000              | too_long
        0.123456789012                | 0.123456789012           # 12 digits behind it
        0.1234567890123               | too_long
        .5                            | not_plain
        5.                            | not_plain
        .                             | not_plain
        -                             | not_plain
        +1                            | not_plain
        1e3                           | not_plain
        1,000                         | not_plain
        1_000                         | not_plain
        1.2.3                         | not_plain
        --1                           | not_plain
        NaN                           | not_plain
        0x10                          | not_plain
        １２                           | not_plain                # wide digits are no digits
    ",
        |row| {
            use citygate_domain::quantities::NumberError::{NotPlain, TooLong};
            vec![match parse_plain(row.text("text")) {
                Ok(value) => value.to_string(),
                Err(NotPlain) => "not_plain".to_owned(),
                Err(TooLong) => "too_long".to_owned(),
            }]
        },
    );
}

#[test]
fn decimals_count_by_value() {
    check(
        "
        text    | decimals
        1.2300  | 2
        1.000   | 0
        0.000   | 0
        0.001   | 3
        1000    | 0
    ",
        |row| vec![decimals_by_value(number(row.text("text"))).to_string()],
    );
}
