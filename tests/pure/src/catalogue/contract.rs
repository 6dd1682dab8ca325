//! Refusals of contracts and of transfers.

use serde_json::json;

use super::{Case, case};
use crate::told::Told;
use crate::words::{closed, contract, delivered_daily, signed, transferred};

pub(super) fn signing() -> Vec<Case> {
    let fixed = || json!({"constant": "2"});
    let short = [("a", "60", fixed()), ("b", "39.99", fixed())];
    let whole = [("a", "100", fixed())];
    vec![
        case(
            "formats.md",
            "A term has the form and the range that the format gives it.",
            "a contract whose prices are rounded to 7 places",
            [],
            contract("LG-1").term("price_decimals", "7").signed(),
        ),
        case(
            "C1",
            "A contract's id stands for one contract; only a further term may follow it.",
            "the same id and term with another monthly quantity",
            [signed("LG-1")],
            contract("LG-1").every_month("2000").signed(),
        ),
        case(
            "C2",
            "Per contract year the monthly quantities sum to the annual quantity.",
            "twelve months that sum to 25.58, and an annual quantity of 25.85",
            [],
            twelve_months().term("annual_quantity", "25.85").signed(),
        ),
        case(
            "P1",
            "The shares of a plan's tranches sum to exactly 100.",
            "tranches of 60 % and 39.99 %",
            [],
            contract("LG-1").priced(&short).signed(),
        ),
        case(
            "P1",
            "Seasons partition the twelve calendar months.",
            "a winter of months 11 to 3 and a summer of months 3 to 10",
            [],
            contract("LG-1")
                .seasons(&[("11 12 1 2 3", &whole), ("3 4 5 6 7 8 9 10", &whole)])
                .signed(),
        ),
        case(
            "C2",
            "Terms of one contract neither overlap nor leave gaps.",
            "a renewal that begins two days after the term before it ends",
            [signed("LG-1")],
            contract("LG-1").term_of("2027-01-02", "2027-12-31").signed(),
        ),
        case(
            "C1",
            "Terms take effect in an open month at the earliest.",
            "a renewal from 16 January, after January was closed with the term to the 15th",
            first_half_closed(),
            contract("LG-1").term_of("2026-01-16", "2026-12-31").signed(),
        ),
        case(
            "Q4",
            "A delivery point belongs to one contract at a time.",
            "a second contract on the point of the first",
            [signed("LG-1")],
            contract("LG-2").points(&[("LG-1-1", "60000")]).signed(),
        ),
    ]
}

/// A term that ends inside January, and January closed.
fn first_half_closed() -> Vec<Told> {
    let mut told = vec![contract("LG-1").term_of("2026-01-01", "2026-01-15").signed()];
    told.extend(delivered_daily("2026-01-01", "2026-01-15", "30"));
    told.push(closed("2026-01"));
    told
}

/// The worked example of C2.
fn twelve_months() -> crate::template::Template {
    let months = "1.94 2.18 2.53 1.94 1.64 1.83 1.76 2.05 1.99 2.49 2.52 2.71";
    let named = months.split(' ').zip(1..);
    named.fold(contract("LG-1"), |template, (quantity, month)| {
        template.in_month(&format!("2026-{month:02}"), quantity)
    })
}

fn two() -> [Told; 2] {
    ["LG-1", "LG-2"].map(|id| contract(id).every_month("1234000").signed())
}

fn move_in(quantity: &str) -> Told {
    transferred("X-1", "LG-1", "LG-2", "2026-01", quantity)
}

pub(super) fn transfers() -> Vec<Case> {
    vec![
        case(
            "C3",
            "A transfer has two different sides.",
            "a transfer from LG-1 to LG-1",
            two(),
            transferred("X-1", "LG-1", "LG-1", "2026-01", "10000"),
        ),
        case(
            "C3",
            "A side is a contract of the ledger, or `-` for an outside party.",
            "a transfer to LG-9, which nobody signed",
            two(),
            transferred("X-1", "LG-1", "LG-9", "2026-01", "10000"),
        ),
        case(
            "formats.md",
            "A reference stands for one transfer.",
            "the reference of a transfer of 1 万方, with 2 万方",
            two().into_iter().chain([move_in("10000")]),
            move_in("20000"),
        ),
        case(
            "C3",
            "A transfer moves quantity of a month of both terms.",
            "a transfer of January 2027",
            two(),
            transferred("X-1", "LG-1", "LG-2", "2027-01", "10000"),
        ),
        case("C3", "A transfer moves something.", "a transfer of 0", two(), move_in("0")),
    ]
}

pub(super) fn transferred_quantities() -> Vec<Case> {
    let energy = contract("LG-3").term("unit", "GJ").signed();
    vec![
        case(
            "Q3",
            "A quantity has at most the decimals of its unit.",
            "a transfer of 0.0001 m³ to an outside party",
            two(),
            transferred("X-1", "LG-1", "-", "2026-01", "0.0001"),
        ),
        case(
            "C3",
            "Quantity moves between contracts billed in the same unit.",
            "a transfer from a contract in m³ to one in GJ",
            two().into_iter().chain([energy]),
            transferred("X-1", "LG-1", "LG-3", "2026-01", "10000"),
        ),
        case(
            "C3",
            "Between two contracts of the ledger quantity moves in steps of 1 万方.",
            "a transfer of 10 001 m³",
            two(),
            move_in("10001"),
        ),
        case(
            "C3",
            "In one month at most a tenth of the receiver's monthly quantity, rounded up to steps.",
            "14 万方 into a month of 123.4 万方, which allows 13",
            two(),
            move_in("140000"),
        ),
        case(
            "C3",
            "The contract quantity never falls below zero.",
            "1 234 000.001 m³ of 1 234 000 to an outside party",
            two(),
            transferred("X-1", "LG-1", "-", "2026-01", "1234000.001"),
        ),
    ]
}
