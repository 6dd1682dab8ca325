//! Refusals about orders that curtail supply, in the scenes of `supply`.

use citygate_domain::Event;
use citygate_domain::supply::{DisputeOutcome, Seen, ValveState};

use super::supply::{
    DEMANDED, and, approved, buyer, demand, notice, noticed, reduced, short, suspended, waiting,
};
use super::{Case, case};
use crate::supply_words::{
    demand_disputed, dispute_ended, order_approved, order_issued, order_withdrawn,
    reduction_proposed, valve_reported,
};
use crate::told::Told;
use crate::words::{delivered, m3};
use crate::world::World;

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
