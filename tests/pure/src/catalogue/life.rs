//! Refusals about the life of a contract.

use citygate_domain::Event;
use citygate_domain::delivery::{ReadingParked, Source};
use citygate_domain::deviation::Step;
use serde_json::json;

use super::{Case, case};
use crate::book_words::{assigned, credited};
use crate::life_words::{
    account_closed, amended, amended_for, handed_over, nowhere, point_moved, terminated, to_bank,
    to_contract,
};
use crate::supply_words::demand_served;
use crate::template::Template;
use crate::told::Told;
use crate::words::{
    assessed, claimed, closed, closed_through, contract, day, delivered, delivered_daily, m3,
    objection, paid, proposed, signed, step, traded, transferred, year_settled,
};

fn tolerance(percent: &str) -> serde_json::Value {
    json!({"deviation": {"lower_tolerance": percent}})
}

/// LG-1 and LG-2, each with a point of its own.
fn two() -> Vec<Told> {
    vec![signed("LG-1"), signed("LG-2")]
}

fn with(mut told: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    told.extend(more);
    told
}

/// January 2026 alone, without deviation: read, and nothing else.
fn january() -> Template {
    contract("LG-1").term_of("2026-01-01", "2026-01-31").without("deviation")
}

fn read(contract: Template) -> Vec<Told> {
    with(vec![contract.signed()], delivered_daily("2026-01-01", "2026-01-31", "30"))
}

/// January read and settled: 930 m³ at 2.50 yuan.
fn settled() -> Vec<Told> {
    with(read(january()), [closed("2026-01")])
}

/// With a deviation, assessed: the whole month was taken short.
fn short() -> Vec<Told> {
    let short = contract("LG-1").term_of("2026-01-01", "2026-01-31").signed();
    let read = with(vec![short], delivered_daily("2026-01-01", "2026-01-31", "10"));
    with(read, [closed("2026-01"), assessed("2026-01")])
}

fn taking_or_paying() -> serde_json::Value {
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
