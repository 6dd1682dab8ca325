//! Refusals of settling contract years.

use serde_json::json;

use super::{Case, case};
use crate::template::Template;
use crate::told::Told;
use crate::words::year_restated;
use crate::words::{assessed, closed_through, contract, delivered_daily, signed, year_settled};

/// 80 % of 1 000 m³ a month at 3 yuan, two years to make up, extended to the end of March 2029.
fn taking_or_paying(first: &str, last: &str) -> Template {
    let terms = json!({
        "percent": "80", "credit_deviation": false, "price": {"kind": "fixed", "price": "3"},
        "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
        "end_of_term": {"kind": "extend", "last_gas_day": "2029-03-31"},
    });
    contract("LG-1").term_of(first, last).term("take_or_pay", &terms.to_string())
}

/// January and February 2026, taken short.
fn two_months(contract: Template) -> Vec<Told> {
    let mut told = vec![contract.signed()];
    told.extend(delivered_daily("2026-01-01", "2026-02-28", "10"));
    told
}

/// 2026 taken short, and January 2027 with it.
fn thirteen_months() -> Vec<Told> {
    let mut told = vec![taking_or_paying("2026-01-01", "2027-01-31").signed()];
    told.extend(delivered_daily("2026-01-01", "2027-01-31", "10"));
    told.extend(closed_through("2026-01", "2027-01"));
    told
}

fn and(mut told: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    told.extend(more);
    told
}

pub(super) fn cases() -> Vec<Case> {
    let short = || taking_or_paying("2026-01-01", "2026-02-28");
    let closed = || and(two_months(short()), closed_through("2026-01", "2026-02"));
    let crediting = short().term("take_or_pay.credit_deviation", "true");
    let crediting = and(two_months(crediting), closed_through("2026-01", "2026-02"));
    let renewal = contract("LG-1").term_of("2026-03-01", "2026-03-31").signed();
    vec![
        case(
            "Y13",
            "A further term begins in a contract year that is not settled.",
            "a renewal from March 2026, where contract year 2026 was settled with February",
            and(closed(), [year_settled(2026)]),
            renewal,
        ),
        case(
            "Y",
            "A contract year is of a contract of the ledger.",
            "contract year 2026 of LG-9 is settled, which nobody signed",
            [signed("LG-1")],
            year_settled(2026).of("LG-9"),
        ),
        case(
            "T3, Y13",
            "A contract year lies inside the term, or is an extension with make-up in it.",
            "contract year 2031 of a contract of 2026",
            [short().signed()],
            year_settled(2031),
        ),
        case(
            "Y",
            "Take-or-pay is settled where the contract agrees on it.",
            "contract year 2026 of a contract without take-or-pay",
            [signed("LG-1")],
            year_settled(2026),
        ),
        case(
            "Y",
            "A contract year is settled when every month of it is issued.",
            "contract year 2026 before February is closed",
            and(two_months(short()), closed_through("2026-01", "2026-01")),
            year_settled(2026),
        ),
        case(
            "Y5",
            "Where posted under-takes are credited, each one is posted or waived first.",
            "contract year 2026; January is assessed as an under-take, February not at all",
            and(crediting, [assessed("2026-01")]),
            year_settled(2026),
        ),
    ]
}

pub(super) fn in_order() -> Vec<Case> {
    vec![
        case(
            "Y3, Y6",
            "A contract year begins with the banks of the year before.",
            "contract year 2027 before 2026",
            thirteen_months(),
            year_settled(2027),
        ),
        case(
            "Y13",
            "An extension is settled once it is over.",
            "the extension of a contract to 31 March 2029, in June 2028",
            and(thirteen_months(), [year_settled(2026), year_settled(2027)]),
            year_settled(2028),
        ),
        case(
            "S4",
            "Only a settled contract year is restated.",
            "contract year 2026 is restated before it is settled",
            [taking_or_paying("2026-01-01", "2026-02-28").signed()],
            year_restated(2026),
        ),
    ]
}
