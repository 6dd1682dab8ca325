//! Refusals of the books.

use citygate_domain::books::InvoiceColour;

use super::{Case, case};
use crate::book_words::{
    assigned, assigned_on, books_closed, credited, fee_charged, fee_waived, invoiced, invoiced_as,
    postpaid, taken_back,
};
use crate::told::Told;
use crate::words::{closed, delivered_daily, paid, signed};

fn month() -> Vec<Told> {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts
}

/// January issued, at 775.00 yuan.
fn issued() -> Vec<Told> {
    month().into_iter().chain([closed("2026-01")]).collect()
}

fn shut() -> Vec<Told> {
    issued().into_iter().chain([books_closed("2026-01-31")]).collect()
}

fn nobodys() -> Vec<Told> {
    vec![signed("LG-1"), paid("B-1", "2026-01-02", "1000.00").unallocated()]
}

/// Closing, and emergency credit.
pub(super) fn closing() -> Vec<Case> {
    vec![
        case(
            "A4",
            "Nothing is posted to a day of closed books.",
            "a payment of 31 January, when the books are closed through that day",
            shut(),
            paid("B-1", "2026-01-31", "1.00"),
        ),
        case(
            "A4",
            "Books that are closed stay closed.",
            "closing through 30 January, when the books are closed through 31 January",
            shut(),
            books_closed("2026-01-30"),
        ),
        case(
            "A4",
            "Only days that are over are closed.",
            "closing today",
            issued(),
            books_closed("2026-02-10"),
        )
        .at("2026-02-10T12:00:00+08:00"),
        case(
            "A4",
            "A month that is not issued would be shut out.",
            "closing the books through a month that is not issued",
            month(),
            books_closed("2026-01-31"),
        ),
        case(
            "A1",
            "Emergency credit ends today or later.",
            "a credit until yesterday",
            [signed("LG-1")],
            credited("500.00", "2026-02-09"),
        )
        .at("2026-02-10T12:00:00+08:00"),
    ]
}

/// Money that was nobody's.
pub(super) fn money() -> Vec<Case> {
    vec![
        case(
            "A1",
            "Money is assigned to a contract of the ledger.",
            "a part for LG-9, which nobody signed",
            nobodys(),
            assigned("B-1", &[("LG-9", "1.00")]),
        ),
        case(
            "A1",
            "Only money without a contract is assigned.",
            "assigning a payment that LG-1 has already",
            [signed("LG-1"), paid("B-1", "2026-01-02", "1000.00")],
            assigned("B-1", &[("LG-1", "1.00")]),
        ),
        case(
            "A1",
            "Money is assigned to somebody.",
            "assigning to nobody",
            nobodys(),
            assigned("B-1", &[]),
        ),
        case(
            "A1",
            "What is assigned is the payment's amount or less.",
            "assigning 600.00 and 400.01 of 1 000.00",
            nobodys(),
            assigned("B-1", &[("LG-1", "600.00"), ("LG-1", "400.01")]),
        ),
        case(
            "A1",
            "Assigned money counts when it has come, or later.",
            "assigning from the day before the payment on",
            nobodys(),
            assigned_on("B-1", "2026-01-01", &[("LG-1", "1.00")]),
        ),
        case(
            "A1",
            "Only what a contract was assigned is taken back.",
            "taking back what was never assigned",
            nobodys(),
            taken_back("B-1", "LG-1"),
        ),
    ]
}

/// A late fee that was charged, and credited when a payment of the due day became known.
fn late_and_paid_in_time() -> Vec<Told> {
    let mut facts = vec![postpaid("LG-1").signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.extend([closed("2026-01"), fee_charged("2026-01", "2026-02-28")]);
    facts.extend([paid("B-1", "2026-02-10", "775.00"), fee_charged("2026-01", "2026-02-28")]);
    facts
}

/// Invoices and late fees.
pub(super) fn documents() -> Vec<Case> {
    let number = "25420001";
    let blue = || invoiced(number, "2026-01", "2026-02-03");
    vec![
        case(
            "M4",
            "An invoice is of a posted document.",
            "an invoice of a month that is not issued",
            month(),
            blue(),
        ),
        case(
            "M4",
            "A number stands for one invoice.",
            "the number of a known invoice with another date",
            issued().into_iter().chain([blue()]),
            invoiced(number, "2026-01", "2026-02-04"),
        ),
        case(
            "M4",
            "A document's revision has one invoice.",
            "a second invoice of the same settlement",
            issued().into_iter().chain([blue()]),
            invoiced("25420002", "2026-01", "2026-02-03"),
        ),
        case(
            "M4",
            "What comes to nothing has no invoice.",
            "an invoice of a month in which nothing was taken",
            [signed("LG-1")]
                .into_iter()
                .chain(delivered_daily("2026-01-01", "2026-01-31", "0"))
                .chain([closed("2026-01")]),
            blue(),
        ),
        case(
            "M4",
            "A negative difference has a red invoice (红字), any other a blue one.",
            "a red invoice of 775.00",
            issued(),
            invoiced_as(number, "2026-01", 1, "2026-02-03", InvoiceColour::Red),
        ),
        case(
            "A6",
            "Only a late fee that was charged is waived.",
            "waiving the late fee of a debt that has none",
            [postpaid("LG-1").signed()],
            fee_waived("2026-01", "2026-02-28"),
        ),
        case(
            "A6",
            "What a credit has taken back is not waived as well.",
            "waiving a late fee after a payment became known that came in time",
            late_and_paid_in_time(),
            fee_waived("2026-01", "2026-02-28"),
        ),
    ]
}
