//! C4: an account closed, or handed over.

use citygate_domain::Event;
use citygate_domain::contract::life::{AccountRejection, Item, LifeStage};
use citygate_domain::stream::Stream;
use citygate_projections::ReadModels;
use citygate_projections::books::{Account, MoneyAccount};
use citygate_projections::parked::parked as waiting;
use citygate_tests_pure::book_words::{credited, postpaid};
use citygate_tests_pure::life_words::{
    account_closed, amended, handed_over, nowhere, point_moved, terminated, to_bank, to_contract,
    to_contract_with_debt,
};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, civil, claimed, closed, contract, day, delivered, delivered_daily, m3, paid,
    proposed, published, restated, reversed, signed, transferred, yuan,
};
use citygate_tests_pure::world::World;
use serde_json::json;

/// LG-1 for January, read and settled at 2 325 yuan, and LG-2 for the year.
fn settled(money: &str) -> Vec<Told> {
    let one = contract("LG-1").term_of("2026-01-01", "2026-01-31").without("deviation");
    let mut facts = vec![one.signed(), signed("LG-2"), paid("R-1", "2026-01-05", money)];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.push(closed("2026-01"));
    facts
}

fn after(money: &str) -> Given {
    given(settled(money))
}

const ON: &str = "2026-02-10";

#[test]
fn an_account_at_zero_is_closed_and_nothing_is_paid() {
    let world =
        after("2325").when(account_closed(ON, nowhere())).then_recorded(&["account_closed"]);
    let contract = world.contract("LG-1");
    assert_eq!(
        contract.stage_on(day("2026-02-09")),
        LifeStage::Expired { last_gas_day: day("2026-01-31") }
    );
    assert_eq!(contract.stage_on(day(ON)), LifeStage::AccountClosed { on: civil(ON) });
    // T5: before eight in the morning it is still the gas day before, and closed already.
    let now = contract.stage_now(day("2026-02-09"), civil(ON));
    assert_eq!(now, LifeStage::AccountClosed { on: civil(ON) });
    let before = contract.stage_now(day("2026-02-09"), civil("2026-02-09"));
    assert_eq!(before, LifeStage::Expired { last_gas_day: day("2026-01-31") });
    let mut world = world;
    let again = account_closed(ON, nowhere());
    assert_eq!(world.hear(again), Ok(Vec::new()), "it is known");
    let other = world.hear(account_closed("2026-02-11", nowhere())).unwrap_err();
    assert_eq!(other.code(), "account_closed");
}

#[test]
fn what_is_left_goes_back_to_the_buyer_once() {
    let close = || account_closed(ON, to_bank("R-9"));
    let world = after("3000").when(close()).then_recorded(&[
        "reference_taken",
        "refund_paid",
        "account_closed",
    ]);
    assert_eq!(world.account("LG-1", ON).balance, yuan("0.00"));
    assert_eq!(world.account("LG-1", "2026-02-09").balance, yuan("675.00"));
}

#[test]
fn what_is_left_goes_to_the_successors_contract() {
    let world = after("3000").when(account_closed(ON, to_contract("LG-2"))).then_recorded(&[
        "balance_moved",
        "balance_moved",
        "account_closed",
    ]);
    assert_eq!(world.account("LG-1", ON).balance, yuan("0.00"));
    assert_eq!(world.account("LG-2", ON).balance, yuan("675.00"));
    assert_eq!(world.account("LG-2", "2026-02-09").balance, yuan("0.00"));
}

#[test]
fn the_books_of_a_moved_balance_sum_to_zero_and_hold_what_the_accounts_hold() {
    let world = after("3000").when(account_closed(ON, to_contract("LG-2"))).then(|_| {});
    let mut views = ReadModels::default();
    world.log.iter().for_each(|recorded| views.apply(recorded));
    assert!(views.books.journal(None, None).all(|commit| commit.sums_to_zero()));
    let on_the_way = views
        .books
        .trial_balance(None, None)
        .rows
        .into_iter()
        .find(|row| row.account == Some(Account::Money(MoneyAccount::BetweenContracts)));
    assert!(on_the_way.is_none_or(|row| row.debit == row.credit), "nothing stays on its way");
    let held = |id: &str| {
        let statement = views.statements.of(Some(&id.parse().unwrap()), None);
        statement.last().map(|(_, balance)| *balance)
    };
    assert_eq!((held("LG-1"), held("LG-2")), (Some(yuan("0.00")), Some(yuan("675.00"))));
    let asserted = views.books.assertions(&world.ledger, None, Some(day(ON))).unwrap();
    let sum = |id: &str| {
        asserted
            .iter()
            .find(|it| it.contract.as_ref().is_some_and(|it| it.as_str() == id))
            .unwrap()
            .held
    };
    assert_eq!((sum("LG-1"), sum("LG-2")), (yuan("0.00"), yuan("675.00")));
}

#[test]
fn a_debt_is_paid_first_and_moves_only_when_that_was_said() {
    let owed = || AccountRejection::BalanceOwed {
        contract: "LG-1".parse().unwrap(),
        owed: yuan("325.00"),
    };
    for balance in [nowhere(), to_bank("R-9"), to_contract("LG-2")] {
        after("2000").when(account_closed(ON, balance)).then_rejected(owed());
    }
    let world = after("2000").when(account_closed(ON, to_contract_with_debt("LG-2"))).then(|_| {});
    assert_eq!(world.account("LG-1", ON).balance, yuan("0.00"));
    assert_eq!(world.account("LG-2", ON).balance, yuan("-325.00"));
}

#[test]
fn a_balance_that_moves_pays_debts_like_money() {
    use citygate_domain::books::debts_as_of;
    let mut facts = settled("3000");
    facts.retain(|told| *told != signed("LG-2"));
    facts.push(postpaid("LG-2").without("deviation").signed());
    let second = delivered_daily("2026-01-01", "2026-01-31", "10");
    facts.extend(second.into_iter().map(|told| told.at("LG-2-1")));
    facts.push(closed("2026-01").of("LG-2"));
    let world = given(facts).when(account_closed(ON, to_contract("LG-2"))).then(|_| {});
    let debts = debts_as_of(world.contract("LG-2"), civil("2026-03-01"));
    // 775 owed for January, 675 came.
    assert_eq!(debts[0].open().principal, yuan("100.00"));
}

#[test]
fn a_closed_account_does_not_change_any_more() {
    let mut facts = settled("2325");
    facts.push(account_closed(ON, nowhere()));
    for late in [
        paid("R-2", "2026-02-11", "10"),
        reversed("R-3", "R-1", "2026-02-11", "2325"),
        delivered("2026-01-15", m3("31")).correcting("meter exchanged"),
        claimed("CL-1", "2026-01-10", "2026-01-12", "15"),
        transferred("X-1", "LG-1", "-", "2026-01", "10"),
        credited("100", "2028-07-01"),
        contract("LG-1").term_of("2026-02-01", "2026-02-28").without("deviation").signed(),
    ] {
        given(facts.clone()).when(late).then_refused("account_closed");
    }
    // What it knows already stays known.
    given(facts.clone()).when(paid("R-1", "2026-01-05", "2325")).then_known();
    given(facts).when(delivered("2026-01-15", m3("30"))).then_known();
}

#[test]
fn a_closed_account_is_told_of_a_corrected_index_and_keeps_its_documents() {
    let indexed = json!({"indices": [{"code": "GATE", "coefficient": "1"}]});
    let one = contract("LG-1").term_of("2026-01-01", "2026-01-31").without("deviation");
    let one = one.priced(&[("gas", "100", indexed)]);
    let mut facts = vec![published("GATE", "2026-01-01", "2"), one.signed()];
    facts.push(paid("R-1", "2026-01-05", "1860"));
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.extend([closed("2026-01"), account_closed(ON, nowhere())]);
    facts.push(published("GATE", "2026-01-01", "3").correcting("misprint"));
    let world = given(facts).when(restated("2026-01")).then_refused("account_closed");
    assert_eq!(world.account("LG-1", ON).balance, yuan("0.00"));
}

#[test]
fn closing_with_money_is_an_act_that_a_second_person_approves() {
    let close = || account_closed(ON, to_bank("R-9"));
    after("3000").when(close().by("li.wei")).then_refused("approval_needed");
    after("2325")
        .when(account_closed(ON, nowhere()).by("li.wei"))
        .then_recorded(&["account_closed"]);
    let world = after("3000")
        .when(proposed(close(), "the works are closed").by("li.wei"))
        .then_recorded(&["act_proposed"]);
    let mut world = world;
    let revision = u32::try_from(world.contract("LG-1").money.len()).unwrap();
    let approve = approved("account/LG-1", 1, revision).by("wang.fang");
    let events = world.hear(approve).unwrap();
    let names: Vec<&str> = events.iter().map(Event::type_name).collect();
    assert_eq!(names, ["act_approved", "reference_taken", "refund_paid", "account_closed"]);
}

#[test]
fn the_checklist_names_everything_that_is_open_in_order() {
    let one = contract("LG-1").term_of("2026-01-01", "2026-01-31");
    let mut facts = vec![one.signed(), claimed("CL-1", "2026-01-10", "2026-01-12", "15")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-30", "30"));
    let world = World::of(facts);
    let list = world.checklist("LG-1");
    let open: Vec<(&str, &str)> = list
        .iter()
        .filter_map(|(item, open)| Some((item.word(), open.as_ref()?.listed().code)))
        .collect();
    assert_eq!(
        open,
        [
            ("final_readings", "readings_missing"),
            ("months_settled", "months_not_issued"),
            ("claims_decided", "claim_undecided"),
            ("cases_ended", "case_open"),
        ]
    );
    assert_eq!(list.len(), Item::ALL.len());
    let done = World::of(settled("2325")).checklist("LG-1");
    assert!(done.iter().all(|(_, open)| open.is_none()), "{done:?}");
}

#[test]
fn the_successor_is_another_contract_of_the_same_class() {
    let other = contract("LG-3").sold_to("C-9", "residential").signed();
    after("3000")
        .and([other])
        .when(account_closed(ON, to_contract("LG-3")))
        .then_refused("class_differs");
    after("3000").when(account_closed(ON, to_contract("LG-1"))).then_refused("same_contract");
    after("3000").when(account_closed(ON, to_contract("LG-9"))).then_refused("unknown_contract");
}

#[test]
fn a_contract_handed_over_is_settled_and_its_account_goes_after_the_points() {
    let one = contract("LG-1").without("deviation").signed();
    let mut facts = vec![one, signed("LG-2"), paid("R-1", "2026-01-05", "1000")];
    facts.push(handed_over("LG-2", "2026-01-11"));
    facts.extend(delivered_daily("2026-01-01", "2026-01-20", "30"));
    facts.push(closed("2026-01"));
    let world = given(facts).when(account_closed(ON, to_contract("LG-2"))).then(|_| {});
    assert_eq!(world.account("LG-2", "2026-02-28").balance, yuan("-500.00"), "250 came, 750 taken");
    let mut world = world;
    for late in [
        amended("2026-01-05", json!({"tax_percent": "13"})),
        terminated("2026-01-05"),
        point_moved("LG-2-1", "LG-2", "LG-1", "2026-03-01"),
    ] {
        assert!(world.hear(late).is_err(), "nothing happens to it any more");
    }
}

#[test]
fn no_reading_waits_behind_a_closed_account() {
    let told = || after("2325").and([account_closed(ON, nowhere())]);
    let world = told().when(delivered("2026-02-03", m3("30"))).then_refused("account_closed");
    assert!(world.ledger.parked(&"LG-1-1".parse().unwrap()).is_empty());
}

/// Gas of the first three days of February, read at LG-1-1 behind the term, on top of what is told.
fn parked(money: &str, readings: &[(&str, &str)]) -> World {
    let mut world = World::of(settled(money));
    for (gas_day, volume) in readings {
        assert_eq!(world.hear(delivered(gas_day, m3(volume))).unwrap_err().code(), "outside_term");
    }
    world
}

const THREE_DAYS: [(&str, &str); 3] =
    [("2026-02-03", "30"), ("2026-02-01", "29.5"), ("2026-02-02", "31")];

fn waits(count: usize, first: &str, volume: &str) -> AccountRejection {
    let (contract, point) = ("LG-1".parse().unwrap(), "LG-1-1".parse().unwrap());
    AccountRejection::ReadingsParked {
        contract,
        count,
        first: day(first),
        point,
        volume: m3(volume),
    }
}

#[test]
fn an_account_behind_whose_term_gas_waits_is_not_closed() {
    let mut world = parked("2325", &THREE_DAYS);
    let refused = world.hear(account_closed(ON, nowhere())).unwrap_err();
    assert_eq!(refused, waits(3, "2026-02-01", "29.5").into());
    let open: Vec<_> = world.checklist("LG-1");
    let open: Vec<_> = open.iter().filter(|(_, open)| open.is_some()).collect();
    assert_eq!(open, [&(Item::Parked, Some(waits(3, "2026-02-01", "29.5")))]);
    assert_eq!(Item::Parked.word(), "nothing_parked");
    // The renewal takes it in, and February has to be settled like any month.
    world.take(contract("LG-1").term_of("2026-02-01", "2026-02-03").without("deviation").signed());
    let refused = world.hear(account_closed(ON, nowhere())).unwrap_err();
    assert_eq!(refused.code(), "months_not_issued");
    world.take(closed("2026-02"));
    let owed = world.hear(account_closed(ON, nowhere())).unwrap_err();
    let contract = "LG-1".parse().unwrap();
    let owed_now = AccountRejection::BalanceOwed { contract, owed: yuan("226.25") };
    assert_eq!(owed, owed_now.into(), "90.5 m3 at 2.50");
}

#[test]
fn a_parked_reading_of_nothing_holds_no_account_open_and_waits_no_longer() {
    let mut world = parked("2325", &[("2026-02-01", "0"), ("2026-02-02", "0.000")]);
    assert_eq!(waiting(&world.ledger, None).len(), 2);
    assert!(world.hear(account_closed(ON, nowhere())).is_ok());
    assert!(waiting(&world.ledger, None).is_empty(), "no renewal can come");
}

#[test]
fn parked_gas_that_was_none_is_corrected_to_zero_before_an_account_is_closed() {
    let mut world = parked("2325", &THREE_DAYS);
    for (gas_day, _) in THREE_DAYS {
        let dismounted = delivered(gas_day, m3("0")).correcting("the meter was dismounted");
        assert_eq!(world.hear(dismounted).unwrap_err().code(), "outside_term");
        // What contradicts the correction is not news (Q5).
        assert_eq!(world.hear(delivered(gas_day, m3("7"))).unwrap_err().code(), "outside_term");
    }
    assert!(world.hear(account_closed(ON, nowhere())).is_ok());
    let late = world.hear(delivered("2026-02-02", m3("8")).correcting("it was mounted again"));
    assert_eq!(late.unwrap_err().code(), "account_closed");
}

#[test]
fn what_waits_is_corrected_also_when_somebody_else_has_taken_the_point_since() {
    let mut world = parked("2325", &[("2026-02-01", "29")]);
    let other = contract("LG-3").term_of("2026-02-04", "2026-12-31").points(&[("LG-1-1", "100")]);
    world.take(other.signed());
    let refused = world.hear(account_closed(ON, nowhere())).unwrap_err();
    assert_eq!(refused, waits(1, "2026-02-01", "29").into());
    // A day that nothing waits for is refused as before, and not kept.
    assert!(world.hear(delivered("2026-02-02", m3("5"))).is_err());
    assert_eq!(waiting(&world.ledger, None).len(), 1);
    let misread = delivered("2026-02-01", m3("0")).correcting("misread");
    assert_eq!(world.hear(misread).unwrap_err().code(), "outside_term");
    assert!(world.hear(account_closed(ON, nowhere())).is_ok());
}

#[test]
fn gas_that_waits_is_the_successors_once_the_point_is() {
    let mut world = parked("2325", &THREE_DAYS);
    let other = contract("LG-3").term_of("2026-02-01", "2026-12-31").points(&[("LG-1-1", "30")]);
    world.take(other.signed());
    assert_eq!(world.contract("LG-3").readings.all().len(), 2, "31 is above the capacity");
    assert!(world.hear(account_closed(ON, nowhere())).is_ok(), "and LG-3 lacks that reading");
}

#[test]
fn a_term_behind_which_gas_waits_is_not_ended_early() {
    let mut told = vec![contract("LG-1").term_of("2026-01-01", "2026-01-31").signed()];
    told.extend(delivered_daily("2026-01-01", "2026-01-20", "30"));
    let mut world = World::of(told);
    assert!(world.hear(delivered("2026-02-01", m3("29"))).is_err());
    let refused = world.hear(terminated("2026-01-20")).unwrap_err();
    assert_eq!(refused, waits(1, "2026-02-01", "29").into());
}

#[test]
fn closing_an_account_guards_the_streams_in_which_readings_behind_its_term_are_parked() {
    let world = World::of(settled("2325"));
    let decision = world.decide(&account_closed(ON, nowhere()).command()).unwrap();
    let point = Stream::Point("LG-1-1".parse().unwrap());
    assert!(decision.guards.contains(&point), "{:?}", decision.guards);
}
