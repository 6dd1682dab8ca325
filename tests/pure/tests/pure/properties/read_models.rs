//! What people read agrees with the ledger, and a document with the facts that it names.

use citygate_domain::Command;
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::log::Position;
use citygate_domain::payment::balance_as_of;
use citygate_domain::quantities::{GasDay, Money};
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::state::Ledger;
use citygate_domain::stream::DocumentInput;
use citygate_projections::ReadModels;
use citygate_projections::explain::Document;
use citygate_projections::settlements::SettlementRow;
use citygate_tests_pure::history::History;
use citygate_tests_pure::world::World;

use super::{histories, taken};
use crate::asked::events_of;

/// A history with every document that could be issued.
fn closed(history: &History) -> World {
    let (mut world, _) = taken(history);
    let mut closings = Vec::new();
    for contract in world.ledger.contracts() {
        for month in contract.months() {
            let contract = contract.id().clone();
            closings.push(Command::IssueSettlement(IssueSettlement {
                contract: contract.clone(),
                month,
            }));
            closings.push(Command::AssessDeviation(AssessDeviation { contract, month }));
        }
    }
    for closing in &closings {
        let _ = world.tell(closing);
    }
    world
}

fn read(world: &World) -> ReadModels {
    let mut models = ReadModels::default();
    world.log.iter().for_each(|recorded| models.apply(recorded));
    models
}

/// The state as it is folded from the inputs of a document, and from nothing else.
fn folded(world: &World, inputs: &[DocumentInput]) -> Ledger {
    events_of(world, inputs).iter().fold(Ledger::default(), |mut ledger, recorded| {
        ledger.evolve(recorded);
        ledger
    })
}

#[test]
fn a_document_comes_out_again_from_the_inputs_that_it_names() {
    let mut explained = (0, 0);
    for (seed, history) in histories() {
        let world = closed(&history);
        for recorded in &world.log {
            let Some(document) = Document::of(&recorded.event) else { continue };
            let again = document.again(&folded(&world, document.inputs()));
            let again = again.unwrap_or_else(|error| panic!("seed {seed} {document:?}: {error}"));
            let (amount, count) = match &document {
                Document::Settlement(issued) => (issued.gross, &mut explained.0),
                Document::Deviation(issued) => (issued.charge, &mut explained.1),
                Document::TakeOrPay(issued) => panic!("seed {seed}: nobody asked for {issued:?}"),
                Document::LateFee(issued) => panic!("seed {seed}: nobody asked for {issued:?}"),
            };
            assert!(again.agrees && again.columns.gross == amount, "seed {seed} {document:?}");
            *count += 1;
        }
    }
    assert!(explained.0 > 50 && explained.1 > 20, "{explained:?} documents");
}

#[test]
fn read_models_replayed_are_read_models_lived() {
    for (seed, history) in histories() {
        let (mut world, _) = taken(&history);
        let mut lived = read(&world);
        let before = world.log.len();
        let closed = closed(&history);
        for recorded in closed.log.iter().skip(before) {
            lived.apply(recorded);
            world.record(recorded.event.clone());
        }
        assert_eq!(format!("{lived:?}"), format!("{:?}", read(&closed)), "seed {seed}");
    }
}

/// A row without what only an issued month has.
fn content(row: SettlementRow) -> SettlementRow {
    SettlementRow { revision: None, ..row }
}

#[test]
fn the_last_running_row_of_a_month_is_its_issued_row() {
    for (seed, history) in histories() {
        let (world, _) = taken(&history);
        let far: GasDay = "2029-12-31".parse().unwrap();
        let running = read(&world).settlements.rows(&world.ledger, Some(far)).unwrap();
        let closed = closed(&history);
        for issued in read(&closed).settlements.rows(&closed.ledger, None).unwrap() {
            let same = running
                .iter()
                .find(|row| (&row.contract, row.month) == (&issued.contract, issued.month));
            assert_eq!(same.cloned().map(content), Some(content(issued)), "seed {seed}");
        }
    }
}

#[test]
fn a_statement_and_what_is_running_make_the_balance() {
    for (seed, history) in histories() {
        let world = closed(&history);
        let models = read(&world);
        for contract in world.ledger.contracts() {
            let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
            for day in [first, first.plus(20), last, last.plus(9)] {
                let statement = models.statements.of(Some(contract.id()), Some(day));
                let stated = statement.last().map_or(Money::ZERO, |(_, balance)| *balance);
                let held = balance_as_of(contract, world.ledger.indices(), day).unwrap();
                let running: Money = held.running.iter().map(|month| month.total.gross).sum();
                let sum: Money = statement.iter().map(|(entry, _)| entry.amount).sum();
                assert_eq!(sum, stated, "seed {seed}: a statement sums its entries");
                assert_eq!(stated - running, held.balance.value, "seed {seed} {day}");
            }
        }
    }
}

#[test]
fn every_answer_names_the_position_it_was_computed_at() {
    for (_, history) in histories().take(5) {
        let world = closed(&history);
        let board =
            citygate_projections::board::board(&world.ledger, "2026-02-01".parse().unwrap());
        let board = board.unwrap();
        assert_eq!(board.position, Position::new(world.log.len() as u64));
        let urgent: Vec<_> =
            board.most_urgent_first().iter().map(|row| row.recommended.stage).collect();
        assert!(urgent.is_sorted_by(|one, next| one >= next), "most urgent first");
        let begun = world.ledger.contracts().filter(|one| one.first_gas_day() <= board.as_of);
        assert_eq!(board.rows.len(), begun.count());
    }
}
