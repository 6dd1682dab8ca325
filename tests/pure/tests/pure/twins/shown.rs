//! Histories for people: what a shrunk one says, and what all of them contain.

use citygate_domain::quantities::Money;
use citygate_domain::take_or_pay::TakeOrPaySettled;
use citygate_domain::{Command, Event};
use citygate_tests_pure::history::History;

/// The commands of a history, one a line; a contract with its terms.
pub(super) fn commands(history: &History) -> String {
    let shown = history.commands.iter().map(|command| {
        let Command::SignContract(signed) = command else { return format!("{command:?}") };
        let terms = serde_json::to_string(&signed.terms).unwrap();
        format!("sign {} {:?} {terms}", signed.contract, signed.delivery_points)
    });
    let lines: Vec<String> = shown.collect();
    format!("now {}\n{}", history.now, lines.join("\n"))
}

/// What every throw of histories must contain.
pub(super) const WANTED: [&str; 34] = [
    "contract_amended",
    "contract_terminated",
    "point_moved",
    "unit m3",
    "unit MJ",
    "unit GJ",
    "unit kWh",
    "unit MMBtu",
    "month_ends_on",
    "renewal",
    "measured from Edge",
    "measured from Base",
    "tiering Marginal",
    "tiering Cliff",
    "netting Month",
    "netting Quarter",
    "netting ContractYear",
    "without deviation",
    "excess price",
    "excess at the composite",
    "mean_of_months",
    "floor",
    "cap",
    "transfer in",
    "transfer out",
    "line base",
    "line lot",
    "line excess",
    "under",
    "over",
    "relief",
    "estimate",
    "correction",
    "payment_reversed",
];

/// What an event contains of these.
pub(super) fn seen_in(event: &Event) -> Vec<String> {
    match event {
        Event::ContractSigned(signed) => seen_in_terms(signed),
        Event::SettlementIssued(issued) => {
            let lines = issued.lines.iter().map(|line| format!("line {}", line.kind.word()));
            lines.chain([format!("unit {}", issued.unit)]).collect()
        }
        Event::DeviationAssessed(found) => {
            let side = found.side.map(|side| side.word().to_owned());
            let relief = (!found.relief.is_zero()).then(|| "relief".to_owned());
            side.into_iter().chain(relief).collect()
        }
        Event::TakeOrPaySettled(year) => seen_in_year(year),
        Event::DeliveryRecorded(reading) => vec![reading.source.to_string()],
        Event::QuantityTransferred(side) => {
            vec![format!("transfer {:?}", side.direction).to_lowercase()]
        }
        Event::LedgerOpened(_)
        | Event::SchedulerElected(_)
        | Event::CustomerRegistered(_)
        | Event::ContractAmended(_)
        | Event::ContractTerminated(_)
        | Event::PointAssigned(_)
        | Event::PointReleased(_)
        | Event::PointMoved(_)
        | Event::BalanceMoved(_)
        | Event::AccountClosed(_)
        | Event::IndexPublished(_)
        | Event::LotRecorded(_)
        | Event::ReadingParked(_)
        | Event::ClaimFiled(_)
        | Event::ClaimDecided(_)
        | Event::PaymentReceived(_)
        | Event::PaymentReversed(_)
        | Event::RefundPaid(_)
        | Event::GuaranteeGiven(_)
        | Event::MoneyAssigned(_)
        | Event::AssignmentReversed(_)
        | Event::CreditGranted(_)
        | Event::LateFeeCharged(_)
        | Event::LateFeeWaived(_)
        | Event::InvoiceRecorded(_)
        | Event::BooksClosed(_)
        | Event::ReferenceTaken(_)
        | Event::ReferenceReleased(_)
        | Event::ClaimVerified(_)
        | Event::SheetIssued(_)
        | Event::SheetDelivered(_)
        | Event::SheetConfirmed(_)
        | Event::SheetDeemedConfirmed(_)
        | Event::SheetDisputed(_)
        | Event::DisputeResolved(_)
        | Event::PostingApproved(_)
        | Event::DeviationPosted(_)
        | Event::DeviationWaived(_)
        | Event::ActProposed(_)
        | Event::ActApproved(_)
        | Event::ActWithdrawn(_)
        | Event::RoleGranted(_)
        | Event::RoleRevoked(_)
        | Event::Supply(_)
        | Event::KeyGranted(_)
        | Event::KeyRevoked(_)
        | Event::TimePassed(_)
        | Event::StageCrossed(_) => vec![event.type_name().to_owned()],
    }
}

fn seen_in_year(year: &TakeOrPaySettled) -> Vec<String> {
    let (make_up, carry) = (&year.make_up, &year.carry_forward);
    let seen = [
        ("year", true),
        ("year paid", !year.paid_quantity.is_zero()),
        ("make-up opened", make_up.opened.is_some()),
        ("make-up drawn", !make_up.drawn.is_empty()),
        ("make-up expired", !make_up.expired.is_empty()),
        ("make-up forfeited", !make_up.forfeited.is_empty()),
        ("make-up refunded", !make_up.refunded.is_empty()),
        ("carry-forward earned", carry.earned.is_some()),
        ("carry-forward applied", !carry.applied.is_empty()),
        ("seller's compensation", year.seller_compensation.gross != Money::ZERO),
    ];
    seen.into_iter().filter(|(_, there)| *there).map(|(name, _)| name.to_owned()).collect()
}

fn seen_in_terms(signed: &citygate_domain::contract::ContractSigned) -> Vec<String> {
    let terms = &signed.terms;
    let json = serde_json::to_string(terms).unwrap();
    let named = |name: &'static str, wanted: bool| wanted.then(|| name.to_owned());
    let mut seen = vec![format!("signed in {}", terms.unit)];
    seen.extend(named("month_ends_on", Option::<u8>::from(terms.month_ends_on).is_some()));
    seen.extend(named("renewal", terms.first_gas_day.to_string().as_str() > "2026-02-10"));
    seen.extend(named("excess price", terms.excess_price.is_some()));
    seen.extend(named("excess at the composite", terms.excess_price.is_none()));
    seen.extend(named("without deviation", terms.deviation.is_none()));
    for word in ["mean_of_months", "floor", "cap"] {
        seen.extend(named(word, json.contains(&format!("\"{word}\":"))));
    }
    if let Some(deviation) = &terms.deviation {
        seen.push(format!("measured from {:?}", deviation.measured_from));
        seen.push(format!("tiering {:?}", deviation.tiering));
        seen.push(format!("netting {:?}", deviation.netting));
    }
    seen
}
