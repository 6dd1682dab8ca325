//! Refusals about the life of a contract.

use serde_json::json;

use super::{Case, case};
use crate::life_words::{amended, amended_for, handed_over, point_moved, terminated};
use crate::template::Template;
use crate::told::Told;
use crate::words::{
    assessed, closed, closed_through, contract, delivered, delivered_daily, m3, signed, traded,
    transferred, year_settled,
};

fn tolerance(percent: &str) -> serde_json::Value {
    json!({"deviation": {"lower_tolerance": percent}})
}

/// LG-1 and LG-2, each with a point of its own.
fn two() -> Vec<Told> {
    vec![signed("LG-1"), signed("LG-2")]
}

pub(super) fn with(mut told: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    told.extend(more);
    told
}

/// January 2026 alone, without deviation: read, and nothing else.
pub(super) fn january() -> Template {
    contract("LG-1").term_of("2026-01-01", "2026-01-31").without("deviation")
}

pub(super) fn read(contract: Template) -> Vec<Told> {
    with(vec![contract.signed()], delivered_daily("2026-01-01", "2026-01-31", "30"))
}

/// January read and settled: 930 m³ at 2.50 yuan.
pub(super) fn settled() -> Vec<Told> {
    with(read(january()), [closed("2026-01")])
}

/// With a deviation, assessed: the whole month was taken short.
pub(super) fn short() -> Vec<Told> {
    let short = contract("LG-1").term_of("2026-01-01", "2026-01-31").signed();
    let read = with(vec![short], delivered_daily("2026-01-01", "2026-01-31", "10"));
    with(read, [closed("2026-01"), assessed("2026-01")])
}

pub(super) fn taking_or_paying() -> serde_json::Value {
    json!({
        "percent": "80", "credit_deviation": false, "price": {"kind": "fixed", "price": "3"},
        "make_up": {"years": 0, "order": "after_adjusted", "price": {"kind": "free"}},
        "end_of_term": {"kind": "forfeit"},
    })
}

fn year_and_a_month() -> Vec<Told> {
    let contract = contract("LG-1").term_of("2026-01-01", "2027-01-31").without("deviation");
    let mut told = vec![contract.term("take_or_pay", &taking_or_paying().to_string()).signed()];
    told.extend(delivered_daily("2026-01-01", "2026-12-31", "10"));
    told.extend(closed_through("2026-01", "2026-12"));
    told.push(year_settled(2026));
    told
}

pub(super) fn amendments() -> Vec<Case> {
    vec![
        case(
            "C1",
            "Only a contract of the ledger can be amended.",
            "an amendment of a contract that nobody signed",
            [],
            amended("2026-03-01", tolerance("6")),
        ),
        case(
            "C1",
            "An amendment takes effect inside the term.",
            "an amendment from 1 January 2027 of a term to the end of 2026",
            [signed("LG-1")],
            amended("2027-01-01", tolerance("6")),
        ),
        case(
            "F",
            "An amendment says why.",
            "an amendment for no reason",
            [signed("LG-1")],
            amended_for("2026-03-01", tolerance("6"), " "),
        ),
        case(
            "C1",
            "An amendment takes effect in an open month at the earliest.",
            "an amendment from 31 January, with January closed",
            with(vec![signed("LG-1")], delivered_daily("2026-01-01", "2026-01-31", "30"))
                .into_iter()
                .chain([closed("2026-01")]),
            amended("2026-01-31", tolerance("6")),
        ),
        case(
            "C2",
            "Terms of one contract do not overlap.",
            "an amendment from March, where one from June is agreed",
            [signed("LG-1"), amended("2026-06-01", tolerance("6"))],
            amended("2026-03-01", tolerance("7")),
        ),
        case(
            "C1",
            "An amendment changes something.",
            "a lower tolerance of 5 %, which is agreed already",
            [signed("LG-1")],
            amended("2026-03-01", tolerance("5")),
        ),
        case(
            "C1",
            "A group of terms that the contract has not is agreed as a whole.",
            "a lower tolerance for a contract without deviation terms",
            [january().signed()],
            amended("2026-01-10", tolerance("6")),
        ),
    ]
}

pub(super) fn amended_quantities() -> Vec<Case> {
    let of = |month: &str, quantity: &str, annual: &str| {
        let annual = json!({"2026-01": annual});
        json!({"monthly_quantities": {month: quantity}, "annual_quantity": annual})
    };
    let (another, less) = (of("2026-01", "900", "11900"), of("2026-03", "400", "11400"));
    vec![
        case(
            "C2",
            "The quantity of a month that ends before the amendment stays.",
            "900 m³ for January instead of 1 000, from March on",
            [signed("LG-1")],
            amended("2026-03-01", another),
        ),
        case(
            "C3",
            "No month falls below what it has transferred away.",
            "400 m³ for March, of which 500 are transferred away",
            [signed("LG-1"), transferred("X-1", "LG-1", "-", "2026-03", "500")],
            amended("2026-03-01", less),
        ),
    ]
}

pub(super) fn ends() -> Vec<Case> {
    vec![
        case(
            "Y13",
            "A settled contract year does not become the last one.",
            "the end with 31 December 2026 of a term to January 2027, where 2026 is settled",
            year_and_a_month(),
            terminated("2026-12-31"),
        ),
        case(
            "C1",
            "A contract is ended once.",
            "a second end, a day later",
            [signed("LG-1"), terminated("2026-06-30")],
            terminated("2026-07-01"),
        ),
        case(
            "C1",
            "An early end is earlier.",
            "an end with the last gas day of the term",
            [signed("LG-1")],
            terminated("2026-12-31"),
        ),
        case(
            "C1, Q4",
            "Gas that was read was delivered under the contract.",
            "an end with 10 January, where readings of 11 and 12 January are recorded",
            [signed("LG-1"), delivered("2026-01-11", m3("30")), delivered("2026-01-12", m3("30"))],
            terminated("2026-01-10"),
        ),
        case(
            "C1, P4",
            "Lots and transfers lie in months of the term.",
            "an end with June, where a lot of September is recorded",
            [signed("LG-1"), traded("T-1", "2026-09", "100", "3")],
            terminated("2026-06-30"),
        ),
    ]
}

pub(super) fn points() -> Vec<Case> {
    let moved = || point_moved("LG-1-1", "LG-1", "LG-2", "2026-06-01");
    let on_point =
        |id: &str, first, last| contract(id).points(&[("P", "9")]).term_of(first, last).signed();
    let half = on_point("LG-1", "2026-01-01", "2026-06-30");
    vec![
        case(
            "Q4",
            "A point moves from one contract to another.",
            "a point moved from LG-1 to LG-1",
            two(),
            point_moved("LG-1-1", "LG-1", "LG-1", "2026-06-01"),
        ),
        case(
            "Q4",
            "A contract gives only what it holds, and once.",
            "a point moved a second time, a month later",
            with(two(), [moved()]),
            point_moved("LG-1-1", "LG-1", "LG-2", "2026-07-01"),
        ),
        case(
            "Q4",
            "A point belongs to one contract at a time.",
            "a point moved to LG-2 in May that LG-3 has from July",
            [half, on_point("LG-3", "2026-07-01", "2026-12-31"), signed("LG-2")],
            point_moved("P", "LG-1", "LG-2", "2026-05-01"),
        ),
        case(
            "Q3",
            "A point moves between contracts billed in the same unit.",
            "a point moved from a contract in m³ to one in GJ",
            [signed("LG-1"), contract("LG-2").term("unit", "GJ").signed()],
            moved(),
        ),
        case(
            "Q6, E7",
            "A contract whose points have a capacity takes none without.",
            "a point without capacity moved to a contract whose point has one",
            [contract("LG-1").points(&[("LG-1-1", "-")]).signed(), signed("LG-2")],
            moved(),
        ),
        case(
            "C4, E4",
            "A successor's customer is of the same class.",
            "points of an industrial buyer handed over to a hospital",
            [signed("LG-1"), contract("LG-2").sold_to("C-9", "public_service").signed()],
            handed_over("LG-2", "2026-06-01"),
        ),
    ]
}

pub(super) fn nothing_left() -> Vec<Case> {
    let half =
        |id: &str, first, last| contract(id).points(&[("P", "9")]).term_of(first, last).signed();
    let both =
        || vec![half("LG-1", "2026-01-01", "2026-06-30"), half("LG-2", "2026-07-01", "2026-12-31")];
    vec![
        case(
            "C4",
            "A hand-over ends a term or brings a point.",
            "a hand-over to the contract that was signed with the same point for the days behind",
            both(),
            handed_over("LG-2", "2026-07-01"),
        ),
        case(
            "C1, C2",
            "A contract that was ended early is not renewed, so that no reading waits for it.",
            "a reading of 1 July at the point of a contract that was terminated with 30 June",
            [signed("LG-1"), terminated("2026-06-30")],
            delivered("2026-07-01", m3("30")),
        ),
    ]
}
