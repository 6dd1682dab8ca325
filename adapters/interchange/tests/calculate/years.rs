//! Y1–Y13 through `calculate`: the worked examples, every option of the terms, and both sides of
//! each threshold. A cell holds a value for each year, with `+` between them.

use citygate_tests_pure::table::{Row, check};
use serde_json::{Value, json};

use crate::column;

/// A form from a row: `taken`, then what the row says of `order`, `period`, `carry` and `first`.
fn form(row: &Row<'_>, columns: &[&str]) -> Value {
    let said = |column: &str| columns.contains(&column).then(|| row.text(column));
    let years: Vec<Value> = row
        .text("taken")
        .split('+')
        .zip(2027..)
        .map(|(taken, year)| {
            json!({"year": year, "annual_quantity": "1000", "taken": taken, "contract_price": "3"})
        })
        .collect();
    let period: u32 = said("period").map_or(2, |years| years.parse().unwrap());
    let mut form = json!({
        "rule": "take_or_pay",
        "terms": {
            "percent": "80",
            "make_up": {
                "years": period,
                "order": said("order").unwrap_or("after_adjusted"),
                "price": {"kind": "free"},
            },
            "end_of_term": {"kind": said("end").unwrap_or("forfeit")},
        },
        "years": years,
    });
    if let Some(carry) = said("carry").filter(|carry| *carry != "-") {
        let (base, cap) = carry.split_once('/').unwrap();
        form["terms"]["carry_forward"] = json!({"years": 2, "base": base, "cap_percent": cap});
    }
    form
}

/// The years' cells of a column, without the total.
fn years(form: &Value, name: &str) -> String {
    let cells = column(form, name);
    cells.split_last().unwrap().1.join("+")
}

fn total(form: &Value, name: &str) -> String {
    column(form, name).last().unwrap().clone()
}

#[test]
fn the_worked_examples() {
    check(
        "
        order            period taken                  | deficiency    drawn        expired     net                           total
        after_adjusted        2 600+1100+1000          | 200+0+0       0+100+0      0+0+100     2400+3000+3000                8400   # W1
        after_take_or_pay     2 600+1100+1000          | 200+0+0       0+200+0      0+0+0       2400+2700+3000                8100   # W2
        after_adjusted        2 799+800                | 1+0           0+0          0+0         2400+2400                     4800   # W3
        after_adjusted        2 600+1000+1100+1000     | 200+0+0+0     0+0+100+0    0+0+100+0   2400+3000+3000+3000           11400  # W4
        after_adjusted        3 700+750+1080+1030+1000 | 100+50+0+0+0  0+0+80+30+0  0+0+0+0+40  2400+2400+3000+3000+3000      13800  # W5
    ",
        |row| {
            let form = form(row, &["order", "period", "taken"]);
            vec![
                years(&form, "deficiency"),
                years(&form, "make_up_drawn"),
                years(&form, "make_up_expired"),
                years(&form, "net"),
                total(&form, "net"),
            ]
        },
    );
}

#[test]
fn relief_lowers_the_adjusted_quantity() {
    let form = json!({
        "rule": "take_or_pay",
        "terms": {
            "percent": "80",
            "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
            "end_of_term": {"kind": "forfeit"},
        },
        "years": [
            {"year": 2027, "annual_quantity": "1000", "taken": "600", "contract_price": "3"},
            {"year": 2028, "annual_quantity": "1000", "taken": "800", "contract_price": "3"},
        ],
    });
    check(
        "
        relief                                          rate taken | adjusted take_or_pay deficiency payment compensation net       forfeited total
        force_majeure=100/seller_maintenance=20/permitted_reduction=30/seller_shortfall=50 1.5 600 | 800+1000 640+800 40+0 120+0 75+0 1845+2400 0+40 4245  # W6
        force_majeure=1000                              -    0     | 0+1000   0+800       0+0        0+0     0+0          0+2400    0+0       2400  # W8
        government_order=999.999                        2    0     | 0.001+1000 0.0008+800 0.0008+0  0.0024+0 0+0         0.0024+2400 0+0.0008 2400.0024
        seller_shortfall=200                            -    600   | 800+1000 640+800     40+0       120+0   0+0          1920+2400 0+40      4320  # no rate, nothing compensated
    ",
        |row| {
            let kinds = row.text("relief").split('/').map(|kind| kind.split_once('=').unwrap());
            let mut form = form.clone();
            let year = &mut form["years"][0];
            year["taken"] = json!(row.text("taken"));
            year["relief"] = kinds.map(|(kind, quantity)| (kind, json!(quantity))).collect();
            year["seller_shortfall_rate"] = json!(row.opt::<String>("rate"));
            vec![
                years(&form, "adjusted_quantity"),
                years(&form, "take_or_pay_quantity"),
                years(&form, "deficiency"),
                years(&form, "payment"),
                years(&form, "seller_compensation"),
                years(&form, "net"),
                years(&form, "forfeited"),
                total(&form, "net"),
            ]
        },
    );
    assert_eq!(years(&form, "adjusted_quantity"), "1000+1000", "relief may be left out");
}

#[test]
fn carry_forward_lowers_a_later_deficiency() {
    check(
        "
        carry           taken                   | earned       applied     paid        expired     balance       net
        adjusted/100    1100+1050+700+600+1000  | 100+50+0+0+0 0+0+100+50+0 0+0+0+150+0 0+0+0+0+0  100+150+50+0+0 3300+3150+2100+2250+3000  # W7
        adjusted/100    1100+1000+1000+700      | 100+0+0+0    0+0+0+0     0+0+0+100   0+0+100+0   100+100+0+0   3300+3000+3000+2400  # expired
        adjusted/50     1100+700+1000           | 100+0+0      0+50+0      0+50+0      0+0+50      100+50+0      3300+2250+3000  # capped
        adjusted/0      1100+700+1000           | 100+0+0      0+0+0       0+100+0     0+0+100     100+100+0     3300+2400+3000
        take_or_pay/100 900+700+1000            | 100+0+200    0+100+0     0+0+0       0+0+0       100+0+0       2700+2100+3000  # above TOPQ; the end closes it
        -               1100+700+1000           | 0+0+0        0+0+0       0+100+0     0+0+0       0+0+0         3300+2400+3000
    ",
        |row| {
            let form = form(row, &["carry", "taken"]);
            vec![
                years(&form, "carry_forward_earned"),
                years(&form, "carry_forward_applied"),
                years(&form, "paid_quantity"),
                years(&form, "carry_forward_expired"),
                years(&form, "carry_forward_balance"),
                years(&form, "net"),
            ]
        },
    );
}

#[test]
fn make_up_is_drawn_above_its_threshold_and_the_oldest_first() {
    check(
        "
        order             period end     taken             | drawn       deficiency  expired   forfeited refund    balance
        after_adjusted         2 forfeit 600+1000+1000     | 0+0+0       200+0+0     0+0+200   0+0+0     0+0+0     200+200+0  # nothing above AACQ
        after_adjusted         2 forfeit 600+1000.001+1000 | 0+0.001+0   200+0+0     0+0+199.999 0+0+0   0+0+0     200+199.999+0
        after_take_or_pay      2 forfeit 600+800+1000      | 0+0+200     200+0+0     0+0+0     0+0+0     0+0+0     200+200+0
        after_take_or_pay      2 forfeit 600+800.5+1000    | 0+0.5+199.5 200+0+0     0+0+0     0+0+0     0+0+0     200+199.5+0
        first                  2 forfeit 600+900+1000      | 0+200+100   200+100+0   0+0+0     0+0+0     0+0+0     200+100+0  # creates a new deficiency
        after_adjusted         1 forfeit 600+1100+1200     | 0+100+0     200+0+0     0+100+0   0+0+0     0+0+0     200+0+0    # through the end of the first
        after_adjusted         0 forfeit 600+1100+1200     | 0+0+0       200+0+0     0+0+0     0+0+0     0+0+0     0+0+0      # no right
        after_adjusted         3 forfeit 600+750+1050      | 0+0+50      200+50+0    0+0+0     0+0+200   0+0+0     200+250+0
        after_adjusted         3 refund  600+750+1050      | 0+0+50      200+50+0    0+0+0     0+0+0     0+0+600   200+250+0
        after_adjusted         3 refund  600+600           | 0+0         200+200     0+0       0+0       0+600     200+0      # never the last year's own
        after_adjusted         1 refund  600+600           | 0+0         200+200     0+200     0+0       0+0       200+0      # expired before the end
    ",
        |row| {
            let form = form(row, &["order", "period", "end", "taken"]);
            vec![
                years(&form, "make_up_drawn"),
                years(&form, "deficiency"),
                years(&form, "make_up_expired"),
                years(&form, "forfeited"),
                years(&form, "refund"),
                years(&form, "make_up_balance"),
            ]
        },
    );
}

#[test]
fn made_up_gas_costs_what_the_terms_say() {
    let form = |price: Value, paid: &str, now: &str| {
        json!({
            "rule": "take_or_pay",
            "terms": {
                "percent": "80",
                "make_up": {"years": 2, "order": "after_adjusted", "price": price},
                "end_of_term": {"kind": "forfeit"},
            },
            "years": [
                {"year": 2027, "annual_quantity": "1000", "taken": "600", "contract_price": "3",
                 "take_or_pay_price": paid},
                {"year": 2028, "annual_quantity": "1000", "taken": "1100", "contract_price": now},
            ],
        })
    };
    check(
        "
        kind       value paid now  | net
        free       -     3    3    | 3000      # 100 of 1100 cost nothing
        fixed      0.5   3    3    | 3050
        fixed      3.5   3    3    | 3350      # dearer than the contract price
        percent    50    3    3.2  | 3360      # 1000 × 3.2 + 100 × 1.6
        difference -     3    3.2  | 3220      # 1000 × 3.2 + 100 × 0.2
        difference -     3    2.4  | 2400      # the price fell: nothing more, nothing back
        difference -     2.5  3    | 3050
    ",
        |row| {
            let price = match row.text("kind") {
                "fixed" => json!({"kind": "fixed", "price": row.text("value")}),
                "percent" => json!({"kind": "percent", "percent": row.text("value")}),
                kind => json!({ "kind": kind }),
            };
            let form = form(price, row.text("paid"), row.text("now"));
            vec![column(&form, "net")[1].clone()]
        },
    );
}

#[test]
fn deviation_already_charged_reduces_the_deficiency() {
    let form = |credited: &str| {
        json!({
            "rule": "take_or_pay",
            "terms": {
                "percent": "80",
                "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
                "end_of_term": {"kind": "forfeit"},
            },
            "years": [
                {"year": 2027, "annual_quantity": "1000", "taken": "600", "contract_price": "3",
                 "deviation_credited": credited},
            ],
        })
    };
    check(
        "
        credited | deficiency payment
        0        | 200        600
        150.5    | 49.5       148.5
        199.999  | 0.001      0.003
        200      | 0          0
        300      | 0          0
    ",
        |row| {
            let form = form(row.text("credited"));
            vec![years(&form, "deficiency"), years(&form, "payment")]
        },
    );
}
