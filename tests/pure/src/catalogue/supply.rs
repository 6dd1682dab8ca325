//! Refusals about supply: demands, disputes, notices. Everything happens in the term of 2028; the
//! moment is that of every story, 12:00 on 2028-06-01.

use citygate_domain::supply::DisputeOutcome;

use super::{Case, case};
use crate::supply_words::{
    demand_disputed, demand_served, dispute_ended, notice_served, order_approved, order_issued,
    reduction_proposed, site_confirmed, supply_reviewed, suspension_proposed,
};
use crate::template::Template;
use crate::told::Told;
use crate::words::{contract, delivered, m3, paid};

pub(super) const DEMANDED: &str = "2028-05-20T10:00:00+08:00";
const NOTICED: &str = "2028-05-25T10:00:00+08:00";

pub(super) fn buyer() -> Template {
    contract("LG-1").term_of("2028-01-01", "2028-12-31")
}

/// Gas of 250 yuan taken and nothing paid.
pub(super) fn short_under(terms: Template) -> Vec<Told> {
    vec![terms.signed(), delivered("2028-05-30", m3("100"))]
}

pub(super) fn short() -> Vec<Told> {
    short_under(buyer())
}

pub(super) fn and(facts: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    facts.into_iter().chain(more).collect()
}

pub(super) fn demand() -> Told {
    demand_served("250.00", DEMANDED).by("ann")
}

pub(super) fn notice() -> Told {
    notice_served(NOTICED).by("ann")
}

pub(super) fn demanded() -> Vec<Told> {
    and(short(), [demand()])
}

pub(super) fn noticed() -> Vec<Told> {
    and(demanded(), [notice()])
}

/// A suspension proposed by Ann under these terms.
pub(super) fn waiting_under(terms: Template) -> Vec<Told> {
    and(short_under(terms), [demand(), notice(), suspension_proposed().by("ann")])
}

pub(super) fn waiting() -> Vec<Told> {
    waiting_under(buyer())
}

/// Approved by Bob and Cai.
pub(super) fn approved(facts: Vec<Told>) -> Vec<Told> {
    and(facts, [order_approved(3).by("bob"), order_approved(3).by("cai")])
}

pub(super) fn suspended() -> Vec<Told> {
    and(approved(waiting()), [order_issued().by("dan")])
}

pub(super) fn reduced() -> Vec<Told> {
    let orders =
        [reduction_proposed().by("ann"), order_approved(3).by("bob"), order_issued().by("cai")];
    and(noticed(), orders)
}

pub(super) fn demands() -> Vec<Case> {
    let later = "2028-05-21T10:00:00+08:00";
    vec![
        case("E3", "Supply belongs to a contract.", "a review of nobody's supply", [], {
            supply_reviewed()
        }),
        case(
            "E3",
            "A demand names an amount.",
            "a demand of 0.00",
            short(),
            demand_served("0.00", DEMANDED).by("ann"),
        ),
        case(
            "T6",
            "What is told has happened already.",
            "a demand served tomorrow",
            short(),
            demand_served("250.00", "2028-06-02T10:00:00+08:00").by("ann"),
        ),
        case(
            "E3",
            "One demand is running at a time.",
            "a second demand of 300.00",
            demanded(),
            demand_served("300.00", later).demand("D-2").by("ann"),
        ),
        case(
            "E3",
            "A demand has a name of its own.",
            "the same demand with another amount",
            demanded(),
            demand_served("300.00", DEMANDED).by("ann"),
        ),
        case(
            "E3",
            "A notice has a name of its own.",
            "the same notice served at another time",
            noticed(),
            notice_served("2028-05-26T10:00:00+08:00").by("ann"),
        ),
        case(
            "E3",
            "An order has a name of its own.",
            "the same order for a reduction",
            waiting(),
            reduction_proposed().by("ann"),
        ),
    ]
}

pub(super) fn demands_too_early() -> Vec<Case> {
    vec![
        case(
            "E5",
            "A demand is cancelled while the days of gas are not below restore_above.",
            "a demand although 100 000.00 are paid",
            and(short(), [paid("B-1", "2028-05-01", "100000.00")]),
            demand(),
        ),
        case(
            "E5",
            "A lifted suspension ends with the reports from the site.",
            "a demand while the valves are not reported open",
            and(suspended(), [paid("B-1", "2028-06-01", "250.00")]),
            demand_served("250.00", "2028-06-01T11:00:00+08:00").demand("D-2").by("ann"),
        ),
        case(
            "C1",
            "Supply is curtailed in the term only.",
            "a demand before the term begins",
            [buyer().signed()],
            demand_served("250.00", "2027-11-30T10:00:00+08:00").by("ann"),
        )
        .at("2027-12-01T12:00:00+08:00"),
    ]
}

pub(super) fn disputes() -> Vec<Case> {
    vec![
        case(
            "E4",
            "A dispute is about the demand that is running.",
            "a dispute where nothing was demanded",
            short(),
            demand_disputed("paid in cash").by("ann"),
        ),
        case(
            "E4",
            "A demand has one dispute at a time.",
            "a second dispute",
            and(demanded(), [demand_disputed("paid in cash").by("ann")]),
            demand_disputed("the meter is slow").by("ann"),
        ),
        case(
            "E4",
            "Only an open dispute is resolved.",
            "a dispute is rejected that nobody opened",
            demanded(),
            dispute_ended(DisputeOutcome::Rejected).by("bob"),
        ),
        case(
            "E3",
            "A dispute, a proposal and a withdrawal say why.",
            "a dispute without a reason",
            demanded(),
            demand_disputed(" ").by("ann"),
        ),
    ]
}

pub(super) fn notices() -> Vec<Case> {
    vec![
        case(
            "E3",
            "One notice is running at a time.",
            "a second notice before the first has lapsed",
            noticed(),
            notice_served("2028-05-26T10:00:00+08:00").notice("N-2").by("ann"),
        ),
        case(
            "E3",
            "A notice rests on a demand that was served before it.",
            "a notice served a day before the demand",
            demanded(),
            notice_served("2028-05-19T10:00:00+08:00").by("ann"),
        ),
        case(
            "E4",
            "A confirmation from the site belongs to the notice.",
            "a confirmation of a day before the notice",
            noticed(),
            site_confirmed("2028-05-24T10:00:00+08:00").by("ann"),
        ),
        case(
            "F",
            "One order waits per contract.",
            "a second proposal",
            waiting(),
            suspension_proposed().order("O-2").by("bob"),
        ),
    ]
}
