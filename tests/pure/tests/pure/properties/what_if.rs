//! What-if: the past under other terms is what a ledger signed with them would have come to.

use std::collections::BTreeSet;

use citygate_domain::Command;
use citygate_domain::books::DocumentName;
use citygate_domain::contract::ContractState;
use citygate_domain::contract::patch::{Patched, TermsPatch};
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::quantities::{ContractId, Money};
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::state::Ledger;
use citygate_domain::take_or_pay::SettleYear;
use citygate_projections::restatement::documents;
use citygate_projections::what_if::{Compared, Effect, Note, Question, Summary, what_if};
use citygate_tests_pure::history::{History, years};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

use super::{histories, taken};

/// Patches that move every kind of document; one is taken for each seed.
fn patches() -> Vec<Value> {
    let whole = json!({
        "lower_tolerance": "7", "upper_tolerance": "1", "measured_from": "base",
        "tiering": "cliff", "netting": "month",
        "under": [{"up_to": "4", "rate": {"per_unit": "0.3"}},
                  {"up_to": null, "rate": {"percent_of_price": "40"}}],
        "over": [{"up_to": null, "rate": {"per_unit": "0.4"}}],
    });
    vec![
        json!({"lower_tolerance": "10", "upper_tolerance": "0"}),
        json!({"deviation": whole}),
        json!({"measured_from": "base", "tiering": "cliff"}),
        json!({"deviation": null}),
        json!({"netting": "quarter"}),
        json!({"netting": "contract_year", "lower_tolerance": "1"}),
        json!({"excess_price": {"constant": "9.87", "indices": []}, "price_decimals": 2}),
        json!({"tax_percent": "6"}),
        json!({"take_or_pay.percent": "95"}),
        json!({"take_or_pay.price": {"kind": "fixed", "price": "1.5"}, "lots_count": true}),
        json!({"take_or_pay": {"make_up": {"years": 1, "order": "after_take_or_pay"}}}),
        json!({"take_or_pay": {"carry_forward": null}}),
    ]
}

fn patch(json: &Value) -> TermsPatch {
    TermsPatch::try_new(json).unwrap_or_else(|refusal| panic!("{json}: {refusal}"))
}

/// A world with every document that could be issued, in order.
fn closed(mut world: World) -> World {
    let contracts: Vec<ContractState> = world.ledger.contracts().cloned().collect();
    for state in &contracts {
        let contract = state.id();
        for month in state.months() {
            let contract = contract.clone();
            let issue = IssueSettlement { contract: contract.clone(), month };
            let _ = world.tell(&Command::IssueSettlement(issue));
            let _ = world.tell(&Command::AssessDeviation(AssessDeviation { contract, month }));
        }
        let years = [state.first_month(), state.last_month()].map(|month| state.year_of(month));
        for year in years[0]..=years[1] {
            let settle = SettleYear { contract: contract.clone(), year };
            let _ = world.tell(&Command::SettleYear(settle));
        }
    }
    world
}

/// The same history, its contracts signed with the patch in their terms.
fn signed_otherwise(history: &History, patch: &TermsPatch) -> History {
    let mut history = history.clone();
    for command in &mut history.commands {
        if let Command::SignContract(signing) = command
            && let Ok(Patched::Changed(terms)) = patch.applied_to(&signing.terms)
        {
            signing.terms = *terms;
        }
    }
    history
}

/// Every contract over its whole term.
fn asked(ledger: &Ledger, patch: &TermsPatch) -> Vec<Compared> {
    let of = |contract: &ContractState| {
        let (first, last) = (contract.first_month(), contract.last_month());
        let question = Question::try_new(patch.clone(), first, last).expect("it can be asked");
        what_if(contract, ledger.indices(), &question).expect("it has months")
    };
    ledger.contracts().map(of).collect()
}

/// The newest issued total of a document.
fn issued(ledger: &Ledger, contract: &ContractId, document: DocumentName) -> Option<Money> {
    let contract = ledger.contract(contract)?;
    match document {
        DocumentName::Settlement { month } => Some(contract.settlement(month)?.document.gross),
        DocumentName::Deviation { month } => Some(contract.deviation(month)?.document.charge),
        DocumentName::TakeOrPay { year } => Some(contract.settled_year(year)?.document.gross),
    }
}

#[test]
fn a_patch_that_moves_no_number_makes_no_difference() {
    let patch = patch(&json!({"lease_hours": 123}));
    let mut compared = 0;
    for (seed, history) in histories().chain((0..6).map(|seed| (seed, years(seed)))) {
        let world = closed(taken(&history).0);
        for contract in asked(&world.ledger, &patch) {
            assert_eq!(contract.effect, Effect::Changed, "seed {seed}");
            for row in &contract.rows {
                assert_eq!(row.old, row.new, "seed {seed} {:?}", row.document);
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "only {compared} documents");
}

#[test]
fn what_was_is_what_is_issued() {
    let patch = patch(&json!({"lower_tolerance": "10"}));
    let mut compared = 0;
    for (seed, history) in histories().chain((0..6).map(|seed| (seed, years(seed)))) {
        let world = closed(taken(&history).0);
        for contract in asked(&world.ledger, &patch) {
            for row in &contract.rows {
                let known = issued(&world.ledger, &contract.contract, row.document);
                assert_eq!(row.notes.contains(&Note::NotIssued), known.is_none(), "seed {seed}");
                if known.is_some() {
                    assert_eq!(row.old, known, "seed {seed} {:?}", row.document);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 200, "only {compared} documents");
}

#[test]
fn the_past_under_other_terms_is_the_ledger_that_was_signed_with_them() {
    let patches = patches();
    let mut moved: BTreeSet<&str> = BTreeSet::new();
    let (mut compared, mut left_out) = (0, 0);
    for (seed, history) in histories().chain((0..24).map(|seed| (seed, years(seed)))) {
        let json = &patches[seed as usize % patches.len()];
        let patch = patch(json);
        let world = closed(taken(&history).0);
        let otherwise = closed(taken(&signed_otherwise(&history, &patch)).0);
        for contract in asked(&world.ledger, &patch) {
            let id = &contract.contract;
            let Some(expected) = otherwise.ledger.contract(id) else { continue };
            for document in documents(expected) {
                let expected = issued(&otherwise.ledger, id, document);
                let row = contract.rows.iter().find(|row| row.document == document);
                match row {
                    Some(row) => {
                        assert_eq!(row.new, expected, "seed {seed} {id} {document:?} {json}");
                        compared += 1;
                        if row.difference() != Money::ZERO {
                            moved.insert(document.kind());
                        }
                    }
                    None => {
                        let known = contract.left_out.iter().any(|one| one.document == document);
                        assert!(known, "seed {seed} {id} {document:?} {json}");
                        left_out += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 300 && left_out * 10 < compared, "{compared} and {left_out} left out");
    assert_eq!(moved, BTreeSet::from(["settlement", "deviation", "take-or-pay"]));
}

#[test]
fn totals_are_the_sums_of_rows_and_every_contract_stands_once() {
    for (seed, history) in histories() {
        let patch = patch(&patches()[seed as usize % patches().len()]);
        let world = closed(taken(&history).0);
        let compared = asked(&world.ledger, &patch);
        let summary = Summary::of(&compared);
        let [settlements, deviations, years, total] = summary.totals[..] else {
            panic!("three kinds and their total")
        };
        assert_eq!(settlements.new + deviations.new + years.new, total.new, "seed {seed}");
        assert_eq!(settlements.old + deviations.old + years.old, total.old, "seed {seed}");
        let rows = compared.iter().flat_map(|contract| &contract.rows);
        let difference: Money = rows.map(|row| row.difference()).sum();
        assert_eq!(difference, total.difference(), "seed {seed}");
        let standing = summary.less.len() + summary.more.len() + summary.unchanged;
        assert_eq!(standing + summary.refused, compared.len(), "seed {seed}");
        let differences = |all: &[_]| -> Vec<Money> {
            all.iter()
                .map(|one: &citygate_projections::what_if::Standing| one.total.difference())
                .collect()
        };
        assert!(differences(&summary.less).is_sorted(), "seed {seed}");
        assert!(differences(&summary.more).iter().rev().is_sorted(), "seed {seed}");
    }
}
