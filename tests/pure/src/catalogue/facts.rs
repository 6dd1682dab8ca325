//! Refusals of index values, lots and readings.

use super::{Case, case};
use crate::told::Told;
use crate::words::{contract, delivered, m3, published, signed, traded};

pub(super) fn market() -> Vec<Case> {
    let lot = |reference, quantity, price| traded(reference, "2026-01", quantity, price);
    vec![
        case(
            "P3",
            "A second value for the same index and day is a correction and needs a reason.",
            "GATE of 1 January again, with another value and no reason",
            [published("GATE", "2026-01-01", "1.84")],
            published("GATE", "2026-01-01", "1.85"),
        ),
        case(
            "P4",
            "A lot adds to a contract of the ledger.",
            "a lot for LG-9, which nobody signed",
            [signed("LG-1")],
            lot("T-1", "100", "3").of("LG-9"),
        ),
        case(
            "formats.md",
            "A trade reference stands for one lot.",
            "the reference of a known lot at another price",
            [signed("LG-1"), lot("T-1", "100", "3")],
            lot("T-1", "100", "3.1"),
        ),
        case(
            "P4",
            "A lot is for a settlement month of the term.",
            "a lot for January 2027",
            [signed("LG-1")],
            traded("T-1", "2027-01", "100", "3"),
        ),
        case(
            "P4",
            "A lot moves gas, at a price.",
            "a lot of 0",
            [signed("LG-1")],
            lot("T-1", "0", "3"),
        ),
        case(
            "M1",
            "An agreed price has at most 6 decimals, a quantity those of its unit.",
            "a lot at 0.0912345 yuan/m³",
            [signed("LG-1")],
            lot("T-1", "100", "0.0912345"),
        ),
    ]
}

fn reading(volume: &str) -> Told {
    delivered("2026-01-15", m3(volume))
}

pub(super) fn deliveries() -> Vec<Case> {
    vec![
        case(
            "Q6",
            "A reading is of a point that a contract holds.",
            "a reading of LG-9-1",
            [signed("LG-1")],
            reading("40").at("LG-9-1"),
        ),
        case(
            "Q6",
            "A reading is of a gas day of the term.",
            "a reading of the gas day before the term",
            [signed("LG-1")],
            delivered("2025-12-31", m3("40")),
        ),
        case(
            "Q6",
            "A gas day is over at 08:00 of the next day.",
            "a reading of 15 January, sent one second too early",
            [signed("LG-1")],
            reading("40"),
        )
        .at("2026-01-16T07:59:59+08:00"),
        case(
            "Q1",
            "A volume is never negative.",
            "a reading of −1 m³",
            [signed("LG-1")],
            reading("-1"),
        ),
        case(
            "Q1, Q2",
            "A volume has at most 3 decimals by value, a calorific value at most 4.",
            "a reading of 40.0001 m³",
            [signed("LG-1")],
            reading("40.0001"),
        ),
        case(
            "Q2",
            "A calorific value is above zero.",
            "a reading with a calorific value of 0",
            [signed("LG-1")],
            reading("40").with_gcv("0"),
        ),
    ]
}

pub(super) fn values() -> Vec<Case> {
    let known = || [signed("LG-1"), reading("40")];
    vec![
        case(
            "Q6",
            "A volume is at most the daily capacity of its point.",
            "60 000.001 m³ at a point of 60 000 m³ a day",
            [contract("LG-1").points(&[("LG-1-1", "60000")]).signed()],
            reading("60000.001"),
        ),
        case(
            "Q3",
            "A contract billed in energy needs the calorific value of each reading.",
            "a reading without calorific value in a contract billed in GJ",
            [contract("LG-1").term("unit", "GJ").signed()],
            reading("40"),
        ),
        case(
            "Q5",
            "A correction says why.",
            "a correction without a reason",
            known(),
            reading("41").correcting_for_no_reason(),
        ),
        case(
            "Q5",
            "Only a correction replaces an actual by another value.",
            "41 m³ by hand where 40 m³ came by telemetry",
            known(),
            reading("41").by_hand(),
        ),
        case(
            "C2",
            "A reading of a day behind the term waits for the contract's renewal.",
            "a reading of 1 January 2027 under a contract of 2026",
            [signed("LG-1")],
            delivered("2027-01-01", m3("41")),
        ),
    ]
}
