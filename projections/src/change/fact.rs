use citygate_domain::Event;
use citygate_domain::contract::{
    Agreed, Direction, QuantityTransferred, ReadingKey, TermsVersion, changed_terms,
};
use citygate_domain::delivery::DeliveryRecorded;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::market::IndexPublished;
use citygate_domain::quantities::{CivilDay, ContractId, GasDay, Money, Quantity, SettlementMonth};
use citygate_domain::state::Ledger;
use citygate_domain::trace::Value;

use super::{Word, life};

/// A fact that is applied, and what is told of it.
pub(super) struct Fact {
    pub position: Option<Position>,
    pub effective: Option<CivilDay>,
    pub event: &'static str,
    pub what: Vec<Word>,
    /// Whether it is told also where it changes no amount.
    pub changes_terms: bool,
}

impl Fact {
    /// An event, told beside the state before it.
    pub fn of(recorded: &Recorded, before: &Ledger) -> Self {
        Self {
            position: Some(recorded.position),
            effective: recorded.event.effective(),
            event: recorded.event.type_name(),
            what: what(&recorded.event, before),
            changes_terms: renews(&recorded.event, before),
        }
    }

    /// A gas day begins.
    pub fn day_passed(day: GasDay, what: Vec<Word>) -> Self {
        let effective = Some(day.civil());
        Self { position: None, effective, event: "day_passed", what, changes_terms: false }
    }

    /// Other terms than those of the day before, where they begin on this day.
    pub fn of_terms(ledger: &Ledger, id: &ContractId, day: GasDay) -> Vec<Self> {
        let versions = ledger.contract(id).map_or(&[][..], |contract| contract.versions());
        let pairs = versions.iter().zip(versions.iter().skip(1));
        let begun = pairs.filter(|(_, version)| version.from == day);
        let fact = |(before, version): (&TermsVersion, &TermsVersion)| {
            let mut names = changed_terms(&before.terms, &version.terms);
            let points = |day| ledger.contract(id).map(|contract| contract.points_on(day));
            let signed = matches!(version.agreed, Agreed::Signed(_));
            if signed && points(day.previous()) != points(day) {
                names.insert(0, "delivery_points".to_owned());
            }
            Self {
                position: Some(version.position),
                effective: Some(day.civil()),
                event: version.agreed.type_name(),
                what: vec![life::changed(&names)],
                changes_terms: true,
            }
        };
        begun.map(fact).collect()
    }
}

/// Whether the event gives a known contract other terms.
fn renews(event: &Event, before: &Ledger) -> bool {
    let again = |id: &ContractId| before.contract(id).is_some();
    matches!(event, Event::ContractAmended(_) | Event::ContractTerminated(_))
        || matches!(event, Event::ContractSigned(signed) if again(&signed.contract))
}

pub(super) fn text(name: &'static str, value: &impl ToString) -> Word {
    (name, Value::Text(value.to_string()))
}

fn month(month: SettlementMonth) -> Word {
    ("month", Value::Month(month))
}

/// What an event says, as far as it can change an amount.
fn what(event: &Event, before: &Ledger) -> Vec<Word> {
    match event {
        Event::ContractSigned(event) => life::signed(event, before),
        Event::ContractAmended(event) => life::amended(event, before),
        Event::ContractTerminated(event) => life::terminated(event),
        Event::PointMoved(event) => life::point_moved(event),
        Event::BalanceMoved(event) => life::balance_moved(event),
        Event::DeliveryRecorded(event) => reading(event, before),
        Event::IndexPublished(event) => published(event, before),
        Event::QuantityTransferred(event) => transferred(event, before),
        Event::LotRecorded(event) => vec![
            text("lot", &event.trade_reference),
            month(event.month),
            quantity("quantity", event.quantity, &event.contract, before),
        ],
        Event::ClaimDecided(event) => vec![
            text("claim", &event.claim),
            quantity("granted", event.granted_quantity, &event.contract, before),
        ],
        Event::PaymentReceived(event)
        | Event::PaymentReversed(event)
        | Event::RefundPaid(event) => money("reference", &event.bank_reference, event.amount),
        Event::MoneyAssigned(event) | Event::AssignmentReversed(event) => {
            money("reference", &event.bank_reference, event.amount)
        }
        Event::GuaranteeGiven(event) => money("guarantee", &event.reference, event.amount),
        Event::CreditGranted(event) => {
            vec![("amount", Value::Money(event.amount)), ("until", Value::CivilDay(event.until))]
        }
        Event::LateFeeCharged(event) => vec![("late_fee", Value::Money(event.fee))],
        Event::LateFeeWaived(event) => vec![("late_fee", Value::Money(event.fee))],
        Event::DeviationPosted(it) => issued(month(it.month), it.revision, &[]),
        Event::SettlementIssued(it) => issued(month(it.month), it.revision, &it.causes),
        Event::DeviationAssessed(it) => issued(month(it.month), it.revision, &it.causes),
        Event::TakeOrPaySettled(it) => issued(text("year", &it.year), it.revision, &it.causes),
        Event::LedgerOpened(_)
        | Event::SchedulerElected(_)
        | Event::CustomerRegistered(_)
        | Event::PointAssigned(_)
        | Event::PointReleased(_)
        | Event::AccountClosed(_)
        | Event::ReadingParked(_)
        | Event::ClaimFiled(_)
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
        | Event::StageCrossed(_) => Vec::new(),
    }
}

pub(super) fn money(name: &'static str, reference: &impl ToString, amount: Money) -> Vec<Word> {
    vec![text(name, reference), ("amount", Value::Money(amount))]
}

/// A quantity in the billing unit of a contract.
fn quantity(name: &'static str, quantity: Quantity, id: &ContractId, before: &Ledger) -> Word {
    match before.contract(id) {
        Some(contract) => (name, Value::Quantity(quantity, contract.unit())),
        None => text(name, &quantity),
    }
}

fn transferred(event: &QuantityTransferred, before: &Ledger) -> Vec<Word> {
    let name = match event.direction {
        Direction::In => "transferred_in",
        Direction::Out => "transferred_out",
    };
    let moved = quantity(name, event.quantity, &event.contract, before);
    vec![text("transfer", &event.reference), month(event.month), moved]
}

/// A reading, and the one that it replaces.
fn reading(event: &DeliveryRecorded, before: &Ledger) -> Vec<Word> {
    let mut words =
        vec![text("delivery_point", &event.point), ("gas_day", Value::GasDay(event.gas_day))];
    let Some(contract) = before.contract(&event.contract) else { return words };
    let place = contract.place_of(&event.point);
    let key = place.map(|point| ReadingKey { gas_day: event.gas_day, point });
    let known = key.and_then(|key| contract.readings.get(key));
    let unit = contract.unit();
    words.extend(known.map(|known| ("was", Value::Quantity(known.current.quantity, unit))));
    words.push(("quantity", Value::Quantity(event.quantity, unit)));
    words
}

/// An index value, and the one that it replaces.
fn published(event: &IndexPublished, before: &Ledger) -> Vec<Word> {
    let mut words =
        vec![text("index", &event.code), ("effective_day", Value::CivilDay(event.effective_day))];
    let known = before.indices().values_of(&event.code, event.effective_day);
    words.extend(known.map(|(known, _)| ("was", Value::Number(known.value))));
    words.push(("value", Value::Number(event.value.0)));
    words
}

/// A document, and the facts that a later revision of it names as its causes (S4).
fn issued(period: Word, revision: u32, causes: &[Position]) -> Vec<Word> {
    let mut words = vec![period, ("revision", Value::Count(revision.into()))];
    if !causes.is_empty() {
        let causes: Vec<String> = causes.iter().map(Position::to_string).collect();
        words.push(("causes", Value::Text(causes.join(", "))));
    }
    words
}

/// Whether the event moves what a contract has available, from its effective day on (A2, A3). All
/// others are in every answer that knows them.
pub(super) fn moves_an_account(event: &Event) -> bool {
    match event {
        Event::IndexPublished(_)
        | Event::QuantityTransferred(_)
        | Event::LotRecorded(_)
        | Event::DeliveryRecorded(_)
        | Event::PaymentReceived(_)
        | Event::PaymentReversed(_)
        | Event::RefundPaid(_)
        | Event::GuaranteeGiven(_)
        | Event::MoneyAssigned(_)
        | Event::AssignmentReversed(_)
        | Event::BalanceMoved(_)
        | Event::CreditGranted(_)
        | Event::LateFeeCharged(_)
        | Event::LateFeeWaived(_)
        | Event::SettlementIssued(_)
        | Event::DeviationPosted(_)
        | Event::TakeOrPaySettled(_) => true,
        Event::LedgerOpened(_)
        | Event::SchedulerElected(_)
        | Event::CustomerRegistered(_)
        | Event::ContractSigned(_)
        | Event::ContractAmended(_)
        | Event::ContractTerminated(_)
        | Event::PointAssigned(_)
        | Event::PointReleased(_)
        | Event::PointMoved(_)
        | Event::AccountClosed(_)
        | Event::ReadingParked(_)
        | Event::ClaimFiled(_)
        | Event::ClaimDecided(_)
        | Event::DeviationAssessed(_)
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
        | Event::StageCrossed(_) => false,
    }
}
