//! Why an answer changed: the facts between two answers, each with the step that it causes.

use std::sync::Arc;

use citygate_domain::books::DocumentName;
use citygate_domain::quantities::Money;
use citygate_domain::settlement::Rejection;
use citygate_domain::trace::Value;
use citygate_projections::change::{self, Change, Step};
use citygate_projections::explain::Document;
use citygate_projections::restatement::revisions;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    assessed, claimed, closed, contract, delivered, delivered_daily, guaranteed, m3, month, paid,
    published, read, reassessed, restated, reversed, signed, traded, yuan,
};
use citygate_tests_pure::world::World;
use serde_json::json;

use crate::asked::{account, between, events_of};

fn corrected(gas_day: &str, volume: &str, reason: &str) -> Told {
    delivered(gas_day, m3(volume)).correcting(reason)
}

/// January 2026 of 31.5 m³ a day at 2.50 yuan, closed; then these.
fn january(more: impl IntoIterator<Item = Told>) -> World {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "31.5"));
    facts.push(closed("2026-01"));
    facts.extend(more);
    World::of(facts)
}

fn settlement() -> DocumentName {
    DocumentName::Settlement { month: month("2026-01") }
}

/// A step in one line: the event, a word of what it says, its share.
fn told<A>(steps: &[Step<A>], name: &str, share: impl Fn(&A) -> String) -> Vec<String> {
    let line = |step: &Step<A>| {
        let said = step.what.iter().find(|(word, _)| *word == name);
        let said = match said.map(|(_, value)| value) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::GasDay(day)) => day.to_string(),
            Some(Value::Quantity(quantity, _)) => quantity.to_string(),
            Some(other) => format!("{other:?}"),
            None => "-".to_owned(),
        };
        format!("{} {said} {}", step.event, share(&step.share))
    };
    steps.iter().map(line).collect()
}

#[test]
fn each_correction_between_two_revisions_has_its_share_and_the_shares_are_the_difference() {
    let world = january([
        corrected("2026-01-10", "30.5", "meter exchanged"),
        paid("B-1", "2026-01-15", "100"),
        corrected("2026-01-20", "33", "misread"),
        restated("2026-01"),
        corrected("2026-01-10", "31.5", "the old meter was right"),
        restated("2026-01"),
    ]);
    let change = between(&world, "LG-1", settlement(), 1, 2);
    assert_eq!(
        told(&change.steps, "gas_day", |share| share.gross.to_string()),
        ["delivery_recorded 2026-01-10 -2.50", "delivery_recorded 2026-01-20 3.75"]
    );
    assert_eq!(told(&change.steps, "was", |_| String::new())[0], "delivery_recorded 31.5 ");
    assert_eq!((change.before.gross, change.after.gross), (yuan("2441.25"), yuan("2442.50")));
    // The payment, and the first revision itself.
    assert!(change.agrees && change.without_share == 2, "{change:?}");
    // M4: net and tax are steps of their own rounding.
    let net: Vec<_> = change.steps.iter().map(|step| step.share.net.to_string()).collect();
    assert_eq!(net, ["-2.29", "3.44"]);

    let all = between(&world, "LG-1", settlement(), 1, 3);
    assert_eq!(all.steps.len(), 3);
    assert_eq!(all.after.gross - all.before.gross, yuan("3.75"));
    assert!(all.agrees);
    let none = between(&world, "LG-1", settlement(), 2, 2);
    assert!(none.agrees && none.steps.is_empty() && none.without_share == 0);
}

#[test]
fn a_corrected_index_and_a_late_lot_bear_their_shares_in_the_order_of_the_log() {
    let indexed = contract("LG-1")
        .term_of("2026-01-01", "2026-01-31")
        .every_month("200")
        .priced(&[("gate", "100", json!({"indices": [{"code": "GATE", "coefficient": "1"}]}))]);
    let mut facts = vec![published("GATE", "2026-01-01", "2"), indexed.signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.extend([
        closed("2026-01"),
        published("GATE", "2026-01-16", "3").correcting("published late"),
        traded("T-1", "2026-01", "50", "1"),
        restated("2026-01"),
    ]);
    let change = between(&World::of(facts), "LG-1", settlement(), 1, 2);
    let events: Vec<_> = change.steps.iter().map(|step| step.event).collect();
    assert_eq!(events, ["index_published", "lot_recorded"]);
    let sum = change.steps.iter().map(|step| step.share.gross).sum();
    assert_eq!(change.after.gross - change.before.gross, sum);
    assert!(change.agrees);
}

#[test]
fn a_renewal_between_two_revisions_names_the_terms_that_it_changes() {
    let renewal = contract("LG-1")
        .term_of("2027-01-01", "2027-12-31")
        .term("deviation.lower_tolerance", "8")
        .term("payment.notice_hours", "48")
        .points(&[("LG-1-1", "100000"), ("LG-1-2", "100")]);
    let world = january([
        renewal.signed(),
        corrected("2026-01-10", "30.5", "meter exchanged"),
        restated("2026-01"),
    ]);
    let change = between(&world, "LG-1", settlement(), 1, 2);
    assert_eq!(
        told(&change.steps, "changed_terms", |share| share.gross.to_string()),
        [
            "contract_signed delivery_points, annual_quantity, deviation.lower_tolerance, \
             first_gas_day, last_gas_day, monthly_quantities, payment.notice_hours 0.00",
            "delivery_recorded - -2.50",
        ]
    );
    assert!(change.agrees);
}

#[test]
fn relief_and_a_restated_month_bear_the_steps_of_a_deviation() {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "29"));
    facts.extend([
        closed("2026-01"),
        assessed("2026-01"),
        claimed("CL-1", "2026-01-10", "2026-01-12", "20").granted("20"),
        corrected("2026-01-10", "30", "meter exchanged"),
        restated("2026-01"),
        reassessed("2026-01"),
    ]);
    let world = World::of(facts);
    let change = between(&world, "LG-1", DocumentName::Deviation { month: month("2026-01") }, 1, 2);
    let events: Vec<_> = change.steps.iter().map(|step| step.event).collect();
    // The reading moves the deviation only with the month that it restates.
    assert_eq!(events, ["claim_decided", "settlement_issued"]);
    let causes = told(&change.steps, "causes", |_| String::new());
    let reading = world.log.iter().rev().find(|it| it.event.type_name() == "delivery_recorded");
    assert_eq!(causes[1], format!("settlement_issued {} ", reading.unwrap().position));
    // 51 m³ under 950 at 0.75; 19 m³ less of them granted; then 1 m³ more taken.
    let shares: Vec<_> = change.steps.iter().map(|step| step.share.gross).collect();
    assert_eq!(shares, [yuan("-14.25"), yuan("-0.75")]);
    assert_eq!((change.before.gross, change.after.gross), (yuan("38.25"), yuan("23.25")));
    assert!(change.agrees);
}

/// The account from one day to another, as known now.
fn days(world: &World, from: &str, to: &str) -> Change<Money> {
    account(world, "LG-1", (from, world.log.len()), (to, world.log.len())).unwrap()
}

#[test]
fn between_two_days_of_an_account_stand_its_facts_by_day_and_what_ended() {
    let world = january([
        guaranteed("G-1", "1000", "2026-01-05", "2026-02-01"),
        paid("B-1", "2026-02-02", "500"),
        paid("B-2", "2026-01-31", "70"),
        reversed("B-3", "B-1", "2026-02-03", "500"),
        delivered("2026-02-02", m3("10")),
        corrected("2026-01-31", "41.5", "misread"),
    ]);
    let change = days(&world, "2026-01-29", "2026-02-28");
    let share = |share: &Money| share.to_string();
    assert_eq!(
        told(&change.steps, "guarantee_ended", share),
        [
            "delivery_recorded - -78.75",
            // A correction after the month was issued changes no document.
            "delivery_recorded - -78.75",
            "payment_received - 70.00",
            "day_passed G-1 -1000.00",
            "payment_received - 500.00",
            "delivery_recorded - -25.00",
            "payment_reversed - -500.00",
        ]
    );
    let effective: Vec<_> =
        change.steps.iter().filter_map(|step| step.effective).map(|day| day.to_string()).collect();
    assert!(effective.is_sorted(), "{effective:?}");
    assert_eq!(change.before, world.account("LG-1", "2026-01-29").available);
    assert_eq!(change.after, world.account("LG-1", "2026-02-28").available);
    assert!(change.agrees);
    // Far away nothing happens any more, and nothing takes long.
    assert_eq!(days(&world, "2026-02-28", "9999-12-30").steps, []);
}

#[test]
fn what_became_known_between_two_answers_comes_before_the_days_between_them() {
    let mut world = january([paid("B-1", "2026-01-02", "5000")]);
    let known = world.log.len();
    for fact in [
        paid("B-2", "2026-01-20", "300"),
        paid("B-3", "2026-02-01", "40"),
        corrected("2026-01-05", "30.5", "meter exchanged"),
        restated("2026-01"),
    ] {
        world.take(fact);
    }
    let now = world.log.len();
    let share = |share: &Money| share.to_string();
    let same_day = account(&world, "LG-1", ("2026-01-31", known), ("2026-01-31", now)).unwrap();
    assert_eq!(
        told(&same_day.steps, "-", share),
        ["payment_received - 300.00", "settlement_issued - 2.50"]
    );
    let later = account(&world, "LG-1", ("2026-01-25", known), ("2026-02-01", now)).unwrap();
    let told = told(&later.steps, "-", share);
    // As of a day inside the month the corrected reading itself counts.
    assert_eq!(told[..2], ["payment_received - 300.00", "delivery_recorded - 2.50"]);
    assert_eq!(told.last().unwrap(), "payment_received - 40.00");
    assert_eq!(later.after, world.account("LG-1", "2026-02-01").available);
    assert!(same_day.agrees && later.agrees);
}

#[test]
fn a_revision_that_says_another_number_than_its_facts_is_found() {
    let world = january([corrected("2026-01-10", "30.5", "misread"), restated("2026-01")]);
    let revisions = revisions(world.contract("LG-1"), settlement());
    let [(earlier, _), (later, _)] = &revisions[..] else { panic!("{revisions:?}") };
    let Document::Settlement(issued) = later else { panic!("{later:?}") };
    let (known, since) = (events_of(&world, earlier.inputs()), events_of(&world, later.inputs()));
    let since = &since[known.len()..];
    let mut forged = issued.as_ref().clone();
    forged.gross = forged.gross + yuan("0.01");
    let forged = Document::Settlement(Arc::new(forged));
    let asked = |later: &Document, since| change::document(earlier, &known, later, since).unwrap();
    assert!(!asked(&forged, since).agrees);
    assert!(asked(later, since).agrees);
    // And so is a fact that is left out.
    assert!(!asked(later, &[]).agrees);
}

#[test]
fn nothing_is_said_of_an_account_before_its_contract_is_known() {
    let world = january([]);
    let unknown = Rejection::UnknownContract { contract: read("LG-1") };
    let asked = account(&world, "LG-1", ("2026-01-01", 0), ("2026-01-31", world.log.len()));
    assert_eq!(asked, Err(unknown.into()));
}
