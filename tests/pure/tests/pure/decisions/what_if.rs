//! What-if: old beside new, what is left out, and what is said beside the numbers.

use citygate_domain::contract::patch::TermsPatch;
use citygate_projections::what_if::{Compared, Effect, Note, Question, Summary, Why, what_if};
use citygate_tests_pure::life_words::{amended, terminated_with};
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    assessed, closed, closed_through, contract, delivered, delivered_daily, m3, month, signed,
    waived, yuan,
};
use citygate_tests_pure::world::World;
use serde_json::{Value, json};

fn asked(world: &World, patch: &Value, first: &str, last: &str) -> Option<Compared> {
    let patch = TermsPatch::try_new(patch).expect("a patch");
    let question = Question::try_new(patch, month(first), month(last)).expect("a question");
    what_if(world.contract("LG-1"), world.ledger.indices(), &question)
}

fn compared(world: &World, patch: &Value, first: &str, last: &str) -> Compared {
    asked(world, patch, first, last).expect("months of the term")
}

/// A row a line: document, period, old, new; `-` where there is none.
fn rows(compared: &Compared) -> Vec<String> {
    let money = |money: Option<_>| money.map_or("-".to_owned(), |money: _| format!("{money}"));
    let row = |row: &citygate_projections::what_if::Row| {
        let (kind, period) = (row.document.kind(), row.document.period());
        format!("{kind} {period} {} {}", money(row.old), money(row.new))
    };
    compared.rows.iter().map(row).collect()
}

fn left_out(compared: &Compared) -> Vec<String> {
    let of = |one: &citygate_projections::what_if::LeftOut| {
        let why = match &one.why {
            Why::Beyond(months) => format!("beyond {} {}", months.first, months.last),
            Why::Refused(rejection) => rejection.code().to_owned(),
            Why::OtherSide => "other side".to_owned(),
            Why::WaivedBefore(months) => format!("waived {} {}", months.first, months.last),
        };
        format!("{} {} {why}", one.document.kind(), one.document.period())
    };
    compared.left_out.iter().map(of).collect()
}

/// January with 930 of 1 000 m³: 20 m³ below the edge, at 0.75 yuan.
fn short_january() -> Vec<Told> {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.extend([closed("2026-01"), assessed("2026-01")]);
    facts
}

#[test]
fn a_wider_tolerance_takes_a_charge_away_and_leaves_the_gas_price() {
    let world = World::of(short_january());
    let found = compared(&world, &json!({"lower_tolerance": "10"}), "2026-01", "2026-01");
    assert_eq!(
        rows(&found),
        ["settlement 2026-01 2325.00 2325.00", "deviation 2026-01 15.00 0.00"]
    );
    assert!(found.rows.iter().all(|row| row.notes.is_empty()));
    let summary = Summary::of(&[found]);
    assert_eq!((summary.less.len(), summary.more.len(), summary.unchanged), (1, 0, 0));
    assert_eq!(summary.less[0].total.difference(), yuan("-15.00"));
}

#[test]
fn an_edge_that_moves_onto_the_quantity_is_inside() {
    let world = World::of(short_january());
    let charge = |tolerance: &str| {
        let found = compared(&world, &json!({"lower_tolerance": tolerance}), "2026-01", "2026-01");
        found.rows[1].new
    };
    assert_eq!(charge("7"), Some(yuan("0.00")));
    assert_eq!(charge("6.9999"), Some(yuan("0.00")));
    assert_eq!(charge("6.99"), Some(yuan("0.08")));
    assert_eq!(charge("6"), Some(yuan("7.50")));
}

#[test]
fn months_that_are_not_complete_are_left_out_with_what_is_missing() {
    let world = World::of(short_january());
    let found = compared(&world, &json!({"lower_tolerance": "10"}), "2026-01", "2026-02");
    assert_eq!(found.rows.len(), 2);
    assert_eq!(
        left_out(&found),
        ["settlement 2026-02 readings_missing", "deviation 2026-02 months_not_issued"]
    );
}

#[test]
fn a_netting_period_that_reaches_beyond_the_months_is_compared_on_neither_side() {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-04-30", "30"));
    facts.extend(closed_through("2026-01", "2026-04"));
    let world = World::of(facts);
    let quarterly = json!({"netting": "quarter"});
    let short = compared(&world, &quarterly, "2026-01", "2026-02");
    assert_eq!(
        rows(&short),
        ["settlement 2026-01 2325.00 2325.00", "settlement 2026-02 2100.00 2100.00"]
    );
    assert_eq!(
        left_out(&short),
        [
            "deviation 2026-01 other side",
            "deviation 2026-02 other side",
            "deviation 2026-03 beyond 2026-01 2026-03",
        ]
    );
    let long = compared(&world, &quarterly, "2026-01", "2026-04");
    let deviations: Vec<String> =
        rows(&long).into_iter().filter(|row| row.starts_with("deviation")).collect();
    assert_eq!(
        deviations,
        [
            "deviation 2026-01 15.00 -",
            "deviation 2026-02 82.50 -",
            "deviation 2026-03 15.00 112.50",
        ]
    );
    assert_eq!(
        left_out(&long),
        ["deviation 2026-04 other side", "deviation 2026-06 beyond 2026-04 2026-06"]
    );
}

#[test]
fn a_contract_to_which_a_patch_does_not_apply_is_told_and_not_changed() {
    let mut facts = short_january();
    facts[0] = contract("LG-1").without("deviation").signed();
    facts.pop();
    let world = World::of(facts);
    let found = compared(&world, &json!({"lower_tolerance": "10"}), "2026-01", "2026-01");
    assert_eq!(found.effect, Effect::NotApplicable("deviation"));
    assert_eq!(rows(&found), ["settlement 2026-01 2325.00 2325.00"]);
    let summary = Summary::of(&[found]);
    assert_eq!((summary.unchanged, summary.not_applicable, summary.refused), (1, 1, 0));
}

#[test]
fn a_contract_whose_changed_terms_contradict_one_another_is_listed_with_its_refusal() {
    let world = World::of(short_january());
    for (patch, code) in [
        (json!({"monthly_quantities": {"2026-01": "900"}}), "quantities_do_not_sum"),
        (json!({"lower_tolerance": "101"}), "malformed"),
    ] {
        let found = compared(&world, &patch, "2026-01", "2026-01");
        let Effect::Refused(rejection) = &found.effect else { panic!("{patch}: {found:?}") };
        assert_eq!(rejection.code(), code, "{patch}");
        let summary = Summary::of(&[found]);
        assert_eq!((summary.refused, summary.unchanged, summary.totals[3].new), (1, 0, yuan("0")));
    }
}

#[test]
fn a_contract_without_a_month_there_is_not_compared() {
    let world = World::of(short_january());
    let patch = json!({"lower_tolerance": "10"});
    assert_eq!(asked(&world, &patch, "2027-01", "2027-12"), None);
    assert!(asked(&world, &patch, "2026-12", "2027-01").is_some());
}

#[test]
fn a_waived_charge_counts_as_assessed_and_is_marked() {
    let mut facts = short_january();
    facts.push(waived("2026-01", 1));
    let world = World::of(facts);
    let found = compared(&world, &json!({"lower_tolerance": "6"}), "2026-01", "2026-01");
    assert_eq!(rows(&found)[1], "deviation 2026-01 15.00 7.50");
    assert_eq!(found.rows[1].notes, [Note::Waived]);
}

#[test]
fn where_facts_have_changed_since_the_document_the_old_number_says_what_was_issued() {
    let mut facts = short_january();
    facts.push(delivered("2026-01-10", m3("40")).correcting("meter exchanged"));
    let world = World::of(facts);
    let found = compared(&world, &json!({"lower_tolerance": "10"}), "2026-01", "2026-01");
    assert_eq!(rows(&found), ["settlement 2026-01 2350.00 2350.00", "deviation 2026-01 7.50 0.00"]);
    assert_eq!(found.rows[0].notes, [Note::DiffersFromIssued(yuan("2325.00"))]);
    assert_eq!(found.rows[1].notes, [Note::DiffersFromIssued(yuan("15.00"))]);
}

/// 590 of 2 000 m³ in a term of two months; 80 % are to be taken or paid at 3 yuan.
fn short_year() -> Template {
    let terms = json!({
        "percent": "80", "credit_deviation": true, "price": {"kind": "fixed", "price": "3"},
        "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
        "end_of_term": {"kind": "forfeit"},
    });
    contract("LG-1").term_of("2026-01-01", "2026-02-28").term("take_or_pay", &terms.to_string())
}

#[test]
fn under_takes_that_are_not_posted_yet_reduce_a_deficiency_as_if_they_were() {
    let mut facts = vec![short_year().signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-02-28", "10"));
    facts.extend(closed_through("2026-01", "2026-02"));
    facts.extend([assessed("2026-01"), assessed("2026-02")]);
    let world = World::of(facts);
    let patch = json!({"credit_deviation": false});
    let found = compared(&world, &patch, "2026-01", "2026-02");
    // 1 600 − 590 = 1 010 are missing; 640 and 670 are charged as deviation.
    assert_eq!(rows(&found)[4], "take-or-pay 2026 0.00 3030.00");
    assert_eq!(found.rows[4].notes, [Note::NotIssued, Note::CountedAsPosted]);
    let part = compared(&world, &patch, "2026-02", "2026-02");
    assert_eq!(left_out(&part), ["take-or-pay 2026 beyond 2026-01 2026-02"]);
}

#[test]
fn an_under_take_whose_charge_was_waived_reduces_no_deficiency() {
    let mut facts = vec![short_year().signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-02-28", "10"));
    facts.extend(closed_through("2026-01", "2026-02"));
    facts.extend([assessed("2026-01"), assessed("2026-02"), waived("2026-01", 1)]);
    let world = World::of(facts);
    let found = compared(&world, &json!({"lease_hours": 12}), "2026-01", "2026-02");
    // 1 600 − 590 − 670 = 340 at 3 yuan.
    assert_eq!(rows(&found)[4], "take-or-pay 2026 1020.00 1020.00");
}

/// January to March at 1 000 m³ each, amended from 16 January, ended with 26 January at 800 m³.
fn ended_early() -> World {
    let mut facts = vec![contract("LG-1").term_of("2026-01-01", "2026-03-31").signed()];
    facts.push(amended("2026-01-16", json!({"upper_tolerance": "8"})));
    facts.extend(delivered_daily("2026-01-01", "2026-01-26", "30"));
    facts.push(terminated_with("2026-01-26", Some("800")));
    World::of(facts)
}

#[test]
fn quantities_of_a_term_that_ended_early_are_asked_of_what_is_left_of_it() {
    let world = ended_early();
    let quantity = |month: &str, quantity: &str| {
        let annual = json!({"2026-01": quantity});
        json!({"monthly_quantities": {month: quantity}, "annual_quantity": annual})
    };
    // 780 of 900 m³: 75 below the edge of 855, at 0.75 yuan.
    let found = compared(&world, &quantity("2026-01", "900"), "2026-01", "2026-01");
    assert_eq!(found.effect, Effect::Changed);
    assert_eq!(
        rows(&found),
        ["settlement 2026-01 1950.00 1950.00", "deviation 2026-01 0.00 56.25"]
    );
    let same = compared(&world, &quantity("2026-01", "800"), "2026-01", "2026-01");
    assert_eq!(same.effect, Effect::Same, "also where terms before it said otherwise");
    let cut = compared(&world, &quantity("2026-02", "900"), "2026-01", "2026-01");
    let Effect::Refused(refused) = &cut.effect else { panic!("{cut:?}") };
    assert_eq!(refused.code(), "malformed");
    assert!(refused.to_string().contains("2026-02 is no month of the term"), "{refused}");
}

#[test]
fn quantities_of_an_amended_term_sum_up_as_its_newest_terms_say() {
    let more =
        json!({"monthly_quantities": {"2026-03": "1500"}, "annual_quantity": {"2026-01": "3500"}});
    let mut facts = vec![contract("LG-1").term_of("2026-01-01", "2026-03-31").signed()];
    facts.push(amended("2026-02-01", more));
    facts.extend(delivered_daily("2026-01-01", "2026-03-31", "30"));
    let world = World::of(facts);
    let january = |annual: &str| {
        let annual = json!({"2026-01": annual});
        json!({"monthly_quantities": {"2026-01": "900"}, "annual_quantity": annual})
    };
    let found = compared(&world, &january("3400"), "2026-01", "2026-03");
    assert_eq!(found.effect, Effect::Changed);
    // 930 of 1 000: 20 below the edge; of 900: inside.
    assert_eq!(rows(&found)[3], "deviation 2026-01 15.00 0.00");
    assert!(found.rows[4..].iter().all(|row| row.old == row.new), "{found:?}");
    let wrong = compared(&world, &january("2900"), "2026-01", "2026-03");
    let Effect::Refused(refused) = &wrong.effect else { panic!("{wrong:?}") };
    assert_eq!(refused.code(), "quantities_do_not_sum");
    // January alone is governed by what was signed.
    let alone = compared(&world, &january("2900"), "2026-01", "2026-01");
    assert_eq!(alone.effect, Effect::Changed);
}

#[test]
fn a_price_is_asked_of_the_days_on_which_its_terms_counted() {
    let plan = |price: &str| {
        json!([{"months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
                "tranches": [{"tag": "gas", "share": "100", "price": {"constant": price}}]}])
    };
    let mut facts = vec![contract("LG-1").term_of("2026-01-01", "2026-02-28").signed()];
    facts.push(amended("2026-02-01", json!({"price_plans": plan("3.00")})));
    facts.extend(delivered_daily("2026-01-01", "2026-02-28", "30"));
    let world = World::of(facts);
    // What was signed says 2.50 already, and counted in January only.
    let asked = |first, last| compared(&world, &json!({"price_plans": plan("2.50")}), first, last);
    let settled = |found: &Compared| rows(found)[0].clone();
    assert_eq!(settled(&asked("2026-02", "2026-02")), "settlement 2026-02 2520.00 2100.00");
    let both = asked("2026-01", "2026-02");
    assert_eq!(settled(&both), "settlement 2026-01 2325.00 2325.00");
}

/// A year of two months, each short; the charge of January was waived.
fn waived_january() -> World {
    let mut facts = vec![short_year().signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-02-28", "10"));
    facts.extend(closed_through("2026-01", "2026-02"));
    facts.extend([assessed("2026-01"), assessed("2026-02"), waived("2026-01", 1)]);
    World::of(facts)
}

#[test]
fn a_year_whose_waived_under_take_is_no_period_any_more_is_left_out_and_named() {
    let world = waived_january();
    let found = compared(&world, &json!({"netting": "quarter"}), "2026-01", "2026-02");
    assert!(!rows(&found).iter().any(|row| row.starts_with("take-or-pay")), "{found:?}");
    assert_eq!(left_out(&found), ["take-or-pay 2026 waived 2026-01 2026-01"]);
    // Where the year credits nothing, nothing is forgotten.
    let patch = json!({"netting": "quarter", "credit_deviation": false});
    let found = compared(&world, &patch, "2026-01", "2026-02");
    assert!(left_out(&found).is_empty(), "{found:?}");
    assert_eq!(rows(&found).last().unwrap(), "take-or-pay 2026 1020.00 3030.00");
}

#[test]
fn a_waiver_stays_where_a_period_has_the_same_months_under_another_netting() {
    let mut facts = vec![short_year().term_of("2026-01-01", "2026-01-31").signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.extend([closed("2026-01"), assessed("2026-01"), waived("2026-01", 1)]);
    let world = World::of(facts);
    let found = compared(&world, &json!({"netting": "quarter"}), "2026-01", "2026-01");
    assert_eq!(left_out(&found), [] as [String; 0]);
    // 800 − 310 = 490 at 3 yuan on both sides: the waived under-take reduces nothing.
    assert_eq!(rows(&found)[2], "take-or-pay 2026 1470.00 1470.00");
}
