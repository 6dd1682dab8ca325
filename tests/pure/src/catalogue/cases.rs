//! Refusals of deviation cases and of claims that are decided by hand.

use citygate_domain::Event;
use citygate_domain::deviation::{Resolution, SheetDelivered, Step};

use super::{Case, case};
use crate::told::Told;
use crate::words::{
    assessed, civil, claimed, closed, contract, decided, delivered, delivered_daily,
    delivery_of_sheet, m3, month, objection, proposed, read, receipt, resolution, signed, step,
    verified, waived,
};
use crate::world::TODAY;

const JANUARY: &str = "2026-01";
/// The day after [`TODAY`].
const TOMORROW: &str = "2028-06-02";

/// January read at a volume a day, closed and assessed.
fn taken(first: Told, volume: &str) -> Vec<Told> {
    let mut facts = vec![first];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", volume));
    facts.extend([closed(JANUARY), assessed(JANUARY)]);
    facts
}

fn short() -> Vec<Told> {
    taken(signed("LG-1"), "30")
}

fn with(facts: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    facts.into_iter().chain(more).collect()
}

fn by(person: &str, wanted: Step) -> Told {
    step(JANUARY, 1, wanted).by(person)
}

fn issued() -> Vec<Told> {
    with(short(), [by("li.wei", Step::IssueSheet)])
}

fn confirmed() -> Vec<Told> {
    with(issued(), [by("li.wei", receipt(TODAY))])
}

fn disputed() -> Vec<Told> {
    with(issued(), [by("li.wei", objection(TODAY))])
}

fn claim() -> Told {
    claimed("CL-1", "2026-01-10", "2026-01-12", "15")
}

pub(super) fn before_the_sheet() -> Vec<Case> {
    let late = [claim(), verified("CL-1").by("li.wei"), claim().granted("15")];
    vec![
        case(
            "D9",
            "A case begins with an assessment.",
            "a sheet of a month that is closed and not assessed",
            with(vec![signed("LG-1")], delivered_daily("2026-01-01", "2026-01-31", "30")),
            by("li.wei", Step::IssueSheet),
        ),
        case(
            "F",
            "A step is bound to the revision that was shown.",
            "a sheet of revision 2, where there is only the first",
            short(),
            step(JANUARY, 2, Step::IssueSheet).by("li.wei"),
        ),
        case(
            "D9",
            "A case without a charge is closed as it is assessed.",
            "a sheet of a month inside the tolerance",
            taken(signed("LG-1"), "32"),
            by("li.wei", Step::IssueSheet),
        ),
        case(
            "D9",
            "Waived ends a case.",
            "a sheet of a waived case",
            with(short(), [waived(JANUARY, 1)]),
            by("li.wei", Step::IssueSheet),
        ),
        case(
            "D9",
            "Claims are decided before the sheet is issued.",
            "a sheet while a claim of January is pending",
            with(short(), [claim()]),
            by("li.wei", Step::IssueSheet),
        ),
        case(
            "D9",
            "A decision reassesses.",
            "a sheet of a document that was assessed before 15 were granted",
            with(short(), late),
            by("li.wei", Step::IssueSheet),
        ),
        case(
            "D9",
            "A revision has one sheet.",
            "a second sheet of the same revision",
            issued(),
            by("li.wei", Step::IssueSheet),
        ),
    ]
}

pub(super) fn answers() -> Vec<Case> {
    let delivered = || with(issued(), [by("li.wei", delivery_of_sheet(TODAY))]);
    vec![
        case(
            "D9",
            "The buyer answers a sheet.",
            "a sealed receipt of a case without a sheet",
            short(),
            by("li.wei", receipt(TODAY)),
        ),
        case(
            "D9",
            "A sheet is delivered once.",
            "another day of delivery for the same sheet",
            delivered(),
            by("li.wei", delivery_of_sheet(TOMORROW)),
        )
        .at("2028-06-02T10:00:00+08:00"),
        case(
            "D9",
            "A dispute is resolved before anything else.",
            "a sealed receipt of a disputed sheet",
            disputed(),
            by("li.wei", receipt(TODAY)),
        ),
        case(
            "D9",
            "A sheet has one answer.",
            "an objection to a sheet that came back sealed",
            confirmed(),
            by("li.wei", objection(TODAY)),
        ),
        case(
            "D9",
            "Only a dispute is resolved.",
            "a dispute is upheld that nobody began",
            issued(),
            by("li.wei", resolution(Resolution::Upheld)),
        ),
        case(
            "T5",
            "Nothing is recorded ahead of its day.",
            "a sealed receipt of tomorrow",
            issued(),
            by("li.wei", receipt(TOMORROW)),
        ),
        case(
            "D9",
            "A delivery names its proof.",
            "a delivery without a proof",
            issued(),
            by("li.wei", Step::DeliverSheet { on: civil(TODAY), proof: String::new() }),
        ),
    ]
}

/// What silence means.
pub(super) fn silence() -> Vec<Case> {
    let delivered = || with(issued(), [by("li.wei", delivery_of_sheet(TODAY))]);
    let agreed = contract("LG-1").term("deviation.deemed_confirmed_days", "10").signed();
    let waiting = with(
        taken(agreed, "30"),
        [by("li.wei", Step::IssueSheet), by("li.wei", delivery_of_sheet(TODAY))],
    );
    vec![
        case(
            "D9",
            "Silence counts from a proven delivery.",
            "a sheet is to count as confirmed whose delivery nobody has proven",
            issued(),
            by("li.wei", Step::Deem),
        ),
        case(
            "D9",
            "Silence means nothing where the contract does not say so.",
            "a sheet is to count as confirmed in a contract without deemed_confirmed_days",
            delivered(),
            by("li.wei", Step::Deem),
        ),
        case(
            "D9",
            "A sheet counts as confirmed once the agreed days have passed.",
            "on 10 June, 9 days after the delivery, where 10 are agreed",
            waiting,
            by("li.wei", Step::Deem),
        )
        .at("2028-06-10T23:59:59+08:00"),
    ]
}

/// What is told about a sheet of days on which it was not there.
pub(super) fn too_early() -> Vec<Case> {
    let delivered = Event::SheetDelivered(SheetDelivered {
        by: read("li.wei"),
        contract: read("LG-1"),
        month: month(JANUARY),
        on: civil("2028-06-03"),
        proof: "SF1402280451".to_owned(),
        revision: 1,
        sheet: 1,
    });
    vec![
        case(
            "D9",
            "Nothing happens to a sheet before it is issued.",
            "a sealed receipt of 31 May for a sheet of 1 June",
            issued(),
            by("li.wei", receipt("2028-05-31")),
        ),
        case(
            "D9",
            "A buyer answers what he has.",
            "a sealed receipt of 2 June for a sheet that was delivered on 3 June",
            with(issued(), [Told::Event(delivered)]),
            by("li.wei", receipt(TOMORROW)),
        )
        .at("2028-06-04T10:00:00+08:00"),
    ]
}

pub(super) fn postings() -> Vec<Case> {
    let approved = || with(confirmed(), [by("zhang.min", Step::ApprovePosting)]);
    vec![
        case(
            "D9",
            "Posting needs a confirmation.",
            "a posting is approved whose sheet nobody has sealed",
            issued(),
            by("zhang.min", Step::ApprovePosting),
        ),
        case(
            "F",
            "A posting is approved once.",
            "a third person approves it too",
            approved(),
            by("wang.fang", Step::ApprovePosting),
        ),
        case(
            "F",
            "Posting needs a second person.",
            "a confirmed case is posted before it is approved",
            confirmed(),
            by("li.wei", Step::Post),
        ),
    ]
}

pub(super) fn outdated() -> Vec<Case> {
    let correction = delivered("2026-01-10", m3("40")).correcting("meter exchanged");
    vec![case(
        "S4",
        "A sheet, and a posting, say what the facts come to now.",
        "a sheet of January is issued after a reading of it was corrected",
        with(short(), [correction]),
        by("li.wei", Step::IssueSheet),
    )]
}

pub(super) fn claims() -> Vec<Case> {
    let filed = || with(short(), [claim()]);
    let large = claimed("CL-9", "2026-01-10", "2026-01-12", "1000.001");
    vec![
        case(
            "D9",
            "What is verified was filed.",
            "a claim is verified that nobody filed",
            short(),
            verified("CL-1").by("li.wei"),
        ),
        case(
            "D9",
            "A claim is verified before it is decided.",
            "a filed claim is rejected",
            filed(),
            decided("CL-1", None).by("li.wei"),
        ),
        case(
            "D9",
            "A claim is decided once.",
            "a rejected claim is granted",
            with(filed(), [verified("CL-1").by("li.wei"), decided("CL-1", None).by("li.wei")]),
            proposed(decided("CL-1", Some("15")), "after all").by("li.wei"),
        ),
        case(
            "D1",
            "A month's relief never exceeds its contract quantity.",
            "1 000.001 granted in a month of 1 000",
            with(short(), [large, verified("CL-9").by("li.wei")]),
            proposed(decided("CL-9", Some("1000.001")), "all of it").by("li.wei"),
        ),
    ]
}
