//! T6: time that goes by is told once, and no number depends on whether it was.

use chrono::TimeDelta;
use citygate_domain::passage::{Clocks, Elapsed, RecordPassage, Rejection};
use citygate_domain::rules::stage::Stage;
use citygate_domain::state::Ledger;
use citygate_domain::supply::answer;
use citygate_domain::{Command, Event};
use citygate_projections::board::board;
use citygate_projections::procedure::procedure;
use citygate_tests_pure::book_words::credited;
use citygate_tests_pure::history::history;
use citygate_tests_pure::supply_words::{demand_served, notice_served};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{delivered_daily, guaranteed, instant, paid, read, signed};
use citygate_tests_pure::world::World;

fn passage() -> Command {
    Command::RecordPassage(RecordPassage { contract: read("LG-1") })
}

/// What is recorded of the passage of time at a moment.
fn told(world: &mut World, at: &str) -> Vec<String> {
    world.now = instant(at);
    let events = world.tell(&passage()).unwrap();
    let told = events.iter().map(|event| {
        if let Event::TimePassed(passed) = event {
            format!("{} {}", passed.kind.word(), passed.subject)
        } else if let Event::StageCrossed(crossed) = event {
            format!("{} -> {}", crossed.from, crossed.to)
        } else {
            panic!("{} is no passage of time", event.type_name())
        }
    });
    told.collect()
}

fn world(facts: impl IntoIterator<Item = Told>) -> World {
    let mut world = World::default();
    world.now = instant("2026-01-21T09:00:00+08:00");
    world.take(signed("LG-1"));
    for fact in delivered_daily("2026-01-01", "2026-01-20", "30").into_iter().chain(facts) {
        world.take(fact);
    }
    world
}

/// Enough money for the whole term.
fn rich() -> Told {
    paid("B-0", "2026-01-01", "1000000.00")
}

#[test]
fn a_guarantee_ends_with_its_last_civil_day_and_is_told_once() {
    let mut world = world([rich(), guaranteed("G-1", "500.00", "2026-01-01", "2026-01-25")]);
    assert!(told(&mut world, "2026-01-25T23:59:59+08:00").is_empty());
    assert_eq!(told(&mut world, "2026-01-26T00:00:00+08:00"), ["guarantee_ended G-1"]);
    assert!(told(&mut world, "2026-01-26T00:00:00+08:00").is_empty());
    assert!(told(&mut world, "2027-01-26T00:00:00+08:00").len() < 2, "only the term is over");
}

#[test]
fn emergency_credit_ends_with_its_last_civil_day_each_by_itself() {
    let mut world = world([rich()]);
    for amount in ["100.00", "200.00"] {
        world.take(credited(amount, "2026-01-25"));
    }
    assert!(told(&mut world, "2026-01-25T23:59:59+08:00").is_empty());
    assert_eq!(told(&mut world, "2026-01-26T00:00:00+08:00").len(), 2);
    assert!(told(&mut world, "2026-01-26T00:00:01+08:00").is_empty());
}

#[test]
fn a_term_ends_when_its_last_gas_day_is_over() {
    let mut world = world([rich()]);
    let last = world.contract("LG-1").last_gas_day();
    let end = world.ledger.clock().end(last);
    let before = (end - TimeDelta::seconds(1)).to_rfc3339();
    assert!(told(&mut world, &before).is_empty());
    assert_eq!(told(&mut world, &end.to_rfc3339()), [format!("term_ended {last}")]);
}

#[test]
fn the_periods_of_a_demand_and_a_notice_are_told_when_they_have_run() {
    let mut world = world([]);
    let crossed = told(&mut world, "2026-01-21T09:30:00+08:00");
    assert_eq!(crossed, ["normal -> suspended"]);
    world.now = instant("2026-01-21T10:00:00+08:00");
    world.take(demand_served("1000.00", "2026-01-21T09:40:00+08:00").by("chen"));
    world.take(notice_served("2026-01-21T09:45:00+08:00").by("chen"));
    assert_eq!(told(&mut world, "2026-01-21T10:00:00+08:00"), ["demand_period_ran D-1"]);
    assert!(told(&mut world, "2026-01-24T09:44:59+08:00").is_empty());
    assert_eq!(told(&mut world, "2026-01-24T09:45:00+08:00"), ["notice_period_ran N-1"]);
    assert!(told(&mut world, "2026-03-22T23:59:59+08:00").is_empty());
    assert_eq!(told(&mut world, "2026-03-23T00:00:00+08:00"), ["notice_lapsed N-1"]);
}

#[test]
fn what_a_payment_has_cancelled_runs_no_more() {
    let mut world = world([]);
    told(&mut world, "2026-01-21T09:30:00+08:00");
    world.take(demand_served("1000.00", "2026-01-21T09:00:00+08:00").by("chen"));
    world.take(notice_served("2026-01-21T09:00:00+08:00").by("chen"));
    world.take(paid("B-1", "2026-01-21", "1000000.00"));
    assert_eq!(told(&mut world, "2026-01-21T10:00:00+08:00"), ["suspended -> normal"]);
    assert!(told(&mut world, "2026-06-21T10:00:00+08:00").is_empty());
}

#[test]
fn an_alert_comes_on_the_edge_and_remembers_what_was_told() {
    let mut world = world([]);
    assert_eq!(told(&mut world, "2026-01-21T09:30:00+08:00"), ["normal -> suspended"]);
    assert!(told(&mut world, "2026-01-21T09:31:00+08:00").is_empty());
    let id = read("LG-1");
    assert_eq!(world.ledger.passages().stage(&id), Stage::Suspended);
    assert_eq!(world.replayed().passages().stage(&id), Stage::Suspended);
}

/// Everything that is asked of a ledger about numbers and supply, as text.
fn answers(ledger: &Ledger, now: chrono::DateTime<chrono::Utc>) -> Vec<String> {
    let today = ledger.clock().gas_day(now);
    let rows = board(ledger, today).unwrap().rows;
    let mut answers: Vec<String> = rows
        .iter()
        .map(|row| {
            let account = &row.account;
            let (available, days) = (account.available, account.days);
            format!("{} {available} {days:?} {:?} {}", row.contract, row.recommended, row.effective)
        })
        .collect();
    for contract in ledger.contracts() {
        answers.push(format!("{:?}", procedure(ledger, contract, now).rows));
        for point in contract.points_on(today) {
            let answer = answer(ledger, &point.id, now);
            let (decision, reasons) = (answer.decision, answer.reasons);
            answers.push(format!("{decision:?} {reasons:?} {}", answer.valid_seconds.value));
        }
    }
    answers
}

fn is_passage(event: &Event) -> bool {
    matches!(event, Event::TimePassed(_) | Event::StageCrossed(_))
}

#[test]
fn no_number_depends_on_whether_the_passage_of_time_was_recorded() {
    let mut recorded = 0;
    for seed in 20_000..20_030 {
        let history = history(seed);
        let mut world = World::at(history.now);
        for (place, command) in history.commands.iter().enumerate() {
            let _ = world.tell(command);
            if place % 25 == 0 {
                let ids: Vec<_> = world.ledger.contracts().map(|one| one.id().clone()).collect();
                for contract in ids {
                    let passage = Command::RecordPassage(RecordPassage { contract });
                    let _ = world.tell(&passage);
                }
            }
        }
        let mut without = Ledger::default();
        for one in &world.log {
            // Positions stay as they are; what they were spent on is forgotten.
            if is_passage(&one.event) {
                recorded += 1;
            } else {
                without.evolve(one);
            }
        }
        assert_eq!(answers(&world.ledger, world.now), answers(&without, world.now), "seed {seed}");
    }
    assert!(recorded > 50, "only {recorded} events");
}

fn clocks(now: &str) -> Clocks {
    Clocks { now: instant(now), newest: None, database: None, elapsed: None }
}

#[test]
fn time_is_recorded_only_while_the_clocks_agree_within_five_seconds() {
    let noon = "2026-01-24T12:00:00Z";
    assert_eq!(clocks(noon).check(), Ok(()));
    let newest = |at: &str| Clocks { newest: Some(instant(at)), ..clocks(noon) }.check();
    assert_eq!(newest("2026-01-24T12:00:00Z"), Ok(()));
    assert!(matches!(newest("2026-01-24T12:00:00.000001Z"), Err(Rejection::ClockBehindLog { .. })));
    let database = |at: &str| Clocks { database: Some(instant(at)), ..clocks(noon) }.check();
    for agreed in ["2026-01-24T11:59:55Z", "2026-01-24T12:00:05Z"] {
        assert_eq!(database(agreed), Ok(()), "{agreed}");
    }
    for apart in ["2026-01-24T11:59:54.999Z", "2026-01-24T12:00:05.001Z"] {
        assert!(matches!(database(apart), Err(Rejection::ClockDiffers { .. })), "{apart}");
    }
    let since = |seconds: i64, counted_ms: i64| {
        let then = instant(noon) - TimeDelta::seconds(seconds);
        let counted = TimeDelta::milliseconds(counted_ms);
        Clocks { elapsed: Some(Elapsed { then, counted }), ..clocks(noon) }.check()
    };
    assert_eq!((since(60, 65_000), since(60, 55_000)), (Ok(()), Ok(())));
    let jumped = Rejection::ClockJumped { shown_ms: 60_000, counted_ms: 65_001 };
    assert_eq!(since(60, 65_001), Err(jumped));
    // Set back while an hour went by, and set ahead while a minute did.
    assert!(since(-10, 3_600_000).is_err() && since(3_600, 60_000).is_err());
}

#[test]
fn a_contract_that_nobody_knows_has_no_deadlines() {
    let refused = World::default().tell(&passage()).unwrap_err();
    assert_eq!(refused.code(), "unknown_contract");
}
