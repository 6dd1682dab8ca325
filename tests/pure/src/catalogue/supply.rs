//! Refusals about supply and its curtailment. Everything happens in the term of 2028; the moment is
//! that of every story, 12:00 on 2028-06-01.

use citygate_domain::Event;
use citygate_domain::supply::lease::GatewayProfile;
use citygate_domain::supply::{DisputeOutcome, Seen, ValveState};

use super::{Case, case, question};
use crate::book_words::credited;
use crate::supply_words::{
    demand_disputed, demand_served, dispute_ended, notice_served, order_approved, order_issued,
    order_withdrawn, reduction_proposed, site_confirmed, supply_reviewed, suspension_proposed,
    valve_reported,
};
use crate::template::Template;
use crate::told::Told;
use crate::words::{contract, delivered, m3, paid, proposed};
use crate::world::World;

const DEMANDED: &str = "2028-05-20T10:00:00+08:00";
const NOTICED: &str = "2028-05-25T10:00:00+08:00";

fn buyer() -> Template {
    contract("LG-1").term_of("2028-01-01", "2028-12-31")
}

/// Gas of 250 yuan taken and nothing paid.
fn short_under(terms: Template) -> Vec<Told> {
    vec![terms.signed(), delivered("2028-05-30", m3("100"))]
}

fn short() -> Vec<Told> {
    short_under(buyer())
}

fn and(facts: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    facts.into_iter().chain(more).collect()
}

fn demand() -> Told {
    demand_served("250.00", DEMANDED).by("ann")
}

fn notice() -> Told {
    notice_served(NOTICED).by("ann")
}

fn demanded() -> Vec<Told> {
    and(short(), [demand()])
}

fn noticed() -> Vec<Told> {
    and(demanded(), [notice()])
}

/// A suspension proposed by Ann under these terms.
fn waiting_under(terms: Template) -> Vec<Told> {
    and(short_under(terms), [demand(), notice(), suspension_proposed().by("ann")])
}

fn waiting() -> Vec<Told> {
    waiting_under(buyer())
}

/// Approved by Bob and Cai.
fn approved(facts: Vec<Told>) -> Vec<Told> {
    and(facts, [order_approved(3).by("bob"), order_approved(3).by("cai")])
}

fn suspended() -> Vec<Told> {
    and(approved(waiting()), [order_issued().by("dan")])
}

fn reduced() -> Vec<Told> {
    let orders =
        [reduction_proposed().by("ann"), order_approved(3).by("bob"), order_issued().by("cai")];
    and(noticed(), orders)
}

/// The same events without the one that registers the customer.
fn of_nobody(facts: Vec<Told>) -> Vec<Told> {
    let log = World::of(facts).log.into_iter().map(|recorded| recorded.event);
    log.filter(|event| !matches!(event, Event::CustomerRegistered(_))).map(Told::Event).collect()
}

/// The same events, their readings without a calorific value.
fn without_calorific_value(facts: Vec<Told>) -> Vec<Told> {
    let log = World::of(facts).log.into_iter().map(|recorded| recorded.event);
    let strip = |mut event| {
        if let Event::DeliveryRecorded(reading) = &mut event {
            reading.gcv_mj_per_m3 = None;
        }
        Told::Event(event)
    };
    log.map(strip).collect()
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

pub(super) fn orders_of_another_hand() -> Vec<Case> {
    vec![
        case(
            "E3",
            "The engine proposes only where the term automatic lets it.",
            "the engine proposes under automatic: false",
            noticed(),
            reduction_proposed().by_engine(),
        ),
        case(
            "E3",
            "The engine never suspends, and issues only what it proposed.",
            "the engine issues a person's suspension",
            approved(waiting()),
            order_issued().by_engine(),
        ),
        case(
            "E3",
            "An order is proposed first.",
            "an order nobody proposed is issued",
            noticed(),
            order_issued().by("dan"),
        ),
        case(
            "E3",
            "A withdrawn order is over.",
            "an order is issued that was withdrawn",
            and(waiting(), [order_withdrawn("too early").by("eva")]),
            order_issued().by("dan"),
        ),
        case(
            "E5",
            "What lifts the shortage cancels the order.",
            "an order is issued whose demand was found wrong",
            and(
                waiting(),
                [
                    demand_disputed("paid in cash").by("ann"),
                    dispute_ended(DisputeOutcome::Upheld).by("bob"),
                ],
            ),
            order_issued().by("dan"),
        ),
        case(
            "E3",
            "An order is issued once.",
            "another person issues the order again",
            suspended(),
            order_issued().by("eva"),
        ),
    ]
}

pub(super) fn orders() -> Vec<Case> {
    let two = buyer().points(&[("LG-1-1", "100"), ("LG-1-2", "-")]);
    let energy = buyer().term("unit", "MJ");
    let read = || delivered("2028-05-30", m3("100")).with_gcv("38.00");
    let orders = || {
        [reduction_proposed().by("ann"), order_approved(3).by("bob"), order_approved(3).by("cai")]
    };
    let at_both = [
        two.signed(),
        delivered("2028-05-30", m3("100")),
        delivered("2028-05-30", m3("1")).at("LG-1-2"),
    ];
    vec![
        case(
            "F",
            "Different persons approve.",
            "the same person approves twice",
            and(waiting(), [order_approved(3).by("bob")]),
            order_approved(3).by("bob"),
        ),
        case(
            "F",
            "An approval is bound to the procedure that was shown.",
            "an approval of revision 2",
            waiting(),
            order_approved(2).by("bob"),
        ),
        case(
            "F",
            "Another person than the proposer issues the order.",
            "the proposer issues it",
            approved(waiting()),
            order_issued().by("ann"),
        ),
        case(
            "E3",
            "An order goes further than the one in force.",
            "a second reduction is proposed",
            reduced(),
            reduction_proposed().order("O-2").by("ann"),
        ),
        case(
            "E8",
            "A report names a point of the contract.",
            "a report of a foreign valve",
            short(),
            valve_reported("LG-9-1", ValveState::Open, Seen::OnSite, DEMANDED),
        ),
        case(
            "E6",
            "A limit is split over the points by their capacity.",
            "a reduction where a point has no capacity",
            and(and(at_both.to_vec(), [demand(), notice()]), orders()),
            order_issued().by("dan"),
        ),
        case(
            "E6",
            "A limit is in m3.",
            "a reduction of a contract billed in MJ whose readings have no calorific value",
            without_calorific_value(and(
                vec![energy.signed(), read(), demand(), notice()],
                orders(),
            )),
            order_issued().by("dan"),
        ),
    ]
}

pub(super) fn orders_under_a_suspension() -> Vec<Case> {
    vec![case(
        "E5",
        "From a suspension the way leads over the site only.",
        "a reduction is proposed under a suspension",
        suspended(),
        reduction_proposed().order("O-2").by("ann"),
    )]
}

pub(super) fn customers() -> Vec<Case> {
    let hospital = buyer().sold_to("C-9", "public_service");
    let slow = buyer().term("payment.demand_days", "30");
    let lapsing = buyer().term("payment.notice_lapses_days", "5");
    let late = [demand(), notice_served("2028-05-29T12:01:00+08:00").by("ann")];
    vec![
        case(
            "E4",
            "A protected class is never suspended.",
            "the suspension of a hospital is proposed",
            and(short_under(hospital), [demand(), notice()]),
            suspension_proposed().by("ann"),
        ),
        case(
            "E4",
            "An unknown class counts as protected.",
            "the suspension of a customer without a class is proposed",
            of_nobody(noticed()),
            suspension_proposed().by("ann"),
        ),
        case(
            "E4",
            "An order rests on a demand.",
            "an order is proposed without a demand",
            short(),
            reduction_proposed().by("ann"),
        ),
        case(
            "E4",
            "The days of a demand run fully.",
            "a suspension 12 days after the demand, where it runs 30",
            approved(waiting_under(slow)),
            order_issued().by("dan"),
        ),
        case(
            "E4",
            "An order rests on a suspension notice.",
            "an order is proposed without a notice",
            demanded(),
            reduction_proposed().by("ann"),
        ),
        case(
            "E4",
            "The hours of a notice run fully.",
            "a suspension after 71:59 of 72 hours",
            approved(and(and(short(), late), [suspension_proposed().by("ann")])),
            order_issued().by("dan"),
        ),
        case(
            "E4",
            "A notice lapses.",
            "a suspension 7 days after the notice, where it lapses after 5",
            approved(waiting_under(lapsing)),
            order_issued().by("dan"),
        ),
    ]
}

pub(super) fn conditions() -> Vec<Case> {
    let enough = [
        demand_served("5000.00", DEMANDED).by("ann"),
        notice(),
        paid("B-1", "2028-06-01", "1500.00"),
        reduction_proposed().by("ann"),
    ];
    let indexed = serde_json::json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let unpriced = buyer().priced(&[("gas", "100", indexed)]);
    let unread = [buyer().signed(), delivered("2028-05-20", m3("100")), demand(), notice()];
    let disputed = [
        demand(),
        demand_disputed("paid in cash").by("ann"),
        notice(),
        suspension_proposed().by("ann"),
    ];
    let issue = || order_issued().by("dan");
    vec![
        case(
            "E4",
            "The days of gas are below the threshold of the stage.",
            "a reduction with 5 days of gas, where it is for less than 3",
            and(short(), enough),
            issue(),
        ),
        case(
            "E4",
            "Without a price nobody knows how long the money lasts.",
            "a suspension while an index is not published",
            waiting_under(unpriced),
            issue(),
        ),
        case(
            "E4",
            "Readings are younger than reading_max_age_hours.",
            "a suspension on a reading of 12 days ago",
            and(unread.to_vec(), [suspension_proposed().by("ann")]),
            issue(),
        ),
        case(
            "E5",
            "Payment of the demanded amount cancels the order.",
            "a suspension after the payment",
            and(waiting(), [paid("B-1", "2028-06-01", "250.00")]),
            issue(),
        ),
        case(
            "E4",
            "An open dispute blocks an order.",
            "a suspension while the demand is disputed",
            and(short(), disputed),
            issue(),
        ),
    ]
}

pub(super) fn approvals() -> Vec<Case> {
    let credit = proposed(credited("500.00", "2028-07-01"), "a good customer").by("eva");
    let nights = buyer().term("payment.no_cut", r#"{"hours": ["00:00-23:00"]}"#);
    let furnace = buyer().term("payment.continuous_process", "true");
    let issue = || order_issued().by("dan");
    vec![
        case(
            "E4",
            "What waits could be in the buyer's favour.",
            "a suspension while emergency credit is proposed",
            approved(and(waiting(), [credit])),
            issue(),
        ),
        case(
            "E4",
            "Nobody is cut off in a no-cut window.",
            "a suspension at noon, where the window is 00:00-23:00",
            approved(waiting_under(nights)),
            issue(),
        ),
        case(
            "F",
            "A suspension has two approvals.",
            "a suspension with one approval",
            and(waiting(), [order_approved(3).by("bob")]),
            issue(),
        ),
        case(
            "E4",
            "A continuous process is stopped after somebody on site has confirmed.",
            "the suspension of a furnace that nobody has seen",
            approved(waiting_under(furnace)),
            issue(),
        ),
        question(
            "E7",
            "A gateway raises its alarm neither all the time nor too late.",
            "a lease for a gateway that is silent for a day before its alarm",
            [],
            |_| GatewayProfile::try_new(86_400).err().map(Into::into),
        ),
    ]
}

pub(super) fn limits() -> Vec<Case> {
    let everything = buyer().term("payment.reduce_to_percent", "0");
    vec![case(
        "E6",
        "A limit lets something through: what stops gas is a suspension.",
        "a reduction to 0 % where nothing is protected is proposed",
        and(short_under(everything), [demand(), notice()]),
        reduction_proposed().by("ann"),
    )]
}
