//! A slow twin of single documents: what an assessment and a contract year must say, once more
//! from the rules, in thousandths of a cubic metre and fen.

use citygate_domain::Event;
use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::quantities::{Quantity, SettlementMonth};
use citygate_domain::rules::deviation::Side;
use citygate_domain::take_or_pay::{TakeOrPaySettled, carried, made_up};
use citygate_tests_pure::words::month;
use citygate_tests_pure::world::World;
use rust_decimal::Decimal;

use super::office::month_name;
use super::reference::{Month, Reference, term};
use super::{CONTRACTS, MONTHLY};

/// C in thousandths.
const C: i64 = MONTHLY as i64 * 1_000;

/// Compares a document that was just recorded.
pub fn check(world: &World, recorded: &Recorded, reference: &Reference) {
    if let Event::DeviationAssessed(document) = &recorded.event {
        assessment(world, document, recorded.position, reference);
    } else if let Event::TakeOrPaySettled(document) = &recorded.event {
        year(world, document, recorded.position, reference);
    }
}

fn thousandths(quantity: Quantity) -> i64 {
    i64::try_from(quantity.value() * Decimal::ONE_THOUSAND).expect("whole thousandths")
}

/// Half-up.
fn divided(number: i64, by: i64) -> i64 {
    (number + by / 2).div_euclid(by)
}

fn of_contract(contract: &str) -> usize {
    CONTRACTS.iter().position(|known| *known == contract).expect("one of the contracts")
}

/// What claims of a month were granted before a position; no two share a day.
fn relief(world: &World, who: usize, of: SettlementMonth, before: Position) -> i64 {
    let events = world.log.iter().filter(|recorded| recorded.position < before);
    let granted = events.filter_map(|recorded| {
        if let Event::ClaimDecided(decided) = &recorded.event { Some(decided) } else { None }
    });
    let own = granted.filter(|decided| {
        decided.contract.as_str() == CONTRACTS[who]
            && SettlementMonth::containing(decided.first_gas_day.date()) == of
    });
    own.map(|decided| thousandths(decided.granted_quantity)).sum()
}

fn planned(month: &Month) -> i64 {
    let bill = month.newest().expect("it is issued");
    C + bill.lots.iter().map(|(lot, _)| i64::from(*lot) * 1_000).sum::<i64>()
}

fn taken(month: &Month) -> i64 {
    i64::from(month.newest().expect("it is issued").quantity) * 1_000
}

/// D1–D6: 5 % on both sides, measured from the edge; 30 % of 2.50 under, 0.15 over.
fn assessment(world: &World, document: &DeviationAssessed, at: Position, reference: &Reference) {
    let who = of_contract(document.contract.as_str());
    let place = term(who).find(|place| month(&month_name(*place)) == document.month);
    let known = &reference.contracts[who][place.expect("a month of the term")];
    let relief = relief(world, who, document.month, at);
    let (planned, taken) = (planned(known), taken(known));
    // Lots and relief are whole units, so that both edges are exact.
    let under = ((planned - relief) * 95 / 100 - taken).max(0);
    let over = (taken - planned * 105 / 100).max(0);
    let (side, quantity, charge) = if under > 0 {
        (Some(Side::Under), under, divided(under * 75, 1_000))
    } else if over > 0 {
        (Some(Side::Over), over, divided(over * 15, 1_000))
    } else {
        (None, 0, 0)
    };
    let said = (document.side, thousandths(document.quantity), document.charge.fen());
    assert_eq!(said, (side, quantity, i128::from(charge)), "{:?}", document.month);
    assert_eq!(document.net + document.tax, document.charge);
}

/// Y5: the under-takes whose newest posting stands.
fn credited(world: &World, document: &TakeOrPaySettled, before: Position) -> i64 {
    let contract = world.contract(document.contract.as_str());
    let months = document.first_month.through(document.last_month);
    let posted = months.filter_map(|month| {
        let case = contract.cases.get(&month)?;
        let last = case.posted.iter().rfind(|posted| posted.position < before)?;
        let all = contract.deviations.get(&month)?;
        all.iter().map(|one| &one.document).find(|one| one.revision == last.revision)
    });
    let under = posted.filter(|document| document.side == Some(Side::Under));
    under.map(|document| thousandths(document.quantity)).sum()
}

/// What stood in both banks after the year before.
fn banks_before(world: &World, document: &TakeOrPaySettled, before: Position) -> (i64, i64) {
    let contract = world.contract(document.contract.as_str());
    let all = contract.years.get(&(document.year - 1)).map_or(&[][..], Vec::as_slice);
    let last = all.iter().rfind(|year| year.position < before);
    last.map_or((0, 0), |year| {
        let (make_up, carry) = (&year.document.make_up, &year.document.carry_forward);
        (thousandths(made_up(&make_up.left)), thousandths(carried(&carry.left)))
    })
}

/// Y1–Y10: 80 %, make-up after the adjusted quantity, carry-forward without a cap, 2.50.
fn year(world: &World, document: &TakeOrPaySettled, at: Position, reference: &Reference) {
    let who = of_contract(document.contract.as_str());
    let inside = |place: &usize| {
        let month = month(&month_name(*place));
        document.first_month <= month && month <= document.last_month
    };
    let places: Vec<usize> = term(who).filter(inside).collect();
    let months = || places.iter().map(|place| &reference.contracts[who][*place]);
    let agreed = C * i64::try_from(places.len()).expect("a few months");
    let relieved = places.iter().map(|place| relief(world, who, month(&month_name(*place)), at));
    let adjusted = agreed - relieved.sum::<i64>();
    let at_least = divided(adjusted * 80, 100);
    let taken: i64 = months().map(taken).sum();
    let (make_up, carry) = banks_before(world, document, at);
    let drawn = make_up.min((taken - adjusted).max(0));
    let counted = taken - drawn;
    let deficiency = (at_least - counted - credited(world, document, at)).max(0);
    let applied = carry.min(deficiency);
    let paid = deficiency - applied;
    let earned = (counted - adjusted).max(0);
    let said = |quantity| thousandths(quantity);
    let own = &document.make_up;
    let opened = own.opened.as_ref().map_or(0, |entry| said(entry.quantity));
    let lost = said(made_up(&own.expired)) + said(made_up(&own.forfeited));
    let left = make_up + opened - drawn - lost;
    assert_eq!(said(made_up(&own.left)), left, "{}: the make-up bank", document.year);
    assert_eq!(said(document.adjusted_quantity), adjusted, "{}: Y1", document.year);
    assert_eq!(said(document.take_or_pay_quantity), at_least, "{}: Y2", document.year);
    assert_eq!(said(document.taken), taken, "{}: Y3", document.year);
    assert_eq!(said(made_up(&document.make_up.drawn)), drawn, "{}: Y3", document.year);
    assert_eq!(said(document.counted), counted, "{}: Y4", document.year);
    assert_eq!(said(document.deficiency), deficiency, "{}: Y5", document.year);
    assert_eq!(said(carried(&document.carry_forward.applied)), applied, "{}: Y6", document.year);
    assert_eq!(said(document.paid_quantity), paid, "{}: Y7", document.year);
    let payment = i128::from(divided(paid * 250, 1_000));
    assert_eq!(document.payment.gross.fen(), payment, "{}: Y7", document.year);
    let earned_by_it = document.carry_forward.earned.as_ref().map(|entry| said(entry.quantity));
    assert_eq!(earned_by_it.unwrap_or(0), earned, "{}: Y9", document.year);
    let billed: i64 = months().filter_map(Month::newest).map(|bill| bill.gross).sum();
    assert_eq!(document.billed.fen(), i128::from(billed), "{}", document.year);
}
