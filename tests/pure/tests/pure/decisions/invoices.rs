//! 开票: an invoice a document's revision, red for what is taken back.

use citygate_domain::Event;
use citygate_domain::books::{InvoiceColour, Rejection};
use citygate_tests_pure::book_words::{invoiced, invoiced_as};
use citygate_tests_pure::story::given;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{civil, closed, delivered_daily, signed, units, yuan};
use citygate_tests_pure::world::World;

fn issued() -> Vec<Told> {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    facts
}

/// January issued again, 75.00 yuan lower.
fn lowered() -> Vec<Told> {
    let world = World::of(issued());
    let Some(Event::SettlementIssued(first)) = world.log.last().map(|last| last.event.clone())
    else {
        panic!("a settlement was issued")
    };
    let mut second = first.as_ref().clone();
    second.revision = 2;
    (second.gross, second.net, second.tax) = (yuan("700.00"), yuan("642.20"), yuan("57.80"));
    second.quantity = units("280");
    second.posted_on = Some(civil("2026-03-09"));
    issued().into_iter().chain([Told::Event(Event::SettlementIssued(second.into()))]).collect()
}

#[test]
fn an_invoice_bears_what_its_revision_posted() {
    let blue = || invoiced("25420001", "2026-01", "2026-02-03");
    given(issued()).when(blue()).then(|event| {
        let Event::InvoiceRecorded(invoice) = event else { panic!("{event:?}") };
        let amounts = (invoice.gross, invoice.net, invoice.tax);
        assert_eq!(amounts, (yuan("775.00"), yuan("711.01"), yuan("63.99")));
    });
    given(issued()).and([blue()]).when(blue()).then_known();
    given(issued())
        .and([blue()])
        .when(invoiced("25420001", "2026-01", "2026-02-04"))
        .then_refused("duplicate_reference");
    given(issued())
        .and([blue()])
        .when(invoiced("25420002", "2026-01", "2026-02-03"))
        .then_refused("document_invoiced");
}

#[test]
fn a_lowered_document_needs_a_red_invoice_of_the_difference() {
    let as_ = |colour| invoiced_as("25420009", "2026-01", 2, "2026-03-10", colour);
    given(lowered())
        .when(as_(InvoiceColour::Blue))
        .then_rejected(Rejection::WrongColour { gross: yuan("-75.00"), wanted: "red" });
    given(lowered()).when(as_(InvoiceColour::Red)).then(|event| {
        let Event::InvoiceRecorded(invoice) = event else { panic!("{event:?}") };
        let amounts = (invoice.gross, invoice.net, invoice.tax);
        assert_eq!(amounts, (yuan("-75.00"), yuan("-68.81"), yuan("-6.19")));
    });
}
