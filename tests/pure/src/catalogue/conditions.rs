//! E4: the conditions under which an order does not stand, in the scenes of `supply`.

use citygate_domain::Event;
use citygate_domain::supply::lease::GatewayProfile;

use super::supply::{
    DEMANDED, and, approved, buyer, demand, demanded, notice, noticed, short, short_under, waiting,
    waiting_under,
};
use super::{Case, case, question};
use crate::book_words::credited;
use crate::supply_words::{
    demand_disputed, demand_served, notice_served, order_approved, order_issued,
    reduction_proposed, suspension_proposed,
};
use crate::told::Told;
use crate::words::{delivered, m3, paid, proposed};
use crate::world::World;

/// The same events without the one that registers the customer.
fn of_nobody(facts: Vec<Told>) -> Vec<Told> {
    let log = World::of(facts).log.into_iter().map(|recorded| recorded.event);
    log.filter(|event| !matches!(event, Event::CustomerRegistered(_))).map(Told::Event).collect()
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
