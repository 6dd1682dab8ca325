//! Refusals of claims, assessments and closing.

use super::{Case, case};
use crate::told::Told;
use crate::words::restated;
use crate::words::{assessed, claimed, closed, contract, days, delivered_daily, published, signed};

pub(super) fn claims() -> Vec<Case> {
    let claim = |quantity| claimed("CL-1", "2026-01-10", "2026-01-12", quantity);
    let deadline = contract("LG-1").term("deviation.claim_deadline_days", "15").signed();
    vec![
        case(
            "D9",
            "A claim is of a contract of the ledger.",
            "a claim of LG-9, which nobody signed",
            [signed("LG-1")],
            claim("60").of("LG-9"),
        ),
        case(
            "D9",
            "A claim's id stands for one claim, and it is decided once.",
            "a claim that was granted is rejected",
            [signed("LG-1"), claim("60").granted("60")],
            claim("60").rejected(),
        ),
        case(
            "D9",
            "A claim has at least one gas day.",
            "a claim from 12 to 11 January",
            [signed("LG-1")],
            claimed("CL-1", "2026-01-12", "2026-01-11", "60"),
        ),
        case("D9", "A claim claims something.", "a claim of 0", [signed("LG-1")], claim("0")),
        case(
            "Q3",
            "Claimed and granted quantities have at most the decimals of the unit.",
            "a claim of 60.0001 m³",
            [signed("LG-1")],
            claim("60.0001"),
        ),
        case(
            "D9",
            "A claim's gas days lie inside the term.",
            "a claim that begins on 31 December, before the term",
            [signed("LG-1")],
            claimed("CL-1", "2025-12-31", "2026-01-02", "60"),
        ),
        case(
            "D9",
            "A decision grants at most what was claimed.",
            "60.001 granted of 60",
            [signed("LG-1")],
            claim("60").granted("60.001"),
        ),
        case(
            "D9",
            "A claim is received within the contract's deadline after the month.",
            "a claim of January received on 16 February, where 15 days are agreed",
            [deadline],
            claim("60").received_on("2026-02-16"),
        ),
        case(
            "D9",
            "Only a decision that grants has a granted quantity.",
            "a pending claim that names 10 as granted",
            [signed("LG-1")],
            claim("60").yet_granting("10"),
        ),
    ]
}

fn january() -> Vec<Told> {
    delivered_daily("2026-01-01", "2026-01-31", "30")
}

fn with(first: Told, more: Vec<Told>) -> Vec<Told> {
    std::iter::once(first).chain(more).collect()
}

/// A month whose settlement has 20 lines a day.
fn twenty_tranches_daily() -> Vec<Told> {
    let tags: Vec<String> = (1..=20).map(|number| format!("gas-{number}")).collect();
    let price = serde_json::json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let tranches: Vec<_> = tags.iter().map(|tag| (tag.as_str(), "5", price.clone())).collect();
    let mut told = vec![contract("LG-1").priced(&tranches).signed()];
    let values = days("2026-01-01", "2026-01-31").into_iter().zip(184..);
    told.extend(values.map(|(day, fen)| published("GATE", &day, &format!("1.{fen}"))));
    told.extend(january());
    told
}

pub(super) fn documents() -> Vec<Case> {
    let indexed = serde_json::json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let by_quarter = contract("LG-1").term("deviation.netting", "quarter").signed();
    let without_deviation = contract("LG-1").without("deviation").signed();
    let mut some_days = january();
    some_days.truncate(24);
    let priced = contract("LG-1").priced(&[("gas", "100", indexed)]).signed();
    vec![
        case(
            "D",
            "A deviation is assessed where the contract agrees on one.",
            "an assessment of a contract without deviation terms",
            with(without_deviation, january()),
            assessed("2026-01"),
        ),
        case(
            "D7",
            "A netting period is assessed in its last month.",
            "an assessment of January where deviations net by quarter",
            with(by_quarter, january()),
            assessed("2026-01"),
        ),
        case(
            "D7",
            "A period is assessed when every month of it is issued.",
            "an assessment of January before it is closed",
            with(signed("LG-1"), january()),
            assessed("2026-01"),
        ),
        case(
            "S1",
            "A settlement is of a contract of the ledger.",
            "LG-9 is closed, which nobody signed",
            [signed("LG-1")],
            closed("2026-01").of("LG-9"),
        ),
        case(
            "S1",
            "A settlement is of a settlement month of the term.",
            "January 2027 is closed",
            [signed("LG-1")],
            closed("2027-01"),
        ),
        case(
            "S1",
            "A month is issued once it is over.",
            "January is closed one second before its last gas day ends",
            with(signed("LG-1"), january()),
            closed("2026-01"),
        )
        .at("2026-02-01T07:59:59+08:00"),
        case(
            "S2",
            "Every point has a reading on every gas day of the month; an estimate counts.",
            "January is closed with 24 of 31 days read",
            with(signed("LG-1"), some_days),
            closed("2026-01"),
        ),
        case(
            "S2, P3",
            "Every filled day has a price.",
            "January is closed; GATE is published from 29 January on",
            with(published("GATE", "2026-01-29", "1.84"), with(priced, january())),
            closed("2026-01"),
        ),
    ]
}

pub(super) fn restated_months() -> Vec<Case> {
    vec![case(
        "S4",
        "Only an issued month is restated.",
        "January is restated before it is closed",
        with(signed("LG-1"), january()),
        restated("2026-01"),
    )]
}

pub(super) fn lengths() -> Vec<Case> {
    let mut issued = with(signed("LG-1"), january());
    issued.push(closed("2026-01"));
    vec![
        case(
            "The log",
            "An event has at most 65 535 bytes in the log, with everything around its payload.",
            "an assessment with a thousand tiers, which takes 90 000 bytes",
            issued,
            assessed("2026-01"),
        )
        .taking(90_000),
        case(
            "S3",
            "A settlement freezes its lines as one event of at most 65 535 bytes.",
            "January is closed with 20 tranches on an index that is published every day",
            twenty_tranches_daily(),
            closed("2026-01"),
        )
        .taking(95_000),
    ]
}
