//! The other calculations: what a form may leave out, and the edges of late fees and allocation.

use citygate_interchange::calculate::calculate;
use citygate_tests_pure::table::check;
use serde_json::{Value, json};

use crate::column;

#[test]
fn a_late_fee_counts_from_the_day_after_the_due_date_to_the_day_before_the_payment() {
    check(
        "
        principal  percent due        paid       | days fee
        1000000    0.05    2025-01-10 2025-01-25 | 14   7000.00   # worked example
        1000000    0.05    2025-01-10 2025-01-12 | 1    500.00
        1000000    0.05    2025-01-10 2025-01-11 | 0    0.00
        1000000    0.05    2025-01-10 2025-01-10 | 0    0.00
        1000000    0.05    2025-01-10 2024-12-31 | 0    0.00      # paid early
        100.10     0.05    2025-01-10 2025-01-12 | 1    0.05
        0.01       0.05    2024-02-28 2024-03-02 | 2    0.00      # a leap day counts
        3333.33    0.03    2025-01-10 2025-01-21 | 10   10.00     # 9.99999, rounded once
        0          0.05    2025-01-10 2026-01-10 | 364  0.00
    ",
        |row| {
            let form = json!({
                "rule": "late_fee",
                "principal": row.text("principal"),
                "percent_per_day": row.text("percent"),
                "due": row.text("due"),
                "paid": row.text("paid"),
            });
            vec![column(&form, "days").concat(), column(&form, "fee").concat()]
        },
    );
}

#[test]
fn a_payment_pays_costs_then_interest_then_principal_and_the_earliest_due_first() {
    let debt = |id: &str, due: &str, costs: &str, interest: &str, principal: &str| {
        json!({
            "id": id, "due": due, "costs": costs, "interest": interest, "principal": principal,
        })
    };
    let debts = [
        debt("second", "2025-02-10", "5", "20", "100"),
        debt("first", "2025-01-10", "10", "0.50", "300"),
        debt("third", "2025-02-10", "0", "0", "50"),
    ];
    check(
        "
        amount | id                       costs            interest          principal
        0      | first+second+third+total 0.00+0.00+0.00+  0.00+0.00+0.00+   0.00+0.00+0.00+0.00
        9.99   | first+second+third+total 9.99+0.00+0.00+  0.00+0.00+0.00+   0.00+0.00+0.00+0.00
        10.01  | first+second+third+total 10.00+0.00+0.00+ 0.01+0.00+0.00+   0.00+0.00+0.00+0.00
        310.50 | first+second+third+total 10.00+0.00+0.00+ 0.50+0.00+0.00+   300.00+0.00+0.00+0.00
        330    | first+second+third+total 10.00+5.00+0.00+ 0.50+14.50+0.00+  300.00+0.00+0.00+0.00
        485.49 | first+second+third+total 10.00+5.00+0.00+ 0.50+20.00+0.00+  300.00+100.00+49.99+0.00
        500    | first+second+third+total 10.00+5.00+0.00+ 0.50+20.00+0.00+  300.00+100.00+50.00+14.50
    ",
        |row| {
            let form =
                json!({"rule": "allocation", "amount": row.text("amount"), "debts": debts});
            ["id", "costs", "interest", "principal"]
                .map(|name| column(&form, name).join("+"))
                .to_vec()
        },
    );
}

#[test]
fn what_a_form_may_leave_out() {
    let energy = json!({"rule": "energy", "volume_m3": "1234.5", "unit": "m3"});
    assert_eq!(column(&energy, "quantity"), ["1234.500"], "cubic metres need no calorific value");
    let day = json!({"rule": "gas_day", "instant": "2024-03-01T00:00:00Z"});
    assert_eq!(column(&day, "gas_day"), ["2024-03-01"], "08:00 in Shanghai");
    let agreed = json!({"rule": "price", "decimals": 2, "gas_day": "2027-01-15",
        "price": {"constant": "2.345"}});
    assert_eq!(column(&agreed, "price"), ["2.35"]);
    let byte_order_mark = format!("\u{feff}{agreed}");
    assert!(calculate(&byte_order_mark).is_ok());
}

#[test]
fn an_index_is_read_as_the_ledger_reads_it() {
    let index = |day: &str, value: &str, more: Value| {
        let mut index = json!({"code": "IX", "effective_day": day, "value": value});
        for (field, value) in more.as_object().unwrap() {
            index[field] = value.clone();
        }
        index
    };
    check(
        "
        gas_day    | price
        2026-01-05 | missing
        2026-01-10 | 10.00
        2026-01-19 | 10.00
        2026-01-21 | 21.00      # corrected
        2026-01-26 | missing    # lapsed
    ",
        |row| {
            let form = json!({
                "rule": "price", "decimals": 2, "gas_day": row.text("gas_day"),
                "price": {"indices": [{"code": "IX", "coefficient": "1"}]},
                "indices": [
                    index("2026-01-10", "10", json!({})),
                    index("2026-01-20", "20", json!({})),
                    index("2026-01-20", "21",
                        json!({"reason": "misprint", "valid_through": "2026-01-25"})),
                ],
            });
            vec![match calculate(&form.to_string()) {
                Ok(calculated) => calculated.table.rows.concat().concat(),
                Err(error) => error.code.replace("price_reference_missing", "missing"),
            }]
        },
    );
}
