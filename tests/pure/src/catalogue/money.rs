//! Refusals of money and guarantees.

use super::{Case, case};
use crate::words::{guaranteed, paid, refunded, reversed, signed};

pub(super) fn cases() -> Vec<Case> {
    let held = || [signed("LG-1"), paid("B-1", "2025-12-28", "1000.00")];
    let guarantee = |amount, to| guaranteed("G-1", amount, "2026-01-01", to);
    vec![
        case(
            "A1",
            "Money with a contract belongs to a contract of the ledger.",
            "a payment for LG-9, which nobody signed",
            [signed("LG-1")],
            paid("B-1", "2025-12-28", "1000.00").of("LG-9"),
        ),
        case(
            "A1",
            "Bank and reference name one movement of money.",
            "the reference of a known payment with another amount",
            held(),
            paid("B-1", "2025-12-28", "999.00"),
        ),
        case(
            "A1",
            "An amount is above zero; its kind says which way it moved.",
            "a payment of 0.00",
            [signed("LG-1")],
            paid("B-1", "2025-12-28", "0.00"),
        ),
        case(
            "A1",
            "A reversal names a payment of the same contract, bank and amount, not yet reversed.",
            "a reversal of 999.00 where 1 000.00 was paid",
            held(),
            reversed("B-2", "B-1", "2026-01-03", "999.00"),
        ),
        case(
            "A1",
            "A refund is at most the balance of its value date; guarantees do not count.",
            "a refund of 1 000.01 out of 1 000.00",
            held().into_iter().chain([guarantee("500.00", "2026-12-31")]),
            refunded("B-2", "2026-01-03", "1000.01"),
        ),
        case(
            "formats.md",
            "A reference stands for one guarantee.",
            "the reference of a known guarantee with another amount",
            held().into_iter().chain([guarantee("500.00", "2026-12-31")]),
            guarantee("600.00", "2026-12-31"),
        ),
        case(
            "A1",
            "A guarantee is valid on at least one day.",
            "a guarantee that ends the day before it begins",
            held(),
            guarantee("500.00", "2025-12-31"),
        ),
    ]
}
