//! Refusals about the account of a contract: what stands open when it is to be closed (C4).

use citygate_domain::Event;
use citygate_domain::delivery::{ReadingParked, Source};
use citygate_domain::deviation::Step;

use super::life::{january, read, settled, short, taking_or_paying, with};
use super::{Case, case};
use crate::book_words::{assigned, credited};
use crate::life_words::{account_closed, nowhere, to_bank, to_contract};
use crate::supply_words::demand_served;
use crate::told::Told;
use crate::words::{
    claimed, closed, day, delivered, delivered_daily, m3, objection, paid, proposed, signed, step,
};

/// The closing of LG-1 with a balance of zero.
fn close() -> Told {
    account_closed("2026-02-10", nowhere())
}

fn paid_up() -> Vec<Told> {
    with(settled(), [paid("R-1", "2026-01-05", "2325")])
}

pub(super) fn final_readings() -> Vec<Case> {
    let missing = with(vec![january().signed()], delivered_daily("2026-01-01", "2026-01-30", "30"));
    vec![
        case(
            "C4",
            "A closed account does not change any more.",
            "a payment for an account that was closed",
            with(paid_up(), [close()]),
            paid("R-2", "2026-02-11", "10"),
        ),
        case(
            "C4",
            "An account is closed when its term is over.",
            "the closing of an account on the last gas day of its term",
            read(january()),
            close(),
        )
        .at("2026-01-31T20:00:00+08:00"),
        case(
            "C4",
            "Every gas day of the term has a final reading.",
            "the closing of an account without a reading of 31 January",
            missing,
            close(),
        ),
        case(
            "C4",
            "All months are settled.",
            "an account with January open",
            read(january()),
            close(),
        ),
    ]
}

pub(super) fn open_cases() -> Vec<Case> {
    let sheet = step("2026-01", 1, Step::IssueSheet);
    let dispute = step("2026-01", 1, objection("2028-06-01"));
    let year = read(january().term("take_or_pay", &taking_or_paying().to_string()));
    vec![
        case("C4", "No case is open.", "an account whose deviation is assessed", short(), close()),
        case(
            "C4",
            "No sheet is disputed.",
            "an account whose buyer objects to a sheet",
            with(short(), [sheet.by("li.wei"), dispute.by("li.wei")]),
            close(),
        ),
        case(
            "C4",
            "Every claim is decided.",
            "an account with a claim that waits",
            with(settled(), [claimed("CL-1", "2026-01-10", "2026-01-12", "15")]),
            close(),
        ),
        case(
            "C4",
            "Every contract year with take-or-pay is settled.",
            "an account whose year 2026 is not settled",
            with(year, [closed("2026-01")]),
            close(),
        ),
    ]
}

pub(super) fn loose_ends() -> Vec<Case> {
    let demand = demand_served("250.00", "2028-05-20T10:00:00+08:00").by("ann");
    let credit = credited("100", "2028-07-01");
    let waits = proposed(credit, "a cold week").by("li.wei");
    let unallocated = paid("U-1", "2026-01-20", "100").unallocated();
    let late = delivered("2026-01-15", m3("31")).correcting("meter exchanged");
    vec![
        case(
            "C4, E",
            "Nothing about its supply is running.",
            "an account that owes January, and of which payment was demanded",
            with(settled(), [demand]),
            close(),
        ),
        case(
            "C4, F",
            "Nothing waits for a second person.",
            "an account with emergency credit that was proposed",
            with(settled(), [waits]),
            close(),
        ),
        case(
            "C4, A1",
            "Nothing is left of money that was assigned in part.",
            "an account that was assigned 60 of 100 yuan; 40 are nobody's",
            with(settled(), [unallocated, assigned("U-1", &[("LG-1", "60")])]),
            close(),
        ),
        case(
            "C4, S4",
            "No document would come out otherwise.",
            "an account with a corrected reading of the settled January",
            with(settled(), [late]),
            close(),
        ),
    ]
}

pub(super) fn balances() -> Vec<Case> {
    vec![
        case(
            "C4",
            "A debt is paid before the account is closed.",
            "an account that owes January",
            settled(),
            account_closed("2026-02-10", to_bank("R-3")),
        ),
        case(
            "C4",
            "A balance goes somewhere.",
            "an account that holds 675 yuan",
            with(settled(), [paid("R-1", "2026-01-05", "3000")]),
            close(),
        ),
        case(
            "C4",
            "The balance goes after everything that moves it.",
            "the closing on 10 February of an account with a payment of 11 February",
            with(paid_up(), [paid("R-2", "2026-02-11", "10")]),
            account_closed("2026-02-10", to_bank("R-3")),
        ),
        case(
            "C4",
            "The balance goes on a day that has come.",
            "the closing of an account on a day to come",
            with(paid_up(), [signed("LG-2")]),
            account_closed("2030-01-01", to_contract("LG-2")),
        ),
    ]
}

/// January settled and paid up, and gas of February that came behind its term.
pub(super) fn parked() -> Vec<Case> {
    let late = |gas_day: &str| {
        Told::Event(Event::ReadingParked(ReadingParked {
            gas_day: day(gas_day),
            gcv_mj_per_m3: None,
            point: "LG-1-1".parse().expect("an id"),
            reason: None,
            source: Source::Telemetry,
            volume_m3: m3("30"),
        }))
    };
    vec![case(
        "C2, C4",
        "Gas behind a term waits for whoever holds its point then.",
        "an account whose meter read 30 m³ on 1 and on 2 February, behind its term",
        with(paid_up(), [late("2026-02-01"), late("2026-02-02")]),
        close(),
    )]
}
