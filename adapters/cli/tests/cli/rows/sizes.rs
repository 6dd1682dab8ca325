//! Texts that are too long or odd for an event are refused as rows, before the log has to.

use serde_json::json;

use crate::support::check::{check, check_rows};
use crate::support::contract::{contract, small};

#[test]
fn a_reason_has_at_most_4000_bytes_and_any_characters() {
    let (fits, longer) = ("因".repeat(1_333), "r".repeat(4_001));
    let odd = "a\u{1}\u{7f}\u{0}\u{2028}\\\t\u{feff}\u{1f525}";
    check(
        &small(),
        "deliveries.csv",
        &format!(
            "
            LG-1-1,2025-01-05,10,,correction,{longer}
                | malformed: reason is longer than 4000 bytes
            LG-1-1,2025-01-05,10,,correction,{fits} | taken
            LG-1-1,2025-01-05,11,,correction,{odd}. | taken
            LG-1-1,2025-01-05,11,,correction,{odd}. | known
            "
        ),
    );
    check(
        &small(),
        "indices.csv",
        &format!(
            "
            GATE,2025-01-01,1.84,,{longer}
                | malformed: reason is longer than 4000 bytes
            GATE,2025-01-01,1.84,,{odd}. | taken
            "
        ),
    );
}

#[test]
fn a_contract_has_at_most_40000_bytes_and_a_printable_name() {
    let points = |count: usize| {
        let point = |number| json!({"id": format!("LG-4-point-with-a-long-name-{number:05}")});
        contract("LG-4").with("/delivery_points", (0..count).map(point).collect()).line()
    };
    let (fits, longer) = (points(900), points(1_000));
    let told =
        format!("malformed: the line has {} bytes; at most 40000 are read", longer.len() + 1);
    let name = contract("LG-4").with("/customer/name", json!("客户\u{0}"));
    let told_name = "malformed: customer.name: contains control characters".to_owned();
    let rows = [(longer, told), (name.line(), told_name), (fits, "taken".to_owned())];
    check_rows(&small(), "contracts.jsonl", &rows);
}
